"""Departures: where a run is not what its frozen plan said."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from homophily.lab import frozen

if TYPE_CHECKING:
    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["departures"]

_HOW = {
    "lacking": "in the plan and not in the run",
    "added": "in the run and not in the plan",
    "changed": "changed since the plan",
}


def departures(plan: Mapping[str, Any], study: Study, design: Design) -> list[str]:
    """Where a study and its design, as they are now, are not what was frozen; each in a sentence."""
    now = frozen.freeze(study, design)
    if plan["study"] != now["study"]:
        return [f"The plan is of the study {plan['study']}, the run of {now['study']}."]
    return [
        *_versions(plan, now),
        *_settings(plan["design"], now["design"]),
        *_instruments(plan["instruments"], now["instruments"]),
        *_prompts(plan["prompts"], now["prompts"]),
        *_analyses(plan["analyses"], now["analyses"]),
    ]


def _versions(plan: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if plan["version"] != now["version"]:
        yield f"Planned with Homophily {plan['version']}, reported with {now['version']}."


def _settings(planned: Mapping[str, Any], used: Mapping[str, Any]) -> Iterator[str]:
    before, after = dict(_flat(planned)), dict(_flat(used))
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key) and not key.startswith("budget"):
            yield f"Setting {key}: planned {_told(before.get(key))}, used {_told(after.get(key))}."


def _instruments(planned: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name, how in _changes(planned, now):
        yield f"The instrument {name} {'was' if how == 'changed' else 'is'} {_HOW[how]}."


def _prompts(planned: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each phase and kind of change; at most three kinds of session are named."""
    met: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, how in _changes(planned, now):
        phase, _, kind = name.partition(" (")
        met[phase, how].append(kind.rstrip(")"))
    for (phase, how), kinds in met.items():
        prompts = planned if how == "lacking" else now
        all_of = sum(name.partition(" (")[0] == phase for name in prompts)
        where = "" if len(kinds) == all_of else f", in {len(kinds)} of {all_of} kinds of session"
        if len(kinds) < min(all_of, 4):
            where += f" ({'; '.join(kinds)})"
        yield f"The prompts of {phase} {'were' if how == 'changed' else 'are'} {_HOW[how]}{where}."


def _analyses(planned: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    before, after = ({_name(step): step for step in steps} for steps in (planned, now))
    for name, step in before.items():
        if name not in after:
            yield f"The analysis “{step['title']}” was planned and is not among those carried out."
    for name, step in after.items():
        if name not in before:
            yield f"The analysis “{step['title']}” was not planned in this form: exploratory."
        elif before[name].get("code", step["code"]) != step["code"]:
            yield f"The analysis “{step['title']}” was carried out with code that was changed since the plan."


def _name(step: Mapping[str, Any]) -> str:
    """What makes an analysis the one that was planned, its code aside."""
    return json.dumps([step["analysis"], step["title"], step["options"]], sort_keys=True, ensure_ascii=False)


def _changes(planned: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(planned.keys() | now.keys()):
        if name not in now:
            yield name, "lacking"
        elif name not in planned:
            yield name, "added"
        elif planned[name] != now[name]:
            yield name, "changed"


def _flat(design: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(design, dict) and design:
        for key, value in design.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, design


def _told(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
