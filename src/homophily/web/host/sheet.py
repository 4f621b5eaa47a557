"""A sheet: the page of asks in front of a person, shown, read back, and told what is missing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from homophily import catalogue
from homophily.asks import Answer, Ask, Usage
from homophily.items import Item, Unreadable, Verdict
from homophily.lab.study import Shown
from homophily.web.host.fields._form import Form, first
from homophily.web.host.sitting import Draft, Key, Sitting, Waiting
from homophily.web.host.traces import again, traces
from homophily.web.host.words import words

if TYPE_CHECKING:
    from homophily.web.host.host import Host

__all__ = ["Entry", "beside", "entries", "page", "read", "shown"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a form holds for one ask.

    Attributes:
        waiting: The ask.
        draft: What was entered.
        answer: The answer, where it can be read as one.
        fault: Why it cannot; empty where it can.
        page: Path of the first ask of its page, which tells what was shown and sent together.
    """

    waiting: Waiting
    draft: Draft
    answer: Answer | None = None
    fault: str = ""
    page: str = ""

    @property
    def key(self) -> Key:
        """Seat and path of the ask."""
        return self.waiting.ask.seat, self.waiting.ask.path


def entries(sitting: Sitting, form: Form, *, skips: bool) -> list[Entry]:
    """What a form holds for those of its asks that still wait; nothing for any other.

    Args:
        sitting: Holds the asks.
        form: As sent. ``ask`` names its asks as ``seat:path``; the field of the nth is called ``f<n>``.
        skips: Whether questions can be left unanswered.
    """
    page, fields = traces(first(form, "traces"))
    found = []
    for number, named in enumerate(form.get("ask", ())[:500]):
        seat, _, path = named.partition(":")
        waiting = sitting.waiting.get((seat, path))
        if waiting is None:
            continue
        name = f"f{number}"
        item = waiting.ask.item
        counted = {**page, **fields.get(name, {})}
        draft = Draft(
            raw=_field(item).entered(item, name, form),
            skipped=skips and item.kind != "notice" and first(form, f"{name}.skip") == "1",
            traces={**counted, "script": bool(page)},
        )
        found.append(Entry(waiting, draft, page=first(form, "ask").partition(":")[2][:200]))
    return found


def read(entry: Entry) -> Entry:
    """The entry with its answer, or with what is wrong: a key of the page's words.

    Free text that declines to answer is an answer of its own: missing, by refusal.
    """
    ask, draft = entry.waiting.ask, entry.draft
    shown = entry.waiting.shown
    usage = Usage(seconds=0.0 if shown is None else round(time.monotonic() - shown, 3))
    record = {"traces": draft.traces, "page": entry.page}
    if draft.skipped:
        answer = Answer(missing="refusal", raw="", usage=usage, record=record | {"skipped": True})
        return Entry(entry.waiting, draft, answer)
    if not draft.raw:
        return Entry(entry.waiting, draft, fault="empty")
    if isinstance(ask.item, Verdict) and not ask.item.explanation(draft.raw).strip():
        return Entry(entry.waiting, draft, fault="unexplained")
    try:
        value = ask.item.read(draft.raw)
    except Unreadable as fault:
        if fault.reason == "refusal" and ask.item.kind == "text":
            answer = Answer(missing="refusal", raw=draft.raw, usage=usage, record=record)
            return Entry(entry.waiting, draft, answer)
        return Entry(entry.waiting, draft, fault=fault.reason)
    kept = record | ask.item.remarks(draft.raw)
    return Entry(entry.waiting, draft, Answer(value=value, raw=draft.raw, usage=usage, record=kept))


def beside(host: Host, ask: Ask) -> Shown:
    """What stands around an ask: as the study has it, else the role that a model would read."""
    shows = host.study.shown
    return Shown(role=ask.system) if shows is None else shows(ask, host.design)


def page(
    host: Host, asks: Sequence[Ask], drafts: Mapping[Key, Draft], faults: Mapping[Key, str]
) -> dict[str, Any]:
    """All that a page of questions is made of, but who reads it and how far they are.

    Args:
        host: Whose study it is.
        asks: In the order shown.
        drafts: What was entered before.
        faults: What is wrong with it.
    """
    ask, fields = asks[0], shown(asks, drafts, faults)
    around = beside(host, ask)
    history = ask.history if around.talk else ()
    return {
        "heading": around.heading or words(ask.item.language)["questions"],
        "beside": around,
        "history": [
            {"name": said.name, "text": said.text, "own": said.speaker == ask.seat} for said in history
        ],
        "picture": ask.item.picture,
        "fields": fields,
        "counted": again({field["name"]: field["traces"] for field in fields}),
        "skips": host.skips,
    }


def shown(
    asks: Sequence[Ask], drafts: Mapping[Key, Draft], faults: Mapping[Key, str]
) -> list[dict[str, Any]]:
    """What the template of a page needs of its asks; an instruction that several share is shown once.

    Args:
        asks: In the order shown.
        drafts: What was entered before.
        faults: What is wrong with it.
    """
    found: list[dict[str, Any]] = []
    for number, ask in enumerate(asks):
        key, item = (ask.seat, ask.path), ask.item
        lead, _, text = item.text.strip().rpartition("\n\n")
        draft = drafts.get(key, Draft())
        found.append(
            {
                "name": f"f{number}",
                "key": f"{ask.seat}:{ask.path}",
                "kind": item.kind,
                "item": item,
                "lead": lead if not found or lead != found[-1]["shared"] else "",
                "shared": lead,
                "text": text,
                "raw": draft.raw,
                "skipped": draft.skipped,
                "traces": draft.traces,
                "fault": faults.get(key, ""),
                **_field(item).shown(item, draft.raw),
            }
        )
    return found


def _field(item: Item) -> Any:
    return _of_kind(item.kind)


@cache
def _of_kind(kind: str) -> Any:
    return catalogue.get("web.host.fields", kind)
