"""Verdicts against people's votes, by hand."""

import numpy as np
import pandas as pd
import pytest

from homophily.analysis.human_agreement import human_agreement
from homophily.errors import DataError
from tests.analysis.by_hand import debate, line, tables


def judged(votes: dict[str, tuple[float, ...]], *debates: pd.DataFrame) -> dict[str, pd.DataFrame]:
    made = tables(*debates)
    told = made["verdicts"].drop_duplicates("session")[["session", "dilemma"]].reset_index(drop=True)
    counts = pd.DataFrame([votes[d] for d in told["dilemma"]],
                          columns=[f"human_{v}" for v in ("YTA", "NTA", "ESH", "NAH", "INFO")])  # fmt: skip
    return {**made, "debates": pd.concat([told[["session"]], counts], axis=1)}


VOTES = {"d1": (3.0, 1.0, 0.0, 0.0, 0.0), "d2": (2.0, 2.0, 0.0, 0.0, 0.0)}
TWO = (debate("d1", "a b", "YN NN"), debate("d2", "a b", "YY"))


def test_plurality_before_and_after_with_ties_shared() -> None:
    table = human_agreement(judged(VOTES, *TWO), smoothing=0).estimates
    term = "agreement with the plurality"
    assert line(table, model="a", term=term, when="before")["estimate"] == (1 + 0.5) / 2
    assert line(table, model="a", term=term, when="after")["estimate"] == (0 + 0.5) / 2
    assert line(table, model="a", term=term, when="difference")["estimate"] == -0.5


def test_log_score_is_of_the_share_who_gave_the_verdict() -> None:
    found = human_agreement(judged(VOTES, *TWO), smoothing=0).estimates
    score = line(found, model="a", term="log score", when="before")["estimate"]
    assert score == pytest.approx((np.log2(3 / 4) + np.log2(1 / 2)) / 2)
    smooth = human_agreement(judged(VOTES, *TWO), smoothing=0.5).estimates
    score = line(smooth, model="a", term="log score", when="before")["estimate"]
    assert score == pytest.approx((np.log2(3.5 / 6.5) + np.log2(2.5 / 6.5)) / 2)


def test_divergence_is_jensen_and_shannons() -> None:
    found = human_agreement(judged(VOTES, TWO[0]), smoothing=0).estimates
    term = "Jensen–Shannon divergence"
    before = (np.log2(1 / 0.875) + 0.75 * np.log2(0.75 / 0.875) + 0.25 * np.log2(0.25 / 0.125)) / 2
    after = (np.log2(1 / 0.625) + 0.75 * np.log2(0.75 / 0.375) + 0.25 * np.log2(0.25 / 0.625)) / 2
    assert line(found, model="a", term=term, when="before")["estimate"] == pytest.approx(before)
    assert line(found, model="a", term=term, when="after")["estimate"] == pytest.approx(after)


def test_dilemmas_without_votes_are_left_out_and_said_so() -> None:
    votes = {**VOTES, "d2": (np.nan,) * 5}
    found = human_agreement(judged(votes, *TWO))
    assert line(found.estimates, model="a", term="log score", when="before")["n"] == 1
    assert found.warnings == ("1 debates are on dilemmas without votes; left out.",)


@pytest.mark.parametrize("made", [tables(*TWO), judged(dict.fromkeys(VOTES, (np.nan,) * 5), *TWO)])
def test_without_any_votes_one_sentence_says_so(made: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(DataError, match=r"^these dilemmas come without people's votes; [^.]+\.$"):
        human_agreement(made)
