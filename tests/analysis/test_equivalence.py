"""Two runs of one design: matched ask by ask, and found alike exactly where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from homophily.analysis._paired import paired
from homophily.analysis.equivalence import equivalence
from homophily.errors import DataError, UsageError
from homophily.lab.design import Design
from homophily.lab.study import Outcome, Study


def study(**changes: Any) -> Study:
    async def play(table: Any) -> None: ...

    return Study(
        name="s", title="S", design=Design, sessions=lambda design: (), play=play,
        tables=lambda answers, design: {}, plan=(), **changes,
    )  # fmt: skip


DECLARED = study(
    outcomes=(
        Outcome("ratings", ("trust", "never_asked")),
        Outcome("verdicts", ("verdict",), ("session", "seat"), "category"),
    ),
    share=("rater", "partner"),
)


def run(shift: float = 0.0, *, sessions: int = 120, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Tables of a run whose truth is one for all seeds, but for noise and a shift of trust."""
    truth, rng = np.random.default_rng(0), np.random.default_rng(seed)
    rows, asks = [], []
    for number in range(sessions):
        a, b = truth.choice(40, 2, replace=False)
        for seat, rater, partner in (("a", a, b), ("b", b, a)):
            key = {"session": f"en/{number:03}", "seat": seat}
            trust = truth.normal(4, 1) + shift + rng.normal(0, 0.3)
            verdict = "YTA" if truth.random() < 0.4 else "NTA"
            who = {"rater": f"r{rater}", "partner": f"r{partner}"}
            rows.append({**key, **who, "trust": trust, "verdict": verdict, "never_asked": np.nan})
            point = int(np.clip(round(trust), 1, 7))
            words = " ".join(["word"] * int(truth.integers(5, 15)))
            for path, kind, value in (("trust/1", "likert", str(point)), ("talk/1", "text", words)):
                asks.append({**key, "path": path, "item": path, "kind": kind, "value": value, "missing": None,
                             "number": float(point) if kind == "likert" else np.nan, "measures": "trust",
                             "language": "en"})  # fmt: skip
    frame = pd.DataFrame(rows)
    return {"ratings": frame.drop(columns="verdict"), "verdicts": frame, "answers": pd.DataFrame(asks)}


def found(*runs: dict[str, pd.DataFrame], of: Study = DECLARED, **options: Any) -> pd.DataFrame:
    return equivalence(paired(of, *runs), **options).estimates.set_index("outcome")


def test_every_outcome_is_matched_and_judged() -> None:
    told = found(run(seed=2), run(seed=3))
    assert told.loc["trust", "verdict"] == "equivalent"
    assert told.loc["trust", "n"] == 240
    assert told.loc["trust", "n_units"] == 40
    assert told.loc["trust", "agreement"] > 0.85
    assert "dyadic" in told.loc["trust", "method"]
    assert told.loc["verdict: NTA", "verdict"] == "identical"
    assert told.loc["length of texts", "same"] == 1
    assert told.loc["missing answers", "run"] == 0
    assert told.loc["every text", "same"] == 1
    assert 0.5 < told.loc["every closed answer", "same"] < 1
    assert "never_asked" not in told.index


def test_a_difference_is_found_and_a_run_beside_itself_is_identical() -> None:
    told = found(run(0.5, seed=2), run(seed=3))
    assert told.loc["trust", "verdict"] == "different"
    assert told.loc["trust", "low"] < 0.5 < told.loc["trust", "high"]
    assert told.loc["trust", "estimate"] == pytest.approx(0.5, abs=0.1)
    alone = found(run(), run())
    assert set(alone["verdict"].dropna()) == {"identical"}


def test_a_margin_in_points_and_its_choice_decide() -> None:
    runs = run(0.15, seed=2), run(seed=3)
    assert found(*runs, margin=0.3, scale="points").loc["trust", "verdict"] == "different, within the margin"
    assert found(*runs, margin=0.05, scale="points").loc["trust", "verdict"] == "different"
    assert found(*runs, margin=0.3, scale="points").loc["trust", "margin"] == 0.3
    with pytest.raises(UsageError, match="leaves no room"):
        found(*runs, margin=0)


def test_few_agents_are_undecided_and_said_to_be_few() -> None:
    told = equivalence(paired(DECLARED, run(sessions=3, seed=2), run(sessions=3, seed=3)))
    assert "undecided" in told.text
    assert any("are few" in warning for warning in told.warnings)


def test_a_study_without_declared_outcomes_is_compared_on_its_numbers() -> None:
    told = found(run(seed=2), run(seed=3), of=study())
    assert told.loc["trust", "n"] == 240
    assert told.loc["trust", "n_units"] == 120
    assert "CR2" in told.loc["trust", "method"]


def test_missing_is_counted_left_out_of_differences_and_compared_itself() -> None:
    one = run(seed=2)
    one["ratings"].loc[:9, "trust"] = np.nan
    one["answers"].loc[[0, 2, 4], ["value", "number", "missing"]] = [None, np.nan, "refusal"]
    result = equivalence(paired(DECLARED, one, run(seed=3)))
    told = result.estimates.set_index("outcome")
    assert told.loc["trust", ["n", "lost"]].tolist() == [230, 10]
    assert told.loc["missing answers", "run"] == pytest.approx(3 / 480)
    assert any("no value in one of the runs" in warning for warning in result.warnings)


def test_asks_of_one_run_alone_are_told_and_runs_that_do_not_pair_are_refused() -> None:
    short = run(seed=2)
    short["answers"] = short["answers"].iloc[:-2]
    result = equivalence(paired(DECLARED, short, run(seed=3)))
    assert any("2 of the reference (such as en/119/b/t" in warning for warning in result.warnings)
    other = run(seed=3)
    other["answers"] = other["answers"].assign(session="x")
    with pytest.raises(DataError, match="no ask of the one is an ask of the other"):
        paired(DECLARED, run(), other)
    other = run(seed=3)
    other["answers"] = other["answers"].assign(item="else")
    with pytest.raises(DataError, match="at en/000/a/talk/1 one was asked 'talk/1', the other 'else'"):
        paired(DECLARED, run(), other)
