"""Agreement of sets: against other packages' figures, by hand, and by laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from homophily.analysis._estimators.setwise import SetAlpha, distances, grouped_jaccard, jaccard, members

#: One row a unit, one column a judge: letters are labels, "-" is the empty set, "." no judgement.
TABLE = """
ab ab a  .
c  c  c  c
-  -  a  -
abc ab .  b
de d  e  de
.  a  .  .
f  f  fg f
bg g  .  g
a  ab abc .
-  .  -  -
e  e  d  e
cd c  cd cd
.  -  b  -
g  fg g  .
ac a  c  ac
"""
CELLS = [
    (unit, cell.replace("-", ""))
    for unit, line in enumerate(TABLE.strip().splitlines())
    for cell in line.split()
    if cell != "."
]
UNITS = np.array([unit for unit, _ in CELLS])
SETS = members([cell for _, cell in CELLS], "abcdefg")


@pytest.mark.parametrize(
    ("distance", "alpha"), [("masi", 0.5070407623080995), ("jaccard", 0.576608951323097)]
)
def test_alpha_of_sets_as_nltk_has_it(distance, alpha):
    """``nltk.metrics.agreement.AnnotationTask.alpha`` of nltk 3.10.4 with its MASI and Jaccard distances."""
    found = SetAlpha(SETS, UNITS, distance)
    assert found.value() == pytest.approx(alpha, abs=1e-12)
    assert found.units == 14


@pytest.mark.parametrize(
    ("label", "alpha"),
    [
        ("a", 0.6756756756756757),
        ("b", 0.4666666666666667),
        ("c", 0.6923076923076923),
        ("d", 0.5102040816326531),
        ("e", 0.627906976744186),
        ("f", 0.7818181818181817),
        ("g", 0.8367346938775511),
    ],
)
def test_alpha_of_one_label_as_the_package_krippendorff_has_it(label, alpha):
    place = "abcdefg".index(label)
    assert SetAlpha(SETS[:, [place]], UNITS, "jaccard").value() == pytest.approx(alpha, abs=1e-12)


def test_counting_units_twice_is_having_them_twice():
    rng = np.random.default_rng(1)
    times = rng.integers(0, 3, size=(5, 15))
    values = SetAlpha(SETS, UNITS).values(times.astype(float))
    for often, value in zip(times, values, strict=True):
        copies = [(SETS[unit == UNITS], n) for unit, n in enumerate(often)]
        rows = [part for part, n in copies for _ in range(n)]
        units = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
        assert SetAlpha(np.concatenate(rows), units).value() == pytest.approx(value)


def test_distances_by_hand():
    sets = members(["", "a", "ab", "abc", "bcd", "x"], "abcdx")
    masi, plain = distances(sets, "masi"), distances(sets, "jaccard")
    assert plain[1, 2] == pytest.approx(1 / 2)
    assert masi[1, 2] == pytest.approx(1 - 1 / 2 * 2 / 3)  # one holds the other
    assert plain[2, 4] == pytest.approx(1 - 1 / 4)
    assert masi[2, 4] == pytest.approx(1 - 1 / 4 * 1 / 3)  # they overlap
    assert masi[0, 0] == masi[3, 3] == 0
    assert masi[0, 1] == masi[1, 5] == 1
    assert (masi == masi.T).all()


def test_groups_count_in_part():
    groups = [0, 0, 0, 1, 1]
    a, b = members(["ac", "ab", "ad", "", "ab"], "abcde"), members(["ab", "cd", "be", "", ""], "abcde")
    for weight, expected in (
        (0.0, [1 / 3, 0, 0, 1, 0]),
        (1.0, [1, 1 / 3, 1, 1, 0]),
        (0.5, [1.5 / 2.5, 0.5 / 3.5, 1 / 3, 1, 0]),
    ):
        np.testing.assert_allclose(grouped_jaccard(a, b, groups, weight), expected)


ROWS = arrays.arrays(bool, (6, 5))


@given(ROWS, ROWS)
def test_jaccard_and_its_groups_obey_their_laws(a, b):
    plain = jaccard(a, b)
    assert ((plain >= 0) & (plain <= 1)).all()
    np.testing.assert_allclose(plain, jaccard(b, a))
    np.testing.assert_allclose(jaccard(a, a), 1)
    groups = [0, 0, 1, 2, 2]
    np.testing.assert_allclose(grouped_jaccard(a, b, groups, 0.0), plain)
    np.testing.assert_allclose(grouped_jaccard(a, b, [0, 1, 2, 3, 4], 0.7), plain)
    softer = [grouped_jaccard(a, b, groups, weight) for weight in (0.0, 0.3, 1.0)]
    assert (np.diff(softer, axis=0) >= -1e-12).all()
    np.testing.assert_allclose(softer[1], grouped_jaccard(b, a, groups, 0.3))
    assert (softer[-1] <= 1 + 1e-12).all()


def test_alpha_is_one_for_full_agreement_and_near_zero_for_chance():
    rng = np.random.default_rng(2)
    truth = rng.random((300, 8)) < 0.3
    units = np.repeat(np.arange(300), 3)
    assert SetAlpha(np.repeat(truth, 3, axis=0), units).value() == pytest.approx(1)
    chance = [SetAlpha(rng.random((900, 8)) < 0.3, units).value() for _ in range(40)]
    assert abs(np.mean(chance)) < 0.005


def test_alpha_is_missing_where_nothing_can_disagree():
    same = np.ones((4, 2), dtype=bool)
    assert np.isnan(SetAlpha(same, np.array([0, 0, 1, 1])).value())
    assert np.isnan(SetAlpha(SETS, np.arange(len(SETS))).value())
