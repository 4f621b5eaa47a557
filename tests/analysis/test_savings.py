"""What filtering saved, added up from records; what two runs took, as a ratio that is known."""

import numpy as np
import pandas as pd
import pytest

from homophily.analysis.costs import costs
from homophily.analysis.savings import savings
from homophily.errors import DataError


def answers(asks: int = 60, *, factor: float = 1.0, seed: int = 1) -> pd.DataFrame:
    rng, noise = np.random.default_rng(0), np.random.default_rng(seed)
    tokens = rng.integers(100, 200, asks)
    return pd.DataFrame(
        {
            "session": [f"s{number // 4}" for number in range(asks)],
            "seat": "a",
            "path": [str(number % 4) for number in range(asks)],
            "kind": np.where(np.arange(asks) % 4 == 0, "text", "likert"),
            "respondent": "local",
            "model": "m",
            "prompt_tokens": tokens,
            "completion_tokens": 10,
            "asked": 0.5,
            "attended": tokens * 8.0,
            "skipped": tokens * 4.0,
            "saved_bytes": 2.0**20,
            "shared_tokens": tokens / 2,
            "computed": factor * tokens / 1000 * np.exp(noise.normal(0, 0.1, asks)),
        }
    )


def test_savings_add_up() -> None:
    frame = answers()
    found = savings({"savings": frame})
    rows = found.estimates.set_index("answers")
    assert rows["estimate"].tolist() == [0.5, 0.5]
    assert rows["n"].sum() == 60
    milliseconds = (rows["ms_per_answer"] * rows["n"]).sum()
    assert milliseconds == pytest.approx(1000 * frame["computed"].sum())
    assert rows["steps_skipped"].sum() == frame["skipped"].sum()
    assert "skipped 50.0 % of all attention (asked for: 50 %) and kept 1.00 MiB" in found.text
    assert "50 % of what was to be read had been read" in found.text


def test_old_records_say_what_they_can() -> None:
    frame = answers()
    frame.loc[:9, ["attended", "skipped"]] = np.nan
    found = savings({"savings": frame})
    assert "10 answers were recorded before" in found.warnings[0]
    assert found.estimates["estimate"].tolist() == [0.5, 0.5]
    with pytest.raises(DataError):
        savings({"savings": frame[:0]})


def test_a_known_ratio_of_times_lies_in_its_interval() -> None:
    tables = {"spent": answers(factor=0.7, seed=2), "spent_reference": answers(seed=3)}
    rows = costs(tables, draws=300).estimates
    assert set(rows["answers"]) == {"scored", "written"}
    assert ((rows["low"] < 0.7) & (rows["high"] > 0.7)).all()
    assert (rows["high"] - rows["low"] < 0.2).all()
    assert rows["n"].tolist() == [45, 15]
    assert (rows["MiB_saved"] == 0).all()
