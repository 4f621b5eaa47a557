"""Serving: a hosted run behind a port until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from homophily.lab.design import Design
from homophily.lab.runs import Run
from homophily.lab.signals import heard
from homophily.lab.study import Study
from homophily.web.host.host import Host
from homophily.web.host.opening import hosting
from homophily.web.host.settings import Settings
from homophily.web.listening import listen, url_of

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

__all__ = ["serve"]

#: Who may say, as a reverse proxy, where a request comes from: programs on this machine.
_PROXIES = "127.0.0.1,::1"


def serve(
    run: Run,
    study: Study,
    design: Design,
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    token: str = "",
    researcher: Callable[[Host], Sequence[BaseRoute]] = lambda hosted: (),
    ready: Callable[[Host, str], None] = lambda hosted, url: None,
    grace: int = 10,
) -> dict[str, int]:
    """Serve a run's pages until Ctrl-C or SIGTERM; the same call goes on where it stopped.

    Args:
        run: From `homophily.lab.runs.create`.
        study: Its study.
        design: Its design.
        settings: How it is hosted.
        host: Address to listen on.
        port: Port; 0 for any free one.
        token: The researcher's; a new one by default.
        researcher: Makes the routes of the researcher's pages.
        ready: Told the host and its URL once it answers.
        grace: Seconds for requests and answers under way at the end.

    Returns:
        How many participants there are in each state; test runs do not count.

    Raises:
        UsageError: The address is taken, no seat is for a person, or another process plays the run.
        DataError: The store takes no more.
    """
    listening = listen(host, port)
    try:
        return asyncio.run(_serve(run, study, design, settings, listening, token, researcher, ready, grace))
    finally:
        listening.close()


async def _serve(
    run: Run,
    study: Study,
    design: Design,
    settings: Settings,
    listening: socket.socket,
    token: str,
    researcher: Callable[[Host], Sequence[BaseRoute]],
    ready: Callable[[Host, str], None],
    grace: int,
) -> dict[str, int]:
    from homophily.web.host.app import application

    async with hosting(run, study, design, settings, researcher=token, grace=grace) as hosted:
        server = _server(application(hosted, researcher=researcher(hosted)), settings, grace)

        def stop() -> None:
            server.should_exit = True

        async def failing() -> None:
            await hosted.stopped.wait()
            stop()

        watching = asyncio.create_task(failing())
        ready(hosted, url_of(listening))
        with heard(stop):
            await server.serve(sockets=[listening])
        watching.cancel()
        if hosted.fault is not None:
            raise hosted.fault
        return hosted.states()


def _server(app: Any, settings: Settings, grace: int) -> Any:
    import uvicorn

    class Server(uvicorn.Server):
        """Leaves signals to whoever runs it, so that what is under way can still be recorded."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Capture none."""
            yield

    return Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # addresses carry participant ids and tokens
            server_header=False,
            proxy_headers=settings.behind_proxy,
            forwarded_allow_ips=_PROXIES if settings.behind_proxy else None,
            timeout_graceful_shutdown=grace,
            timeout_keep_alive=20,
        )
    )
