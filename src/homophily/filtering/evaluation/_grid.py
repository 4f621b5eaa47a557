"""The grid: every measure under every filter, document by document, going on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from torch import nn

from homophily.errors import UsageError
from homophily.filtering.evaluation._document import Document, Request, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._measure import Measure, Source
from homophily.filtering.evaluation._records import Record, Records
from homophily.filtering.evaluation._scorer import Scorer
from homophily.filtering.filter import TokenFilter
from homophily.seeds import generator

__all__ = ["Cell", "evaluate", "key"]

Progress = Callable[[str, int, int], None]
"""Called with what is done (measure and filter), documents finished, and documents in all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One measure under one filter, computed.

    Attributes:
        key: Under which its records are kept.
        measure: The measure's name.
        settings: The filter; None for the dense model.
        documents: The documents wanted, by name, in order.
    """

    key: str
    measure: str
    settings: TokenFilter | None
    documents: tuple[str, ...]


def evaluate(
    model: nn.Module,
    tokenizer: Any,
    measures: Mapping[str, Measure],
    filters: Sequence[TokenFilter | None],
    source: Source,
    records: Records,
    *,
    model_id: str,
    limit: int | None = None,
    seed: int = 0,
    batch: int = 8,
    about: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> list[Cell]:
    """Measure a model under each filter.

    Records are kept by document, under a key of model, measure, data and filter: what is recorded is not
    computed again, and a larger `limit` goes on from a smaller one.

    Args:
        model: A Hugging Face decoder of a supported family, in evaluation mode.
        tokenizer: Its tokenizer.
        measures: By name, as in the catalogue ``filtering.evaluation``.
        filters: The filters; None is the dense model, against which intervals of differences need.
        source: Where the data are.
        records: Where values are kept.
        model_id: Tells this model, its tokenizer and its dtype from others.
        limit: Documents a measure, drawn by `seed`; all if None.
        seed: Of that draw; a smaller limit's documents are among a larger one's.
        batch: Most sequences scored at once.
        about: Written beside each cell's settings, such as versions.
        progress: Told of every batch.

    Returns:
        A cell for each measure and filter; `records` holds their values.
    """
    encoder, scorer = Encoder(tokenizer), Scorer(model, length=source.length)
    cells = []
    for name, measure in measures.items():
        every = measure.documents(source, encoder)
        wanted = _subset(every, limit, seed, name)
        content = _content(every)
        batches = [*_batches([(d, _requests(encoder, d)) for d in wanted], batch)]
        for settings in filters:
            about_cell = {"model": model_id, "measure": name, "data": content, "filter": _plain(settings)}
            cell = Cell(key(about_cell), name, settings, tuple(document.id for document in wanted))
            told = {"settings": asdict(measure), **(about or {})}  # type: ignore[call-overload]
            records.begin(cell.key, {**about_cell, **told})
            _fill(cell, measure, batches, scorer, records, progress)
            cells.append(cell)
    return cells


def key(about: Mapping[str, Any]) -> str:
    """A short key of settings, equal for equal ones."""
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]


def _fill(
    cell: Cell,
    measure: Measure,
    batches: Sequence[Sequence[tuple[Document, tuple[Request, ...]]]],
    scorer: Scorer,
    records: Records,
    progress: Progress | None,
) -> None:
    """Score what is not recorded. Batches are the same however often it is stopped, and so are the values."""
    what = f"{cell.measure}, {_label(cell.settings)}"
    done = 0
    for documents in batches:
        held = records.of(cell.key)
        if not all(document.id in held for document, _ in documents):
            requests = [request for _, asked in documents for request in asked]
            scored = iter(scorer.score(requests, cell.settings, beside_dense=measure.beside_dense))
            records.add(
                _record(cell.key, measure, document, list(islice(scored, len(asked))))
                for document, asked in documents
            )
        done += len(documents)
        if progress is not None:
            progress(what, done, len(cell.documents))


def _record(cell: str, measure: Measure, document: Document, scored: list[Scored]) -> Record:
    return Record(
        cell=cell,
        id=document.id,
        values=dict(measure.tally(document, scored)),
        attained=sum(s.attained for s in scored) / len(scored),
        groups=document.groups,
        cluster=document.cluster,
    )


def _requests(encoder: Encoder, document: Document) -> tuple[Request, ...]:
    return tuple(encoder.request(asked) for asked in document.requests)


def _batches(
    documents: Sequence[tuple[Document, tuple[Request, ...]]], batch: int
) -> Iterator[list[tuple[Document, tuple[Request, ...]]]]:
    """Documents of like length together, the longest first, at most `batch` requests or one document."""
    ordered = sorted(documents, key=lambda pair: (-_longest(pair[1]), pair[0].id))
    part: list[tuple[Document, tuple[Request, ...]]] = []
    rows = 0
    for document, requests in ordered:
        if part and rows + len(requests) > batch:
            yield part
            part, rows = [], 0
        part.append((document, requests))
        rows += len(requests)
    if part:
        yield part


def _longest(requests: Sequence[Request]) -> int:
    return max(len(request.context) + len(request.continuation) for request in requests)


def _subset(documents: list[Document], limit: int | None, seed: int, name: str) -> list[Document]:
    if limit is None or limit >= len(documents):
        return documents
    if limit < 1:
        raise UsageError(f"limit must be at least 1 document, not {limit}.")
    order = generator("filtering.evaluation", name, seed).permutation(len(documents))
    return [documents[place] for place in sorted(order[:limit])]


def _content(documents: Sequence[Document]) -> str:
    """A key of the documents themselves: data, wording and tokens."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(repr((document.id, document.requests, document.gold)).encode())
    return digest.hexdigest()[:16]


def _plain(settings: TokenFilter | None) -> dict[str, Any] | None:
    """What of a filter can change a value; what is recorded of it cannot."""
    if settings is None:
        return None
    return {name: value for name, value in asdict(settings).items() if name != "record"}


def _label(settings: TokenFilter | None) -> str:
    return "dense" if settings is None else f"{settings.rule} {settings.ratio:g}"
