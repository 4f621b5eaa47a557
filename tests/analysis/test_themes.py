"""Themes by level, and how far coders agree."""

import numpy as np
import pandas as pd
import pytest

from homophily.analysis.themes import themes
from tests.analysis.by_hand import line
from tests.analysis.teams import simulated


def coded(*rows: tuple[str, int, str, str]) -> dict[str, pd.DataFrame]:
    """Codings (participant, level, coder, theme), one answer a participant and level."""
    frame = pd.DataFrame(rows, columns=["participant", "level", "coder", "theme"])
    return {"codings": frame.assign(position=1, question="why", path="agent-" + frame["level"].astype(str))}


BY_HAND = coded(
    ("p1", 1, "ann", "risk"), ("p1", 1, "ben", "risk"), ("p1", 1, "ben", "care"),
    ("p2", 1, "ann", "risk"), ("p2", 1, "ben", ""),
    ("p3", 1, "ann", ""), ("p3", 1, "ben", ""),
    ("p1", 5, "ann", "values"), ("p1", 5, "ben", "values"),
    ("p2", 5, "ann", "values"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "count"), [("majority", 1), ("all", 1), ("any", 2)])
def test_an_answer_shows_a_theme_by_the_rule(rule: str, count: int) -> None:
    found = themes(BY_HAND, rule=rule, draws=100).estimates  # type: ignore[arg-type]
    row = line(found, term="share", theme="Risk", level=1)
    assert (row["count"], row["n"], row["estimate"]) == (count, 3, pytest.approx(count / 3))


def test_an_answer_read_by_one_counts_as_that_one_says() -> None:
    row = line(themes(BY_HAND, draws=100).estimates, term="share", theme="Shared values", level=5)
    assert (row["count"], row["n"]) == (2, 2)


def test_kappa_is_of_the_answers_that_both_read() -> None:
    found = themes(BY_HAND, draws=100).estimates
    # Risk on four answers: both 1, ann alone 1, neither 2: observed .75, expected .5.
    row = line(found, term="kappa", theme="Risk")
    assert (row["estimate"], row["n"], row["contrast"]) == (pytest.approx(0.5), 4, "ann – ben")
    assert line(found, term="kappa, pooled")["n"] == 4


def test_a_theme_that_comes_with_similarity_is_found_and_others_are_not() -> None:
    finding = themes(simulated(), draws=100)
    trends = finding.estimates[finding.estimates["term"] == "log odds per level"].set_index("theme")
    assert trends.loc["Shared values", "p_holm"] < 0.001
    assert (trends.drop(index="Shared values")["p_holm"] > 0.05).all()


def test_three_coders_agree_two_by_two() -> None:
    tables = simulated(n=20)
    third = tables["codings"][tables["codings"]["coder"] == "ann"].assign(coder="cat")
    found = themes({**tables, "codings": pd.concat([tables["codings"], third])}, draws=50).estimates
    pooled = found[found["term"] == "kappa, pooled"].set_index("contrast")["estimate"]
    assert list(pooled.index) == ["ann – ben", "ann – cat", "ben – cat"]
    assert pooled["ann – cat"] == pytest.approx(1)
    assert pooled["ann – ben"] == pytest.approx(pooled["ben – cat"])


def test_one_coder_has_nobody_to_agree_with() -> None:
    tables = simulated(n=20)
    alone = tables["codings"][tables["codings"]["coder"] == "ann"]
    finding = themes({**tables, "codings": alone}, draws=50)
    assert any("no answer was read by two coders" in text for text in finding.warnings)
    assert "Pooled kappa" not in finding.text


def test_a_theme_outside_the_codebook_is_counted_and_said() -> None:
    finding = themes(coded(("p1", 1, "ann", "humour"), ("p2", 1, "ann", "risk")), draws=50)
    assert line(finding.estimates, term="share", theme="humour")["count"] == 1
    assert finding.warnings[0] == "'humour' is not in the codebook."


def test_coders_who_found_nothing_at_all() -> None:
    finding = themes(coded(("p1", 1, "ann", ""), ("p1", 1, "ben", ""), ("p2", 1, "ann", "")), draws=50)
    assert (finding.estimates.loc[finding.estimates["term"] == "share", "estimate"] == 0).all()
    assert np.isnan(line(finding.estimates, term="kappa, pooled")["estimate"])


@pytest.mark.parametrize("absent", [True, False])
def test_answers_that_wait_for_coders_are_counted(absent: bool) -> None:
    tables = simulated(n=5)
    given = {"open_answers": tables["open_answers"]}
    if not absent:
        given["codings"] = tables["codings"].iloc[:0]
    finding = themes(given)
    assert finding.text == "Not coded yet: 50 open answers wait for their coders."
    assert finding.estimates.empty
    assert finding.figure is None


def test_codings_as_a_store_keeps_them_find_their_answers() -> None:
    tables = simulated(n=12)
    keys = {"session": lambda frame: "en/" + frame["participant"].astype(str)}
    answers = tables["open_answers"].assign(**keys)
    kept = tables["codings"].assign(**keys)[["session", "path", "coder", "theme"]]
    one = themes({"codings": kept, "open_answers": answers}, draws=50).estimates
    pd.testing.assert_frame_equal(one, themes(tables, draws=50).estimates)
