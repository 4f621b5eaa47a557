"""The analyses of debates: by hand on a few replies, by invariants on any, by name on populations."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.debates import Debates, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from homophily import catalogue
from homophily.analysis._clusters import Clusters, holm, paired
from homophily.analysis._debates import debates
from homophily.analysis._estimators.panel import NEVER, Panel
from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import DataError

Tables = dict[str, pd.DataFrame]
ANALYSES = ("revision", "consensus", "direction", "verdict_flow", "order_effects", "persuasion")


def find(name: str, given: Tables, **options: object) -> pd.DataFrame:
    table: pd.DataFrame = catalogue.get("analysis", name)(given, **options).estimates
    return table


def told(
    *rows: str, goal: str = "original", dilemma: str = "d1", order: str = "ab", rr: bool = False
) -> Tables:
    """One debate: a word of verdicts a round, by position; ``?`` is unreadable."""
    protocol = "round_robin" if rr else "synchronous"
    experiment = f"{protocol}:{'>'.join(order)}"
    keys = {"session": f"{goal}/{experiment}/{dilemma}", "debate": f"{dilemma}-1", "experiment": experiment}
    keys |= {"protocol": protocol, "goal": goal, "language": "en", "dilemma": dilemma}
    letters = {"Y": "YTA", "N": "NTA", "E": "ESH", "?": None}
    replies = [
        {**keys, "replicate": 1, "round": turn + 1, "position": seat + 1, "model": order[seat],
         "verdict": letters[said]}
        for turn, row in enumerate(rows)
        for seat, said in enumerate(row)
    ]  # fmt: skip
    return {"verdicts": pd.DataFrame(replies)}


def joined(*parts: Tables) -> Tables:
    return {"verdicts": pd.concat([part["verdicts"] for part in parts], ignore_index=True)}


def estimate(table: pd.DataFrame, **wanted: object) -> float:
    for column, value in wanted.items():
        table = table[table[column] == value]
    assert len(table) == 1, table
    return float(table["estimate"].iloc[0])


@pytest.fixture(scope="module")
def population() -> Tables:
    return Debates(dilemmas=40, unreadable=0.03).tables(np.random.default_rng(5))


def test_tables_come_back_as_they_were() -> None:
    made = Debates(dilemmas=6, unreadable=0.1)
    panel = made.panel(np.random.default_rng(2))
    found = debates(tables(panel, made.schedule()[1], made.models))
    order = [made.models.index(name) for name in found.models]
    assert (found.panel.verdicts == panel.verdicts).all()
    assert (np.where(found.panel.models < 0, -1, np.array(order)[found.panel.models]) == panel.models).all()
    assert (found.panel.simultaneous == panel.simultaneous).all()
    assert [found.dilemmas[d] for d in found.panel.dilemma] == [f"d{d:04}" for d in panel.dilemma]


def test_rows_in_any_order_give_the_same_figures(population: Tables) -> None:
    mixed = {name: table.sample(frac=1, random_state=1) for name, table in population.items()}
    for name in ("revision", "consensus"):
        keys = (
            ["term", "experiment", "model", "position"]
            if name == "revision"
            else ["term", "experiment", "round"]
        )
        one, two = (find(name, t, draws=50).sort_values(keys, ignore_index=True) for t in (population, mixed))
        pd.testing.assert_frame_equal(
            one[[*keys, "estimate", "low", "high"]], two[[*keys, "estimate", "low", "high"]]
        )


def test_shares_are_of_all_debates() -> None:
    found = joined(
        told("YN", "NN", dilemma="d1"),
        told("YY", dilemma="d2"),
        told("YN", "YN", "NN", "YN", dilemma="d3"),
        told("?N", "?N", dilemma="d4"),
    )
    table = find("revision", found)
    # a changes in d1 and d3, of the three debates in which it could be read; b never.
    assert estimate(table, term="change of verdict", model="a") == pytest.approx(2 / 3)
    assert estimate(table, term="change of verdict", model="b") == 0
    ends = find("consensus", found)
    assert estimate(ends, term="consensus in round", round=1) == 0.25
    assert estimate(ends, term="consensus in round", round=2) == 0.25
    assert estimate(ends, term="no consensus") == 0.5
    assert estimate(ends, term="more than one round") == 0.75
    assert estimate(ends, term="rounds played") == 2.25


def test_a_majority_is_reported_apart() -> None:
    table = find("consensus", told("YYN", order="abc"))
    assert estimate(table, term="no consensus") == 1
    assert estimate(table, term="majority without consensus") == 1


def test_a_recorded_consensus_that_verdicts_belie_is_not_believed() -> None:
    found = told("Y?")
    told_otherwise = found["verdicts"][["session"]].drop_duplicates().assign(consensus=True, max_rounds=4)
    finding = catalogue.get("analysis", "consensus")({**found, "debates": told_otherwise})
    assert estimate(finding.estimates, term="no consensus") == 1
    assert any("verdicts are believed" in warning for warning in finding.warnings)


def test_who_speaks_last_is_compared_on_the_same_dilemmas() -> None:
    """On d1, a gives way when first; on d2 when last, too; d3 was played in one order alone."""
    found = joined(
        told("YN", "NN", dilemma="d1", rr=True),
        told("NN", dilemma="d1", order="ba", rr=True),
        told("YN", "NN", dilemma="d2", rr=True),
        told("NY", "NN", dilemma="d2", order="ba", rr=True),
        told("YN", "YN", dilemma="d3", rr=True),
    )
    table = find("order_effects", found)
    # a: changed when first 1 and 1, when last 0 and 1.
    assert estimate(table, term="change of verdict", model="a") == pytest.approx(-0.5)
    assert table["n"].max() == 2


def test_steering_is_paired_and_sets_the_published_z_beside() -> None:
    """Counts of the paper, 282 of 1,000 before and 325 after, with 100 debates changed under both."""
    before = np.r_[np.ones(100), np.ones(182), np.zeros(225), np.zeros(493)].astype(bool)
    after = np.r_[np.ones(100), np.zeros(182), np.ones(225), np.zeros(493)].astype(bool)
    lines = [
        told("YN", "NN" if moved else "YN", goal=goal, dilemma=f"d{place}")["verdicts"]
        for goal, changes in (("original", before), ("balanced", after))
        for place, moved in enumerate(changes)
    ]
    table = find("steering", {"verdicts": pd.concat(lines, ignore_index=True)})
    row = table[(table["term"] == "change of verdict") & (table["model"] == "a")].iloc[0]
    assert row["z"] == pytest.approx(-2.0913, abs=6e-5)
    assert row["estimate"] == pytest.approx(0.043)
    assert (row["only first"], row["only second"]) == (182, 225)
    assert row["p"] < row["p_unpaired"] < 0.05 or row["p"] == pytest.approx(0.0372, abs=1e-3)
    assert row["p_holm"] >= row["p"]


def test_who_moves_whom() -> None:
    found = joined(
        told("YN", "NN", dilemma="d1"), told("YN", "YY", dilemma="d2"), told("YN", "YN", dilemma="d3")
    )
    table = find("persuasion", found, draws=20)
    assert estimate(table, term="moved by", model="a", by="b") == pytest.approx(1 / 3)
    assert estimate(table, term="strength", model="a") == pytest.approx(0)


def test_a_panel_where_one_never_moves_the_other_has_no_strengths() -> None:
    finding = catalogue.get("analysis", "persuasion")(
        joined(told("YN", "NN"), told("YN", "NN", dilemma="d2"))
    )
    assert "strength" not in set(finding.estimates["term"])
    assert finding.warnings


def test_people_are_agreed_with_before_and_after() -> None:
    found = joined(told("YN", "NN", dilemma="d1"), told("YE", "YY", dilemma="d2"))
    votes = pd.DataFrame(
        np.array([[1, 9, 0, 0, 0], [8, 1, 0, 0, 1]]), columns=[f"human_{v}" for v in VERDICTS]
    )
    sessions = found["verdicts"]["session"].unique()
    table = find("human_agreement", {**found, "debates": votes.assign(session=sessions)})
    of = {"term": "agreement with the plurality"}
    assert estimate(table, model="a", when="before", **of) == 0.5
    assert estimate(table, model="a", when="after", **of) == 1
    assert estimate(table, model="a", when="difference", **of) == 0.5
    score = np.log2([1.5 / 12.5, 8.5 / 12.5]).mean()
    assert estimate(table, model="a", when="before", term="log score") == pytest.approx(score)


def test_a_divergence_is_that_of_scipy() -> None:
    from scipy.spatial.distance import jensenshannon

    from homophily.analysis.human_agreement import _divergence

    people = np.array([[0.2, 0.5, 0.1, 0.1, 0.1]] * 3)
    found, _ = _divergence(np.array([0, 1, 1]), np.zeros(3, int), people)
    expected = jensenshannon([1 / 3, 2 / 3, 0, 0, 0], people[0], base=2) ** 2
    assert found == pytest.approx([expected])


@pytest.mark.parametrize("name", ANALYSES)
def test_estimates_lie_within_their_intervals(name: str, population: Tables) -> None:
    table = find(name, population).dropna(subset=["low"])
    assert len(table)
    assert (table["low"] <= table["estimate"] + 1e-9).all()
    assert (table["estimate"] <= table["high"] + 1e-9).all()


@settings(deadline=None, max_examples=25)
@given(
    npst.arrays(np.int64, (5, 3, 2), elements=st.integers(-1, 4)),
    npst.arrays(np.int64, 5, elements=st.integers(1, 3)),
)
def test_invariants_hold_in_the_findings(verdicts: np.ndarray, lengths: np.ndarray) -> None:
    late = np.arange(3)[None] >= lengths[:, None]
    made = Debates(dilemmas=5, experiments=(("synchronous", (0, 1)),))
    schedule, frame = made.schedule()
    panel = Panel(
        verdicts=np.where(late[..., None], NEVER, verdicts),
        models=schedule.models,
        dilemma=schedule.dilemma,
        protocol=schedule.protocol,
        simultaneous=schedule.simultaneous,
    )
    found = tables(panel, frame, made.models)
    ends = find("consensus", found, draws=10)
    shares = ends[ends["term"].isin(["consensus in round", "no consensus"])]["estimate"]
    assert shares.sum() == pytest.approx(1)
    if (panel.verdicts >= 0).any(axis=1).all():  # all have a reply that can be read, in a round that was
        moved = find("revision", found, draws=10)["estimate"].max()
        assert moved <= estimate(ends, term="more than one round") + 1e-12


def test_renamed_models_rename_the_findings(population: Tables) -> None:
    names = {"gpt": "zeta", "claude": "alpha", "gemini": "mid"}
    again = {name: table.replace({"model": names}) for name, table in population.items()}
    one, two = (find("revision", t, draws=100) for t in (population, again))
    for line, model in ((x, x["model"]) for _, x in one.iterrows()):
        if isinstance(line["experiment"], str):
            of = {"experiment": line["experiment"], "position": line["position"], "model": names[model]}
            assert estimate(two, **of) == line["estimate"]


def test_two_replies_for_one_place_are_refused(population: Tables) -> None:
    twice = pd.concat([population["verdicts"], population["verdicts"].head(1)])
    with pytest.raises(DataError, match="two replies in round 1, position 1"):
        debates({"verdicts": twice})


def test_an_unknown_verdict_is_refused() -> None:
    found = told("YN")
    found["verdicts"].loc[0, "verdict"] = "**NTA**"
    with pytest.raises(DataError, match="no verdict"):
        debates(found)


def test_a_cluster_drawn_twice_counts_twice() -> None:
    """Dropping multiplicity would make the error about .8 of this."""
    rng = np.random.default_rng(1)
    values, cluster = rng.normal(size=400), np.repeat(np.arange(100), 4)
    values += rng.normal(size=100)[cluster]
    drawn = Clusters(100, 4000, "test")
    sums = drawn.sums(values, cluster)
    se = drawn.drawn(sums, drawn.sums(np.ones(400), cluster)).std()
    means = values.reshape(100, 4).mean(axis=1)
    assert se == pytest.approx(means.std(ddof=0) / 10, rel=0.04)


def test_a_share_that_never_varies_has_wilsons_interval() -> None:
    found = Clusters(50, 100, "test").mean(np.zeros(100, bool), np.repeat(np.arange(50), 2), share=True)
    assert found.low == pytest.approx(0, abs=1e-12)
    assert found.high == pytest.approx(1.96**2 / (50 + 1.96**2), rel=1e-3)


def test_holm_is_that_of_statsmodels() -> None:
    from statsmodels.stats.multitest import multipletests

    p = np.array([0.01, 0.04, np.nan, 0.03, 0.005])
    assert holm(p)[[0, 1, 3, 4]] == pytest.approx(multipletests(p[[0, 1, 3, 4]], method="holm")[1])
    assert np.isnan(holm(p)[2])


def test_a_paired_mean_is_a_t_test_over_dilemmas() -> None:
    from scipy import stats

    values = np.random.default_rng(3).normal(0.3, 1, 24)
    found, n = paired(np.repeat(values, 2), np.repeat(np.arange(24), 2))
    expected = stats.ttest_1samp(values, 0)
    assert n == 24
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))
