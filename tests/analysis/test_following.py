"""What people do with agents of each level."""

import numpy as np
import pandas as pd
import pytest

from homophily.analysis._estimators.mixed_logit import mixed_logit
from homophily.analysis._estimators.page import page
from homophily.analysis.following import following
from tests.analysis.by_hand import line
from tests.analysis.teams import simulated


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return simulated(n=40, within=0.4)


def test_ranks_improve_where_page_says_so(tables: dict[str, pd.DataFrame]) -> None:
    found = following(tables).estimates
    wide = tables["ratings"].pivot(index="participant", columns="level", values="rank").to_numpy()
    row = line(found, term="Page's L", outcome="rank")
    assert row["p"] == pytest.approx(page(-wide).p)
    assert row["p"] < 0.05
    assert line(found, term="mean", outcome="rank", level=5)["estimate"] < 3


def test_shares_and_trends_by_level(tables: dict[str, pd.DataFrame]) -> None:
    found = following(tables).estimates
    wide = tables["ratings"].pivot(index="participant", columns="level", values="followed").to_numpy()
    assert line(found, term="mean", outcome="followed", level=3)["estimate"] == pytest.approx(
        wide[:, 2].mean()
    )
    slope = (wide @ np.arange(-2, 3) / 10).mean()
    assert line(found, term="linear trend", outcome="followed")["estimate"] == pytest.approx(slope)


def test_single_decisions_are_a_logit_with_intercepts_by_person(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["decisions"]
    level = rows["level"].to_numpy(float) - rows["level"].mean()
    fit = mixed_logit(
        np.column_stack([np.ones(len(rows)), level]),
        (rows["choice"] == "follow").to_numpy(float),
        pd.factorize(rows["participant"])[0],
    )
    row = line(following(tables).estimates, term="log odds of following, per level")
    assert row["estimate"] == pytest.approx(fit.beta[1])
    assert row["n"] == len(rows)


def test_without_single_decisions_the_rest_stands(tables: dict[str, pd.DataFrame]) -> None:
    finding = following({"ratings": tables["ratings"]})
    assert any("no single decisions" in text for text in finding.warnings)
    assert line(finding.estimates, term="linear trend", outcome="alone")["estimate"] > 0


def test_everybody_always_following_is_said(tables: dict[str, pd.DataFrame]) -> None:
    finding = following({**tables, "decisions": tables["decisions"].assign(choice="follow")})
    assert any("everybody always did the same" in text for text in finding.warnings)


def test_decisions_left_open_do_not_count(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["decisions"].copy()
    rows.loc[rows.index[:10], "choice"] = None
    found = following({**tables, "decisions": rows}).estimates
    assert line(found, term="log odds of following, per level")["n"] == len(rows) - 10
