"""Multiple choice by log-likelihood: the shape that the commonsense suites share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from homophily.errors import DataError
from homophily.filtering.evaluation._document import Document, Pair, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._files import find, json_lines
from homophily.filtering.evaluation._measure import Metric, Source

__all__ = ["Choice", "picked"]
__references__ = ("trinh2018",)

_ACCURACY = Metric("acc", "right", "one", "Accuracy")
_NORMALISED = Metric("acc_norm", "right_norm", "one", "Accuracy, normalised")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Items of one JSON lines file; the choice with the highest log-likelihood is taken.

    A line holds ``query``, ``choices`` and ``gold`` (the right choice's place from 0), and each choice is
    scored after the query; or ``context_options``, ``continuation`` and ``gold``, and the continuation is
    scored after each context (the partial scoring of Trinh & Le 2018). Accuracy compares log-likelihoods,
    normalised accuracy log-likelihoods divided by the choice's length in characters (``acc`` and ``acc_norm``
    of lm-evaluation-harness).

    Attributes:
        file: The file's name, searched below the data folder.
        after: Set between the query and a choice's leading space.
        reports: The accuracies that say something, the headline first.
    """

    file: str
    after: str = ""
    reports: tuple[str, ...] = ("acc", "acc_norm")

    beside_dense = False
    unasked = True

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The accuracies, the headline first."""
        return tuple({"acc": _ACCURACY, "acc_norm": _NORMALISED}[name] for name in self.reports)

    def at_hand(self, source: Source) -> str:
        """What is missing."""
        found = find(source.data, self.file)
        return "" if found else f"{self.file}: give the folder that holds it with --data"

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """One an item."""
        path = find(source.data, self.file)
        assert path is not None  # asked by `at_hand` before
        documents = []
        for line, row in json_lines(path, ("gold",)):
            pairs, lengths = self._pairs(row, path, line)
            if not isinstance(row["gold"], int) or not 0 <= row["gold"] < len(pairs):
                raise DataError(
                    f"{path}, line {line}: gold {row['gold']!r} is no place in {len(pairs)} choices."
                )
            documents.append(Document(f"line {line}", pairs, gold=row["gold"], lengths=lengths))
        return documents

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """Whether each accuracy counts it."""
        return picked(document, scored)

    def _pairs(self, row: dict[str, Any], path: Path, line: int) -> tuple[tuple[Pair, ...], tuple[int, ...]]:
        query, choices = row.get("query"), row.get("choices")
        if isinstance(query, str) and _strings(choices):
            pairs = tuple(Pair(query.rstrip() + self.after, f" {choice}") for choice in choices)
            return pairs, tuple(map(len, choices))
        contexts, continuation = row.get("context_options"), row.get("continuation")
        if isinstance(continuation, str) and _strings(contexts):
            pairs = tuple(Pair(context, f" {continuation}") for context in contexts)
            return pairs, tuple(map(len, contexts))
        raise DataError(
            f"{path}, line {line}: wanted query (text), choices (list of texts) and gold (number), "
            "or context_options, continuation and gold."
        )


def picked(document: Document, scored: Sequence[Scored]) -> dict[str, float]:
    """Whether the likeliest choice is the right one, plain and by length; the first of equals is taken."""
    plain = [s.logprob for s in scored]
    by_length = [s.logprob / size for s, size in zip(scored, document.lengths, strict=True)]
    return {
        "right": float(plain.index(max(plain)) == document.gold),
        "right_norm": float(by_length.index(max(by_length)) == document.gold),
        "one": 1.0,
    }


def _strings(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and len(value) >= 2 and all(isinstance(v, str) and v for v in value)
