"""The store's server cut off, stopped, killed, hung or gone for good while a run is played."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults._harness import CONCURRENCY, Done, Lab, Model, Rows, ended, seeds, shown, told
from tests.faults._postgres import Postgres, postgres
from tests.faults.test_kills import killed_again_and_again

#: The command line with less patience for a server that is away.
HASTY = """
import sys
from homophily.records import database
database.AWAY = 2.0
from homophily.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


@pytest.fixture
def kept(tmp_path: Path, model: Model, server: Postgres) -> Lab:
    """A folder with the study, its answers on the server."""
    server.say("DROP SCHEMA public CASCADE")
    server.say("CREATE SCHEMA public")
    return Lab(tmp_path / "study", model.url, store=server.url)


def disturbed(lab: Lab, model: Model, *disturb: Callable[[], object]) -> Done:
    """A run to whose store's server something happens, in turn."""
    runner = lab.start(*lab.play)
    for number, each in enumerate(disturb, start=1):
        model.wait(number * 40, runner)
        each()
    return ended(runner)


def test_kills_of_the_run_and_of_the_server(
    kept: Lab, model: Model, server: Postgres, undisturbed: Rows
) -> None:
    killed_again_and_again(kept, model, undisturbed, 3)
    shown("a run on a database server is killed", "", kept)


def test_a_server_that_is_cut_off_restarted_or_killed_is_waited_for(
    kept: Lab, model: Model, server: Postgres, undisturbed: Rows
) -> None:
    def restart() -> None:
        server.stop()
        time.sleep(0.5)
        server.start()

    def kill() -> None:
        server.kill()
        server.start()

    def freeze() -> None:
        server.pause()
        time.sleep(1)
        server.pause(go_on=True)

    done = disturbed(kept, model, server.cut, restart, kill, server.cut, freeze)
    assert done.code == 0, done.stderr
    assert told(kept) == undisturbed
    assert len(model.seeds) <= len(undisturbed) + CONCURRENCY
    waited = [line for line in done.stderr.splitlines() if line.endswith("trying again for 60 s")]
    assert len(waited) >= 3
    shown("the database server is restarted or killed, or its connections are cut", waited[1], kept)


def test_a_server_that_stays_away_ends_the_run_and_loses_nothing(
    kept: Lab, model: Model, server: Postgres, undisturbed: Rows
) -> None:
    kept.program = ["-c", HASTY]
    done = disturbed(kept, model, server.stop)
    assert done.code == 3
    shown("the database server stays away", done.line, kept)
    still = kept.call(*kept.play)
    assert still.code == 3
    shown("the database server is not there when a command begins", still.line, kept)
    server.start()
    held = seeds(kept)
    assert len(set(model.seeds) - held) <= CONCURRENCY
    before = len(model.seeds)
    done = kept.call(*kept.play)
    assert done.code == 0, done.stderr
    assert not held & set(model.seeds[before:])
    assert told(kept) == undisturbed


def test_a_server_that_says_nothing_any_more_ends_the_run(
    kept: Lab, model: Model, server: Postgres, undisturbed: Rows
) -> None:
    kept.program = ["-c", HASTY]
    try:
        done = disturbed(kept, model, server.pause)
    finally:
        server.pause(go_on=True)
    assert done.code == 3
    shown("the network to the database server is cut", done.line, kept)
    assert kept.call(*kept.play).code == 0
    assert told(kept) == undisturbed
