"""Killed at any instant: what a protocol went on from is kept, nothing recorded is asked again."""

from __future__ import annotations

import random
import signal
import time

import pytest

from tests.faults._harness import CONCURRENCY, Lab, Model, Rows, ended, killed, seeds, shown, told
from tests.tools.faults import FAULTS, honest

KILLS = 6


def killed_again_and_again(lab: Lab, model: Model, undisturbed: Rows, kills: int) -> None:
    """Kill a run at random instants, look into its store after each, and let it end."""
    chance, found = random.Random(7), []
    sessions = {int(row[14]) & 0x7FFFFFFF: row[0] for row in undisturbed}
    for number in range(kills):
        runner = lab.start(*lab.play)
        if number % 3 == 0:  # at any instant, also while the run is being made
            time.sleep(chance.uniform(0.2, 1.2))
        else:
            model.wait(len(model.bodies) + chance.randrange(1, 40), runner)
            time.sleep(chance.random() * 0.01)
        killed(runner)
        held, asked = seeds(lab), model.seeds
        found.append((held, len(asked)))
        latest = {sessions[seed]: seed for seed in asked}
        assert held <= set(asked)
        assert set(asked) - held <= set(latest.values())  # whatever a protocol went on from is kept
        assert len(set(asked) - held) <= CONCURRENCY  # lost: at most what was in flight
    done = lab.call(*lab.play)
    assert done.code == 0, done.stderr
    assert not any(held & set(model.seeds[count:]) for held, count in found)  # nothing kept is asked again
    assert told(lab) == undisturbed


def test_kill_after_kill_the_data_are_those_of_an_undisturbed_run(
    lab: Lab, model: Model, undisturbed: Rows
) -> None:
    killed_again_and_again(lab, model, undisturbed, KILLS)
    shown("a run is killed (`kill -9`), again and again", "", lab)


def test_a_kill_while_the_runs_folder_is_made_leaves_nothing_in_the_way(
    lab: Lab, model: Model, undisturbed: Rows
) -> None:
    runner = lab.start(*lab.play)
    model.wait(20, runner)
    killed(runner)
    (lab.run / "design.json").unlink()  # as if it had been killed before it wrote this, its last file
    for file in lab.folder.glob("runs/*/answers.db*"):
        file.unlink()
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed
    shown("a run is killed while its folder is made", "", lab)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_what_is_under_way_come_home(
    lab: Lab, model: Model, undisturbed: Rows, by: signal.Signals
) -> None:
    runner = lab.start(*lab.play)
    model.wait(60, runner)
    runner.send_signal(by)
    done = ended(runner)
    assert done.code == 130
    shown("Ctrl-C" if by is signal.SIGINT else "the system asks the run to end (SIGTERM)", done.line, lab)
    assert seeds(lab) == set(model.seeds)  # not one that was asked is lost
    before = len(model.seeds)
    assert lab.call(*lab.play).code == 0
    assert not set(model.seeds[:before]) & set(model.seeds[before:])
    assert told(lab) == undisturbed


def test_a_second_ctrl_c_does_not_wait_for_a_server_that_hangs(
    lab: Lab, model: Model, undisturbed: Rows
) -> None:
    runner = lab.start(*lab.play)
    model.wait(40, runner)
    model.react = lambda body, nth: FAULTS["slow"](body)
    model.wait(48, runner)  # every session now waits for one of these
    held = seeds(lab)
    runner.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert runner.poll() is None
    runner.send_signal(signal.SIGINT)
    done = ended(runner, within=20)
    assert done.code == 130
    shown("Ctrl-C twice, while a server hangs", done.line, lab)
    assert seeds(lab) >= held
    model.react = lambda body, nth: honest(body)
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed
