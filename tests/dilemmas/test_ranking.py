"""Ranking by entropy: against scipy on real votes, and by its own laws."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from homophily.dilemmas import Votes, entropy, rank_by_entropy

REAL = Path(__file__).parents[3] / "shared/data/dilemmas/scruples_dev_anecdotes_label_counts.json"
COUNTS = st.lists(st.integers(0, 50), min_size=5, max_size=5)


@pytest.mark.skipif(not REAL.is_file(), reason=f"needs the real votes in {REAL}")
def test_real_votes_rank_as_scipy_ranks_them():
    vectors = np.array(json.loads(REAL.read_text()), dtype=float)
    assert vectors.shape == (2500, 5)
    theirs = stats.entropy(vectors, base=2, axis=1)
    ranked = rank_by_entropy([Votes.of(vector.tolist()) for vector in vectors])
    assert len(ranked) == (vectors.sum(axis=1) > 0).sum()
    np.testing.assert_allclose([r.entropy for r in ranked], [theirs[r.place] for r in ranked], atol=1e-12)
    order = sorted(range(len(vectors)), key=lambda i: (-round(theirs[i], 9), i))
    assert [round(theirs[i], 9) for i in order[:500]] == [round(r.entropy, 9) for r in ranked[:500]]
    many = rank_by_entropy([Votes.of(vector.tolist()) for vector in vectors], min_votes=20)
    assert {r.place for r in many} == set(np.flatnonzero(vectors.sum(axis=1) >= 20))


@given(COUNTS)
def test_entropy_is_bounded_and_blind_to_order(counts: list[int]):
    bits = entropy(counts)
    if not sum(counts):
        assert math.isnan(bits)
        return
    assert -1e-12 <= bits <= math.log2(5) + 1e-12
    assert entropy(counts[::-1]) == pytest.approx(bits, abs=1e-12)
    assert entropy([3 * count for count in counts]) == pytest.approx(bits, abs=1e-12)
    assert (bits == 0) == (sum(count > 0 for count in counts) == 1)


@given(COUNTS.filter(any))
def test_corrections_are_what_they_say(counts: list[int]):
    n, seen = sum(counts), sum(count > 0 for count in counts)
    raised = entropy(counts, correction="miller-madow") - entropy(counts)
    assert raised == pytest.approx((seen - 1) / (2 * n) / math.log(2))
    smoothed = stats.entropy(np.array(counts) + 1, base=2)
    assert entropy(counts, correction="laplace") == pytest.approx(smoothed)


def test_miller_madow_mends_most_of_the_bias_of_few_votes():
    rng = np.random.default_rng(1)
    truth = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    draws = rng.multinomial(20, truth, size=4000)
    bias = {
        correction: np.mean([entropy(d, correction=correction) for d in draws]) - stats.entropy(truth, base=2)
        for correction in ("none", "miller-madow")
    }
    assert bias["none"] < -0.1
    assert abs(bias["miller-madow"]) < 0.25 * abs(bias["none"])


def test_scores_weigh_verdicts_and_negative_ones_weigh_nothing():
    disputed = Votes.of([1, 9, 0, 0, 0]).with_score([50, 50, 0, 0, 0])
    settled = Votes.of([5, 5, 0, 0, 0]).with_score([-40, 90, 0, 0, 0])
    assert [r.place for r in rank_by_entropy([disputed, settled])] == [1, 0]
    by_score = rank_by_entropy([disputed, settled, Votes.of([1, 1, 0, 0, 0])], weight="score")
    assert [(r.place, r.entropy) for r in by_score] == [(0, 1.0), (1, 0.0)]


def test_ties_keep_their_order_and_what_cannot_be_ranked_is_left_out():
    votes = [Votes.of([1, 1, 0, 0, 0]), None, Votes.of([0] * 5), Votes.of({"ESH": 3, "INFO": 3})]
    assert [r.place for r in rank_by_entropy(votes)] == [0, 3]
    assert [r.place for r in rank_by_entropy(votes, min_votes=3)] == [3]
    assert rank_by_entropy(votes, min_votes=0)[0].total == 2


def test_votes_know_their_plurality():
    assert Votes.of([3, 1, 0, 0, 0]).plurality == "YTA"
    assert Votes.of([3, 3, 0, 0, 0]).plurality is None
    assert Votes.of([0] * 5).plurality is None
    assert Votes.of({"NAH": 2}).by_verdict() == {"YTA": 0, "NTA": 0, "ESH": 0, "NAH": 2, "INFO": 0}


@pytest.mark.parametrize(
    "wrong",
    [[1, 2], {"MAYBE": 1}, [1, -1, 0, 0, 0], [math.inf, 0, 0, 0, 0], [math.nan] * 5, ["3"] * 5, [True] * 5],
)
def test_votes_that_are_none_are_refused(wrong: object):
    with pytest.raises(ValueError, match=r"verdict|votes"):
        Votes.of(wrong)
