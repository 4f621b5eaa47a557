import base64
import re
from html.parser import HTMLParser

import pytest

from homophily import catalogue
from homophily.lab.design import Budget
from homophily.report._page import headline, render
from tests.report import fabric

FIGURES = tuple(catalogue.names("report.figures"))
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Collects what the tests ask about, and proves that tags close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.loaded: list[str] = []
        self.plain_heads = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "th" and "scope" not in given:
            self.plain_heads += 1
        if tag in ("img", "link", "iframe") or (tag == "script" and "src" in given):
            self.loaded.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and re.fullmatch(r"h[1-4]", self.open[-1]):
            self.headings.append((self.open[-1], data))


@pytest.fixture(scope="module")
def page() -> str:
    return render(fabric.record(FIGURES), made="2026-11-23")


def test_the_page_is_whole_and_needs_no_network(page: str) -> None:
    reader = Reader(page)
    assert reader.open == []
    assert reader.loaded == []
    assert not re.search(r"@import|src=|url\((?!#)", page)


def test_every_id_is_unique_and_every_link_leads_somewhere(page: str) -> None:
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids))
    inside = [link for link in reader.links if link.startswith("#")]
    assert {link[1:] for link in inside} <= set(reader.ids)
    (file,) = set(reader.links) - set(inside)
    kind, _, coded = file.partition(",")
    assert kind == "data:application/x-bibtex;base64"
    assert "@software{homophily," in base64.b64decode(coded).decode()


def test_headings_tell_the_whole_story_in_order(page: str) -> None:
    reader = Reader(page)
    second = [text for level, text in reader.headings if level == "h2"]
    assert second == [
        *("Design", "Sample", "Findings", "Missing answers", "Transcripts", "Limitations", "Departures"),
        *("How to rerun", "How to cite"),
    ]
    assert [level for level, _ in reader.headings].count("h1") == 1


def test_every_table_heading_says_what_it_heads(page: str) -> None:
    assert Reader(page).plain_heads == 0


def test_words_from_outside_stay_words(page: str) -> None:
    assert "A made-up study &lt;of nothing&gt;" in page
    assert "agent-0&lt;x&gt;" in page
    assert "<x>" not in page


@pytest.mark.parametrize(
    "words",
    [
        "Agents are not people",
        "Nobody was asked.",
        "homophily run design.json",
        "&#34;seed&#34;: 7",
        "The fit did not converge &amp; says so.",
        "海辺を歩きませんか。",
        "nobody2026",
    ],
)
def test_the_page_says_what_it_must(page: str, words: str) -> None:
    assert words in page


def test_equal_records_give_equal_pages() -> None:
    record = fabric.record(("forest",))
    assert render(record) == render(record)


def test_settings_that_differ_from_the_defaults_are_told(page: str) -> None:
    told = page.split("Settings that differ from the study", 1)[1].split("</table>", 1)[0]
    assert ">seed<" in told
    assert ">languages<" not in told
    other = fabric.Plan(study="fabric", seed=7, budget=Budget(asks=9))
    assert "budget.asks" in render(fabric.record(design=other)).split("differ from the study", 1)[1]


def test_an_unfinished_run_says_so_at_the_top() -> None:
    page = render(fabric.record(finished=10))
    assert "Unfinished: 10 of 12" in page.split("</header>")[0]
    assert "2 of 12 planned sessions" in page


def test_a_run_without_answers_still_has_a_report() -> None:
    page = render(fabric.record(answers=fabric.answers(1).head(0), finished=0))
    assert "No session has been played yet." in page
    assert "Nothing has been analysed yet." in page


def test_missing_answers_are_counted_by_reason(page: str) -> None:
    told = page.split('id="missing"', 1)[1].split("</section>", 1)[0]
    assert "1 of 60 answers (1.7 %)" in told
    assert "Refusal" in told
    none = render(fabric.record(answers=fabric.answers(missing=False)))
    assert "None: all 60 questions were answered readably." in none


def test_the_leading_analysis_gives_the_headline() -> None:
    from dataclasses import replace

    findings = [
        fabric.finding("forest"),
        replace(fabric.finding("forest"), name="criterion", text="Reproduced."),
    ]
    assert headline(findings) == ["Reproduced."]
    assert headline(findings[:1]) == [findings[0].text]
