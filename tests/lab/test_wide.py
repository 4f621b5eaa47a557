import numpy as np
import pandas as pd

from homophily.lab.wide import widen


def asks(*rows: tuple[str, str, str, str, str | None, float | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["session", "seat", "path", "item", "value", "number"])
    table["number"] = table["number"].astype(float)
    table["measures"], table["language"], table["seconds"] = "trust", "en", np.arange(len(table))
    return table


def test_answers_have_a_row_a_sitting_and_a_column_an_item() -> None:
    found = widen(
        "answers",
        asks(
            ("s1", "a", "t/1", "trust/01", "5", 5),
            ("s1", "a", "t/2", "trust/02", None, None),
            ("s1", "b", "t/1", "trust/01", "2", 2),
            ("s2", "a", "c/1", "choices/01", "stay", None),
        ),
        {},
    )
    assert found is not None
    wide, described = found
    assert wide.columns.tolist() == ["session", "seat", "language", "trust_01", "trust_02", "choices_01"]
    assert wide["trust_01"].tolist()[:2] == [5, 2]
    assert np.isnan(wide["trust_01"][2])
    assert wide["choices_01"].tolist()[2] == "stay"
    assert wide["trust_02"].isna().all()
    assert set(described) == {"trust_01", "trust_02", "choices_01"}
    assert described["trust_01"].meaning.startswith("Answer to item trust/01, which measures trust")


def test_items_asked_again_have_a_column_each_time() -> None:
    found = widen(
        "answers",
        asks(
            ("s1", "a", "talk/1", "dialogue/move", "hello", None),
            ("s1", "a", "talk/2", "dialogue/move", "goodbye", None),
            ("s1", "a", "t/1", "trust/01", "5", 5),
        ),
        {},
    )
    assert found is not None
    assert found[0].columns.tolist() == ["session", "seat", "language", "talk_1", "talk_2", "trust_01"]


def test_names_that_become_equal_are_kept_apart() -> None:
    found = widen("answers", asks(("s", "a", "1", "x/1", "1", 1), ("s", "a", "2", "x-1", "2", 2)), {})
    assert found is not None
    assert found[0].columns.tolist()[3:] == ["x_1", "x_1_2"]


def test_ratings_have_a_row_a_session_and_a_column_a_seat() -> None:
    ratings = pd.DataFrame(
        {
            "session": ["s1", "s1", "s2", "s2"],
            "seat": ["a", "b", "a", "b"],
            "similarity": [0.1, 0.1, 0.2, 0.2],
            "trust": [5.0, 4.0, np.nan, 2.0],
        }
    )
    found = widen("ratings", ratings, {"trust": "Trust."})
    assert found is not None
    wide, described = found
    assert wide.columns.tolist() == ["session", "similarity", "trust_a", "trust_b"]
    assert wide["trust_b"].tolist() == [4, 2]
    assert described["trust_a"].meaning == "Seat a: Trust."


def test_what_one_seat_alone_holds_is_not_shared() -> None:
    ratings = pd.DataFrame({"session": ["s", "s"], "seat": ["a", "b"], "trust": [3.0, np.nan]})
    found = widen("ratings", ratings, {})
    assert found is not None
    assert found[0].columns.tolist() == ["session", "trust_a", "trust_b"]


def test_other_tables_have_no_wide_form() -> None:
    assert widen("agents", pd.DataFrame({"agent": ["x"], "SD": [1.0]}), {}) is None
    assert widen("sittings", pd.DataFrame({"session": ["s", "t"], "seat": ["a", "a"]}), {}) is None
