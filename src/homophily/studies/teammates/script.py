"""What each agent says: suggestions with reasons that speak for its first values, alike in length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from homophily.studies._length import length
from homophily.studies.teammates.texts import Mission, Texts

__all__ = ["TOLERANCE", "Line", "Part", "Script", "choose", "script", "spread"]

#: By how much the longest of the agents' scripts may exceed the shortest.
TOLERANCE = 0.15
_DRAWS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """What a script is made for.

    Attributes:
        name: The agent's.
        codes: Its ranking, most important value first.
        mission: Its building.
        greeting: Which greeting it uses.
    """

    name: str
    codes: tuple[str, ...]
    mission: Mission
    greeting: int


@dataclass(frozen=True, slots=True)
class Line:
    """What an agent says at one decision point.

    Attributes:
        scene: What is to be seen.
        text: The suggestion with its reasons.
        why: The further reason, on being asked.
    """

    scene: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Script:
    """Everything one agent says.

    Attributes:
        introduction: Who it is and what guides it.
        lines: One a decision point.
    """

    introduction: str
    lines: tuple[Line, ...]

    def length(self, language: str) -> int:
        """Words, in Japanese characters, of all that is said unasked."""
        return sum(
            length(text, language) for text in (self.introduction, *(line.text for line in self.lines))
        )


def choose(
    parts: Sequence[Part], said: Texts, *, points: int, speaking: int, rng: np.random.Generator
) -> list[list[int]]:
    """Draw phrasings for all agents of one participant.

    Agents that share a value use its phrasings in turn, in a drawn order, so that no reason is heard twice
    while another is left. Of up to 50 draws the first is taken in which the agents' lengths differ by at most
    `TOLERANCE`, failing that the least uneven.

    Returns:
        For each agent the numbers that `script` takes: at each point the suggestion, then one phrasing a
        reason.
    """
    uneven, chosen = np.inf, list[list[int]]()
    for _ in range(_DRAWS):
        drawn = _drawn(parts, said, points, speaking, rng)
        scripts = [script(part, said, numbers, speaking) for part, numbers in zip(parts, drawn, strict=True)]
        apart = spread(scripts, said.language)
        if apart < uneven:
            uneven, chosen = apart, drawn
        if apart <= TOLERANCE:
            break
    return chosen


def script(part: Part, said: Texts, numbers: Sequence[int], speaking: int) -> Script:
    """The agent's words for drawn numbers (`choose`).

    At every point its `speaking` most important values give a reason each; they take turns in coming first,
    and the first says more on being asked.
    """
    values = part.codes[:speaking]
    guided = said["introduction.between"].join(said.guided[code] for code in values)
    joint = _joint(said.language)
    greeting = said.greetings[part.greeting].format(agent=part.name)
    introduction = joint.join((greeting, said["introduction.guided"].format(values=guided)))
    lines = []
    for place, start in enumerate(range(0, len(numbers), 1 + speaking)):
        point, order = part.mission.points[place], _order(part.codes, place, speaking)
        suggestion, *phrasings = numbers[start : start + 1 + speaking]
        reasons = [said.say[code, point.kind][n] for code, n in zip(order, phrasings, strict=True)]
        further = [_besides(said, reason) for reason in reasons[1:]]
        text = joint.join((point.suggest[suggestion], reasons[0], *further))
        lines.append(Line(point.scene, text, said.why[order[0], point.kind]))
    return Script(introduction, tuple(lines))


def spread(scripts: Sequence[Script], language: str) -> float:
    """By what share the longest script exceeds the shortest."""
    lengths = [each.length(language) for each in scripts]
    return max(lengths) / min(lengths) - 1


def _drawn(
    parts: Sequence[Part], said: Texts, points: int, speaking: int, rng: np.random.Generator
) -> list[list[int]]:
    turns: dict[tuple[str, str], Iterator[int]] = {}
    drawn = []
    for part in parts:
        numbers: list[int] = []
        for place, point in enumerate(part.mission.points[:points]):
            numbers.append(int(rng.integers(len(point.suggest))))
            for code in _order(part.codes, place, speaking):
                about = code, point.kind
                if about not in turns:
                    turns[about] = cycle(rng.permutation(len(said.say[about])).tolist())
                numbers.append(next(turns[about]))
        drawn.append(numbers)
    return drawn


def _order(codes: Sequence[str], place: int, speaking: int) -> tuple[str, ...]:
    """The values that speak at a point, the one whose turn it is first."""
    turn = place % speaking
    return (*codes[turn:speaking], *codes[:turn])


def _besides(said: Texts, reason: str) -> str:
    """A further reason, led in; in English its first letter becomes small."""
    if said.language == "en" and reason.split()[0] != "I":
        reason = reason[0].lower() + reason[1:]
    return said["decision.besides"] + reason


def _joint(language: str) -> str:
    return "" if language == "ja" else " "
