"""What becomes of verdicts in a debate, on debates short enough to be followed by hand, and on any at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from homophily.analysis._estimators.chains import (
    DIRECTIONS,
    changed,
    consensus,
    directions,
    heard,
    majority,
    steps,
)
from homophily.analysis._estimators.panel import NEVER, UNREADABLE, Panel

Y, N, E = 0, 1, 2
NO, LOST = NEVER, UNREADABLE


def panel(*rounds: tuple[int, ...], simultaneous: bool = True) -> Panel:
    verdicts = np.array([rounds])
    return Panel(
        verdicts=verdicts,
        models=np.arange(verdicts.shape[2])[None],
        dilemma=np.zeros(1, int),
        protocol=np.zeros(1, int),
        simultaneous=np.array([simultaneous]),
    )


def test_a_chain_that_comes_back_has_changed() -> None:
    assert changed(panel((Y, N), (N, N), (Y, N))).tolist() == [[True, False]]


def test_an_unreadable_reply_is_no_change_and_is_passed_over() -> None:
    assert changed(panel((Y, LOST), (LOST, N), (Y, E))).tolist() == [[False, True]]
    assert panel((Y, LOST), (LOST, N)).own().tolist() == [[[-1, -1], [Y, -1]]]


@pytest.mark.parametrize(
    ("last", "round_"),
    [((Y, Y), 2), ((Y, N), 0), ((Y, LOST), 0), ((LOST, LOST), 0), ((Y, NO), 0)],
)
def test_consensus_is_unanimous_and_readable(last: tuple[int, int], round_: int) -> None:
    assert consensus(panel((Y, N), last)).tolist() == [round_]


def test_two_of_three_are_a_majority_and_no_consensus() -> None:
    split = panel((Y, Y, N))
    assert consensus(split).tolist() == [0]
    assert majority(split).tolist() == [True]
    assert majority(panel((Y, LOST, LOST))).tolist() == [False]


def test_an_empty_seat_is_no_dissenter() -> None:
    pair = Panel(
        verdicts=np.array([[[Y, Y, NO]]]),
        models=np.array([[0, 1, -1]]),
        dilemma=np.zeros(1, int),
        protocol=np.zeros(1, int),
        simultaneous=np.array([True]),
    )
    assert consensus(pair).tolist() == [1]
    assert majority(pair).tolist() == [True]


def test_what_is_heard_depends_on_the_protocol() -> None:
    at_once, in_turn = (panel((Y, N), (N, E), simultaneous=s) for s in (True, False))
    assert heard(at_once)[0, 0].tolist() == [[-1, -1], [-1, -1]]
    assert heard(at_once)[0, 1].tolist() == [[-1, N], [Y, -1]]
    assert heard(in_turn)[0, 0].tolist() == [[-1, -1], [Y, -1]]
    assert heard(in_turn)[0, 1].tolist() == [[-1, N], [N, -1]]


def named(found: Panel) -> list[str | None]:
    return [None if x < 0 else DIRECTIONS[x] for x in directions(found)[0, -1]]


def test_where_a_revision_goes() -> None:
    assert named(panel((Y, N), (N, N))) == ["towards another", None]
    assert named(panel((Y, N), (N, Y))) == ["swap", "swap"]
    assert named(panel((Y, N), (E, N))) == ["third verdict", None]
    assert named(panel((Y, N), (N, Y), simultaneous=False)) == ["swap", "swap"]
    assert named(panel((Y, N, E), (N, E, E))) == ["towards another", "towards another", None]


panels = st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(
        npst.arrays(np.int64, shape, elements=st.integers(-1, 4)),
        npst.arrays(np.int64, (shape[0],), elements=st.integers(1, shape[1])),
        npst.arrays(np.bool_, (shape[0],)),
    )
)


def ended(verdicts: np.ndarray, lengths: np.ndarray, simultaneous: np.ndarray) -> Panel:
    late = np.arange(verdicts.shape[1])[None, :] >= lengths[:, None]
    return Panel(
        verdicts=np.where(late[..., None], NEVER, verdicts),
        models=np.tile(np.arange(verdicts.shape[2]), (len(verdicts), 1)),
        dilemma=np.arange(len(verdicts)),
        protocol=np.zeros(len(verdicts), int),
        simultaneous=simultaneous,
    )


@settings(deadline=None, max_examples=150)
@given(panels)
def test_invariants(drawn: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    found = ended(*drawn)
    moved, when = changed(found), consensus(found)
    # Nobody changes a verdict in a debate of one round.
    assert (moved.mean(axis=0) <= (found.rounds > 1).mean() + 1e-12).all()
    assert not moved[found.rounds <= 1].any()
    # Unreadable never makes consensus.
    last = found.verdicts[np.arange(len(when)), found.rounds - 1]
    assert not when[(last == UNREADABLE).any(axis=1)].any()
    # Rounds of consensus and none are all there is.
    shares = [(when == turn).mean() for turn in range(found.verdicts.shape[1] + 1)]
    assert sum(shares) == pytest.approx(1)
    # Each revision goes one way, and only revisions do; whoever revised has changed.
    assert ((directions(found) >= 0) == steps(found)).all()
    assert (steps(found).any(axis=1) == moved).all()


@settings(deadline=None, max_examples=100)
@given(panels, st.randoms())
def test_relabelled_seats_relabel_results(drawn: tuple, random: object) -> None:
    found = ended(drawn[0], drawn[1], np.ones(len(drawn[2]), bool))
    order = np.arange(found.models.shape[1])
    random.shuffle(order)  # type: ignore[attr-defined]
    again = Panel(
        verdicts=found.verdicts[:, :, order],
        models=found.models[:, order],
        dilemma=found.dilemma,
        protocol=found.protocol,
        simultaneous=found.simultaneous,
    )
    assert (changed(again) == changed(found)[:, order]).all()
    assert (consensus(again) == consensus(found)).all()
    assert (directions(again) == directions(found)[:, :, order]).all()
    assert (heard(again) == heard(found)[:, :, order][:, :, :, order]).all()
