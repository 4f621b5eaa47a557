"""How long is waited before a request is sent again."""

from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.wire.waiting import backoff, retry_after


@settings(deadline=None)
@given(attempt=st.integers(1, 60), seed=st.integers(0, 2**63))
def test_backoff_doubles_within_its_jitter_and_is_capped(attempt: int, seed: int) -> None:
    wait = backoff(attempt, seed)
    middle = min(30.0, 0.5 * 2 ** (attempt - 1))
    assert middle * 0.5 <= wait <= middle * 1.5
    assert wait == backoff(attempt, seed)


def test_different_asks_wait_differently() -> None:
    assert len({backoff(1, seed) for seed in range(50)}) == 50


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        (formatdate(1_000_060, usegmt=True), 60.0),
        (formatdate(999_000, usegmt=True), 0.0),
        ("Thu, 01 Jan 1970 00:00:10 -0000", 0.0),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, now=1_000_000.0) == seconds
