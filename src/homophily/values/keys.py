"""Scoring keys: which item measures which value, in the portrait questionnaires and in the ESS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homophily.errors import UnknownName

__all__ = [
    "ESS",
    "ESS_SUFFIXES",
    "ESS_VARIABLES",
    "KEYS",
    "PVQ21",
    "PVQ40",
    "PVQRR",
    "PVQRR19",
    "RR_TO_TEN",
    "Key",
    "get",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """How a questionnaire's answers become value scores.

    Attributes:
        name: Names the key.
        title: What a report calls the questionnaire.
        items: Item numbers, from 1, by value code.
        size: Items of the questionnaire, unkeyed ones included; all of them enter MRAT.
        turned: Whether 1 is coded "very much like me"; scoring then takes 7 − x first.
        max_missing: A person with more unanswered items is excluded.
        max_identical: A person with more identical answers is excluded.
    """

    name: str
    title: str
    items: Mapping[str, tuple[int, ...]]
    size: int
    turned: bool = False
    max_missing: int
    max_identical: int


def _key(name: str, title: str, items: Mapping[str, tuple[int, ...]], size: int, turned: bool = False) -> Key:
    # Published for 21 items (Schwartz's instructions for the ESS): out at more than 5 missing or 16
    # identical. Longer forms take the same shares, which is our reading.
    return Key(
        name=name,
        title=title,
        items=items,
        size=size,
        turned=turned,
        max_missing=5 * size // 21,
        max_identical=16 * size // 21,
    )


#: The ESS's 21 variables, in the order of the questionnaire (item 1 … 21).
ESS_VARIABLES = (
    *("ipcrtiv", "imprich", "ipeqopt", "ipshabt", "impsafe", "impdiff", "ipfrule"),
    *("ipudrst", "ipmodst", "ipgdtim", "impfree", "iphlppl", "ipsuces", "ipstrgv"),
    *("ipadvnt", "ipbhprp", "iprspot", "iplylfr", "impenv", "imptrad", "impfun"),
)

#: What some rounds append to every one of these names.
ESS_SUFFIXES = ("", "a", "b")

_TWENTY_ONE = {
    "SD": (1, 11),
    "ST": (6, 15),
    "HE": (10, 21),
    "AC": (4, 13),
    "PO": (2, 17),
    "SE": (5, 14),
    "CO": (7, 16),
    "TR": (9, 20),
    "BE": (12, 18),
    "UN": (3, 8, 19),
}

_FORTY = {
    "SD": (1, 11, 22, 34),
    "ST": (6, 15, 30),
    "HE": (10, 26, 37),
    "AC": (4, 13, 24, 32),
    "PO": (2, 17, 39),
    "SE": (5, 14, 21, 31, 35),
    "CO": (7, 16, 28, 36),
    "TR": (9, 20, 25, 38),
    "BE": (12, 18, 27, 33),
    "UN": (3, 8, 19, 23, 29, 40),
}

_NINETEEN = {
    "SDT": (1, 23, 39),
    "SDA": (16, 30, 56),
    "ST": (10, 28, 43),
    "HE": (3, 36, 46),
    "AC": (17, 32, 48),
    "POD": (6, 29, 41),
    "POR": (12, 20, 44),
    "FAC": (9, 24, 49),
    "SEP": (13, 26, 53),
    "SES": (2, 35, 50),
    "TR": (18, 33, 40),
    "COR": (15, 31, 42),
    "COI": (4, 22, 51),
    "HUM": (7, 38, 54),
    "UNN": (8, 21, 45),
    "UNC": (5, 37, 52),
    "UNT": (14, 34, 57),
    "BEC": (11, 25, 47),
    "BED": (19, 27, 55),
}

#: The refined theory's 19 values under the ten; Face (FAC) is kept out.
RR_TO_TEN = {
    "SD": ("SDT", "SDA"),
    "ST": ("ST",),
    "HE": ("HE",),
    "AC": ("AC",),
    "PO": ("POD", "POR"),
    "SE": ("SEP", "SES"),
    "CO": ("COR", "COI"),
    "TR": ("TR", "HUM"),
    "BE": ("BEC", "BED"),
    "UN": ("UNN", "UNC", "UNT"),
}

_TEN_OF_NINETEEN = {
    code: tuple(number for part in parts for number in _NINETEEN[part]) for code, parts in RR_TO_TEN.items()
}

PVQ21 = _key("pvq21", "PVQ-21", _TWENTY_ONE, 21)
PVQ40 = _key("pvq40", "PVQ-40", _FORTY, 40)
PVQRR = _key("pvqrr", "PVQ-RR, ten values", _TEN_OF_NINETEEN, 57)
PVQRR19 = _key("pvqrr19", "PVQ-RR, 19 values", _NINETEEN, 57)
ESS = _key("ess", "ESS human values scale", _TWENTY_ONE, 21, turned=True)

#: The keys by name.
KEYS: dict[str, Key] = {key.name: key for key in (PVQ21, PVQ40, PVQRR, PVQRR19, ESS)}


def get(name: str) -> Key:
    """The key of this name.

    Raises:
        UnknownName: There is none; the message suggests near names.
    """
    if name not in KEYS:
        raise UnknownName("scoring key", name, KEYS)
    return KEYS[name]
