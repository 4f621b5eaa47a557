import pytest

from homophily.errors import UnknownName
from homophily.values import CODES, HIGHER, VALUES, higher_order


def test_the_circle_holds_ten_values_in_order() -> None:
    assert CODES == ("SD", "ST", "HE", "AC", "PO", "SE", "CO", "TR", "BE", "UN")


@pytest.mark.parametrize("code", CODES)
def test_every_value_is_worded_in_both_languages(code: str) -> None:
    value = VALUES[code]
    assert value.code == code
    assert set(value.name) == set(value.sense) == {"en", "ja"}
    assert all(text.strip() for text in (*value.name.values(), *value.sense.values()))
    assert value.name["ja"].isascii() is value.sense["ja"].isascii() is False


def test_names_are_distinct() -> None:
    for language in ("en", "ja"):
        assert len({value.name[language] for value in VALUES.values()}) == 10


def test_quadrants_are_the_theory_s() -> None:
    assert {key: higher.values for key, higher in HIGHER.items()} == {
        "openness": ("SD", "ST", "HE"),
        "enhancement": ("AC", "PO"),
        "conservation": ("SE", "CO", "TR"),
        "transcendence": ("BE", "UN"),
    }
    assert all(HIGHER[higher.opposite].opposite == key for key, higher in HIGHER.items())


def test_hedonism_can_move() -> None:
    assert higher_order("openness")["openness"] == ("SD", "ST", "HE")
    assert higher_order("enhancement")["enhancement"] == ("HE", "AC", "PO")
    assert higher_order("enhancement")["openness"] == ("SD", "ST")


def test_an_unknown_place_for_hedonism_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'openness'"):
        higher_order("opennes")  # type: ignore[arg-type]
