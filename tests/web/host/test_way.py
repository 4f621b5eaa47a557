"""How far along the way through a session somebody is."""

from homophily.web.host.way import Way

WALK = (
    "consent/given",
    *(f"values/form/{item}" for item in range(6)),
    *(f"mission-1/decision-{point}/{step}" for point in (1, 2, 3) for step in ("choice", "confidence")),
    "final/open",
)


def went(way: Way, *steps: str) -> list[float]:
    """What is shown at each step of a way that was really gone."""
    return [way.share([step], set(steps[:done])) for done, step in enumerate(steps)]


def test_the_walk_itself_goes_by_even_steps() -> None:
    assert went(Way(WALK), *WALK) == [place / len(WALK) for place in range(len(WALK))]


def test_asking_why_takes_nobody_further_than_they_are() -> None:
    often = [
        step
        for place in WALK
        for step in ((place, f"{place.rpartition('/')[0]}/after") if place.endswith("choice") else (place,))
    ]
    shown = went(Way(WALK), *often)
    assert shown == sorted(shown)
    assert shown[-1] == (len(WALK) - 1) / len(WALK)
    assert shown[often.index("mission-1/decision-2/choice")] == 9 / len(WALK)


def test_what_is_spared_lies_behind_once_its_stretch_is_left() -> None:
    asked_why = (*WALK[:8], "mission-1/decision-1/after", *WALK[8:])
    shown = went(Way(asked_why), *WALK)
    assert shown[-1] == (len(asked_why) - 1) / len(asked_why)
    assert shown == sorted(shown)


def test_another_order_within_a_form_is_no_detour() -> None:
    turned = (WALK[0], *reversed(WALK[1:7]), *WALK[7:])
    assert went(Way(WALK), *turned) == went(Way(WALK), *WALK)


def test_what_the_walk_never_met_shows_nothing() -> None:
    assert Way(WALK).share(["somewhere/else"], set(WALK)) == 0.0
