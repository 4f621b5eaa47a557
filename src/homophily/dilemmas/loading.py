"""Loading: dilemmas from users' files, cleaned; what is left out is counted, what cannot be read is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homophily.dilemmas import _columns, _toml, rows
from homophily.dilemmas.cleaning import Cleaning
from homophily.dilemmas.dilemma import Dilemma
from homophily.dilemmas.votes import Votes
from homophily.errors import DataError, UsageError

__all__ = ["Loaded", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a file held.

    Attributes:
        dilemmas: Those kept, in the file's order.
        left_out: How many the cleaning rules left out, by reason.
        bad: Rows that were skipped because they could not be read, each with its place and fault.
        columns: The column read for each field.
    """

    dilemmas: tuple[Dilemma, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    bad: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


def load(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    language: str = "en",
    verdicts: Mapping[str, str] | None = None,
    cleaning: Cleaning | None = None,
    skip_bad: bool = False,
    votes_only: bool = False,
) -> Loaded:
    """The dilemmas in a file.

    Args:
        path: CSV, TSV, JSON, JSONL, Parquet; or TOML in the form of the shipped ones, which is not cleaned.
        columns: Columns by field (``{"text": "selftext", "votes.NTA": "n_nta"}``); usual names are found.
        language: Of a ``text`` column, where no column says it.
        verdicts: The file's own words for verdicts, by word (``{"1": "YTA"}``).
        cleaning: Rules for posts; by default those of the published study.
        skip_bad: Skip rows that cannot be read, and count them, instead of stopping at the first.
        votes_only: Take rows without a text too: enough for ranking.

    Raises:
        UsageError: There is no such file, column or field, or no column holds the text.
        DataError: A row cannot be read; the message has file, line and fault.
    """
    path = Path(path)
    if path.suffix.lower() == ".toml":
        found = _toml.read(path) if path.is_file() else None
        if found is None:
            raise UsageError(f"there is no file {str(path)!r}: check the path.")
        return Loaded(dilemmas=tuple(_once(found, path)))
    reader = _Reader(path, columns or {}, language, verdicts or {}, cleaning or Cleaning(), votes_only)
    kept: list[Dilemma] = []
    bad: list[str] = []
    for row in rows.read(path):
        try:
            dilemma = reader.dilemma(row)
        except ValueError as fault:
            if not skip_bad:
                raise DataError(f"{path}, {row.place}: {fault}. Mend it, or skip such rows.") from None
            bad.append(f"{row.place}: {fault}")
            continue
        if dilemma is not None:
            kept.append(dilemma)
    return Loaded(
        dilemmas=tuple(kept), left_out=dict(reader.left_out), bad=tuple(bad), columns=reader.found or {}
    )


def _once(found: list[Dilemma], path: Path) -> list[Dilemma]:
    twice = [id_ for id_, times in Counter(dilemma.id for dilemma in found).items() if times > 1]
    if twice:
        raise DataError(f"{path}: the id {twice[0]!r} is given to more than one dilemma.")
    return found


class _Reader:
    """Makes dilemmas of rows; knows the columns once it has seen a row."""

    def __init__(
        self,
        path: Path,
        named: Mapping[str, str],
        language: str,
        verdicts: Mapping[str, str],
        cleaning: Cleaning,
        votes_only: bool,
    ) -> None:
        self.path, self.named, self.language = path, named, language
        self.verdicts, self.cleaning, self.votes_only = verdicts, cleaning, votes_only
        self.found: dict[str, str] | None = None
        self.seen: dict[str, str] = {}
        self.left_out: Counter[str] = Counter()

    def dilemma(self, row: rows.Row) -> Dilemma | None:
        """The dilemma of a row, None if a rule leaves it out.

        Raises:
            ValueError: The row cannot be read.
        """
        if row.fault:
            raise ValueError(row.fault)
        columns = self._columns(row.cells)
        cells = {name: row.cells.get(column) for name, column in columns.items()}
        id_ = _word(cells.get("id")) or f"{self.path.stem}-{row.place.split()[-1]}"
        if id_ in self.seen:
            raise ValueError(f"the id {id_!r} was given at {self.seen[id_]}")
        texts = self._told(cells, "text")
        if not texts and not self.votes_only:
            raise ValueError("the text is empty")
        votes = self._votes(cells)
        stated = _columns.verdict(cells.get("verdict"), self.verdicts)
        cleaned = {language: text for language, told in texts.items() if (text := self.cleaning.clean(told))}
        why = self._unwanted(cleaned, cells) if texts else ""
        self.seen[id_] = row.place
        if why:
            self.left_out[why] += 1
            return None
        titles = self._told(cells, "title")
        return Dilemma(id=id_, text=cleaned, title=titles, votes=votes, verdict=stated, source=self.path.name)

    def _columns(self, cells: Mapping[str, Any]) -> dict[str, str]:
        if self.found is None:
            found = _columns.find(cells, self.named, str(self.path))
            if not self.votes_only and not any(name.split(".")[0] == "text" for name in found):
                raise UsageError(
                    f"{self.path}: no column with the text of the dilemmas; name it as text=COLUMN. "
                    f"Columns: {', '.join(cells)}."
                )
            self.found = found
        if not set(self.found.values()) <= set(cells):  # JSON objects need not all have the same fields
            present = {name: column for name, column in self.named.items() if column in cells}
            return _columns.find(cells, present, str(self.path))
        return self.found

    def _told(self, cells: Mapping[str, Any], base: str) -> dict[str, str]:
        """Texts or titles by language, empty ones left away; the language column goes with the bare field."""
        told = {}
        if text := _word(cells.get(base)):
            told[_word(cells.get("language")) or self.language] = text
        for name, cell in cells.items():
            if name.startswith(f"{base}.") and (text := _word(cell)):
                told[name.partition(".")[2]] = text
        return told

    def _votes(self, cells: Mapping[str, Any]) -> Votes | None:
        counts, scores = (self._numbers(cells, base) for base in ("votes", "scores"))
        votes = None if counts is None else Votes.of(counts)
        if scores is None:
            return votes
        return (votes or Votes.of({})).with_score(scores)

    def _numbers(self, cells: Mapping[str, Any], base: str) -> dict[str, float] | list[float] | None:
        parts = {n.partition(".")[2]: c for n, c in cells.items() if n.startswith(f"{base}.")}
        if any(_word(cell) for cell in parts.values()):
            return _columns.numbers(parts, {})
        return _columns.numbers(cells.get(base), self.verdicts)

    def _unwanted(self, cleaned: Mapping[str, str], cells: Mapping[str, Any]) -> str:
        """By the rules, which read the English text, or else the first."""
        if not cleaned:
            return "nothing but later additions"
        text = cleaned.get("en") or next(iter(cleaned.values()))
        rated = _word(cells.get("score"))
        try:
            score = float(rated) if rated else None
        except ValueError:
            raise ValueError(f"{rated!r} is no score") from None
        return self.cleaning.unwanted(text, flair=_word(cells.get("flair")) or None, score=score)


def _word(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()
