"""The reference page of the command line is current."""

from pathlib import Path

from homophily.cli._app import EXIT_CODES
from homophily.cli.reference import page

PAGE = Path(__file__).parents[2] / "docs/reference/cli.md"


def test_the_page_is_current() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "write it anew: python -m homophily.cli.reference > docs/reference/cli.md"


def test_the_page_tells_every_exit_code_and_an_example_of_every_command() -> None:
    told = page()
    assert all(f"| {code} | {meaning} |" in told for code, meaning in EXIT_CODES.items())
    assert told.count("```bash") == told.count("## homophily ")
