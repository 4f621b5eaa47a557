"""The study's tables, written as published files."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import UnknownName, UsageError
from homophily.studies.debate.published._names import written
from homophily.values.taxonomy import taxonomy

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write"]

_PARTS = {"verdicts": "VARCHAR[]", "messages": "VARCHAR[]", "values": "VARCHAR[][]"}
_MORE = {
    "dilemma": "VARCHAR",
    "replicate": "BIGINT",
    "goal": "VARCHAR",
    "language": "VARCHAR",
    "max_rounds": "BIGINT",
}


def write(
    tables: Mapping[str, pd.DataFrame],
    folder: str | Path,
    *,
    judge: str | None = None,
    plain: bool = False,
    values: str = "values-48",
) -> list[Path]:
    """Write debates in the published form, one file an experiment, goal, language and limit of rounds.

    A verdict that could not be read is null, and so are the values of a message that was not judged. What
    came from such files is written as it stood in them.

    Args:
        tables: As the debate study makes them.
        folder: Where to; made if it is not there.
        judge: Whose labels are written; the first judge's by default.
        plain: Write the published columns alone, without dilemma, replicate and conditions.
        values: Taxonomy by whose English names the labels are written.

    Raises:
        UnknownName: There is no such judge.
        UsageError: The folder cannot be written, or a model's name cannot go into a file's name.
    """
    target = Path(folder)
    labels = _labels(tables, judge, values)
    found = []
    by = ["experiment", "protocol", "goal", "language", "max_rounds"]
    spoken = _spoken(tables["verdicts"], labels)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for key, debates in tables["debates"].groupby(by, sort=False):
            experiment, protocol, goal, language, rounds = map(str, key)
            members = experiment.partition(":")[2].replace("+", ">").split(">")
            rows = [_row(debate, spoken[debate["session"]]) for debate in debates.to_dict("records")]
            path = target / written(protocol, members, goal, language, int(rounds))
            _parquet(rows, path, len(members), values=labels is not None, plain=plain)
            found.append(path)
    except OSError as error:
        raise UsageError(f"cannot write to {str(target)!r}: {error.strerror or error}.") from error
    return found


def _spoken(
    verdicts: pd.DataFrame, labels: Mapping[tuple[str, int, int], Any] | None
) -> dict[str, dict[str, list[Any]]]:
    """The lists of each debate's agents by column, by session; in the order of the rounds."""
    given = "given" if "given" in verdicts else "verdict"
    told = verdicts[verdicts["missing"] != "not in the file"].sort_values("round", kind="stable")
    columns = (told[name].tolist() for name in ("session", "round", "position", given, "text"))
    spoken: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for session, round_, place, verdict, text in zip(*columns, strict=True):
        lists = spoken[session]
        lists[f"Agent_{place}_verdicts"].append(_text(verdict))
        lists[f"Agent_{place}_messages"].append(text)
        if labels is not None:
            lists[f"Agent_{place}_values"].append(labels.get((session, round_, place)))
    return spoken


def _row(debate: Mapping[Any, Any], spoken: Mapping[str, list[Any]]) -> dict[str, Any]:
    final = debate["reported"] if "reported" in debate else debate["verdict"]
    told = {"n_rounds": int(debate["rounds"]), "final_verdict": _text(final), **spoken}
    return told | {name: debate[name] for name in _MORE}


def _labels(
    tables: Mapping[str, pd.DataFrame], judge: str | None, values: str
) -> dict[tuple[str, int, int], Any] | None:
    """The labels of each message, by session, round and position; None where nobody judged."""
    if "judgements" not in tables or tables["judgements"].empty:
        return None
    judgements, labels = tables["judgements"], tables["labels"]
    known = list(dict.fromkeys(judgements["judge"]))
    if judge is not None and judge not in known:
        raise UnknownName("judge", judge, known)
    chosen = judge or known[0]
    names = {entry.code: entry.published for entry in taxonomy(values).values}
    where = ["session", "round", "position"]
    found: dict[tuple[str, int, int], Any] = {}
    for *key, missing, given in judgements[judgements["judge"] == chosen][
        [*where, "missing", "given"]
    ].itertuples(index=False):
        as_given = json.loads(given) if isinstance(given, str) else []
        found[tuple(key)] = None if isinstance(missing, str) else as_given
    if judgements["given"].notna().any():
        return found
    for *key, value in labels[labels["judge"] == chosen][[*where, "value"]].itertuples(index=False):
        found[tuple(key)].append(names.get(value, value))
    return found


def _parquet(rows: list[dict[str, Any]], path: Path, seats: int, *, values: bool, plain: bool) -> None:
    import duckdb

    parts = [part for part in _PARTS if values or part != "values"]
    columns = {"n_rounds": "BIGINT", "final_verdict": "VARCHAR"}
    columns |= {f"Agent_{k}_{part}": _PARTS[part] for k in range(1, seats + 1) for part in parts}
    columns |= {} if plain else _MORE
    named = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"
    with tempfile.TemporaryDirectory(prefix=".debates-", dir=path.parent) as folder:
        lines, whole = Path(folder) / "rows.jsonl", Path(folder) / path.name
        with lines.open("w", encoding="utf-8") as file:
            for row in rows:
                told = {name: row.get(name) for name in columns}
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            source = f"read_json('{_quoted(lines)}', format = 'newline_delimited', columns = {named})"
            connection.execute(
                f"COPY (SELECT * FROM {source}) TO '{_quoted(whole)}' (FORMAT parquet, COMPRESSION zstd)"
            )
        whole.replace(path)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
