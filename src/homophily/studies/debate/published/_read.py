"""Published files, read into the study's tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily import reading
from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import DataError, UsageError
from homophily.studies._length import length
from homophily.studies.debate.labels import JUDGEMENT_COLUMNS, LABEL_COLUMNS
from homophily.studies.debate.outcomes import outcomes
from homophily.studies.debate.published._names import Told, told
from homophily.studies.debate.published._rows import File, opened
from homophily.studies.debate.tables import VERDICT_COLUMNS
from homophily.values.taxonomy import taxonomy

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JUDGE", "Published", "read"]

#: The judge of published labels.
JUDGE = "published"


@dataclass(frozen=True)
class Published:
    """Published debates.

    Attributes:
        tables: As the debate study makes them; ``debates`` also has ``reported``, the final verdict of the
            file, and ``verdicts`` has ``given``, the verdict as the file writes it.
        files: Where they come from.
        notes: What a reader must know: final verdicts that are no consensus, verdicts that cannot be read.
    """

    tables: Mapping[str, pd.DataFrame]
    files: tuple[Path, ...]
    notes: tuple[str, ...] = field(default=())


def read(
    sources: Iterable[str | Path], *, names: Mapping[str, str] | None = None, values: str = "values-48"
) -> Published:
    """Debates in the published form.

    Rows of files without a column that names the dilemma are taken for the same dilemmas in the same order in
    every file, as they are in the published data.

    Args:
        sources: Files, or folders of ``.parquet`` files.
        names: Full names of models by the short ones in file names.
        values: Taxonomy by whose names the labels are read; others are counted as off the list.

    Raises:
        UsageError: There is no such file, its name tells no experiment, or two files hold one experiment.
        DataError: A file has not the columns, or a cell does not hold what it should.
    """
    import pandas as pd

    files = _files(sources)
    codes = _codes(values)
    rows = _Rows()
    for path in files:
        file = opened(path)
        name = told(path, file.seats, names or {})
        for number, row in file.debates():
            _debate(rows, file, name, number, row, codes)
    verdicts = pd.DataFrame(rows.verdicts, columns=[*VERDICT_COLUMNS, "given"])
    for column in ("verdict", "missing", "given"):  # None where there is none, as in the study's own tables
        verdicts[column] = verdicts[column].astype(object).where(verdicts[column].notna(), None)
    known = pd.DataFrame(rows.debates).set_index("session") if rows.debates else pd.DataFrame()
    if verdicts.empty:
        raise DataError(f"{files[0]}: holds no debate; name a file with at least one row.")
    twice = pd.Series([row["session"] for row in rows.debates])
    if twice.duplicated().any():
        raise UsageError(
            f"the debate {twice[twice.duplicated()].iloc[0]!r} stands in two rows: the same experiment twice "
            "among the files, or a dilemma twice in one."
        )
    debates = outcomes(verdicts, known)
    tables = {"debates": debates, "verdicts": verdicts, "panel": _panel(verdicts)}
    if rows.judgements:
        tables["judgements"] = pd.DataFrame(rows.judgements, columns=list(JUDGEMENT_COLUMNS))
        tables["labels"] = pd.DataFrame(rows.labels, columns=list(LABEL_COLUMNS))
    return Published(tables, tuple(files), tuple(_notes(debates, verdicts)))


class _Rows:
    """Rows of the tables, as they come."""

    def __init__(self) -> None:
        self.debates: list[dict[str, Any]] = []
        self.verdicts: list[tuple[Any, ...]] = []
        self.judgements: list[tuple[Any, ...]] = []
        self.labels: list[tuple[Any, ...]] = []


def _debate(
    rows: _Rows, file: File, name: Told, number: int, row: Mapping[str, Any], codes: Mapping[str, str]
) -> None:
    dilemma, replicate = file.dilemma(number, row), int(row.get("replicate") or 1)
    goal, language = str(row.get("goal") or name.goal), str(row.get("language") or name.language)
    members, experiment = name.experiment.members, name.experiment.name
    debate, limit = f"{dilemma}/{replicate}", int(row.get("max_rounds") or max(4, row["n_rounds"]))
    alone = name.experiment.protocol == "solo"
    aim = "" if alone else f"{goal}/rounds-{limit}/"
    key = (f"{language}/{experiment}/{aim}{debate}", debate, experiment, name.experiment.protocol)
    key = (*key, goal, language, dilemma, replicate)  # type: ignore[assignment]
    rows.debates.append(
        {"session": key[0], "max_rounds": 1 if alone else limit, "reported": row["final_verdict"]}
    )
    for round_ in range(row["n_rounds"]):
        for place, model in enumerate(members, start=1):
            verdicts, messages = row[f"Agent_{place}_verdicts"], row[f"Agent_{place}_messages"]
            given = verdicts[round_] if round_ < len(verdicts) else None
            verdict, missing = _verdict(given, asked=round_ < len(verdicts))
            text = (messages[round_] if round_ < len(messages) else None) or ""
            seat = (f"agent-{place}", model, f"Agent {place}")
            told = (verdict, missing, length(text, language), text, given)
            rows.verdicts.append((*key, round_ + 1, place, *seat, *told))
            labels = row.get(f"Agent_{place}_values")
            if labels is not None and round_ < len(labels):
                _judge(rows, (*key, round_ + 1, place, model), labels[round_], codes)


def _judge(rows: _Rows, key: tuple[Any, ...], labels: Sequence[str] | None, codes: Mapping[str, str]) -> None:
    if labels is None:
        rows.judgements.append((*key, JUDGE, "not in the file", None, None, None))
        return
    found = [codes.get(_key(label or "")) for label in labels]
    known = list(dict.fromkeys(code for code in found if code))
    off = sum(code is None for code in found)
    rows.judgements.append((*key, JUDGE, None, len(known), off, json.dumps(labels, ensure_ascii=False)))
    rows.labels += [(*key, JUDGE, code) for code in known]


def _verdict(given: str | None, *, asked: bool) -> tuple[str | None, str | None]:
    """A cell's verdict, and why there is none."""
    if given in VERDICTS:
        return given, None
    if given is None:
        return None, "unreadable" if asked else "not in the file"
    try:
        return reading.verdict(given, VERDICTS).verdict, None
    except reading.Unreadable as fault:
        return None, fault.reason


