"""Killed at any instant: what a protocol went on from is kept, nothing recorded is asked again."""

from __future__ import annotations

import random
import time

import pytest

from tests.faults._harness import CONCURRENCY, Lab, Model, Rows, killed, seeds, told

KILLS = 8


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
