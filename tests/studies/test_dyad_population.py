"""Agents, pairs, seats: who meets whom, and who plays them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.errors import UsageError
from homophily.studies.dyads.design import DyadDesign
from homophily.studies.dyads.population import populate
from homophily.studies.dyads.seating import seat
from homophily.studies.dyads.sessions import sessions, swapped_partner
from homophily.values.similarity.pearson import pearson

THREE = {name: {"kind": "random"} for name in ("one", "two", "three")}


def design(**changes: object) -> DyadDesign:
    return DyadDesign.model_validate(changes)


def test_bins_are_equally_filled_and_ordered() -> None:
    population = populate(design())
    assert np.bincount(population.bins).tolist() == [40] * 5
    highest = [population.similarity[population.bins == which].max() for which in range(5)]
    lowest = [population.similarity[population.bins == which].min() for which in range(5)]
    assert all(high <= low for high, low in zip(highest, lowest[1:], strict=False))
    widths = np.diff(lowest[1:])
    assert widths == pytest.approx(widths.mean(), abs=0.03)


def test_every_agent_sits_in_about_equally_many_pairs() -> None:
    population = populate(design())
    seated = np.bincount(population.pairs.ravel(), minlength=60)
    assert seated.min() >= 5
    assert seated.max() - seated.min() <= 3


@pytest.mark.parametrize("rule", ["stratified", "random"])
def test_no_pair_is_drawn_twice_and_nobody_meets_themselves(rule: str) -> None:
    population = populate(design(pairs={"rule": rule}))
    met = {frozenset(pair) for pair in population.pairs.tolist()}
    assert len(met) == 200
    assert all(len(pair) == 2 for pair in met)


@pytest.mark.parametrize("rule", ["stratified", "random", "target"])
def test_a_larger_study_begins_with_the_smaller_one(rule: str) -> None:
    small, large = (populate(design(pairs={"rule": rule, "n": n})) for n in (50, 120))
    assert (small.pairs == large.pairs[:50]).all()
    assert small.similarity == pytest.approx(large.similarity[:50])


def test_the_same_design_draws_the_same_and_another_seed_another() -> None:
    first, again, other = (populate(design(seed=seed)) for seed in (1, 1, 2))
    assert (first.pairs == again.pairs).all()
    assert (first.profiles == again.profiles).all()
    assert not (first.profiles == other.profiles).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=5), st.integers(0, 1000))
def test_constructed_partners_have_the_target_similarity(targets: list[float], seed: int) -> None:
    population = populate(design(seed=seed, agents=5, pairs={"rule": "target", "n": 12, "targets": targets}))
    a, b = population.profiles[population.pairs.T]
    wished = [targets[place % len(targets)] for place in range(12)]
    assert pearson(a, b) == pytest.approx(wished, abs=1e-6)
    assert population.profiles.min() >= 1
    assert population.profiles.max() <= 6 + 1e-9


def test_targets_are_crossed_with_agents() -> None:
    population = populate(design(agents=4, pairs={"rule": "target", "n": 16, "targets": [0.0, 0.5]}))
    met = Counter(zip(population.pairs[:, 0].tolist(), population.bins.tolist(), strict=True))
    assert set(met.values()) == {2}
    assert len(met) == 8


def test_too_small_a_pool_is_refused_with_what_to_change() -> None:
    with pytest.raises(UsageError, match=r"similarity bin \d of 5 holds \d+ .* raise agents = 12"):
        populate(design(agents=12, pairs={"n": 200}))


def test_cycle_gives_an_agent_one_respondent_everywhere() -> None:
    chosen = design(respondents=THREE)
    population = populate(chosen)
    played: dict[int, set[str]] = {}
    for pair, names in zip(population.pairs.tolist(), seat(chosen, population), strict=True):
        for agent, name in zip(pair, names, strict=True):
            played.setdefault(agent, set()).add(name)
    assert all(len(names) == 1 for names in played.values())
    assert Counter(next(iter(names)) for names in played.values()) == {"one": 20, "two": 20, "three": 20}


def test_crossed_plays_every_ordered_combination_in_every_bin() -> None:
    chosen = design(respondents=THREE, pairs={"n": 90, "bins": 5}, seating={"rule": "crossed"})
    population = populate(chosen)
    played = Counter(zip(population.bins.tolist(), seat(chosen, population), strict=True))
    assert len(played) == 5 * 9
    assert set(played.values()) == {2}


def test_shares_are_kept_among_the_agents() -> None:
    chosen = design(respondents=THREE, seating={"rule": "shares", "shares": {"one": 0.75, "three": 0.25}})
    population = populate(chosen)
    played = {}
    for pair, names in zip(population.pairs.tolist(), seat(chosen, population), strict=True):
        played |= dict(zip(pair, names, strict=True))
    assert Counter(played.values()) == {"one": 45, "three": 15}


def test_seats_are_played_as_named() -> None:
    chosen = design(respondents=THREE, seating={"rule": "seats", "a": "two", "b": "one"})
    assert set(seat(chosen, populate(chosen))) == {("two", "one")}


def test_swapped_meets_the_next_pair_that_is_none_of_the_two() -> None:
    pairs = np.array([[0, 1], [2, 0], [3, 1], [4, 5]])
    assert swapped_partner(pairs, 0) == 3  # B of pair 1 is A, B of pair 2 is B
    assert swapped_partner(pairs, 1) == 2
    assert swapped_partner(pairs, 3) == 0


def test_sessions_are_named_seated_and_counted_by_the_design() -> None:
    chosen = design(
        agents=20, pairs={"n": 20, "bins": 2}, conditions={"dialogue": 1.0, "none": 0.5, "swapped": 0.25}
    )
    found = list(sessions(chosen))
    ids = [session.id for session in found]
    assert len(set(ids)) == len(ids) == 2 * (20 + 10 + 5)
    assert ids[:6] == [
        f"{language}/pair-0001{ending}" for ending in ("", "/none", "/swapped") for language in ("en", "ja")
    ]
    for session in found:
        a, b = session.seats["a"].persona, session.seats["b"].persona
        assert a.id != b.id
        assert a.name != b.name


def test_agents_are_the_same_in_both_languages_and_names_are_not_tied_to_them() -> None:
    found = list(sessions(design()))
    by_id = {session.id: session for session in found}
    names: dict[str, set[str]] = {}
    for session in found:
        twin = by_id[f"ja/{session.id[3:]}"]
        for place in "ab":
            assert session.seats[place].persona.id == twin.seats[place].persona.id
            assert session.seats[place].persona.profile == twin.seats[place].persona.profile
            names.setdefault(session.seats[place].persona.id, set()).add(session.seats[place].persona.name)
    assert min(map(len, names.values())) > 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"similarity": "pearsn"}, "Did you mean 'pearson'"),
        ({"persona": {"design": "portait"}}, "Did you mean 'portrait'"),
        ({"profiles": {"generator": "humans"}}, "Did you mean 'human'"),
        ({"dialogue": {"topics": ["weekends"]}}, "Did you mean 'weekend'"),
        ({"dialogue": {"topics": ["own"], "wordings": {"own": {"en": "Talk."}}}}, "no text in 'ja'"),
        ({"languages": ["fr"]}, "'fr'"),
        ({"seating": {"rule": "seats", "a": "synthetic"}}, "seating.b"),
        ({"seating": {"rule": "shares"}}, "positive sum"),
        ({"seating": {"a": "nobody"}}, "no respondent named 'nobody'"),
        ({"conditions": {"dialogue": 0}}, "nobody plays"),
        ({"conditions": {"swapped": 1}, "pairs": {"n": 2}}, "3 pairs or more"),
        ({"pairs": {"rule": "target"}, "similarity": "kendall"}, "Pearson similarities"),
        ({"pairs": {"rule": "target", "targets": [1.5]}}, "no correlation"),
    ],
)
def test_settings_that_cannot_be_played_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        design(**changes)
