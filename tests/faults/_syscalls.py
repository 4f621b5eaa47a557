"""System calls that fail in a child process: the kernel refuses them, as a file system without them does."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Callable

import pytest

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
#: The number of the call.
_FLOCK = {"x86_64": 73, "aarch64": 32}


def without_locks() -> Callable[[], None]:
    """What a child process does before its program begins, so that `flock` fails in it with ENOLCK."""
    if platform.system() != "Linux" or platform.machine() not in _FLOCK:
        pytest.skip("no seccomp here: file systems without locks are NOT tried")
    program = [
        (_LOAD, 0, 0, 0),
        (_EQUAL, 0, 1, _FLOCK[platform.machine()]),
        (_RETURN, 0, 0, _ERRNO | errno.ENOLCK),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in program)

    def begin() -> None:
        library, held = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(code)
        given = struct.pack("HxxxxxxP", len(program), ctypes.addressof(held))
        if library.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or library.prctl(_SECCOMP, _FILTER, given, 0, 0):
            raise OSError(ctypes.get_errno(), "seccomp")

    return begin
