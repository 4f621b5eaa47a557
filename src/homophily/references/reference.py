"""A reference: one published source, in the fields of BibTeX."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Reference"]

#: What an entry of each type cannot be without, after the manual of BibTeX (software: of biblatex).
_REQUIRED = {
    "article": ("author", "journal", "year"),
    "book": ("author", "publisher", "year"),
    "incollection": ("author", "booktitle", "publisher", "year"),
    "inproceedings": ("author", "booktitle", "year"),
    "misc": ("author", "year"),
    "software": ("author",),
}


class Reference(BaseModel):
    """One published source.

    Braces in a title or name keep its capitals, as in BibTeX; no field is escaped in any other way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern=r"^[A-Za-z][\w:.-]*$", description="What names it: `kenny1994`.")
    type: Literal["article", "book", "incollection", "inproceedings", "misc", "software"] = Field(
        description="What it is, as BibTeX calls it."
    )
    author: tuple[str, ...] = Field(
        min_length=1, description="`Family, G.` each; an organisation in braces; `others` for et al."
    )
    title: str = Field(min_length=1, description="In sentence case.")
    editor: tuple[str, ...] = Field((), description="Of a collection, as authors are given.")
    journal: str = Field("", description="Of an article.")
    booktitle: str = Field("", description="The collection, or the proceedings.")
    edition: str = Field("", description="Of a book, from the second: `3rd`.")
    volume: str = Field("", description="Of a journal.")
    number: str = Field("", description="Of an issue.")
    pages: str = Field("", description="From and to, with a hyphen; or an article's number.")
    publisher: str = Field("", description="Of a book; whoever gives out data.")
    howpublished: str = Field("", description="Of what is neither article nor book.")
    version: str = Field("", description="Of software.")
    year: str = Field("", description="Of publication.")
    doi: str = Field("", pattern=r"^(10\.\d{4,9}/\S+)?$", description="Without a resolver's address.")
    eprint: str = Field("", pattern=r"^(\d{4}\.\d{4,5})?$", description="Number in arXiv.")
    url: str = Field("", description="Where there is no doi.")
    note: str = Field("", description="What a reader must know of it.")

    @model_validator(mode="after")
    def _whole(self) -> Reference:
        lacking = [field for field in _REQUIRED[self.type] if not getattr(self, field)]
        if lacking:
            raise ValueError(f"{self.key}: a reference of type {self.type!r} needs {' and '.join(lacking)}")
        return self
