import pytest

from homophily.errors import DataError, UnknownName
from homophily.values import keys, layout
from homophily.values.keys import ESS_VARIABLES


def numbered(prefix: str, size: int, pattern: str = "{}") -> list[str]:
    return [prefix + pattern.format(number) for number in range(1, size + 1)]


@pytest.mark.parametrize("suffix", ["", "a", "b"])
def test_ess_variables_are_found_with_any_suffix_and_in_any_order(suffix: str) -> None:
    names = [variable.upper() + suffix for variable in ESS_VARIABLES]
    found = layout.find(["idno", *reversed(names), "agea"])
    assert found.key is keys.ESS
    assert found.forms == (tuple(names),)


def test_a_merged_file_of_several_rounds_has_a_form_each() -> None:
    names = [variable + suffix for variable in ESS_VARIABLES for suffix in ("", "a")]
    assert [form[0] for form in layout.find(names).forms] == ["ipcrtiv", "ipcrtiva"]


@pytest.mark.parametrize(
    ("prefix", "pattern", "size", "key"),
    [
        ("pvq", "{}", 21, "pvq21"),
        ("PVQ_", "{:02}", 40, "pvq40"),
        ("item", "{:02}", 21, "pvq21"),
        ("portraits-21/", "{:02}", 21, "pvq21"),
        ("portraits_21_", "{:02}", 21, "pvq21"),
        ("q ", "{}", 57, "pvqrr"),
    ],
)
def test_numbered_columns_are_told_by_their_number(prefix, pattern, size, key) -> None:
    names = numbered(prefix, size, pattern)
    found = layout.find(["age", *reversed(names)])
    assert found.key.name == key
    assert found.forms == (tuple(names),)


def test_a_key_can_be_named() -> None:
    assert layout.find(numbered("q", 57), key="pvqrr19").key is keys.PVQRR19
    assert layout.find(numbered("q", 21), key="ess").key is keys.ESS
    assert layout.find(ESS_VARIABLES, key="pvq21").key is keys.PVQ21
    with pytest.raises(UnknownName, match="scoring key"):
        layout.find(numbered("q", 21), key="pvq")


def test_of_several_sets_the_prefix_chooses() -> None:
    names = [*numbered("wave1_", 21), *numbered("wave2_", 21)]
    with pytest.raises(DataError, match=r"several sets of numbered columns \(wave1_1 … wave1_21; wave2_1 …"):
        layout.find(names)
    assert layout.find(names, prefix="WAVE2_").forms == (tuple(numbered("wave2_", 21)),)


def test_sets_that_differ_in_a_mark_are_not_mixed() -> None:
    names = [*numbered("pvq", 21), *numbered("pvq_", 21)]
    with pytest.raises(DataError, match="several sets"):
        layout.find(names)
    assert layout.find(names, prefix="pvq_").forms == (tuple(numbered("pvq_", 21)),)
    assert layout.find(names, prefix="pvq").forms == (tuple(numbered("pvq", 21)),)
    assert layout.find(numbered("pvq_", 21), prefix="pvq").forms == (tuple(numbered("pvq_", 21)),)


def test_one_number_twice_is_refused() -> None:
    with pytest.raises(DataError, match="columns 'pvq1' and 'PVQ01' are one number"):
        layout.find([*numbered("pvq", 21), "PVQ01"])


def test_the_size_of_a_key_chooses() -> None:
    names = [*numbered("a", 21), *numbered("b", 40)]
    assert layout.find(names, key="pvq40").forms[0][0] == "b1"


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        (["age", "sex"], {}, "people.csv has no columns of a known questionnaire: name them as the ESS does"),
        (list(ESS_VARIABLES[:20]), {}, "has ESS values but lacks impfun:"),
        ([v + "a" for v in ESS_VARIABLES if v != "impsafe"], {}, "lacks impsafea:"),
        (["pvq1", *numbered("pvq", 21)[2:]], {}, "lacks item 2 of PVQ-21"),
        (numbered("pvq", 39), {}, "lacks item 40 of PVQ-40"),
        (numbered("pvq", 21), {"key": "pvq40"}, "has columns pvq1, … but lacks item 22, … 40 of PVQ-40"),
        (numbered("pvq", 21), {"prefix": "item"}, "has no columns of a known questionnaire"),
        ([], {"key": "pvq21"}, "has no 21 columns of PVQ-21"),
    ],
)
def test_what_is_lacking_is_named(names, options, said) -> None:
    with pytest.raises(DataError, match=said):
        layout.find(names, **options, where="people.csv")
