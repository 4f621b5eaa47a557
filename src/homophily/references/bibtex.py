"""References in BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from homophily.references.reference import Reference

__all__ = ["bibtex"]

#: Fields that stand as they are: LaTeX prints them verbatim.
_VERBATIM = ("doi", "eprint", "url")


def bibtex(references: Iterable[Reference]) -> str:
    """A ``.bib`` file in UTF-8, an entry each in the given order; empty for none.

    Preprints carry ``eprint`` and ``archiveprefix``, which biblatex and natbib's styles know.
    """
    return "\n".join(_entry(reference) for reference in references)


def _entry(reference: Reference) -> str:
    fields = list(_fields(reference))
    width = max(len(name) for name, _ in fields)
    lines = [f"  {name:<{width}} = {{{value}}}," for name, value in fields]
    return "\n".join([f"@{reference.type}{{{reference.key},", *lines, "}", ""])


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    for name, value in reference.model_dump(exclude={"key", "type"}).items():
        if not value:
            continue
        if name in ("author", "editor"):
            yield name, " and ".join(_escaped(each) for each in value)
        elif name == "pages":
            yield name, value.replace("-", "--")
        elif name in _VERBATIM:
            yield name, value
        else:
            yield name, _escaped(value)
        if name == "eprint":
            yield "archiveprefix", "arXiv"


def _escaped(text: str) -> str:
    """Text with LaTeX's own signs escaped; braces are meant."""
    return re.sub(r"([&%#$_])", r"\\\1", text)
