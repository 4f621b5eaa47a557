"""Tables of a benchmark: time by phase, and memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from homophily.report import numbers
from homophily.report.tables import Cell, Head, Table

if TYPE_CHECKING:
    from homophily.filtering.benchmark import Row, Spread

__all__ = ["brief_tables", "memory_table", "speed_tables"]

_PHASES = {
    "prefill": ("Prefill, to the first token", "prompt"),
    "decode": ("Decode, a token after the first", "new"),
}
_SETTING = ("Context × batch", "Target → attained")


def speed_tables(rows: Sequence[Row]) -> list[Table]:
    """Two tables a phase, time and its bounds: medians, quartiles of the repeats in brackets."""
    found = []
    for phase in dict.fromkeys(row.phase for row in rows):
        own = [row for row in rows if row.phase == phase]
        found += [_times(phase, own), _bounds(phase, own)]
    return found


def brief_tables(rows: Sequence[Row]) -> list[Table]:
    """The same for a terminal: one table a phase without quartiles, and memory."""
    phases = dict.fromkeys(row.phase for row in rows)
    found = [_brief_time(phase, [row for row in rows if row.phase == phase]) for phase in phases]
    return [*found, _brief_memory(list({(row.context, row.batch, row.ratio): row for row in rows}.values()))]


def memory_table(rows: Sequence[Row]) -> Table:
    """Bytes of the caches, and the most memory in use."""
    chosen = {(row.context, row.batch, row.ratio): row for row in rows}
    cells = [
        [
            *_setting(row),
            _mib(row.cache_bytes["dense"]),
            _mib(row.cache_bytes["filtered"]),
            _percent(row.cache_bytes["filtered"] / row.cache_bytes["dense"] - 1),
            _mib(row.anchor_bytes),
            _mib(row.peak_bytes["dense"]),
            _mib(row.peak_bytes["filtered"]),
        ]
        for row in chosen.values()
    ]
    heads = ("Dense", "Filtered", "Change", "Anchors", "Peak, dense", "Peak, filtered")
    return _table(heads, cells, "Memory, MiB: keys and values held at the end, anchors, and the peak")


def _times(phase: str, rows: Sequence[Row]) -> Table:
    caption, which = _PHASES[phase]
    cells = [
        [
            *_setting(row),
            _milliseconds(row.seconds["dense"].value),
            _milliseconds(row.seconds["filtered"].value),
            _change(row.relative["filtered"]),
            _rate(row.rate["dense"]),
            _rate(row.rate["filtered"]),
        ]
        for row in rows
    ]
    heads = ("Dense, ms", "Filtered, ms", "Change, %", "Dense, tok/s", "Filtered, tok/s")
    return _table(heads, cells, f"{caption}: time, and {which} tokens a second")


def _bounds(phase: str, rows: Sequence[Row]) -> Table:
    cells = [
        [
            *_setting(row),
            _change(row.relative["ideal_kv"]),
            _change(row.relative["ideal_all"]),
            _share(row.efficiency_kv),
            _share(row.efficiency_all),
            _change(row.overhead, less=0.0),
        ]
        for row in rows
    ]
    heads = ("Ideal, K/V paid", "Ideal, all", "Efficiency, K/V paid", "Efficiency, all", "Deciding")
    return _table(
        heads,
        cells,
        f"{_PHASES[phase][0]}: what an ideal skip changes (%), the share of that saved, and deciding (%)",
    )


def _brief_time(phase: str, rows: Sequence[Row]) -> Table:
    cells = [
        [
            *_numbers(row),
            _milliseconds(row.seconds["dense"].value),
            _milliseconds(row.seconds["filtered"].value),
            numbers.plain(100 * (row.relative["filtered"].value - 1), 1),
            numbers.plain(100 * (row.relative["ideal_kv"].value - 1), 1),
            numbers.plain(row.efficiency_kv.value),
            numbers.plain(100 * row.overhead.value, 1),
        ]
        for row in rows
    ]
    heads = ("Dense", "Filt.", "Change", "Ideal", "Effic.", "Decide")
    caption = f"{_PHASES[phase][0]}: ms; change, ideal skip (K/V paid) and deciding in %"
    return _brief(heads, cells, caption)


def _brief_memory(rows: Sequence[Row]) -> Table:
    cells = [
        [
            *_numbers(row),
            *(_mib(row.cache_bytes[arm]) for arm in ("dense", "filtered")),
            numbers.plain(100 * (row.cache_bytes["filtered"] / row.cache_bytes["dense"] - 1), 1),
            *(_mib(row.peak_bytes[arm]) for arm in ("dense", "filtered")),
        ]
        for row in rows
    ]
    heads = ("Dense", "Filt.", "Change %", "Peak", "Peak, filt.")
    return _brief(heads, cells, "Memory, MiB: keys and values held, and the peak with weights")


def _brief(heads: Sequence[str], cells: Sequence[Sequence[str]], caption: str) -> Table:
    first = ("Context", "Batch", "Ratio", "Got")
    rows = [[Cell(text, "number") for text in row] for row in cells]
    return Table([Head(head, number=True) for head in (*first, *heads)], rows, caption)


def _numbers(row: Row) -> tuple[str, str, str, str]:
    return f"{row.context:,}", str(row.batch), numbers.bounded(row.ratio), numbers.bounded(row.attained, 3)


def _setting(row: Row) -> tuple[str, str]:
    return (
        f"{row.context:,}\u00a0×\u00a0{row.batch}",
        f"{numbers.bounded(row.ratio)}\u00a0→\u00a0{numbers.bounded(row.attained, 3)}",
    )


def _table(heads: Sequence[str], cells: Sequence[Sequence[str]], caption: str) -> Table:
    rows = [[Cell(text, "" if place < 2 else "number") for place, text in enumerate(row)] for row in cells]
    return Table([*map(Head, _SETTING), *(Head(head, number=True) for head in heads)], rows, caption)


def _milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return numbers.plain(value, 2 if value < 100 else 0)


def _change(spread: Spread, less: float = 1.0) -> str:
    low, high = (numbers.plain(100 * (part - less), 1) for part in (spread.low, spread.high))
    return f"{numbers.plain(100 * (spread.value - less), 1)} [{low}, {high}]"


def _percent(share: float) -> str:
    text = numbers.plain(100 * share, 1)
    return f"{'+' if share > 0 and text != '0.0' else ''}{text} %"


def _share(spread: Spread) -> str:
    if spread.value != spread.value:
        return "–"
    return f"{numbers.plain(spread.value)} {numbers.interval(spread.low, spread.high)}"


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _mib(size: int | None) -> str:
    if size is None:
        return "–"
    value = size / 2**20
    return numbers.plain(value, 3 if value < 1 else 1) if value < 1000 else f"{value:,.0f}"
