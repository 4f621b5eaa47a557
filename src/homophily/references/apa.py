"""References as the American Psychological Association prints them, in plain text."""

from __future__ import annotations

from collections.abc import Sequence

from homophily.references.reference import Reference

__all__ = ["apa"]


def apa(reference: Reference) -> str:
    """One line: authors, year, title, where it was published, doi or arXiv number, what to know of it.

    Plain text has no italics; else it is the form of the Publication Manual's seventh edition.
    """
    parts = [
        _authors(reference.author),
        f"({reference.year or 'n.d.'})",
        f"{reference.title}{_bracketed(reference)}",
        _where(reference),
    ]
    line = " ".join(_closed(part) for part in parts if part)
    links = [f"https://doi.org/{reference.doi}" if reference.doi else reference.url]
    links += [f"arXiv:{reference.eprint}"] if reference.eprint else []
    line = " ".join([line, *filter(None, links)])
    return _plain(f"{line} ({reference.note}.)" if reference.note else line)


def _authors(names: Sequence[str]) -> str:
    if names[-1] == "others":
        return f"{', '.join(names[:-1])}, et al."
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"


def _bracketed(reference: Reference) -> str:
    if reference.type == "software":
        version = f" (Version {reference.version})" if reference.version else ""
        return f"{version} [Computer software]"
    if reference.edition:
        return f" ({reference.edition} ed.)"
    return f" [{reference.howpublished}]" if reference.howpublished else ""


def _where(reference: Reference) -> str:
    pages = reference.pages.replace("-", "–")
    if reference.type == "article":
        issue = f"{reference.volume}({reference.number})" if reference.number else reference.volume
        return ", ".join(filter(None, (reference.journal, issue, pages)))
    if reference.booktitle:
        editors = f"{_given_first(reference.editor)} (Ed.), " if reference.editor else ""
        within = f"In {editors}{reference.booktitle}{f' (pp. {pages})' if pages else ''}"
        return f"{within}. {reference.publisher}" if reference.publisher else within
    return reference.publisher


def _given_first(names: Sequence[str]) -> str:
    return " & ".join(" ".join(reversed(name.split(", ", 1))) for name in names)


def _closed(text: str) -> str:
    return text if text[-1] in ".?!" else f"{text}."


def _plain(text: str) -> str:
    return text.replace("{", "").replace("}", "")
