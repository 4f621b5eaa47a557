import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from homophily.asks import Answer, Ask, Usage
from homophily.errors import BudgetReached, DataError, ProtocolError, RespondentError, UsageError
from homophily.items import Likert
from homophily.lab import Budget, Run, Status, Table, answers, create, open_run, rehearse, status
from homophily.lab.events import Answered, Event, RunStarted, SessionFailed, SessionFinished, SessionStarted
from homophily.lab.runner import play
from tests.lab.small import ASKS, Failing, Scripted, Small, keys, sessions, study
from tests.lab.test_kills import told


def played(run: Run, design: Small, respondent: Any, of: Any = study, **options: Any) -> Status:
    return asyncio.run(play(run, of, design, respondents={"synthetic": respondent}, **options))


def test_a_run_holds_what_a_rehearsal_of_the_same_design_says(tmp_path: Path) -> None:
    design = Small(pairs=12)
    run = create(study, design, root=tmp_path)
    done = played(run, design, Scripted(delay=0.001))
    assert done.complete
    assert (done.sessions, done.finished, done.answers, done.asks) == (12, 12, 96, 96)
    assert done.missing == answers(run)["missing"].notna().sum() > 0
    rehearsed = rehearse(study, design, respondents={"synthetic": Scripted()})
    pd.testing.assert_frame_equal(told(answers(run)), told(rehearsed))


def test_a_finished_run_asks_nobody_again(tmp_path: Path) -> None:
    design = Small(pairs=3)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    second = Scripted()
    assert played(create(study, design, root=tmp_path), design, second).complete
    assert second.asked == []


def test_sessions_run_at_the_same_time_up_to_the_limit(tmp_path: Path) -> None:
    design, respondent = Small(pairs=20), Scripted(delay=0.01)
    played(create(study, design, root=tmp_path), design, respondent, concurrency=7)
    assert respondent.most == 7


def test_observers_hear_of_everything(tmp_path: Path) -> None:
    design, heard = Small(pairs=3), list[Event]()
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted(), observers=[heard.append])
    assert heard[0] == RunStarted(run.name, 3, 0)
    counts = {
        kind: sum(isinstance(event, kind) for event in heard) for kind in (SessionStarted, SessionFinished)
    }
    assert counts == {SessionStarted: 3, SessionFinished: 3}
    assert sum(isinstance(event, Answered) and not event.recorded for event in heard) == 3 * ASKS


def test_one_unreachable_session_fails_alone_and_is_tried_again(tmp_path: Path) -> None:
    design, heard = Small(pairs=6), list[Event]()
    run = create(study, design, root=tmp_path)
    bad = next(iter(sessions(design))).id
    done = played(run, design, Failing(bad), observers=[heard.append])
    assert (done.finished, done.failed, done.complete) == (5, 1, False)
    (failure,) = (event for event in heard if isinstance(event, SessionFailed))
    assert failure.session == bad
    assert played(run, design, Scripted()).complete


def test_many_failures_in_a_row_stop_the_run_with_one_line(tmp_path: Path) -> None:
    design = Small(pairs=100)
    run = create(study, design, root=tmp_path)
    with pytest.raises(RespondentError, match="4 sessions in a row failed, the last with: nobody answers"):
        played(run, design, Failing(), patience=4, concurrency=1)
    assert asyncio.run(status(run)).failed == 4


@pytest.mark.parametrize(
    ("budget", "usage", "asks"),
    [
        (Budget(asks=30), Usage(), 30),
        (Budget(tokens=6000), Usage(prompt_tokens=80, completion_tokens=20, requests=1), 54),
        (Budget(money=0.05), Usage(prompt_tokens=80, completion_tokens=20, cost=0.001, requests=1), 44),
    ],
)
def test_a_budget_is_never_exceeded_and_a_larger_one_goes_on(
    tmp_path: Path, budget: Budget, usage: Usage, asks: int
) -> None:
    design = Small(pairs=20, budget=budget)
    run = create(study, design, root=tmp_path)
    with pytest.raises(BudgetReached, match="Raise it and run the same command"):
        played(run, design, Scripted(delay=0.001, usage=usage))
    reached = asyncio.run(status(run))
    assert asks <= reached.asks <= (budget.asks or 10**9)
    assert reached.tokens <= (budget.tokens or 10**9)
    assert reached.cost <= (budget.money or 10**9)
    larger = Small(pairs=20, budget=Budget(asks=10_000))
    again = create(study, larger, root=tmp_path)
    assert again.folder == run.folder
    rest = Scripted(usage=usage)
    assert played(again, larger, rest).complete
    assert len(rest.asked) == len(keys(design)) - reached.asks


def test_money_cannot_be_limited_where_answers_carry_no_cost(tmp_path: Path) -> None:
    design = Small(pairs=20, budget=Budget(money=1.0))
    unpriced = Scripted(usage=Usage(prompt_tokens=5, requests=1))
    with pytest.raises(UsageError, match="'synthetic' carry no cost: give it a price"):
        played(create(study, design, root=tmp_path), design, unpriced)


def test_cached_answers_spend_nothing(tmp_path: Path) -> None:
    class Remembering(Scripted):
        async def answer(self, ask: Ask) -> Answer:
            return replace(await super().answer(ask), cached=True)

    design = Small(pairs=5, budget=Budget(asks=1))
    done = played(create(study, design, root=tmp_path), design, Remembering())
    assert (done.complete, done.asks, done.cached) == (True, 0, 5 * ASKS)


