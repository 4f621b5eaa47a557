"""Hands: workers as actors of a Ray cluster; the one file that knows Ray."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from homophily.errors import UsageError
from homophily.lab.spread.files import Files
from homophily.lab.spread.turns import Brief, Orders, Report
from homophily.lab.spread.worker import Worker

__all__ = ["Cluster", "Hand", "Lost", "joined"]


class Lost(Exception):
    """A worker that died, or that cannot be reached.

    Attributes:
        unfit: Whether the machine it was put on cannot run it at all.
    """

    unfit = False


class Hand:
    """One worker, wherever the cluster has put it."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    async def placed(self) -> str:
        """The machine it works on, once the cluster has room for it.

        Raises:
            Lost: It could not be started.
        """
        return str(await _got(self._actor.where.remote()))

    async def begin(self, brief: Brief, files: Any, secrets: Mapping[str, str], patience: float) -> Report:
        """See `Worker.begin`; `files` comes from `Cluster.keep`."""
        return await self._report(self._actor.settle.remote(brief, files, dict(secrets)), patience)

    async def turn(self, orders: Orders, patience: float) -> Report:
        """See `Worker.turn`.

        Raises:
            Lost: It died, cannot be reached, or said nothing for `patience` seconds.
        """
        return await self._report(self._actor.turn.remote(orders), patience)

    def dismiss(self) -> None:
        """End its process, if it can be reached."""
        import ray

        ray.kill(self._actor)

    async def _report(self, reference: Any, patience: float) -> Report:
        try:
            async with asyncio.timeout(patience):
                report: Report = await _got(reference)
        except TimeoutError:
            raise Lost(f"was not heard of for {patience:g} s") from None
        return report


class Cluster:
    """A Ray cluster that this process has joined; see `joined`."""

    def hire(self) -> Hand:
        """Ask for one more worker, one core wide, on the machine with the most room."""
        import ray

        actor = ray.remote(_Actor).options(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")
        return Hand(actor.remote())

    def keep(self, files: Files) -> Any:
        """Put files where every machine can get them."""
        import ray

        return ray.put(files)

    async def cores(self) -> int:
        """How many cores the machines that are up have."""
        import ray

        return int((await asyncio.to_thread(ray.cluster_resources)).get("CPU", 0))


@contextmanager
def joined(address: str) -> Iterator[Cluster]:
    """Join the cluster at an address, unless this process has joined one already.

    Args:
        address: ``auto`` for the cluster that this machine belongs to, or ``host:port`` of its head.

    Raises:
        UsageError: Ray is not installed, or there is no such cluster, or it runs another Ray or Python.
    """
    try:
        import ray
    except ImportError as error:
        raise UsageError("a cluster needs Ray: pip install 'homophily[cluster]'.") from error
    if address.startswith("ray://"):
        raise UsageError(
            f"{address!r} is for Ray's client; run this command on a machine of the cluster "
            "(ray job submit does), with --ray auto."
        )
    if ray.is_initialized():
        yield Cluster()
        return
    _reached(address)
    with redirect_stdout(_Quiet(sys.stdout)):
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise _nowhere(address, " ".join(str(error).split())[:300]) from error
        try:
            yield Cluster()
        finally:
            ray.shutdown()


class _Quiet:
    """Standard output without what Ray's own threads print there, which would mix with a command's JSON."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        ours = not threading.current_thread().name.startswith("ray_")
        return int(self._stream.write(text)) if ours else len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _reached(address: str) -> None:
    """Knock first: Ray itself tries for two minutes, and says little."""
    host, _, port = address.rpartition(":")
    if not (host and port.isdigit()):
        return
    try:
        socket.create_connection((host, int(port)), timeout=5.0).close()
    except (OSError, OverflowError) as error:
        raise _nowhere(address, f"{error}") from error


def _nowhere(address: str, why: str) -> UsageError:
    return UsageError(
        f"no Ray cluster can be joined at {address!r} ({why.rstrip('.')}). Start one with `ray start "
        "--head`, and run this command on one of its machines."
    )


class _Actor(Worker):
    """A worker with a process of its own, which looks as the director's does."""

    def where(self) -> str:
        """The machine and the process it is."""
        import ray

        return f"{ray.util.get_node_ip_address()}, process {os.getpid()}"

    async def settle(self, brief: Brief, files: Files, secrets: Mapping[str, str]) -> Report:
        """Begin, with the run's files laid out and its keys in the environment of this process alone."""
        import atexit
        from dataclasses import replace

        os.environ.update(secrets)
        root = Path(tempfile.mkdtemp(prefix="homophily-"))
        atexit.register(shutil.rmtree, root, ignore_errors=True)
        here, source = files.lay_out(root)
        os.chdir(here)
        return await self.begin(replace(brief, source=source))


async def _got(reference: Any) -> Any:
    from ray.exceptions import RayError

    try:
        return await asyncio.wrap_future(reference.future())
    except RayError as error:
        lost = Lost(_shortly(error))
        lost.unfit = "creation task" in str(error)
        raise lost from error


def _shortly(error: Exception) -> str:
    """What matters of a long message of Ray: the error in the worker, or how its process or node ended."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    said += [line for line in lines if line.startswith("The actor is dead because")]
    return (said or lines or [type(error).__name__])[-1][:200]
