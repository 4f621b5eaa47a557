"""What ``run --dry-run`` prints: sessions, asks, tokens and cost, and the prompts as they will be sent."""

from __future__ import annotations

import json as plain_json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from homophily.cli import _output as output

if TYPE_CHECKING:
    from homophily.lab.design import Design
    from homophily.lab.plan import Load, Prompt
    from homophily.lab.study import Study

__all__ = ["show"]


def show(study: Study, design: Design, *, json: bool) -> None:
    """Print the plan of a design; nobody is asked and nothing is written."""
    from homophily.lab.plan import plan

    found = plan(study, design)
    if json:
        output.as_json(found.record())
        return
    output.table([dict(kind) for kind in found.kinds], title=f"Run {found.run}: {found.sessions:,} sessions")
    output.table([_load(load) for load in found.loads], title=f"{found.asks:,} asks")
    print("Prompts: the first of every phase. Words not yet spoken are stood in for.\n")
    for prompt in found.prompts:
        output.sentence(_title(prompt), "\n".join(_lines(prompt.body)))


def _title(prompt: Prompt) -> str:
    return f"{prompt.session} · {prompt.seat} · {prompt.path} · asked of {prompt.respondent}"


def _load(load: Load) -> dict[str, Any]:
    return {
        "respondent": load.respondent,
        "kind": load.kind,
        "asks": f"{load.asks:,}",
        "tokens read": _range(load.read),
        "tokens written": _range(load.written),
        "cost": "no price set" if load.cost is None else f"${load.cost.low:,.2f} to ${load.cost.high:,.2f}",
    }


def _range(found: Any) -> str:
    return f"{found.low:,.0f} to {found.high:,.0f}" if found.high else "0"


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    """A request as people read it: messages by role, everything else as JSON."""
    for message in body.get("messages", ()):
        yield f"[{message['role']}] {message['content']}"
    for key, value in body.items():
        if key != "messages" and value not in (None, "", (), [], {}):
            told = value if isinstance(value, str) else plain_json.dumps(value, ensure_ascii=False)
            yield f"[{key}] {told}"
