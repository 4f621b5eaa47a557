"""A measure: its documents, and what each one's scores come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from homophily.filtering.evaluation._document import Document, Scored
from homophily.filtering.evaluation._encoder import Encoder

__all__ = ["Measure", "Metric", "Source"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that sums over documents give: ``top / bottom``, or the exponential of that.

    Sums, not means of means, so that it can be drawn anew from any resample of the documents.

    Attributes:
        name: Its column.
        top: Name of the value summed above the line.
        bottom: Name of the value summed below it.
        label: How people read it.
        form: ``mean`` for the quotient, ``exp`` for its exponential.
        better: Which way is better.
    """

    name: str
    top: str
    bottom: str
    label: str
    form: Literal["mean", "exp"] = "mean"
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a measure finds its data.

    Attributes:
        text: A text (.txt) or JSON lines with ``text``, for measures of prediction.
        data: A folder searched for a suite's file by its name.
        length: Most tokens that the model takes.
    """

    text: Path | None = None
    data: Path | None = None
    length: int = 2048


class Measure(Protocol):
    """What an entry of the catalogue ``filtering.evaluation`` offers; dataclasses, so that fields can be set.

    Attributes:
        metrics: What it reports; the first is its headline.
        beside_dense: Whether the dense model is run beside the filtered one.
        unasked: Whether it runs without being named, its data being at hand.
    """

    @property
    def metrics(self) -> tuple[Metric, ...]: ...

    @property
    def beside_dense(self) -> bool: ...

    @property
    def unasked(self) -> bool: ...

    def at_hand(self, source: Source) -> str:
        """Empty if the data are there, else what is missing and how to give it."""
        ...

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """Every document, in the data's order.

        Raises:
            DataError: A file is of another shape; the message names file and line.
        """
        ...

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """The values of one document that the metrics sum."""
        ...
