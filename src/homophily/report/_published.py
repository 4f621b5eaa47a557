"""A report on published debates: files in the published form, analysed as if they had been played here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from homophily.report._record import Record

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.session import Scalar
    from homophily.studies.debate.published import Published

__all__ = ["published"]


def published(
    sources: Iterable[str | Path], *, names: Mapping[str, str] | None = None, seed: int = 1
) -> Record:
    """Carry out the debate study's plan on published debates.

    Args:
        sources: Files, or folders of ``.parquet`` files.
        names: Full names of models by the short ones in file names.
        seed: Of the sample of transcripts, where there are too many to show.

    Returns:
        What a report tells of; its study has notes on the files among its limitations.

    Raises:
        UsageError: There is no such file, or its name tells no experiment.
        DataError: A file does not hold what it should.
    """
    from homophily import analysis
    from homophily.lab.loading import load_study
    from homophily.studies.debate.published import read

    found = read(sources, names=names)
    study = load_study("debate")
    models = found.tables["panel"]["model"]
    design = study.design.model_validate(
        {
            "seed": seed,
            "languages": sorted(found.tables["debates"]["language"].unique()),
            "respondents": {model: {"kind": "published"} for model in models},
            "judges": {"panel": []},
        }
    )
    study = replace(study, limitations=(*study.limitations, *found.notes))
    answers = _answers(found)
    findings = tuple(analysis.run(study, answers, design, tables=found.tables))
    return Record(
        name=", ".join(dict.fromkeys(file.parent.name or "." for file in found.files)),
        study=study,
        design=design,
        answers=answers,
        findings=findings,
        tables=found.tables,
        environment={"files": ", ".join(file.name for file in found.files)},
        planned=len(found.tables["debates"]),
        finished=len(found.tables["debates"]),
    )


def _answers(found: Published) -> pd.DataFrame:
    """Replies and judgements as rows of answers, for what a report says of every study."""
    from homophily.lab.tidy import frame

    rows = [_row(reply, "verdict", reply["verdict"], reply["text"]) for reply in _records(found, "verdicts")]
    rows += [_row(one, "several", one["given"], one["given"]) for one in _records(found, "judgements")]
    conditions = found.tables["debates"].set_index("session")
    told = conditions[["debate", "experiment", "protocol", "goal", "dilemma", "replicate"]].to_dict("index")
    known = {str(session): cast("dict[str, Scalar]", row) for session, row in told.items()}
    table: pd.DataFrame = frame(rows, known)
    return table


def _records(found: Published, name: str) -> list[dict[Any, Any]]:
    return found.tables[name].to_dict("records") if name in found.tables else []


def _row(cells: Mapping[Any, Any], kind: str, value: Any, raw: Any) -> dict[str, Any]:
    judged = kind == "several"
    return {
        "run": "published",
        "session": cells["session"],
        "seat": "judge-1" if judged else cells["seat"],
        "path": f"values/round-{cells['round']}/agent-{cells['position']}"
        if judged
        else f"round-{cells['round']}",
        "item": f"{'values' if judged else 'verdict'}/{cells['dilemma']}",
        "kind": kind,
        "measures": "values" if judged else "verdict",
        "reverse": False,
        "language": cells["language"],
        "respondent": cells["judge"] if judged else cells["model"],
        "agent": "" if judged else cells["model"],
        "partner": None,
        "value": value,
        "type": "str",
        "missing": cells["missing"],
        "raw": raw or "",
        "model": "",
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "cost": None,
        "requests": 0,
        "seconds": 0.0,
        "cached": False,
        "time": None,
    }
