import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.report import numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.42, ".42"),
        (-0.42, "−.42"),
        (0, ".00"),
        (-0.001, ".00"),
        (1, "1.00"),
        (1.2, "1.20"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_a_number_that_cannot_pass_1_has_no_leading_zero(value: float | None, shown: str) -> None:
    assert numbers.bounded(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.42, "0.42"), (-3.456, "−3.46"), (math.inf, "–")])
def test_plain_numbers_have_two_decimals_and_a_true_minus(value: float, shown: str) -> None:
    assert numbers.plain(value) == shown


def test_intervals_stand_in_brackets() -> None:
    assert numbers.interval(0.31, 0.52, unit=True) == "[.31, .52]"
    assert numbers.interval(-0.5, 12) == "[−0.50, 12.00]"


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0004, "< .001"), (0.0312, ".031"), (1.0, "1.000"), (None, "–")]
)
def test_p_values(value: float | None, shown: str) -> None:
    assert numbers.p_value(value) == shown


def test_counts_have_thousands_marks() -> None:
    assert numbers.count(20000.0) == "20,000"


@given(st.floats(-1, 1))
def test_what_is_printed_reads_back_as_what_was_rounded(value: float) -> None:
    read = float(numbers.bounded(value).replace("−", "-"))
    assert read == pytest.approx(value, abs=0.0051)
