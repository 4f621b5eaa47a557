"""Plans: what a design will ask, of whom, in what words, and about what it will cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from homophily.asks import Answer, Ask, Respondent
from homophily.items import READ, Choice, Likert, Notice, Number, Ranking, Several, Value, Verdict
from homophily.lab.design import Design
from homophily.lab.estimate import Range, answer_tokens, request_tokens
from homophily.lab.runs import name_of
from homophily.lab.session import Scalar, Session
from homophily.lab.study import Study
from homophily.lab.table import Table
from homophily.lab.waiting import wait
from homophily.wording import render, ruled

__all__ = ["Load", "Plan", "Prompt", "plan", "rehearsed"]

#: A condition in words, or yes and no, of at most so many levels tells kinds of session apart; one of more,
#: such as the pair, and numbers, such as a replicate's, only count sessions of one kind.
_LEVELS = 12
#: Stands for words that are not spoken yet, at the length they usually have.
_WORDS = {
    "en": "(Here stand the words that will be spoken: one to three sentences, about as long as this one. "
    "How long they really are is up to the speaker.)",
    "ja": "（ここには実際に話される言葉が入ります。長さは一文から三文ほどで、この文と同じくらいになります。"
    "どのくらい話すかは話し手しだいです。）",
}


Rehearsed = tuple[int, dict[str, Scalar], list[tuple[str, Ask]]]
"""How many sessions are of one kind, the kind, and the asks of one of them with who is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One ask as it will be sent.

    Attributes:
        session: The session it is from; `seat` and `path` within it.
        respondent: Name in the design.
        language: ISO 639-1 code.
        body: The request's body for a model over the wire; otherwise role, transcript and item as worded.
    """

    session: str
    seat: str
    path: str
    respondent: str
    language: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked of one respondent.

    Attributes:
        respondent: Name in the design.
        kind: Kind of respondent.
        asks: Questions.
        read: Estimated tokens read; none where nothing goes over the wire.
        written: Estimated tokens written, without those of hidden reasoning.
        cost: In the currency of the design's price list; None where no price is set.
    """

    respondent: str
    kind: str
    asks: int
    read: Range
    written: Range
    cost: Range | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a design will do.

    Attributes:
        study: Name of the study.
        run: Name that the run will have.
        sessions: How many.
        asks: How many; exact where sessions of one kind have equally many.
        kinds: Kinds of session: language, conditions, who sits where, sessions, asks of each.
        loads: What is asked of each respondent.
        prompts: The first ask of every phase, with and without a transcript, per respondent and condition.
    """

    study: str
    run: str
    sessions: int
    asks: int
    kinds: tuple[Mapping[str, Scalar], ...]
    loads: tuple[Load, ...]
    prompts: tuple[Prompt, ...]

    def record(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)


def plan(study: Study, design: Design) -> Plan:
    """Plan a run without asking anyone.

    One session of every kind is played with stand-in answers, and multiplied by the number of its like.

    Raises:
        UsageError: A respondent's settings, or a seat's respondent, do not fit.
    """
    from homophily.lab.seating import seat, survey

    survey(study, design)
    respondents = seat(design)
    played = rehearsed(study, design)
    return Plan(
        study=study.name,
        run=name_of(study, design),
        sessions=sum(count for count, _, _ in played),
        asks=sum(count * len(asks) for count, _, asks in played),
        kinds=tuple({**kind, "sessions": count, "asks": len(asks)} for count, kind, asks in played),
        loads=tuple(
            _load(name, str(design.respondents[name]["kind"]), respondents[name], played)
            for name in design.respondents
        ),
        prompts=tuple(_prompts(respondents, played)),
    )


class _Rehearsal:
    """Answers from the middle of every scale, and keeps what was asked of whom."""

    def __init__(self) -> None:
        self.asks: list[tuple[str, Ask]] = []

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        self.asks.append((respondent, ask))
        return Answer(value=_stand_in(ask), raw=_written(ask))

    async def note(self, ask: Ask, place: int) -> Value:
        return ask.item.read("")

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        return drawn


def _stand_in(ask: Ask) -> Value:
    item = ask.item
    if isinstance(item, Choice):
        return item.options[0].id
    if isinstance(item, Several):
        return ",".join(sorted(option.id for option in item.options[: item.most]))
    if isinstance(item, Ranking):
        return ",".join(option.id for option in item.options)
    if isinstance(item, Notice):
        return READ
    if isinstance(item, Likert | Number):
        return (item.low + item.high) // 2
    if isinstance(item, Verdict):  # Seats that disagree to the end: the longest that a debate can be.
        return item.codes[sum(map(ord, ask.seat)) % len(item.codes)]
    return _WORDS.get(item.language, _WORDS["en"])


def _written(ask: Ask) -> str:
    """The stand-in as it would be written: a verdict with two paragraphs that explain it."""
    value = str(_stand_in(ask))
    if not isinstance(ask.item, Verdict):
        return value
    words = _WORDS.get(ask.item.language, _WORDS["en"])
    return "\n\n".join((ruled(value, ask.item.language), *[f"{words} {words}"] * 2))


def rehearsed(study: Study, design: Design) -> list[Rehearsed]:
    """One session of every kind, played with stand-in answers: how many are like it, its kind, its asks."""
    return [(count, kind, _asks(study, design, first)) for count, kind, first in list(_shapes(study, design))]


def _asks(study: Study, design: Design, session: Session) -> list[tuple[str, Ask]]:
    async def play() -> None:
        await study.play(Table(session, design, keeper))

    keeper = _Rehearsal()
    wait(play())
    return keeper.asks


def _shapes(study: Study, design: Design) -> Iterator[tuple[int, dict[str, Scalar], Session]]:
    """Each kind of session with the number of its like and the first of them."""
    telling = _telling([session.condition for session in study.sessions(design)])
    counts: Counter[tuple[tuple[str, Scalar], ...]] = Counter()
    firsts: dict[tuple[tuple[str, Scalar], ...], Session] = {}
    for session in study.sessions(design):
        kind = {"language": session.language, **{key: session.condition.get(key) for key in telling}}
        kind |= {f"seat {name}": seat.respondent for name, seat in session.seats.items()}
        counts[tuple(kind.items())] += 1
        firsts.setdefault(tuple(kind.items()), session)
    for shape, count in counts.items():
        yield count, dict(shape), firsts[shape]


def _telling(conditions: Sequence[Mapping[str, Scalar]]) -> list[str]:
    """The conditions that tell kinds of session apart: words with few levels.

    What follows from one with many, as a dilemma's own verdict does from the dilemma, is left out.
    """
    levels: dict[str, set[Scalar]] = defaultdict(set)
    for condition in conditions:
        for key, level in condition.items():
            if isinstance(level, str | bool):
                levels[key].add(level)
    many = [key for key, found in levels.items() if len(found) > _LEVELS]
    return [
        key
        for key, found in levels.items()
        if len(found) <= _LEVELS
        and not any(
            len({(c.get(wide), c.get(key)) for c in conditions}) == len(levels[wide]) for wide in many
        )
    ]


def _load(
    name: str,
    kind: str,
    respondent: Respondent,
    played: list[Rehearsed],
) -> Load:
    number, read, written = 0, Range(), Range()
    request = getattr(respondent, "request", None)
    for count, _, asks in played:
        own = [ask for asked, ask in asks if asked == name]
        number += count * len(own)
        for ask in own:
            if request is None or isinstance(ask.item, Notice):
                continue
            closed = ask.item.kind not in ("text", "verdict")
            read += request_tokens(request(ask)) * count
            written += answer_tokens(_written(ask), ask.max_tokens, closed=closed) * count
    price = getattr(respondent, "price", None)
    cost = (read * price.input + written * price.output) * 1e-6 if price else None
    return Load(respondent=name, kind=kind, asks=number, read=read, written=written, cost=cost)


def _prompts(respondents: Mapping[str, Respondent], played: list[Rehearsed]) -> Iterator[Prompt]:
    seen = set()
    for kind, name, ask in ((kind, *asked) for _, kind, asks in played for asked in asks):
        words = tuple(v for key, v in kind.items() if isinstance(v, str) and not key.startswith("seat "))
        phase = (name, words, ask.path.partition("/")[0], bool(ask.history))
        if phase in seen:
            continue
        seen.add(phase)
        request = getattr(respondents[name], "request", None)
        yield Prompt(
            session=ask.session,
            seat=ask.seat,
            path=ask.path,
            respondent=name,
            language=ask.item.language,
            body=request(ask) if request else _as_worded(ask),
        )


def _as_worded(ask: Ask) -> dict[str, Any]:
    return {
        "system": ask.system,
        "history": [": ".join(filter(None, (told.name, told.text))) for told in ask.history],
        "item": render(ask.item),
    }
