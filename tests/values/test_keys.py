from itertools import chain

import pytest

from homophily.errors import UnknownName
from homophily.values import CODES, keys


@pytest.mark.parametrize("name", ["pvq21", "pvq40", "pvqrr19", "ess"])
def test_a_key_partitions_its_items(name: str) -> None:
    key = keys.get(name)
    numbers = sorted(chain.from_iterable(key.items.values()))
    assert numbers == list(range(1, key.size + 1))


def test_the_refined_key_for_ten_values_leaves_out_face_alone() -> None:
    numbers = sorted(chain.from_iterable(keys.PVQRR.items.values()))
    assert sorted({*range(1, 58)} - {*numbers}) == list(keys.PVQRR19.items["FAC"]) == [9, 24, 49]
    assert len(numbers) == 54


@pytest.mark.parametrize("name", ["pvq21", "pvq40", "pvqrr", "ess"])
def test_keys_of_ten_values_are_in_circle_order(name: str) -> None:
    assert tuple(keys.get(name).items) == CODES


def test_nineteen_values_fall_under_ten() -> None:
    assert tuple(keys.RR_TO_TEN) == CODES
    parts = list(chain.from_iterable(keys.RR_TO_TEN.values()))
    assert sorted([*parts, "FAC"]) == sorted(keys.PVQRR19.items)


@pytest.mark.parametrize(
    ("code", "variables"),
    [
        ("SD", {"ipcrtiv", "impfree"}),
        ("ST", {"impdiff", "ipadvnt"}),
        ("HE", {"ipgdtim", "impfun"}),
        ("AC", {"ipshabt", "ipsuces"}),
        ("PO", {"imprich", "iprspot"}),
        ("SE", {"impsafe", "ipstrgv"}),
        ("CO", {"ipfrule", "ipbhprp"}),
        ("TR", {"ipmodst", "imptrad"}),
        ("BE", {"iphlppl", "iplylfr"}),
        ("UN", {"ipeqopt", "ipudrst", "impenv"}),
    ],
)
def test_ess_variables_measure_what_the_survey_says(code: str, variables: set[str]) -> None:
    assert {keys.ESS_VARIABLES[number - 1] for number in keys.ESS.items[code]} == variables


def test_only_the_ess_is_coded_the_other_way_round() -> None:
    assert [name for name, key in keys.KEYS.items() if key.turned] == ["ess"]


def test_exclusion_limits_are_the_published_ones_and_scale() -> None:
    limits = {key.name: (key.max_missing, key.max_identical) for key in keys.KEYS.values()}
    assert limits["pvq21"] == limits["ess"] == (5, 16)
    assert limits["pvq40"] == (9, 30)
    assert limits["pvqrr"] == limits["pvqrr19"] == (13, 43)


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(UnknownName, match="no scoring key named 'pvq20'"):
        keys.get("pvq20")
