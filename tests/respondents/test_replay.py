import asyncio
from pathlib import Path

import pytest

from homophily.asks import Ask, Usage
from homophily.errors import RespondentError, UsageError
from homophily.items import Likert
from homophily.lab import answers, create, rehearse
from homophily.respondents.replay import Replay
from tests.lab.small import Scripted, Small, study
from tests.lab.test_runner import played

DESIGN = Small(pairs=8)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    run = create(study, DESIGN, root=tmp_path)
    played(run, DESIGN, Scripted(usage=Usage(prompt_tokens=9, cost=0.5, requests=1)))
    return run.folder


def test_a_replay_gives_the_same_answers_for_nothing(recorded: Path, tmp_path: Path) -> None:
    replay = Small(pairs=8, respondents={"synthetic": {"kind": "replay", "run": str(recorded)}})
    again = rehearse(study, replay)
    first = answers(create(study, DESIGN, root=tmp_path))
    for column in ("session", "path", "value", "missing", "raw", "model"):
        assert again[column].fillna("–").tolist() == first[column].fillna("–").tolist()
    assert again["missing"].notna().any()
    assert (again["requests"].sum(), again["prompt_tokens"].sum()) == (0, 0)


def test_seats_that_ask_at_once_share_one_reading(recorded: Path) -> None:
    async def ask() -> list[object]:
        replay = Replay(run=str(recorded))
        item = Likert(id="trust/1", text="")
        given = await asyncio.gather(
            *(
                replay.answer(Ask(session="en/pair-0000", seat=seat, path=f"trust/{n}", item=item))
                for seat in ("ann", "bob")
                for n in (1, 2, 3)
            )
        )
        await replay.aclose()
        return [answer.record["first_usage"]["cost"] for answer in given]

    assert asyncio.run(ask()) == [0.5] * 6


def test_what_was_not_asked_cannot_be_replayed(recorded: Path) -> None:
    ask = Ask(session="en/pair-0000", seat="ann", path="elsewhere", item=Likert(id="q", text=""))
    with pytest.raises(RespondentError, match="no answer of seat 'ann' at 'elsewhere'"):
        asyncio.run(_answered(Replay(run=str(recorded)), ask))


@pytest.mark.parametrize(("run", "name"), [("nowhere", None), ("{folder}", "other")])
def test_a_run_that_is_not_there_is_said_before_anyone_is_asked(
    recorded: Path, run: str, name: str | None
) -> None:
    replay = Replay(run=run.format(folder=recorded), name=name)
    with pytest.raises(
        UsageError, match=r"there is no store|no run 'other' in this store\. It holds: small-"
    ):
        asyncio.run(replay.check())


async def _answered(replay: Replay, ask: Ask) -> None:
    try:
        await replay.answer(ask)
    finally:
        await replay.aclose()
