"""References: every key resolves and is used, and others can read the BibTeX."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from homophily import __version__, catalogue, instruments
from homophily.errors import UnknownName
from homophily.lab.study import Study
from homophily.references import OWN, Reference, apa, bibtex, find, known, named_within
from homophily.values.taxonomy import taxonomies, taxonomy
from tests.references.reach import SOURCE, mentions, reached, words

ROOT = Path(__file__).parents[2]
#: Catalogues whose every entry says whom it follows.
TOLD = (
    "analysis",
    "filtering.evaluation",
    "filtering.rules",
    "lineage.exposure.strategies",
    "lineage.tests",
    "personas",
    "respondents",
    "values.profiles",
    "values.similarity",
)
ENTRIES = [(shelf, name) for shelf in TOLD for name in catalogue.names(shelf)]
MODULES = named_within()


def named() -> dict[str, tuple[str | Reference, ...]]:
    """Keys by who names them: modules, instruments, studies, lists of values."""
    studies: dict[str, Study] = {name: catalogue.get("studies", name) for name in catalogue.names("studies")}
    return {
        **MODULES,
        **{f"instrument {name}": instruments.load(name).references for name in instruments.names()},
        **{f"study {name}": study.references for name, study in studies.items()},
        **{f"taxonomy {name}": taxonomy(name).references for name in taxonomies()},
        "the report of every run": ("homophily",),
    }


def test_every_key_that_is_named_is_known() -> None:
    for who, keys in named().items():
        unknown = {key for key in keys if key != OWN} - set(known())
        assert not unknown, f"{who} names {unknown}"


def test_every_reference_is_named_by_someone() -> None:
    used = {key for keys in named().values() for key in keys}
    assert not set(known()) - used


@pytest.mark.parametrize(("shelf", "name"), ENTRIES)
def test_every_entry_names_its_sources_or_calls_itself_own(shelf: str, name: str) -> None:
    assert catalogue.references(shelf, name)


@pytest.mark.parametrize("name", instruments.names())
def test_every_instrument_names_its_sources_or_calls_itself_own(name: str) -> None:
    assert instruments.load(name).references


@pytest.mark.parametrize("name", catalogue.names("analysis"))
def test_an_analysis_names_whomever_the_functions_it_reaches_cite(name: str) -> None:
    module = f"homophily.analysis.{name}"
    cited = mentions(words(reached(module, name, "homophily.analysis")))
    assert cited <= set(catalogue.references("analysis", name))


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_names_whomever_it_cites(path: Path) -> None:
    module = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    if module.startswith("analysis._"):
        return  # named by the analyses that reach it, as the test above holds
    assert mentions(path.read_text(encoding="utf-8")) <= set(MODULES.get(module, ()))


def test_whoever_is_cited_with_a_year_is_known() -> None:
    families = {
        each.split(",")[0].strip("{}").split()[-1] for entry in known().values() for each in entry.author
    }
    cited = re.compile(
        r"\b([A-Z][a-zéöüč]+)(?: et al\.?,?| (?:&|and) [A-Z]\w+)? ?\(?((?:18|19)\d\d|20[0-3]\d)\b"
    )
    passed = {"Biometrika"}  # a journal before its year
    for path in SOURCE.rglob("*.py"):
        for family, year in cited.findall(path.read_text(encoding="utf-8")):
            assert family in families | passed, f"{path.name}: {family} {year}"


def test_a_parser_of_others_reads_every_entry() -> None:
    database = pytest.importorskip("pybtex.database", reason="pybtex is not installed: pip install pybtex")
    read: Any = database.parse_string(bibtex(known().values()), "bibtex")
    assert set(read.entries) == set(known())
    for key, reference in known().items():
        entry = read.entries[key]
        assert entry.type == reference.type
        assert len(entry.persons["author"]) == len(reference.author)
        assert entry.fields["title"].replace("\\", "") == reference.title
        assert entry.fields.get("doi", "") == reference.doi


def test_a_style_of_others_sets_every_entry() -> None:
    pytest.importorskip("pybtex", reason="pybtex is not installed: pip install pybtex")
    from pybtex.database import parse_string
    from pybtex.plugin import find_plugin

    as_misc = bibtex(known().values()).replace("@software{", "@misc{")  # a type of biblatex alone
    style = find_plugin("pybtex.style.formatting", "plain")()
    lines = [str(entry.text) for entry in style.format_bibliography(parse_string(as_misc, "bibtex"))]
    assert len(lines) == len(known())
    assert sum("Kenny" in line for line in lines) == 3


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (
            "kenny1994",
            "Kenny, D. A. (1994). Interpersonal perception: A social relations analysis. Guilford Press.",
        ),
        (
            "aronow2015",
            "Aronow, P. M., Samii, C., & Assenova, V. A. (2015). Cluster-robust variance estimation for "
            "dyadic data. Political Analysis, 23(4), 564–577. https://doi.org/10.1093/pan/mpv018",
        ),
        (
            "miller1955",
            "Miller, G. A. (1955). Note on the bias of information estimates. In H. Quastler (Ed.), "
            "Information theory in psychology: Problems and methods (pp. 95–100). Free Press.",
        ),
        (
            "lee2025",
            "Lee, J., Byeon, G., Kim, Y., & Hong, S. (2025). Leveraging KV similarity for online structured "
            "pruning in LLMs. arXiv:2512.07090",
        ),
        (
            "rozen2025",
            "Rozen, N., Bezalel, L., Elidan, G., Globerson, A., & Daniel, E. (2025). Do LLMs have consistent "
            "values? In International Conference on Learning Representations. arXiv:2407.12878",
        ),
    ],
)
def test_apa_as_the_manual_prints_it(key: str, line: str) -> None:
    assert apa(known()[key]) == line


def test_homophily_is_cited_as_its_citation_file_says() -> None:
    told = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    own = known()["homophily"]
    assert own.title.replace("{", "").replace("}", "") in told
    assert own.author[0].strip("{}") in told
    assert f"version: {__version__}" in told
    assert own.version == __version__


def test_keys_are_of_an_author_and_the_year() -> None:
    for key, reference in known().items():
        if reference.year:
            assert key.endswith(reference.year)
            assert re.match(r"[a-z]+\d{4}[a-z]?$", key)


def test_no_two_entries_are_one_source() -> None:
    dois = [reference.doi for reference in known().values() if reference.doi]
    titles = [reference.title.casefold() for reference in known().values() if reference.type != "book"]
    assert len(set(dois)) == len(dois)
    assert len(set(titles)) == len(titles)


def test_no_key_stands_in_two_files() -> None:
    folder = files("homophily.references").joinpath("data")
    keys = [key for file in folder.iterdir() for key in tomllib.loads(file.read_text(encoding="utf-8"))]
    assert len(keys) == len(known())


def test_an_entry_without_what_its_type_needs_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs journal and year"):
        Reference(key="a2000", type="article", author=("A, B.",), title="T")


def test_signs_of_latex_are_escaped_but_not_in_addresses() -> None:
    made = Reference(
        key="a2000", type="misc", author=("A & B",), title="50 % of_it", year="2000", url="https://a.b/c_d"
    )
    assert r"A \& B" in bibtex([made])
    assert r"50 \% of\_it" in bibtex([made])
    assert "https://a.b/c_d" in bibtex([made])


def test_a_key_nobody_knows_gets_a_near_one() -> None:
    with pytest.raises(UnknownName, match="kenny1994"):
        find(["kenny1995"])


def test_own_and_doubles_leave_no_trace() -> None:
    assert [each.key for each in find(["own", "kenny1994", "holm1979", "kenny1994"])] == [
        "holm1979",
        "kenny1994",
    ]
