"""The simulator against the model's own probabilities, worked out for one agent at a time."""

import numpy as np
import pytest
from benchmarks.debates import PUBLISHED, Debates

from homophily.analysis._estimators.chains import consensus
from homophily.analysis._estimators.conformity import Process, calibration, rows, scores, simulate
from homophily.analysis._estimators.conformity.process import softmax
from homophily.analysis._estimators.panel import NEVER, UNREADABLE, Panel


def scalar(process: Process, panel: Panel, debate: int, turn: int, seat: int) -> np.ndarray:
    """P(v) of one reply, from the formula and the debate's record, one verdict at a time."""
    model, protocol = panel.models[debate, seat], panel.protocol[debate]
    alpha, _, previous, within, _, _ = process.effects[model, protocol]
    own = None
    for earlier in range(turn):
        if panel.verdicts[debate, earlier, seat] >= 0:
            own = panel.verdicts[debate, earlier, seat]
    utility = []
    for verdict in range(panel.kinds):
        u = process.base[model, verdict] + process.leaning[panel.dilemma[debate], verdict]
        u += alpha * (own == verdict)
        for other in range(panel.models.shape[1]):
            if other == seat:
                continue
            past = panel.verdicts[debate, :turn, other]
            u += previous * sum(said == verdict for said in past)
            if not panel.simultaneous[debate] and other < seat:
                u += within * (panel.verdicts[debate, turn, other] == verdict)
        utility.append(u)
    power = np.exp(np.array(utility))
    return power / power.sum()


@pytest.fixture(scope="module")
def played() -> tuple[Process, Panel]:
    population = Debates(dilemmas=150, unreadable=0.05)
    rng = np.random.default_rng(4)
    process = population.process(rng)
    return process, population.panel(rng, process)


def test_rows_and_process_are_the_formula(played: tuple[Process, Panel]) -> None:
    process, panel = played
    found = rows(panel)
    chance = softmax(process.logits(found))
    debate, turn, seat = np.nonzero(panel.readable)
    for row in np.random.default_rng(0).choice(len(found), 150, replace=False):
        expected = scalar(process, panel, debate[row], turn[row], seat[row])
        assert chance[row] == pytest.approx(expected, abs=1e-12)


def test_verdicts_come_as_often_as_the_formula_says(played: tuple[Process, Panel]) -> None:
    process, panel = played
    found = rows(panel)
    chance = softmax(process.logits(found))
    for mean, seen, cases in calibration(chance, found.verdict):
        assert abs(mean - seen) < 4.5 * np.sqrt(mean * (1 - mean) / cases)
    loss = scores(chance, found.verdict)["log loss"]
    entropy = -(chance * np.log(chance)).sum(axis=1)
    assert abs((loss - entropy).mean()) < 4.5 * (loss - entropy).std() / np.sqrt(len(loss))


def test_debates_stop_at_consensus_and_only_there(played: tuple[Process, Panel]) -> None:
    panel = played[1]
    when = consensus(panel)
    assert ((when > 0) | (panel.rounds == 4)).all()
    assert (when[when > 0] == panel.rounds[when > 0]).all()
    assert (panel.verdicts == UNREADABLE).any()
    empty = panel.models < 0
    assert (panel.verdicts.transpose(0, 2, 1)[empty] == NEVER).all()


def test_limits_hold_debate_by_debate() -> None:
    population = Debates(dilemmas=5)
    schedule, _ = population.schedule()
    rng = np.random.default_rng(1)
    limit = np.arange(len(schedule.dilemma)) % 4 + 1
    panel = simulate(population.process(rng), schedule, rng, limit=limit)
    assert (panel.rounds <= limit).all()
    assert (panel.rounds == limit).any()


def test_endless_inertia_changes_nothing() -> None:
    population = Debates(dilemmas=20, effects={"inertia": (60.0, 60.0, 60.0)})
    panel = population.panel(np.random.default_rng(1))
    assert (panel.final() == panel.first()).all()


def test_full_conformity_ends_a_round_robin_at_once() -> None:
    population = Debates(dilemmas=20, effects={**PUBLISHED, "within": (60.0, 60.0, 60.0)})
    panel = population.panel(np.random.default_rng(1))
    assert (consensus(panel)[~panel.simultaneous] == 1).all()
