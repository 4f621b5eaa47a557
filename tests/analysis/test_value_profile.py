"""Values voiced: shares, differences on the same dilemmas, and what silence of a judge does."""

import pandas as pd
import pytest
from scipy import stats

from homophily import catalogue
from homophily.analysis.value_differences import value_differences
from homophily.analysis.value_profile import value_profile
from homophily.errors import DataError
from tests.analysis.by_hand import debate, line, tables, voiced

TRUST, TALK = "trust-creation-and-maintenance", "constructive-dialogue"
DEBATES = tables(*(debate(f"d{k}", "a b", "YN") for k in (1, 2, 3)))


def test_shares_are_of_judged_messages() -> None:
    found = value_profile(voiced(DEBATES, [TRUST, "", f"{TRUST} {TALK}", TALK, "", "-"]))
    assert line(found.estimates, model="a", value=TRUST)["estimate"] == pytest.approx(2 / 3)
    assert line(found.estimates, model="b", value=TALK)["estimate"] == 1 / 2
    assert line(found.estimates, verdict="YTA", value=TALK)["estimate"] == pytest.approx(1 / 3)
    assert found.warnings == ("1 of 6 messages have no judgement; left out.",)


def test_differences_are_paired_by_dilemma() -> None:
    table = value_differences(voiced(DEBATES, [TRUST, "", TRUST, TRUST, "", ""])).estimates
    found = line(table, value=TRUST, contrast="a − b")
    assert (found["estimate"], found["n"]) == (pytest.approx(1 / 3), 3)
    assert found["p"] == pytest.approx(stats.ttest_1samp([1, 0, 0], 0).pvalue)


def test_a_message_counts_where_most_of_its_judges_name_the_value() -> None:
    made = voiced(DEBATES, [TRUST] * 6)
    silent = made["judgements"].assign(judge="silent")
    two = {**made, "judgements": pd.concat([made["judgements"], silent])}
    assert line(value_profile(two, rule="any").estimates, model="a", value=TRUST)["estimate"] == 1
    for rule in ("majority", "all"):  # one of two is not most
        assert value_profile(two, rule=rule).estimates.empty


SILENT = voiced(tables(*(debate(f"d{k}", "a b", "YN NN") for k in range(4))), [""] * 16)


@pytest.mark.parametrize("name", ["value_profile", "value_differences", "value_overlap", "value_inheritance"])
def test_judges_who_name_nothing_find_nothing(name: str) -> None:
    assert not catalogue.get("analysis", name)(SILENT).estimates["estimate"].any()


def test_without_values_none_precedes_a_change() -> None:
    with pytest.raises(DataError):
        catalogue.get("analysis", "value_change")(SILENT)


@pytest.mark.parametrize("name", ["value_profile", "value_overlap", "value_inheritance", "value_change"])
def test_without_judges_it_is_said_how_to_have_some(name: str) -> None:
    with pytest.raises(DataError):
        catalogue.get("analysis", name)(DEBATES)
