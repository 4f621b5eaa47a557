"""Rules as figures and tables show them: an order, and a colour each keeps in every figure."""

from __future__ import annotations

from collections.abc import Iterable

from homophily.report import _style as style

__all__ = ["DENSE", "colour", "ordered", "titled"]

DENSE = "dense"

#: The paper's rule first, then its parts, then controls.
_ORDER = ("joint", "key", "value", "mean", "recent", "random", "none")
_COLOURS = dict(zip(_ORDER, (*style.COLOURS[:5], style.COLOURS[7], style.COLOURS[5]), strict=True))
_OTHERS = (style.COLOURS[6], "#8C564B", "#17BECF", "#BCBD22")


#: Measures whose names are written otherwise than with a capital.
_TITLES = {
    "arc_challenge": "ARC challenge",
    "arc_easy": "ARC easy",
    "boolq": "BoolQ",
    "copa": "COPA",
    "csqa": "CommonsenseQA",
    "hellaswag": "HellaSwag",
    "lambada": "LAMBADA",
    "mmlu": "MMLU, 5-shot",
    "mmlu_zero_shot": "MMLU, 0-shot",
    "needle": "Needle in a haystack",
    "obqa": "OpenBookQA",
    "perplexity_128": "Perplexity, 128 tokens",
    "perplexity_1024": "Perplexity, 1,024 tokens",
    "piqa": "PIQA",
    "siqa": "Social IQa",
    "winogrande": "WinoGrande",
}


def titled(measure: str) -> str:
    """A measure's name as people write it."""
    name = measure.replace("_", " ")
    return _TITLES.get(measure, name[:1].upper() + name[1:])


def ordered(rules: Iterable[str]) -> list[str]:
    """Rules without the dense model: known ones in their order, others after them by name."""
    known = {name: place for place, name in enumerate(_ORDER)}
    return sorted(set(rules) - {DENSE}, key=lambda rule: (known.get(rule, len(known)), rule))


def colour(rule: str, rules: Iterable[str]) -> str:
    """A rule's colour."""
    if rule in _COLOURS:
        return _COLOURS[rule]
    others = [name for name in ordered(rules) if name not in _COLOURS]
    return _OTHERS[others.index(rule) % len(_OTHERS)]
