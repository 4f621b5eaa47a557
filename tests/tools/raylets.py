"""A real Ray cluster of several nodes on one machine, for tests and benchmarks; nodes join and are killed."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

__all__ = ["Raylets", "raised"]

#: Of each node's object store: the least that Ray takes.
_MEMORY = 80 * 2**20


class Raylets:
    """A cluster whose head plays nothing, so that any other node may be killed.

    Args:
        folder: Where Ray keeps its logs and sockets.

    Attributes:
        address: Of the head.
        nodes: Those beside the head.
    """

    def __init__(self, folder: Path) -> None:
        from ray.cluster_utils import Cluster

        self.folder = folder
        head = {"num_cpus": 0, "include_dashboard": False, "temp_dir": str(folder)}
        self._cluster: Any = Cluster(
            initialize_head=True, head_node_args={**head, "object_store_memory": _MEMORY}
        )
        self.address = str(self._cluster.address)
        self.nodes: list[Any] = []

    def add(self, cores: int = 2) -> None:
        """One more node."""
        self.nodes.append(self._cluster.add_node(num_cpus=cores, object_store_memory=_MEMORY))

    def kill(self, worker: int | None = None) -> None:
        """End a node's raylet with SIGKILL; its workers end with it.

        Args:
            worker: A process on that node; the oldest node's if None.
        """
        parent = None if worker is None else _parent(worker)
        node = next(each for each in self.nodes if parent in (None, _raylet(each).pid))
        self.nodes.remove(node)
        raylet = _raylet(node)
        os.kill(raylet.pid, signal.SIGKILL)
        raylet.wait()
        self._cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        """Stop everything and wait until nothing is left."""
        self._cluster.shutdown()
        until = time.monotonic() + 30
        while left := self._processes():
            if time.monotonic() > until:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                raise AssertionError(f"processes of Ray were left running: {left}")
            time.sleep(0.1)

    def _processes(self) -> list[int]:
        """What writes its output into the cluster's folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.readlink(entry / "fd/1").startswith(str(self.folder)):
                    found.append(int(entry.name))
        return [pid for pid in found if pid != os.getpid()]


def _raylet(node: Any) -> Any:
    return node.all_processes["raylet"][0].process


def _parent(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return int(stat.rpartition(")")[2].split()[1])


@contextmanager
def raised(path: str, cores: int = 2, *, join: bool = True) -> Iterator[Raylets]:
    """A cluster of a head and one node.

    Args:
        path: ``PYTHONPATH`` of its workers.
        cores: Of the node.
        join: Whether this process joins it once for all runs in the block, which then need not.
    """
    import ray

    folder = Path(tempfile.mkdtemp(prefix="hr-", dir="/tmp"))  # sockets lie in it: their names must be short
    ours = {"PYTHONPATH": path, "RAY_USAGE_STATS_ENABLED": "0"}
    before = {name: os.environ.get(name) for name in ours}
    os.environ |= ours
    try:
        raylets = Raylets(folder)
        try:
            raylets.add(cores)
            if join:
                ray.init(address=raylets.address, log_to_driver=False, logging_level="ERROR")
            yield raylets
        finally:
            ray.shutdown()
            raylets.close()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        shutil.rmtree(folder, ignore_errors=True)
