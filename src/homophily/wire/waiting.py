"""Waiting: how long before a request is sent again."""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import parsedate_to_datetime

from homophily.seeds import derive

__all__ = ["backoff", "retry_after"]


def backoff(attempt: int, seed: int, base: float = 0.5, most: float = 30.0) -> float:
    """Seconds to wait after the failed `attempt` (1, 2, …): doubling, with seeded jitter of ±50 %."""
    jitter = 0.5 + derive(seed, "retry", attempt) / 2**63
    return float(min(most, base * 2 ** (attempt - 1)) * jitter)


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds that a ``Retry-After`` header asks for, given as seconds or as an HTTP date (RFC 9110, 10.2.3).

    Args:
        header: The header's value, None when absent.
        now: Seconds since 1970.

    Returns:
        At least 0; None when there is no header, or none that can be read.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now)