def _codes(values: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in taxonomy(values).values:
        found |= {_key(name): entry.code for name in (entry.code, entry.published, entry.ja) if name}
    return found


def _key(label: str) -> str:
    return " ".join(label.casefold().replace("-", " ").split())


def _panel(verdicts: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    models = dict.fromkeys(verdicts["model"])
    columns = {"kind": "published", "role": "agent", "served": None, "checkpoint": None}
    return pd.DataFrame([{"model": model, **columns} for model in models])


def _notes(debates: pd.DataFrame, verdicts: pd.DataFrame) -> Iterator[str]:
    reported = debates["reported"].astype(object)
    wrong = reported.notna() & (reported != debates["verdict"])
    if wrong.any():
        yield (
            f"{int(wrong.sum())} of {len(debates)} final verdicts in the files are no consensus of all "
            "agents in the last round, with every verdict readable; here they count as none."
        )
    lost = int(verdicts["verdict"].isna().sum())
    if lost:
        yield f"{lost} of {len(verdicts)} verdicts cannot be read; they are missing, and no agreement."


def _files(sources: Iterable[str | Path]) -> list[Path]:
    found: list[Path] = []
    for source in map(Path, sources):
        if source.is_dir():
            inside = sorted(source.glob("*.parquet"))
            if not inside:
                raise UsageError(f"no .parquet files in {str(source)!r}.")
            found += inside
        elif source.is_file():
            found.append(source)
        else:
            raise UsageError(f"there is no file or folder {str(source)!r}.")
    if not found:
        raise UsageError("no files of debates were named.")
    return list(dict.fromkeys(found))
