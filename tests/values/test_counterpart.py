"""Counterparts: exactly at their distance, plausible on the circle, whoever they are made for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from homophily.errors import UsageError
from homophily.values import CODES
from homophily.values.counterpart import circle_margin, counterpart
from homophily.values.ranks import levels

RUNGS = [level.d2 for level in levels()]


def ranks(codes):
    return [codes.index(code) for code in CODES]


@given(st.permutations(CODES), st.sampled_from(RUNGS[10:-10]), st.integers(0, 2**32))
def test_the_distance_is_exact(codes, d2, seed):
    made = counterpart(codes, d2, np.random.default_rng(seed), margin=-10)
    assert sorted(made.codes) == sorted(CODES)
    assert made.d2 == d2 == sum((a - b) ** 2 for a, b in zip(ranks(codes), ranks(made.codes), strict=True))
    assert made.rho == pytest.approx(stats.spearmanr(ranks(codes), ranks(made.codes)).statistic)


@given(st.permutations(CODES), st.sampled_from([(82, 2), (164, 1), (248, 0)]), st.integers(0, 2**32))
def test_overlap_and_margin_are_met(codes, wished, seed):
    d2, overlap = wished
    made = counterpart(codes, d2, np.random.default_rng(seed), overlap=overlap)
    assert len(set(codes[:3]) & set(made.codes[:3])) == made.overlap == overlap
    assert made.margin == pytest.approx(float(circle_margin(np.array(ranks(made.codes)))))
    assert made.margin > 0


def test_the_ends_are_the_same_and_its_reverse():
    rng = np.random.default_rng(1)
    assert counterpart(CODES, 0, rng).codes == CODES
    assert counterpart(CODES, 330, rng).codes == CODES[::-1]


def test_equal_seeds_make_equal_counterparts_and_others_differ():
    made = [counterpart(CODES, 164, np.random.default_rng(seed)).codes for seed in (1, 1, *range(2, 40))]
    assert made[0] == made[1]
    assert len(set(made)) > 30


def test_the_margin_is_that_of_the_circle():
    around = np.array([1, 2, 3, 4, 5, 6, 5, 4, 3, 2])  # importance falls evenly to the opposite side
    assert circle_margin(around) == pytest.approx((5 + 3 + 1 + 1 + 3) / 5 - 1)
    drawn = np.random.default_rng(2).permuted(np.tile(np.arange(1, 11), (20_000, 1)), axis=1)
    assert abs(circle_margin(drawn).mean()) < 0.03


@pytest.mark.parametrize(
    ("codes", "d2", "more", "said"),
    [
        (CODES[:9], 82, {}, "give each code once"),
        (CODES, 83, {}, "even number"),
        (CODES, 332, {}, "even number"),
        (CODES, 2, {"overlap": 0}, "no ranking found"),
        (CODES, 164, {"margin": 9.0}, "no ranking found"),
    ],
)
def test_what_cannot_be_had_is_said(codes, d2, more, said):
    with pytest.raises(UsageError, match=said):
        counterpart(codes, d2, np.random.default_rng(1), **more)
