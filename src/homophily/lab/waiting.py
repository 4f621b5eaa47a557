"""Waiting: calling asynchronous code from plain code, in scripts and notebooks alike."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

__all__ = ["wait"]

T = TypeVar("T")


def wait(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; within a running event loop (a notebook) it runs in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
