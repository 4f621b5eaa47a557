"""The files of an exposure audit: one page, tables for programs, the curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.report import _style as style
from homophily.report._article import Section, page
from homophily.report._svg import inline
from homophily.report.lineage import _exposure_curve
from homophily.report.lineage import _exposure_tables as tables
from homophily.report.lineage._keep import csv_of, drawn, keep

if TYPE_CHECKING:
    from homophily.lineage.exposure import Exposure

__all__ = ["exposure_plain", "write_exposure"]

_CURVE = (
    "Agreement with the victim's predictions on the probe, with 95 % intervals over texts, and the share of "
    "the change that is known, beside the most that any code could hold of normal changes."
)
_READ = (
    "A simulation over two checkpoints that their owner holds: how many of the victim's stored bits a reader "
    "would need who has the public base. Signs and ranks are what an owner could hand out in as many bits; "
    "the others are what could be read from the bits as they are stored."
)
_DEFENCES = (
    "Each defence was applied to the victim and the reading run again, against the defended model's own "
    "predictions. Right, loss and kept (its former answers) are what the defence costs; bits bought, and the "
    "agreement at the bits that reveal the undefended victim, are what it costs a reader. A larger change "
    "stands for a larger learning rate, and was not trained."
)


def exposure_plain(found: Exposure, facts: Mapping[str, str]) -> dict[str, Any]:
    """The audit as plain data: one object for programs."""
    return {
        "sentence": tables.exposure_sentence(found),
        "facts": dict(facts),
        "target": found.target,
        "reader": found.reader,
        "stored_bits": found.stored_bits,
        "weights": found.weights,
        "new_weights": found.new,
        "predictions": found.predictions,
        "commonest": found.commonest,
        "victim": {"right": found.right, "loss": found.loss},
        "bits_to_target": {name: found.bits(name) for name in found.points},
        "points": [_flat(p) for points in found.points.values() for p in points],
        "tensors": [asdict(row) for row in found.tensors()],
        "defences": [asdict(row) for row in found.defences],
    }


def write_exposure(
    found: Exposure,
    *,
    facts: Mapping[str, str],
    html: Path | None = None,
    csv_: Path | None = None,
    figure: Path | None = None,
) -> list[Path]:
    """Write what was asked for, each file whole or not at all.

    Args:
        found: From `homophily.lineage.exposure.audit`.
        facts: What the page tells of the setting.
        html: A page that needs nothing beside it.
        csv_: One row a point; beside it, under the same name and ``-tensors`` or ``-defences``, one row each.
        figure: The curve, as ``.svg``, ``.png`` or ``.pdf``.

    Raises:
        UsageError: A file cannot be written, or the figure's name ends otherwise.
    """
    made = []
    if html is not None:
        made.append(keep(html, _page(found, facts).encode()))
    if csv_ is not None:
        plain = exposure_plain(found, facts)
        for end, rows in (("", "points"), ("-tensors", "tensors"), ("-defences", "defences")):
            if plain[rows]:
                made.append(keep(csv_.with_stem(csv_.stem + end), csv_of(plain[rows])))
    if figure is not None:
        made.append(keep(figure, drawn(lambda: _exposure_curve.draw(found), figure)))
    return made


def _flat(point: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(point).items() if name != "tensors"}


def _page(found: Exposure, facts: Mapping[str, str]) -> str:
    with style.style():
        curve = inline(
            _exposure_curve.draw(found), name="curve", title="Bits and agreement", description=_CURVE
        )
    sections = [Section("What bits reveal", _READ, [tables.strategy_table(found)], curve, _CURVE)]
    if found.defences:
        sections.append(Section("What defences buy", _DEFENCES, [tables.defence_table(found)]))
    told = f"{tables.STRATEGIES.get(found.reader, found.reader)}, at the first level that holds the target."
    sections += [
        Section("Tensor by tensor", told.capitalize(), [tables.tensor_table(found)]),
        Section("Every point", "Levels are in each strategy's own terms.", [tables.point_table(found)]),
    ]
    title = f"What a leak of {facts.get('Victim', 'the victim')} would reveal"
    return page("Lineage: exposure", title, tables.exposure_sentence(found), facts, sections)
