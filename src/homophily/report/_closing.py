"""What the page says last: limitations, departures, how to rerun, how to cite."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from homophily import __version__
from homophily.lab import citing
from homophily.lab.departures import departures as departed
from homophily.references import Reference, apa, bibtex
from homophily.report import numbers, tables

if TYPE_CHECKING:
    from homophily.report._record import Record

__all__ = ["CAVEAT", "caveat", "cite", "departures", "limitations", "rerun", "sources"]

CAVEAT = (
    "Agents are not people: what holds among these respondents is a fact about them, and a hypothesis about "
    "people."
)


def caveat(record: Record) -> str:
    """What must be said beside the headline; nothing where only people answered."""
    if record.bots:
        return f"Bots ({record.bots.get('kind')}) walked the pages: nothing here says anything about people."
    kinds = {str(settings.get("kind", "")) for settings in record.design.respondents.values()}
    return "" if kinds == {"person"} else CAVEAT


def limitations(record: Record) -> list[str]:
    """The study's own limits, then those of every study with agents."""
    kinds = {str(s.get("kind", "")) for s in record.design.respondents.values()}
    lines = [*record.study.limitations]
    if record.bots or kinds <= {"synthetic", "random", "midpoint", "volunteer"}:
        lines.append(
            "Every respondent is a computed one with known parameters: the results prove the method, and say "
            "nothing about language models or people."
        )
    if "chat" in kinds:
        lines.append(
            "A model answers as its training and its prompt make it; another version of the same model can "
            "answer otherwise."
        )
    told = any(line.startswith("Agents are not people") for line in lines)
    return [*lines, *filter(None, [caveat(record)])] if not told else lines


def departures(record: Record) -> list[str]:
    """Where the run left its plan, each in a sentence; one sentence that says so where it did not.

    An archive without the words of its instruments tells what was found where these lay.
    """
    if told := record.environment.get("departures"):
        return [str(line) for line in told]
    lines = []
    if record.finished < record.planned:
        lines.append(
            f"{numbers.count(record.planned - record.finished)} of {numbers.count(record.planned)} "
            "planned sessions "
            "are unfinished; the findings rest on the others."
        )
    lines += [f"{f.title}: {f.text}" for f in record.findings if f.text.startswith("Not estimated")]
    sittings = record.environment.get("sittings")
    if isinstance(sittings, list) and len(sittings) > 1:
        lines.append(
            f"The run was played in {len(sittings)} sittings; recorded answers were kept and not asked again."
        )
    if record.frozen is None:
        return lines or ["None: every planned session was played and every planned analysis carried out."]
    kept = f"the plan frozen on {record.frozen['made'][:10]} (sha256 {record.frozen['sha256'][:16]})"
    lines += departed(record.frozen, record.study, record.design)
    if str(record.environment.get("created", "")) < str(record.frozen["made"]):
        lines.append("The run's folder was made before the plan was frozen.")
    return [f"Held against {kept}.", *lines] if lines else [f"None: the run followed {kept} to its end."]


def rerun(record: Record) -> dict[str, Any]:
    """The command, the versions and the design that give these data again."""
    design = json.dumps(record.design.model_dump(mode="json"), ensure_ascii=False, indent=2)
    versions = _versions(record)
    return {
        "text": (
            f"Every random draw follows from the seed {record.design.seed}. With synthetic "
            "respondents the same "
            "design gives the same data on every machine; a model behind an API may answer anew, and "
            "the recorded "
            "answers can be replayed."
        ),
        "command": f"pip install homophily=={__version__}\nhomophily run design.json",
        "versions": tables.of_pairs(versions, ("What", "Version")),
        "design": design,
    }


def _versions(record: Record) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, value in record.environment.items():
        if name == "bots":
            continue  # who answered, no version
        if isinstance(value, dict):
            found += [(str(k), str(v)) for k, v in value.items() if isinstance(v, (str, int, float))]
        elif isinstance(value, (str, int, float)):
            found.append((name, str(value)))
    return found or [("homophily", __version__)]


def cite(record: Record) -> dict[str, Any]:
    """How to name software, study and run; the sources of all that the run used, in APA's form and BibTeX."""
    found = sources(record)
    text = (
        f"Name the software with its version, the study ({record.study.name}), and the run ({record.name}), "
        "whose name ends in the hash of its design; cite the sources of the method beside it."
    )
    lines = sorted((apa(each) for each in found), key=str.casefold)
    entries = bibtex(found)
    coded = base64.b64encode(entries.encode()).decode()
    link = f"data:application/x-bibtex;base64,{coded}"
    return {"text": text, "references": lines, "bibtex": entries, "file": link}


def sources(record: Record) -> list[Reference]:
    """The references of all that the run used."""
    return citing.sources(record.study, record.design, made=str(record.environment.get("created", ""))[:4])
