"""Waiting: how long before a request is sent again."""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import parsedate_to_datetime

from homophily.seeds import derive

__all__ = ["backoff", "moment", "retry_after"]


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
    date = moment(header)
    return None if date is None else max(0.0, date - now)


def moment(header: str | None) -> float | None:
    """Seconds since 1970 of an HTTP date; None when there is none, or none that can be read."""
    try:
        date = parsedate_to_datetime(header or "")
    except (TypeError, ValueError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
