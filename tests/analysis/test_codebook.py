"""The codebook of the open answers."""

from pathlib import Path

import pytest

from homophily.analysis import codebook
from homophily.errors import DataError
from homophily.respondents._volunteer.remarks import THEMES

THEME = '[[theme]]\nid = "a"\nname = {en = "A"}\nwhat = {en = "Any."}\nexample = {en = "So."}\n'


def test_the_shipped_codebook_speaks_both_languages_and_knows_what_volunteers_write_of() -> None:
    themes = codebook()
    assert tuple(theme.id for theme in themes) == THEMES
    for theme in themes:
        for field in (theme.name, theme.what, theme.example):
            assert set(field) == {"en", "ja"}
            assert any("ぁ" <= letter <= "ヿ" or "一" <= letter <= "鿿" for letter in field["ja"])


def test_a_codebook_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(THEME, encoding="utf-8")
    (theme,) = codebook(file)
    assert (theme.id, theme.name["en"]) == ("a", "A")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (THEME + THEME, "one id twice"),
        ('[[theme]]\nid = "a"\n', "theme 1 .* lacks name, what, example"),
        ("", "no theme"),
        ("theme =", "cannot be read"),
    ],
)
def test_a_codebook_that_is_not_one_is_refused(text: str, match: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=match):
        codebook(str(file))


def test_an_unknown_codebook_is_named() -> None:
    with pytest.raises(DataError, match="'nobodys' cannot be read"):
        codebook("nobodys")
