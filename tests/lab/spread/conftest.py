"""A real Ray cluster of several nodes on this machine; its store is a real PostgreSQL."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conftest import postgres, postgres_server
from tests.lab.small import ENVIRONMENT

__all__ = ["Machines", "cluster", "postgres", "postgres_server"]

#: The least that Ray takes.
MEMORY = 80 * 2**20


class Machines:
    """A cluster whose head plays nothing, so that any other node may be killed.

    Attributes:
        folder: Where Ray keeps its logs.
        address: Of the head.
    """

    def __init__(self, folder: Path) -> None:
        from ray.cluster_utils import Cluster

        self.folder = folder
        head = {"num_cpus": 0, "include_dashboard": False, "temp_dir": str(folder)}
        self._cluster: Any = Cluster(
            initialize_head=True, head_node_args={**head, "object_store_memory": MEMORY}
        )
        self.address = str(self._cluster.address)
        self.nodes = [self.add()]

    def add(self) -> Any:
        """One more node, wide enough for two workers."""
        return self._cluster.add_node(num_cpus=2, object_store_memory=MEMORY)

    def kill(self, node: Any) -> None:
        """End a node's raylet with SIGKILL; its workers end with it."""
        raylet = node.all_processes["raylet"][0].process
        os.kill(raylet.pid, signal.SIGKILL)
        raylet.wait()
        self._cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        """Stop everything and wait until nothing is left."""
        self._cluster.shutdown()
        until = time.monotonic() + 20
        while left := self.processes():
            if time.monotonic() > until:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                raise AssertionError(f"processes of Ray were left running: {left}")
            time.sleep(0.1)

    def processes(self) -> list[int]:
        """What writes its output into the cluster's folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.readlink(entry / "fd/1").startswith(str(self.folder)):
                    found.append(int(entry.name))
        return [pid for pid in found if pid != os.getpid()]


@pytest.fixture(scope="module")
def cluster(postgres_server: str) -> Iterator[Machines]:
    """Asked for after PostgreSQL, without which nothing here can be tried."""
    try:
        import ray
    except ImportError:
        pytest.skip("Ray is not installed (extra `cluster`): the tests on a real cluster do NOT run")
    folder = Path(tempfile.mkdtemp(prefix="hr-", dir="/tmp"))  # Ray's sockets lie in it: a short name
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "RAY_USAGE_STATS_ENABLED")}
    os.environ |= {"PYTHONPATH": ENVIRONMENT["PYTHONPATH"], "RAY_USAGE_STATS_ENABLED": "0"}
    try:
        machines = Machines(folder)
        try:
            ray.init(address=machines.address, log_to_driver=False, logging_level="ERROR")
            yield machines
        finally:
            ray.shutdown()
            machines.close()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)
