"""Frozen plans: design, instruments, prompts and analyses, written down before there are data."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily import __version__
from homophily.errors import DataError, UsageError
from homophily.items import Choice
from homophily.lab.code import fingerprint
from homophily.lab.plan import rehearsed
from homophily.lab.runs import name_of
from homophily.whole import write_whole
from homophily.wording import render

if TYPE_CHECKING:
    from homophily.asks import Ask
    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["FILE", "attach", "freeze", "read", "write"]

#: A plan's name within the folder of a run that follows it.
FILE = "plan.json"
_FORM = "homophily-plan-1"
_SEAL = "sha256"


def freeze(study: Study, design: Design) -> dict[str, Any]:
    """All of a study that can be fixed before anyone is asked.

    One session of every kind is rehearsed with stand-in answers; of each instrument's items and of each
    phase's prompts a SHA-256 is kept, so that a plan can be public where an instrument's wording cannot.

    Returns:
        ``made`` (time), ``version``, ``study``, ``run``, ``design``, ``sessions``, ``asks``, ``instruments``
        and ``prompts`` (digests), ``analyses`` in order with a fingerprint of their code, and ``sha256`` of
        all these.
    """
    played = rehearsed(study, design)
    plan = {
        "form": _FORM,
        "made": _now(),
        "version": __version__,
        "study": study.name,
        "run": name_of(study, design),
        "design": design.model_dump(mode="json"),
        "sessions": sum(count for count, _, _ in played),
        "asks": sum(count * len(asks) for count, _, asks in played),
        "instruments": _instruments(ask for _, _, asks in played for _, ask in asks),
        "prompts": {name: digest for _, kind, asks in played for name, digest in _phases(kind, asks)},
        "analyses": [
            {
                "analysis": step.analysis,
                "title": step.title,
                "options": dict(step.options),
                "code": fingerprint(step.analysis),
            }
            for step in study.plan
        ],
    }
    plain: dict[str, Any] = json.loads(json.dumps(plan, ensure_ascii=False, default=str))
    return plain | {_SEAL: _digest(plain)}


def write(plan: Mapping[str, Any], path: str | Path) -> Path:
    """Write a plan into a new file.

    Raises:
        UsageError: The file is there already, for a plan is not written over; or it cannot be written.
    """
    target = Path(path)
    if target.exists():
        raise UsageError(
            f"{str(target)!r} is there already, and a plan is not written over: name another file with -o."
        )
    return write_whole(target, _text(plan), "the plan")


def read(path: str | Path) -> dict[str, Any]:
    """A plan as it was frozen.

    Raises:
        UsageError: There is no such file.
        DataError: It is no plan, or was changed since.
    """
    try:
        plan = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the plan {str(path)!r} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise DataError(
            f"{str(path)!r} is no JSON file ({error}); wanted what `homophily plan` wrote."
        ) from None
    if not isinstance(plan, dict) or plan.get("form") != _FORM:
        raise DataError(f"{str(path)!r} is no frozen plan; wanted what `homophily plan` wrote.")
    if plan.get(_SEAL) != _digest({key: value for key, value in plan.items() if key != _SEAL}):
        raise DataError(f"the plan {str(path)!r} was changed after it was frozen. Restore it from a copy.")
    return plan


def attach(plan: Mapping[str, Any], folder: Path) -> None:
    """Lay a plan into the folder of a run that is to follow it.

    Raises:
        UsageError: The run follows another plan, or has answers already.
    """
    there = folder / FILE
    if there.is_file():
        if read(there)[_SEAL] != plan[_SEAL]:
            raise UsageError(
                f"the run {folder.name!r} follows another plan, frozen earlier: leave --plan out."
            )
        return
    if (folder / "answers.db").is_file():
        raise UsageError(
            f"the run {folder.name!r} has begun: a plan comes before the data. Start anew: --fresh."
        )
    write_whole(there, _text(plan), "the plan")


def _instruments(asks: Iterator[Ask]) -> dict[str, str]:
    """Items of one prefix are one instrument; whoever is rated, and in whatever order options are shown."""
    items: defaultdict[str, set[str]] = defaultdict(set)
    for ask in asks:
        name, slash, _ = ask.item.id.partition("/")
        if slash and ask.item.kind not in ("text", "verdict"):
            items[name].add(f"{ask.item.id} {ask.item.language}\n{_wording(ask)}")
    return {name: _digest(sorted(texts)) for name, texts in sorted(items.items())}


def _wording(ask: Ask) -> str:
    item = ask.item
    if isinstance(item, Choice):
        item = replace(item, options=tuple(sorted(item.options, key=lambda option: option.id)))
    worded = render(item)
    return worded.replace(ask.partner.name, "{partner}") if ask.partner and ask.partner.name else worded


def _phases(kind: Mapping[str, Any], asks: list[tuple[str, Ask]]) -> Iterator[tuple[str, str]]:
    """Each phase of a kind of session, with a digest of everything that is said in it."""
    words: defaultdict[str, list[Any]] = defaultdict(list)
    for respondent, ask in asks:
        told = [[each.name, each.text] for each in ask.history]
        words[ask.path.partition("/")[0]].append(
            [respondent, ask.seat, ask.path, ask.system, told, render(ask.item)]
        )
    levels = " ".join(str(level) for level in kind.values() if level is not None)
    for phase, said in words.items():
        yield f"{phase} ({levels})", _digest(said)


def _text(plan: Mapping[str, Any]) -> str:
    return json.dumps(plan, indent=2, ensure_ascii=False) + "\n"


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
