"""Frozen plans: design, instruments, prompts and analyses, written down before there are data."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily import __version__
from homophily.errors import DataError, UsageError
from homophily.lab.plan import rehearsed
from homophily.lab.runs import name_of
from homophily.whole import write_whole
from homophily.wording import render

if TYPE_CHECKING:
    from homophily.asks import Ask
    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["FILE", "attach", "departures", "freeze", "read", "write"]

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
        and ``prompts`` (digests), ``analyses`` in order, and ``sha256`` of all these.
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
            {"analysis": step.analysis, "title": step.title, "options": dict(step.options)}
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
        raise UsageError(f"{str(target)!r} is there already, and a plan is not written over.")
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


def departures(plan: Mapping[str, Any], study: Study, design: Design) -> list[str]:
    """Where a study and its design, as they are now, are not what was frozen; each in a sentence."""
    now, lines = freeze(study, design), []
    if plan["study"] != now["study"]:
        return [f"The plan is of the study {plan['study']}, the run of {now['study']}."]
    planned, used = dict(_flat(plan["design"])), dict(_flat(now["design"]))
    for key in sorted(planned.keys() | used.keys()):
        if planned.get(key) != used.get(key) and not key.startswith("budget"):
            lines.append(f"Setting {key}: planned {_told(planned.get(key))}, used {_told(used.get(key))}.")
    for what, noun in (("instruments", "The instrument"), ("prompts", "The prompts of")):
        lines += [f"{noun} {name} {how}." for name, how in _changes(plan[what], now[what])]
    return lines + _analyses(plan["analyses"], now["analyses"])


def _analyses(planned: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    before, after = ({_digest(step): step for step in steps} for steps in (planned, now))
    dropped = [step["title"] for key, step in before.items() if key not in after]
    added = [step["title"] for key, step in after.items() if key not in before]
    return [
        f"The analysis “{title}” was planned and is not among those carried out." for title in dropped
    ] + [f"The analysis “{title}” was not planned in this form: exploratory." for title in added]


def _changes(planned: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(planned.keys() | now.keys()):
        if name not in now:
            yield name, "is in the plan and not in the run"
        elif name not in planned:
            yield name, "is not in the plan"
        elif planned[name] != now[name]:
            yield name, "was changed since the plan"


def _instruments(asks: Iterator[Ask]) -> dict[str, str]:
    """Items of one prefix are one instrument; each in the wording it has in the rehearsed sessions."""
    items: defaultdict[str, set[str]] = defaultdict(set)
    for ask in asks:
        name, slash, _ = ask.item.id.partition("/")
        if slash and ask.item.kind not in ("text", "verdict"):
            items[name].add(f"{ask.item.id} {ask.item.language}\n{render(ask.item)}")
    return {name: _digest(sorted(texts)) for name, texts in sorted(items.items())}


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


def _flat(design: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(design, dict) and design:
        for key, value in design.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, design


def _told(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _text(plan: Mapping[str, Any]) -> str:
    return json.dumps(plan, indent=2, ensure_ascii=False) + "\n"


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
