"""Hearing: what a panellist knows of the debate, read from its own history alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from homophily import reading
from homophily.asks import Ask, Message
from homophily.items import Verdict
from homophily.wording import ruled

__all__ = ["Debate", "Said", "hear"]

_HEAD = re.compile(r"^(?P<name>\S+?\s?\d+)(?P<own> \(you\)|（あなた）)?[:：]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """What another agent said last."""

    name: str
    verdict: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Debate:
    """A debate as one agent knows it.

    Attributes:
        protocol: ``synchronous`` or ``round_robin``; by how replies reached the agent.
        own: Its own last readable verdict.
        before: Others' readable verdicts in the rounds before, counted.
        within: Others' readable verdicts in this round, counted.
        last: What each other agent said last.
        texts: All that was said so far.
    """

    protocol: str = "synchronous"
    own: str | None = None
    before: Counter[str] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)
    last: tuple[Said, ...] = ()
    texts: str = ""


def hear(ask: Ask, item: Verdict) -> Debate:
    """What an ask's history tells: replies that were passed on one by one, or summaries of rounds."""
    told = [*ask.history, Message(speaker="", name="", text=item.text)]
    relayed = any(message.name and message.speaker != ask.seat for message in told)
    rounds: defaultdict[str, list[Said]] = defaultdict(list)
    for message in told:
        if message.speaker == ask.seat:
            continue
        for said in [_relayed(message, item)] if message.name else _summed_up(message.text, item):
            rounds[said.name].append(said)
    before, within = Counter[str](), Counter[str]()
    for said_by in rounds.values():
        for number, said in enumerate(said_by, start=1):
            if said.verdict:
                (within if number == item.round else before)[said.verdict] += 1
    return Debate(
        protocol="round_robin" if relayed else "synchronous",
        own=_own(ask, item),
        before=before,
        within=within,
        last=tuple(said_by[-1] for _, said_by in sorted(rounds.items())),
        texts="\n".join(message.text for message in ask.history[1:]) + item.text if ask.history else "",
    )


def _own(ask: Ask, item: Verdict) -> str | None:
    for message in reversed(ask.history):
        if message.speaker == ask.seat:
            try:
                return reading.verdict(message.text, item.codes, agent=item.agent).verdict
            except reading.Unreadable:
                continue
    return None


def _relayed(message: Message, item: Verdict) -> Said:
    return _said(message.name, message.text, item)


def _summed_up(text: str, item: Verdict) -> Iterator[Said]:
    """The others' replies in the summary of a round."""
    heads = list(_HEAD.finditer(text))
    for place, head in enumerate(heads):
        end = heads[place + 1].start() if place + 1 < len(heads) else len(text)
        if not head["own"] and head["name"] != item.agent:
            yield _said(head["name"], text[head.end() : end].strip(), item)


def _said(name: str, text: str, item: Verdict) -> Said:
    line = text.split("\n", 1)[0]
    lines = {ruled(code, item.language): code for code in item.codes}
    return Said(name, lines.get(line), text)
