"""The environment record: which versions, on which machine, of which commit."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import homophily

__all__ = ["environment"]

#: What answers, numbers and figures can depend on; those that are installed are recorded.
_PACKAGES = (
    *("aiosqlite", "asyncpg", "duckdb", "httpx2", "jinja2", "matplotlib", "numpy", "pandas", "pydantic"),
    *("ray", "safetensors", "scipy", "sqlalchemy", "starlette", "threadpoolctl", "tokenizers", "torch"),
    *("transformers", "triton", "uvicorn"),
)


def environment() -> dict[str, Any]:
    """``created`` (UTC), ``python``, ``platform``, ``commit`` and ``packages`` with their versions.

    ``commit`` is there where Homophily runs from a checkout of its own, and ends in ``+`` where tracked files
    were changed since.
    """
    packages = {"homophily": homophily.__version__}
    for package in _PACKAGES:
        try:
            packages[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    record = {
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": f"{sys.version.split()[0]} ({platform.python_implementation()})",
        "platform": platform.platform(),
    }
    commit = _commit()
    return record | ({"commit": commit} if commit else {}) | {"packages": packages}


def _commit() -> str:
    """The checkout's commit; empty where this code is tracked by no repository, or git is not there."""
    if not _git("ls-files", "--error-unmatch", "__init__.py"):
        return ""  # a repository around site-packages is someone else's
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return _git("rev-parse", "HEAD") + ("+" if changed else "")


def _git(*words: str) -> str:
    folder = Path(homophily.__file__).parent
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
