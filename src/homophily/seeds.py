"""Seeds: every random number in the laboratory comes from a name, never from the order of events."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["derive", "generator"]


def derive(*names: object) -> int:
    """Derive a seed from a path of names.

    Equal names give equal seeds on every machine and in every order of execution, which is what lets a
    resumed run equal an undisturbed one.

    Args:
        *names: The path, e.g. ``(study_seed, session, seat, path)``; compared by their ``str``.

    Returns:
        An integer in [0, 2**63).
    """
    joined = "\x1f".join(map(str, names))
    return int.from_bytes(hashlib.blake2b(joined.encode(), digest_size=8).digest(), "big") >> 1


def generator(*names: object) -> np.random.Generator:
    """A generator seeded by ``derive(*names)``."""
    import numpy as np  # takes longer to load than a command that only asks how far a run has come

    return np.random.default_rng(derive(*names))
