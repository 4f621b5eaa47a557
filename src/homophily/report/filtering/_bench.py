"""The files of a benchmark."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import UsageError
from homophily.report import _style as style
from homophily.report._article import Section, markdown, page
from homophily.report._svg import inline
from homophily.report.filtering import _speed
from homophily.report.filtering._files import save, save_figure
from homophily.report.filtering._times import memory_table, speed_tables

if TYPE_CHECKING:
    from homophily.filtering.benchmark import Row, Runs

__all__ = ["keep_samples", "write_speed"]

_CAPTION = (
    "Time as a share of the dense model's in the same run: medians, with the quartiles of the repeats. The "
    "ideals leave out the same share of attention without deciding or gathering."
)
_NOTE = (
    "All arms ran in turn within each repeat. Change is against dense, ideal is the change of a model that "
    "leaves out the same share of the same layers for nothing, and efficiency the time saved as a share of "
    "what that ideal saves: with keys and values projected for every token, as they must be where they "
    "decide, and with nothing computed. Deciding is scoring with nothing filtered. In brackets, quartiles of "
    "the repeats."
)


def keep_samples(runs: Runs, folder: Path, *, facts: Mapping[str, str]) -> Path:
    """Append a setting's samples to ``bench.jsonl`` with when they were taken.

    Args:
        runs: The samples.
        folder: Made if it is not there.
        facts: Model and machine.

    Raises:
        UsageError: The folder cannot be written.
    """
    taken, path = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), folder / "bench.jsonl"
    row = _finite({"taken": taken, "facts": dict(facts), **asdict(runs)})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror or error}.") from error
    return path


def write_speed(rows: Sequence[Row], folder: Path, *, facts: Mapping[str, str]) -> list[Path]:
    """Write ``bench.json``, ``bench.md``, the figure, and ``bench.html``.

    Args:
        rows: From `homophily.filtering.benchmark.tabulate`.
        folder: Made if it is not there.
        facts: What the page tells of model and machine.

    Raises:
        UsageError: The folder cannot be written.
    """
    title, lede = f"What Token Filtering gains: {facts.get('Model', '')}".rstrip(": "), headline(rows)
    with style.style():
        figure = _speed.draw(rows)
        svg = inline(figure, name="speed", title="Time against context", description=_CAPTION)
        drawn = save_figure(figure, folder / "bench")
    sections = [
        Section("Time", _NOTE, speed_tables(rows), svg, _CAPTION),
        Section("Memory", "Weights are part of the peak.", [memory_table(rows)]),
    ]
    document = {"facts": dict(facts), "rows": [asdict(row) for row in rows]}
    texts = {
        "bench.json": json.dumps(_finite(document), ensure_ascii=False, indent=1, allow_nan=False),
        "bench.md": markdown(title, lede, facts, sections, figure="bench.svg"),
        "bench.html": page("Token Filtering", title, lede, facts, sections),
    }
    return [*drawn, *(save(folder / name, text) for name, text in texts.items())]


def headline(rows: Sequence[Row]) -> str:
    """What the longest context at the highest ratio says, in a sentence."""
    last = max((row.context, row.batch, row.ratio) for row in rows)
    own = [row for row in rows if (row.context, row.batch, row.ratio) == last]
    told = []
    for row in own:
        change, could = row.relative["filtered"].value - 1, 1 - row.relative["ideal_kv"].value
        way = "less" if change < 0 else "more"
        told.append(
            f"{row.phase} takes {abs(change):.1%} {way} time, where an ideal skip would save {could:.1%}"
        )
    context, batch, _ratio = last
    return (
        f"At {context:,} tokens, batch {batch}, with {own[0].attained:.0%} of attention skipped, "
        f"{'; '.join(told)}."
    )


def _finite(thing: Any) -> Any:
    """The same without what JSON cannot hold."""
    if isinstance(thing, dict):
        return {key: _finite(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_finite(value) for value in thing]
    return None if isinstance(thing, float) and not abs(thing) < float("inf") else thing
