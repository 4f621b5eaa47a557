"""Counterbalancing: no level is favoured by place, neighbour, name, picture or mission."""

from collections import Counter
from itertools import pairwise

import pytest

from homophily.studies.teammates.balance import sequences
from homophily.studies.teammates.design import TeammatesDesign
from homophily.studies.teammates.sessions import sessions


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_every_thing_in_every_place_and_after_every_other_equally_often(n):
    rows = sequences(n)
    assert len(rows) == (n if n % 2 == 0 else 2 * n)
    assert all(sorted(row) == list(range(n)) for row in rows)
    places = Counter((place, thing) for row in rows for place, thing in enumerate(row))
    assert len(places) == n * n
    assert set(places.values()) == {len(rows) // n}
    neighbours = Counter(pair for row in rows for pair in pairwise(row))
    assert len(neighbours) == n * (n - 1)
    assert len(set(neighbours.values())) == 1


def test_five_agents_have_the_ten_sequences_of_the_design():
    rows = sequences(5)
    assert rows[:2] == ((0, 1, 4, 2, 3), (1, 2, 0, 3, 4))
    assert rows[5] == rows[0][::-1]


def test_names_pictures_and_missions_are_balanced_over_levels_and_places():
    """Over a hundred participants, as played."""
    met = Counter()
    rows = sequences(5)
    for session in sessions(TeammatesDesign(participants=100, languages=("en",))):
        shift = session.condition
        for position, level in enumerate(rows[shift["sequence"]]):
            things = {
                "names": (position + shift["names"]) % 5,
                "pictures": (2 * position + shift["pictures"]) % 10,
                "sets": (position + shift["sets"]) % 5,
            }
            for kind, thing in things.items():
                met[kind, thing, "level", level] += 1
                met[kind, thing, "position", position] += 1
            met["pair", things["names"], things["pictures"]] += 1
            met["pair of names and sets", things["names"], things["sets"]] += 1
    for kind, expected in (("names", 20), ("pictures", 10), ("sets", 20)):
        assert {n for key, n in met.items() if key[0] == kind} == {expected}
    assert {n for key, n in met.items() if key[0] == "pair of names and sets"} == {20}
    assert {n for key, n in met.items() if key[0] == "pair"} == {10}


def test_ids_and_conditions_stay_when_the_design_grows():
    small = list(sessions(TeammatesDesign(participants=23)))
    large = {session.id: session for session in sessions(TeammatesDesign(participants=89))}
    assert len(large) == 178
    assert all(large[session.id] == session for session in small)


def test_values_told_to_models_stay_when_the_design_grows():
    told = {"persona": {"design": "portrait"}}
    small = list(sessions(TeammatesDesign.model_validate({"participants": 7, **told})))
    large = {s.id: s for s in sessions(TeammatesDesign.model_validate({"participants": 30, **told}))}
    assert all(large[session.id] == session for session in small)
    seats = [session.seats["participant"] for session in small]
    assert len({tuple(seat.persona.profile.values()) for seat in seats}) == 14
    assert all(len(seat.system) > 300 for seat in seats)
    plain = next(sessions(TeammatesDesign())).seats["participant"]
    assert plain.persona.profile == {}
