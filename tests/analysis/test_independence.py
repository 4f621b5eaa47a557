"""Descent of a panel's members: told where it can be, and said to be unknown where it cannot."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from homophily.analysis.independence import independence
from homophily.errors import DataError
from tests.lineage.arrays import model, saved, tuned


@dataclass
class Told:
    relation: str
    similarity: float = 0.998
    p: float = 1e-12
    method: str = "matched units"


def panel(*agents: tuple[str, str, str | None, str | None]) -> dict[str, pd.DataFrame]:
    rows = [
        {"model": model, "kind": kind, "role": "agent", "served": served, "checkpoint": checkpoint}
        for model, kind, served, checkpoint in agents
    ]
    judge = {"model": "lexicon", "kind": "lexicon", "role": "judge", "served": None, "checkpoint": None}
    return {"panel": pd.DataFrame([*rows, judge])}


LOCAL = panel(
    ("base", "local", None, "/m/base"), ("tuned", "local", None, "/m/tuned"), ("api", "chat", "gpt", None)
)


def test_the_finding_of_each_pair_of_checkpoints_is_carried() -> None:
    asked: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> Any:
        asked.append((one, other))
        return Told("fine-tuned-of")

    found = independence(LOCAL, compare=compare)
    assert asked == [("/m/base", "/m/tuned")]
    (row,) = found.estimates.to_dict("records")
    assert (row["model"], row["other"], row["relation"]) == ("base", "tuned", "fine-tuned-of")
    assert (row["estimate"], row["p"], row["method"]) == (0.998, 1e-12, "matched units")
    assert "base and tuned: fine-tuned-of" in found.text
    assert "2 other pairs the descent is unknown" in found.text


def test_checkpoints_on_this_machine_are_compared_by_their_weights(tmp_path: Path) -> None:
    base = model(1)
    folders = {
        name: str(saved(tmp_path / name, made))
        for name, made in (("base", base), ("tuned", tuned(base)), ("other", model(2)))
    }
    found = independence(panel(*((name, "local", None, folder) for name, folder in folders.items())))
    told = {(row["model"], row["other"]): row for row in found.estimates.to_dict("records")}
    assert {pair: row["relation"] for pair, row in told.items()} == {
        ("base", "tuned"): "fine-tuned",
        ("base", "other"): "unrelated",
        ("tuned", "other"): "unrelated",
    }
    assert told["base", "tuned"]["estimate"] > 0.99
    assert 0 < told["base", "tuned"]["p"] < 1e-100
    assert told["base", "other"]["p"] > 0.01
    assert "csu" in told["base", "tuned"]["method"]
    assert not found.warnings


def test_a_pair_that_cannot_be_compared_is_a_warning() -> None:
    def compare(one: str, other: str) -> Any:
        raise DataError("no weights in /m/tuned.")

    found = independence(LOCAL, compare=compare)
    assert found.warnings == ("base and tuned could not be compared: no weights in /m/tuned.",)
    assert found.text.startswith("Not tested")


def test_two_names_of_one_model_are_the_same() -> None:
    found = independence(panel(("a", "chat", "gpt", None), ("b", "chat", "gpt", None)))
    assert "a and b: the same model" in found.text
    assert (
        independence(panel(("a", "local", None, "/m"), ("b", "local", None, "/m"))).text.count("same model")
        == 1
    )


@pytest.mark.parametrize(
    ("agents", "said"),
    [((("a", "panelist", "panelist", None), ("b", "panelist", "panelist", None)), "every agent is computed"),
     ((("a", "chat", "x", None), ("b", "chat", "y", None)), "no two agents are checkpoints on this machine")],
)  # fmt: skip
def test_one_line_says_why_nothing_is_told(agents: Any, said: str) -> None:
    found = independence(panel(*agents))
    assert said in found.text
    assert found.estimates.empty


def test_a_panel_of_one_has_no_pair() -> None:
    with pytest.raises(DataError, match="a panel of one"):
        independence(panel(("a", "chat", "x", None)))
