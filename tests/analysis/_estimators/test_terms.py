import numpy as np
import pandas as pd
import pytest

from homophily.analysis._estimators.terms import matrix
from homophily.errors import DataError, UsageError

FRAME = pd.DataFrame({"s": [0.1, 0.4, 0.9, 0.2, 0.5, 0.7], "g": list("abcabc"), "t": [1.0, 2, 3, 1, 2, 3]})


def test_categories_are_sum_coded() -> None:
    design = matrix(FRAME, "g")
    assert design.names == ("(intercept)", "g[a]", "g[b]")
    assert design.columns[:3].tolist() == [[1, 1, 0], [1, 0, 1], [1, -1, -1]]


def test_a_cross_is_both_and_their_product() -> None:
    assert matrix(FRAME, "s * g").names == matrix(FRAME, "s + g + s:g").names
    assert matrix(FRAME, "s * g").names[-1] == "s:g[b]"


def test_slopes_by_level_and_their_mean() -> None:
    design = matrix(FRAME, "s * g")
    slopes = {"a": 1.0, "b": 2.0, "c": 6.0}
    y = FRAME["s"] * FRAME["g"].map(slopes)
    beta = np.linalg.lstsq(design.columns, y, rcond=None)[0]
    for level, slope in slopes.items():
        assert design.slope("s", g=level) @ beta == pytest.approx(slope)
    assert design.slope("s") @ beta == pytest.approx(3.0)


def test_implied_columns_are_dropped_by_name() -> None:
    frame = FRAME.assign(double=2 * FRAME["s"], flat=1.0, one="x")
    design = matrix(frame, "s + double + flat + one * t")
    assert design.dropped == ("double", "flat")
    assert design.names == ("(intercept)", "s", "t")


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="no column named 'u'"):
        matrix(FRAME, "s + u")
    with pytest.raises(UsageError, match="no level 'z'"):
        matrix(FRAME, "s * g").slope("s", g="z")
    with pytest.raises(DataError, match="slope of 'flat' is not in the model"):
        matrix(FRAME.assign(flat=1.0), "flat").slope("flat")
