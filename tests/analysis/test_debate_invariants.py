"""What holds of any debates at all, in the findings themselves."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.analysis.consensus import consensus
from homophily.analysis.direction import direction
from homophily.analysis.persuasion import persuasion
from homophily.analysis.revision import revision
from homophily.analysis.verdict_flow import verdict_flow
from tests.analysis.by_hand import debate, tables

DRAWS = 20
Tables = dict[str, pd.DataFrame]


@st.composite
def played(draw: st.DrawFn, protocols: tuple[str, ...] = ("synchronous", "round_robin")) -> Tables:
    """Debates of one to four rounds, of two or three of the models, in one or two languages."""
    made = []
    for number in range(draw(st.integers(2, 6))):
        seats = draw(st.permutations(["a", "b", "c"]))[: draw(st.integers(2, 3))]
        letters = st.text("YNEAI?", min_size=len(seats), max_size=len(seats))
        rounds = draw(st.lists(letters, min_size=1, max_size=4))
        made.append(
            debate(
                draw(st.sampled_from(["d1", "d2", "d3"])),
                " ".join(seats),
                " ".join(rounds),
                protocol=draw(st.sampled_from(protocols)),
                language=draw(st.sampled_from(["en", "ja"])),
                replicate=number,
            )
        )
    return tables(*made)


@settings(max_examples=15, deadline=None)
@given(played())
def test_no_more_changes_than_debates_of_more_than_one_round(made: Tables) -> None:
    cell = ["experiment", "goal"]
    longer = consensus(made, draws=DRAWS).estimates.query("term == 'more than one round'").set_index(cell)
    counted = made["verdicts"].groupby("experiment")["session"].nunique()
    changes = revision(made, draws=DRAWS).estimates.query("term == 'change of verdict'")
    for _, row in changes.iterrows():
        # As counts: an agent that was never readable is in the one denominator and not in the other.
        rounds = longer.loc[(row["experiment"], row["goal"]), "estimate"] * counted[row["experiment"]]
        assert row["n"] == 0 or row["estimate"] * row["n"] <= rounds + 1e-9


@settings(max_examples=15, deadline=None)
@given(played())
def test_shares_sum_to_one(made: Tables) -> None:
    found = consensus(made, draws=DRAWS).estimates
    parts = found[found["term"].isin(["consensus in round", "no consensus"])]
    assert parts.groupby(["experiment", "goal"])["estimate"].sum().to_numpy() == pytest.approx(1)
    flow = verdict_flow(made, draws=DRAWS).estimates
    assert flow.groupby(["model", "round"])["estimate"].sum().to_numpy() == pytest.approx(1)
    ways = direction(made, draws=DRAWS).estimates
    if len(ways):
        assert ways.groupby(["model", "protocol"])["estimate"].sum().to_numpy() == pytest.approx(1)


@settings(max_examples=15, deadline=None)
@given(played(), st.data())
def test_unreadable_never_makes_consensus(made: Tables, data: st.DataObject) -> None:
    verdicts = made["verdicts"].copy()
    last = verdicts["round"] == verdicts.groupby("session")["round"].transform("max")
    seat = data.draw(st.sampled_from([1, 2]))
    verdicts.loc[last & (verdicts["position"] == seat), "verdict"] = None
    found = consensus({"verdicts": verdicts}, draws=DRAWS).estimates
    assert (found.loc[found["term"] == "no consensus", "estimate"] == 1).all()


def _same(one: pd.DataFrame, two: pd.DataFrame, keys: list[str], columns: list[str]) -> None:
    first, second = (t.set_index(keys)[columns].astype(float) for t in (one, two))
    assert sorted(map(str, first.index)) == sorted(map(str, second.index))
    np.testing.assert_allclose(second.loc[first.index].to_numpy(), first.to_numpy(), atol=1e-5)


@settings(max_examples=8, deadline=None)
@given(played(), st.permutations(["a", "b", "c"]))
def test_other_names_for_models_rename_the_findings(made: Tables, names: list[str]) -> None:
    to = dict(zip("abc", names, strict=True))
    renamed = {"verdicts": made["verdicts"].assign(model=made["verdicts"]["model"].map(to))}
    figures = ["estimate", "low", "high", "n"]
    for analyse, keys in (
        (revision, ["term", "model", "experiment", "position"]),
        (direction, ["term", "model", "protocol"]),
        (verdict_flow, ["term", "model", "round"]),
    ):
        one, two = (analyse(t, draws=DRAWS).estimates for t in (made, renamed))
        _same(one.assign(model=one["model"].map(to)), two, keys, figures)
    one, two = (persuasion(t, draws=DRAWS).estimates for t in (made, renamed))
    one = one.assign(model=one["model"].map(to), by=one["by"].map(to))
    _same(one, two, ["term", "model", "by"], ["estimate", "n"])


@settings(max_examples=8, deadline=None)
@given(played(protocols=("synchronous",)))
def test_seats_of_a_synchronous_debate_have_no_order(made: Tables) -> None:
    verdicts = made["verdicts"]
    most = verdicts.groupby("session")["position"].transform("max")
    turned = {"verdicts": verdicts.assign(position=most + 1 - verdicts["position"])}
    figures = ["estimate", "low", "high", "n"]
    one, two = (direction(t, draws=DRAWS).estimates for t in (made, turned))
    _same(one, two, ["term", "model"], figures)
    one, two = (consensus(t, draws=DRAWS).estimates for t in (made, turned))
    _same(one, two, ["term", "experiment", "round"], figures)


@settings(max_examples=8, deadline=None)
@given(played(), st.integers(0, 1000))
def test_the_order_of_rows_says_nothing(made: Tables, seed: int) -> None:
    shuffled = {"verdicts": made["verdicts"].sample(frac=1, random_state=seed)}
    one, two = (consensus(t, draws=DRAWS).estimates for t in (made, shuffled))
    _same(one, two, ["term", "experiment", "round"], ["estimate", "low", "high", "n"])
