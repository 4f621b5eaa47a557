"""The quick version of benchmarks/recovery.py: whole studies, from design to findings."""

import pandas as pd
import pytest
from benchmarks import recovery

SMALL = {"agents": 24, "pairs": {"n": 50}}


def shares(name: str, replicates: int) -> pd.Series:
    found = recovery.table(replicates, 1, (name,), **SMALL)
    return found.set_index(found["quantity"].str.removeprefix(f"{name}: "))["share"]


@pytest.mark.slow
def test_planted_slopes_come_back() -> None:
    found = shares("similarity effect", 6)
    covers = found[found.index.str.contains("covers")]
    # Six studies with 14 judged slopes each; at a true 95 % fewer than 4 in 5 is all but impossible.
    assert len(covers) == 6
    assert covers.mean() > 0.8
    assert found["naive slope found"] > 0.6
    means = found[found.index.str.startswith("mean: controlled slope")]
    assert means.abs().max() < 0.35


@pytest.mark.slow
@pytest.mark.parametrize("name", ["random respondents", "partner effect only"])
def test_nothing_is_found_where_nothing_was_planted(name: str) -> None:
    found = shares(name, 5)
    assert found["controlled slope found"] < 0.3
    assert found["partial correlation found"] < 0.3
    assert found["criterion met in all four"] == 0


def test_midpoint_respondents_are_reported_as_degenerate() -> None:
    found = shares("midpoint respondents", 1)
    assert found["criterion met in all four"] == 0
    assert not found.index.str.endswith(" found").any()
    for step in ("partner_control", "correlation", "permutation", "language"):
        assert found[f"{step} reported as not estimable"] == 1
