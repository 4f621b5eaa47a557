"""A server of ours in a thread of the test's process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from homophily.inference.engine import Engine
from homophily.web.chat_api import application
from homophily.web.listening import listen

__all__ = ["serving"]


@contextmanager
def serving(engine: Engine, name: str = "tiny", **settings: object) -> Iterator[str]:
    """The base of the API while it is up; the engine closes with it."""
    app = application(engine, name, **settings)  # type: ignore[arg-type]
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
