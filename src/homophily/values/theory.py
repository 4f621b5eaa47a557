"""The ten basic values, their senses and their circle (Schwartz 1992, 2012)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from homophily.errors import UnknownName

__all__ = ["CODES", "HIGHER", "VALUES", "Hedonism", "Higher", "Value", "higher_order"]
__references__ = ("schwartz1992", "schwartz2012")

Hedonism = Literal["openness", "enhancement"]
"""Where hedonism is counted. It lies between the two; Schwartz's own keys put it under openness to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One basic value.

    Attributes:
        code: Two capital letters, used in every table.
        name: What it is called, by language (``en``, ``ja``).
        sense: What it is about, one line by language, in the project's own words.
        higher: Its higher-order value, a key of `HIGHER`.
    """

    code: str
    name: Mapping[str, str]
    sense: Mapping[str, str]
    higher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Higher:
    """One of the four higher-order values, a quadrant of the circle.

    Attributes:
        key: Its name in tables.
        name: What it is called, by language.
        values: The codes it holds, hedonism under openness to change.
        opposite: Key of the quadrant across the circle.
    """

    key: str
    name: Mapping[str, str]
    values: tuple[str, ...]
    opposite: str


def _value(code: str, higher: str, name: str, ja_name: str, sense: str, ja_sense: str) -> Value:
    return Value(
        code=code, higher=higher, name={"en": name, "ja": ja_name}, sense={"en": sense, "ja": ja_sense}
    )


#: The ten values by code, in circle order.
VALUES: dict[str, Value] = {
    value.code: value
    for value in (
        _value(
            "SD", "openness", "Self-Direction", "自己決定",
            "thinking for oneself and choosing one's own way; creating and exploring",
            "自分の頭で考え、自分の道を自分で選ぶこと。創り出し、探究すること",
        ),
        _value(
            "ST", "openness", "Stimulation", "刺激",
            "novelty, excitement and challenge in life",
            "新しさ、わくわくする経験、挑戦のある生活",
        ),
        _value(
            "HE", "openness", "Hedonism", "快楽",
            "pleasure, and enjoying what life has to offer",
            "喜びや心地よさを味わい、人生を楽しむこと",
        ),
        _value(
            "AC", "enhancement", "Achievement", "達成",
            "success, and showing one's ability by the standards of one's society",
            "社会の基準に照らして有能さを示し、成功すること",
        ),
        _value(
            "PO", "enhancement", "Power", "権力",
            "status, wealth, and control over people and resources",
            "地位や富を得て、人や資源を動かす力を持つこと",
        ),
        _value(
            "SE", "conservation", "Security", "安全",
            "safety and stability for oneself, one's circle and society",
            "自分と身近な人々、そして社会の安全と安定",
        ),
        _value(
            "CO", "conservation", "Conformity", "同調",
            "holding back from what would upset others or break what is expected",
            "他人を困らせたり、世間の決まりに背いたりする行いを控えること",
        ),
        _value(
            "TR", "conservation", "Tradition", "伝統",
            "respect for the customs and beliefs handed down by one's culture or religion",
            "自分の文化や宗教が受け継いできた慣習や信仰を重んじること",
        ),
        _value(
            "BE", "transcendence", "Benevolence", "思いやり",
            "the welfare of the people one is close to",
            "身近な人々の幸せを大切にし、力になること",
        ),
        _value(
            "UN", "transcendence", "Universalism", "普遍主義",
            "understanding and protecting all people, and nature",
            "あらゆる人々と自然を理解し、守ること",
        ),
    )
}  # fmt: skip

#: The codes in circle order: neighbours go together, opposites conflict, UN is SD's neighbour again.
CODES: tuple[str, ...] = tuple(VALUES)


def _higher(key: str, opposite: str, name: str, ja_name: str) -> Higher:
    values = tuple(value.code for value in VALUES.values() if value.higher == key)
    return Higher(key=key, name={"en": name, "ja": ja_name}, values=values, opposite=opposite)


#: The four higher-order values by key, in circle order.
HIGHER: dict[str, Higher] = {
    higher.key: higher
    for higher in (
        _higher("openness", "conservation", "Openness to change", "変化への開放性"),
        _higher("enhancement", "transcendence", "Self-Enhancement", "自己高揚"),
        _higher("conservation", "openness", "Conservation", "保守"),
        _higher("transcendence", "enhancement", "Self-Transcendence", "自己超越"),
    )
}


def higher_order(hedonism: Hedonism = "openness") -> dict[str, tuple[str, ...]]:
    """The value codes of each higher-order value, in circle order.

    Args:
        hedonism: Where HE is counted.

    Raises:
        UnknownName: `hedonism` is neither ``openness`` nor ``enhancement``.
    """
    if hedonism not in get_args(Hedonism):
        raise UnknownName("place for hedonism", hedonism, get_args(Hedonism))
    groups: dict[str, tuple[str, ...]] = {key: () for key in HIGHER}
    for code, value in VALUES.items():
        groups[hedonism if code == "HE" else value.higher] += (code,)
    return groups
