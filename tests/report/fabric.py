"""A run made up from nothing, for testing what a report does with one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from homophily.analysis import Finding
from homophily.lab.design import Design
from homophily.lab.study import Study
from homophily.report._record import Record
from tests.report import fabric_debate, fabric_teammates

CODES = ("SD", "ST", "HE", "AC", "PO", "SE", "CO", "TR", "BE", "UN")
COLUMNS = ["term", "outcome", "language", "estimate", "low", "high", "p", "n", "method"]


def estimates() -> pd.DataFrame:
    rows = [
        ("similarity", outcome, language, 0.42, 0.31, 0.52, 0.0001, 200, "bootstrap over pairs")
        for outcome in ("trust", "closeness")
        for language in ("en", "ja")
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _frame(columns: str, rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def data(figure: str) -> pd.DataFrame | None:
    """The rows that a figure's docstring asks for."""
    rng = np.random.default_rng(3)
    outcomes, languages = ("trust", "closeness"), ("en", "ja")
    if figure == "similarity":
        rows = [
            (s, o, 4 + 0.9 * s + rng.normal(0, 0.6), lang)
            for lang in languages
            for s in rng.uniform(-0.6, 1, 60)
            for o in outcomes
        ]
        return _frame("similarity outcome rating language", rows)
    if figure == "circle":
        rows = [(g, c, rng.normal(), rng.normal()) for g in ("portrait · 日本語", "scores") for c in CODES]
        return _frame("group value target measured", rows)
    if figure == "profiles":
        rows = [(g, c, rng.normal(), rng.normal()) for g in ("claude", "gpt") for c in CODES]
        return _frame("group value stated shown", rows)
    if figure == "equivalence":
        told = zip(
            ("trust", "circles", "length of texts"), ("equivalent", "undecided", "different"), strict=True
        )
        rows = [(o, d := rng.normal(0, 0.2), d - 0.1, d + 0.1, v, 0.2, 0.05, "sd") for o, v in told]
        return _frame("outcome scaled scaled_low scaled_high verdict bound level unit", rows)
    if figure == "controllability":
        designs = ("none", "scores", "definitions", "intensity", "ranking", "portrait", "anchor")
        rows = [
            (m, d, lang, e := rng.uniform(-0.1, 0.95), e - 0.05, e + 0.04)
            for m in ("synthetic", "a-model-with-a-long-name-2026-04")
            for d in designs
            for lang in languages
        ]
        return _frame("model design language estimate low high", rows)
    if figure == "variance":
        shares = zip(("actor", "partner", "pair", "residual"), (0.25, 0.02, 0.4, 0.33), strict=True)
        rows = [(o, lang, c, s) for c, s in shares for o in outcomes for lang in languages]
        return _frame("outcome language component share", rows)
    if figure == "power":
        rows = [(n, n / 450, n / 500, n / 401, o) for n in (25, 50, 100, 200, 400) for o in outcomes]
        return _frame("n power low high outcome", rows)
    if figure == "judges":
        pairs = [("gpt", "lexicon", None, 0.3, 0.2, 0.4), ("ann", "gpt", None, 0.6, 0.5, 0.7)]
        values = [(None, None, f"value-{n}", n / 25, n / 25 - 0.1, n / 25 + 0.1) for n in range(25)]
        return _frame("one other value estimate low high", pairs + values)
    if figure == "missingness":
        rows = [
            (r, lang, m, 7, 800)
            for r in ("alpha", "beta")
            for lang in languages
            for m in ("refusal", "empty")
        ]
        return _frame("respondent language missing n asked", rows)
    if figure == "surface":
        rows = [("trust", c, 4, 0.2, 0.1, -0.1, 0.3, -0.1) for c in CODES]
        return _frame("outcome value b0 b1 b2 b3 b4 b5", rows)
    if figure in fabric_debate.MADE:
        return fabric_debate.MADE[figure](rng)
    if figure in fabric_teammates.MADE:
        return fabric_teammates.MADE[figure](rng)
    return None


def finding(figure: str) -> Finding:
    return Finding(
        name=figure,
        title=f"What <{figure}> shows",
        text="Similar pairs trust each other more, r = .42 [.31, .52].",
        estimates=fabric_debate.persuasion(np.random.default_rng(3))
        if figure == "persuasion"
        else estimates(),
        warnings=("The fit did not converge & says so.",) if figure == "variance" else (),
        figure=figure,
        data=data(figure),
    )


def answers(sessions: int = 12, *, missing: bool = True) -> pd.DataFrame:
    rows = []
    for place in range(sessions):
        language = ("en", "ja")[place % 2]
        talk = (
            ("Shall we walk by the sea?", "Gladly.")
            if language == "en"
            else ("海辺を歩きませんか。", "喜んで。")
        )
        common = {"run": "r", "session": f"{language}/pair-{place:04}", "language": language, "cost": np.nan,
                  "respondent": "synthetic", "model": None, "condition": "dialogue", "prompt_tokens": 0,
                  "completion_tokens": 0, "reverse": False, "raw": ""}  # fmt: skip
        for turn, text in enumerate(talk):
            seat = "ab"[turn]
            rows.append({**common, "seat": seat, "path": f"weekend/{turn}", "item": "dialogue/weekend",
                         "kind": "text",
                         "measures": "", "agent": f"agent-{turn}<x>", "partner": "", "value": text,
                         "number": np.nan, "missing": None})  # fmt: skip
        for item in range(3):
            lost = missing and place == 0 and item == 0
            rows.append({**common, "seat": "a", "path": f"trust/{item}", "item": f"trust/{item}",
                         "kind": "likert",
                         "measures": "trust.faith", "agent": "agent-0<x>", "partner": "agent-1",
                         "value": None if lost else "5", "number": np.nan if lost else 5.0,
                         "missing": "refusal" if lost else None})  # fmt: skip
    return pd.DataFrame(rows)


async def _play(table: object) -> None: ...


class Plan(Design):
    """Pairs meet, talk, and rate each other."""


STUDY = Study(
    name="fabric",
    title="A made-up study <of nothing>",
    design=Plan,
    sessions=lambda design: [],
    play=_play,
    tables=lambda answers, design: {},
    plan=(),
    limitations=("Nobody was asked.",),
    references=("nobody2026",),
)


def record(figures: tuple[str, ...] = (), **changes: object) -> Record:
    given = {
        "name": "fabric-12345678",
        "study": STUDY,
        "design": Plan(study="fabric", seed=7),
        "answers": answers(),
        "findings": [finding(figure) for figure in figures],
        "environment": {"homophily": "0.1.0", "packages": {"numpy": "2.4"}},
        "planned": 12,
        "finished": 12,
    }
    return Record(**{**given, **changes})  # type: ignore[arg-type]