def test_a_second_runner_is_told_to_wait(tmp_path: Path) -> None:
    design = Small(pairs=50)
    run = create(study, design, root=tmp_path)

    async def two() -> None:
        first = asyncio.create_task(
            play(run, study, design, respondents={"synthetic": Scripted(delay=0.05)}, concurrency=2)
        )
        await asyncio.sleep(0.3)
        try:
            with pytest.raises(UsageError, match=r"another process .*is playing the run"):
                await play(run, study, design, respondents={"synthetic": Scripted()})
        finally:
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)

    asyncio.run(two())


def test_a_study_that_changed_since_is_not_mixed_into_the_record(tmp_path: Path) -> None:
    design = Small(pairs=2)
    run = create(study, design, root=tmp_path)
    with pytest.raises(ProtocolError):
        played(run, design, Scripted(), replace(study, play=_one("How?", then=ValueError("half way"))))
    with pytest.raises(UsageError, match="another wording than was recorded"):
        played(run, design, Scripted(), replace(study, play=_one("How much?")))


def test_a_study_s_own_fault_names_study_and_session(tmp_path: Path) -> None:
    design = Small(pairs=2)
    with pytest.raises(ProtocolError, match="'small' failed in session 'en/pair-0000': ValueError: oh"):
        played(
            create(study, design, root=tmp_path),
            design,
            Scripted(),
            replace(study, play=_one("How?", then=ValueError("oh"))),
            concurrency=1,
        )


def test_errors_inside_task_groups_are_found(tmp_path: Path) -> None:
    async def play_both(table: Table) -> None:
        async with asyncio.TaskGroup() as group:
            for seat in ("ann", "bob"):
                group.create_task(table.ask(seat, Likert(id="q/1", text="How?"), at="q/1"))

    design = Small(pairs=1)
    done = played(create(study, design, root=tmp_path), design, Failing(), replace(study, play=play_both))
    assert done.failed == 1


def test_what_no_store_takes_is_seen_alike_before_and_after_a_resume(tmp_path: Path) -> None:
    class Odd(Scripted):
        async def answer(self, ask: Ask) -> Answer:
            return Answer(value="nul \x00 and half \ud83d a pair", raw="\ud83d\x00")

    seen: list[Answer] = []

    async def keep(table: Table) -> None:
        seen.append(await table.ask("ann", Likert(id="q/1", text="How?"), at="q/1"))
        if len(seen) == 1:
            raise RespondentError("gone.")

    design = Small(pairs=1)
    run = create(study, design, root=tmp_path)
    for _ in range(2):
        played(run, design, Odd(), replace(study, play=keep))
    assert seen[0] == seen[1]
    assert seen[0].value == "nul \ufffd and half \ufffd a pair"


def test_a_store_that_fails_on_the_way_ends_the_run_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from homophily.lab.store import Store

    design, commits = Small(pairs=30), []
    write = Store._write

    async def full(self: Store, connection: Any, batch: Any) -> Any:
        from sqlalchemy.exc import OperationalError

        commits.append(batch)
        if len(commits) > 5:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        return await write(self, connection, batch)

    run = create(study, design, root=tmp_path)
    monkeypatch.setattr(Store, "_write", full)
    with pytest.raises(DataError, match="no room left on its disk"):
        played(run, design, Scripted(delay=0.002), concurrency=4)
    monkeypatch.undo()
    kept = asyncio.run(status(run)).answers
    rest = Scripted()
    assert played(run, design, rest).complete
    assert len(rest.asked) == 30 * ASKS - kept


def test_sessions_that_share_an_id_are_refused(tmp_path: Path) -> None:
    doubled = replace(study, sessions=lambda design: [*sessions(design), *sessions(design)])
    design = Small(pairs=1)
    with pytest.raises(ProtocolError, match="two sessions 'en/pair-0000'"):
        played(create(study, design, root=tmp_path), design, Scripted(), doubled)


def test_a_run_can_be_watched_from_its_folder(tmp_path: Path) -> None:
    design = Small(pairs=2)
    run = create(study, design, root=tmp_path)
    assert asyncio.run(status(run)).answers == 0
    (run.folder / "answers.db").touch()  # just being made
    assert asyncio.run(status(run)).answers == 0
    played(run, design, Scripted())
    assert asyncio.run(status(open_run(run.name, root=tmp_path))).finished == 2


def _one(text: str, then: Exception | None = None) -> Any:
    async def play_one(table: Table) -> None:
        await table.ask("ann", Likert(id="q/1", text=text), at="q/1")
        if then:
            raise then

    return play_one


def test_a_fault_of_an_observer_is_no_silent_end(tmp_path: Path) -> None:
    def broken(event: Event) -> None:
        if isinstance(event, SessionFinished):
            raise KeyError("display")

    design = Small(pairs=3)
    with pytest.raises(ProtocolError, match="KeyError: 'display'"):
        played(create(study, design, root=tmp_path), design, Scripted(), observers=[broken])


def test_sessions_that_cannot_be_laid_out_are_the_study_s_fault(tmp_path: Path) -> None:
    def missing(design: Small) -> Any:
        return {}["pool"]

    design = Small(pairs=3)
    run = create(study, design, root=tmp_path)
    with pytest.raises(ProtocolError, match="'small' cannot lay out its sessions: KeyError: 'pool'"):
        played(run, design, Scripted(), replace(study, sessions=missing))
