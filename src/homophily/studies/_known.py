"""Names that a design must find in a catalogue."""

from __future__ import annotations

from homophily import catalogue
from homophily.errors import UnknownName

__all__ = ["require"]


def require(shelf: str, name: str) -> None:
    """Prove that a catalogue knows a name, without importing what it names.

    Raises:
        UnknownName: It does not; the message suggests near ones.
    """
    known = catalogue.names(shelf)
    if name not in known:
        raise UnknownName(catalogue.CATALOGUES[shelf], name, known)
