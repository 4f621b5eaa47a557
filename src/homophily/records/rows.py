"""Rows: an ask with its answer as one row of the store, and back."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from homophily.asks import Answer, Ask, Message, Usage
from homophily.items import Value

__all__ = ["answer", "clean", "digest", "row", "storable", "texts", "to_json"]

_TYPES: dict[str, type[int] | type[float] | type[str]] = {"int": int, "float": float, "str": str}


def row(run: str, place: int, respondent: str, ask: Ask, given: Answer) -> dict[str, Any]:
    """The row that keeps an answer, but for the digests of the ask's `texts`.

    Args:
        run: Name of the run.
        place: How many asks the session made before this one.
        respondent: Name of the respondent in the design.
        ask: What was asked.
        given: What came back, made `storable`.
    """
    item, usage, value = ask.item, given.usage, given.value
    return {
        "run": run,
        "session": ask.session,
        "seat": ask.seat,
        "path": ask.path,
        "place": place,
        "item": item.id,
        "kind": item.kind,
        "measures": item.measures,
        "reverse": item.reverse,
        "language": item.language,
        "respondent": respondent,
        "agent": ask.persona.id if ask.persona else "",
        "partner": ask.partner.id if ask.partner else None,
        "value": None if value is None else str(value),
        "type": None if value is None else type(value).__name__,
        "missing": given.missing,
        "raw": given.raw,
        "distribution": None if given.distribution is None else to_json(given.distribution),
        "model": str(given.record.get("model", "")),
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": usage.cost,
        "requests": usage.requests,
        "seconds": usage.seconds,
        "cached": given.cached,
        "record": to_json(given.record) if given.record else "{}",
        "seed": str(ask.seed),
        "temperature": ask.temperature,
        "max_tokens": ask.max_tokens,
        "time": time.time(),
    }


def texts(ask: Ask) -> dict[str, str]:
    """The texts an ask rests on, by the column that refers to them; equal texts are kept once."""
    return {
        "wording": clean(ask.item.text),
        "system": clean(ask.system),
        "history": _history(ask.history),
    }


def storable(given: Answer) -> Answer:
    """`given` as every store gives it back, so that a protocol sees the same before and after a resume."""
    value = given.value
    if isinstance(value, str):
        value = clean(str(value))
    elif value is not None:
        value = float(value) if isinstance(value, float) else int(value)
    if value == given.value and type(value) is type(given.value) and clean(given.raw) is given.raw:
        return given
    return replace(given, value=value, raw=clean(given.raw))


def answer(kept: Mapping[str, Any]) -> Answer:
    """The answer that a row keeps."""
    return Answer(
        value=_value(kept["value"], kept["type"]),
        missing=kept["missing"],
        raw=kept["raw"],
        distribution=None if kept["distribution"] is None else json.loads(kept["distribution"]),
        usage=Usage(
            prompt_tokens=kept["prompt_tokens"],
            completion_tokens=kept["completion_tokens"],
            cost=kept["cost"],
            requests=kept["requests"],
            seconds=kept["seconds"],
        ),
        cached=bool(kept["cached"]),
        record=json.loads(kept["record"]),
    )


def clean(text: str) -> str:
    """`text` as every store can keep it: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def digest(text: str) -> str:
    """A short name for a text; empty for the empty text."""
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest() if text else ""


def to_json(value: Any) -> str:
    """Compact JSON, as every store can keep it; what JSON does not know becomes its `str`."""
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def _history(history: Sequence[Message]) -> str:
    return to_json([[said.speaker, said.name, said.text] for said in history]) if history else ""


def _value(text: str | None, kind: str | None) -> Value | None:
    return None if text is None or kind is None else _TYPES[kind](text)
