"""Seals: cookies nobody else can make, and forms nobody else can send."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from homophily.errors import UsageError
from homophily.whole import write_whole

__all__ = ["Seals"]

_FILE = "host.key"


class Seals:
    """Signs with one key (HMAC-SHA256), which outlives the server so that cookies do too.

    Args:
        key: 32 random bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, folder: Path) -> Seals:
        """The seals of a run: their key lies in its folder, readable by its owner alone.

        Raises:
            UsageError: The key cannot be read or made.
        """
        path = folder / _FILE
        try:
            if not path.exists():
                write_whole(path, secrets.token_bytes(32), "the signing key", mode=0o600)
            key = path.read_bytes()
        except OSError as error:
            raise UsageError(f"the signing key {str(path)!r} cannot be used: {error.strerror}.") from error
        if len(key) < 32:
            raise UsageError(
                f"the signing key {str(path)!r} is not whole: restore it, or delete it to "
                "start with a new one (participants then need their link again)."
            )
        return cls(key)

    @staticmethod
    def token() -> str:
        """A new secret for a cookie."""
        return secrets.token_urlsafe(24)

    @staticmethod
    def digest(token: str) -> str:
        """What the store knows a secret by."""
        return hashlib.sha256(token.encode()).hexdigest()

    def sealed(self, token: str) -> str:
        """The cookie that holds a secret."""
        return f"{token}.{self._mac('cookie', token)}"

    def opened(self, cookie: str) -> str | None:
        """The secret in a cookie of ours; None in any other."""
        token, dot, mac = cookie.rpartition(".")
        if not dot or not hmac.compare_digest(mac.encode(), self._mac("cookie", token).encode()):
            return None
        return token

    def form(self, token: str) -> str:
        """What a form must send along to come from a page of the secret's holder."""
        return self._mac("form", token)

    def fits(self, token: str, sent: str) -> bool:
        """Whether a form comes from a page of the secret's holder."""
        return hmac.compare_digest(sent.encode(), self.form(token).encode())

    def _mac(self, use: str, text: str) -> str:
        return hmac.new(self._key, f"{use}|{text}".encode(), hashlib.sha256).hexdigest()
