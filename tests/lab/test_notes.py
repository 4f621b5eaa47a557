"""Facts: recorded like answers, given back on resume, spending nothing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from homophily.errors import RespondentError
from homophily.lab import Table, answers, create, rehearse, status
from homophily.lab.runner import play
from tests.lab.small import Failing, Scripted, Small, study
from tests.lab.small import play as talk
from tests.lab.test_kills import told


def noting(value: float, seen: list[float]):
    """The small study, in which a fact is worked out first."""

    async def play(table: Table) -> None:
        drawn = value + float(table.chance("draw").random())
        seen.append(await table.note("ann", "drawn/one", drawn, at="drawn", text="A number."))
        await talk(table)

    return replace(study, play=play)


def test_a_fact_is_recorded_once_and_given_back_on_resume(tmp_path: Path) -> None:
    design, first, second = Small(pairs=1, languages=("en",)), list[float](), list[float]()
    run = create(study, design, root=tmp_path)
    unreachable = {"synthetic": Failing("en/pair-0000")}
    with pytest.raises(RespondentError):
        asyncio.run(play(run, noting(0, first), design, respondents=unreachable, patience=1))
    asyncio.run(play(run, noting(100, second), design, respondents={"synthetic": Scripted()}))
    assert first == second
    kept = answers(run)
    (fact,) = kept[kept["kind"] == "fact"].to_dict("records")
    assert (fact["number"], fact["path"], fact["respondent"], fact["agent"]) == (
        first[0],
        "drawn",
        "",
        "agent-0-ann",
    )
    counted = asyncio.run(status(run))
    assert counted.answers == counted.asks + 1


def test_a_rehearsal_notes_the_same(tmp_path: Path) -> None:
    design = Small(pairs=4)
    run = create(study, design, root=tmp_path)
    asyncio.run(play(run, noting(0, []), design, respondents={"synthetic": Scripted()}))
    rehearsed = rehearse(noting(0, []), design, respondents={"synthetic": Scripted()})
    pd.testing.assert_frame_equal(told(answers(run)), told(rehearsed))
