"""Options to choose from, and the marks they are shown under."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Option", "marked", "told_apart"]


@dataclass(frozen=True, slots=True)
class Option:
    """One of a choice's options.

    Attributes:
        id: What is recorded; does not change with the order shown.
        text: The wording.
        measures: The construct that choosing it speaks for.
        note: An explanation shown after the wording, such as a definition.
        also: Other wordings that name it in a list, such as its name in another language.
    """

    id: str
    text: str
    measures: str = ""
    note: str = ""
    also: tuple[str, ...] = ()


def marked(options: tuple[Option, ...]) -> dict[str, Option]:
    """Options by the mark they are shown under: A, B, … up to 26 of them, 1, 2, … for more."""
    lettered = len(options) <= 26
    return {
        chr(ord("A") + place) if lettered else str(place + 1): option for place, option in enumerate(options)
    }


def told_apart(options: tuple[Option, ...], *, apart_from: tuple[str, ...] = ()) -> None:
    """Prove that ids can be joined by commas and taken apart again.

    Raises:
        ValueError: An id is given twice, is empty, holds a comma, or is one of `apart_from`.
    """
    ids = [option.id for option in options]
    if len(set(ids)) < len(ids) or any("," in id_ or id_ in ("", *apart_from) for id_ in ids):
        also = "".join(f" and not {word!r}" for word in apart_from)
        raise ValueError(f"options need ids of their own, without commas{also}: {ids}")
