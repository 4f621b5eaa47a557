"""A probe as batches of a model's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from homophily.errors import DataError, UsageError
from homophily.lineage.exposure.probe import Probe
from homophily.seeds import generator

__all__ = ["Batch", "batches"]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Inputs that run together.

    Attributes:
        tokens: ``(inputs, tokens)``, int64, padded on the right.
        present: 1 where there is a token, of the same shape.
        asked: Positions that are to be answered, bool, of the same shape; not used by classifiers.
        text: Which text each answer belongs to, in the order of the answers.
        truth: The right answers, in the same order; None where they are not known.
    """

    tokens: Any
    present: Any
    asked: Any
    text: Any
    truth: Any | None


def batches(
    probe: Probe, config: Any, kind: str, tokenizer: Any | None, *, length: int, batch: int
) -> list[Batch]:
    """The probe as a model of a kind takes it.

    Raises:
        UsageError: Tokens that the model's vocabulary does not have, or labels that are none of its classes.
        DataError: No input is long enough to be answered.
    """
    rows = _rows(probe, tokenizer, min(length, _longest(config)))
    most = max((max(row) for row in rows if row), default=0)
    size = int(config.get_text_config().vocab_size)
    if most >= size:
        raise UsageError(f"the probe has a token {most:,}; the victim's vocabulary ends at {size - 1:,}.")
    labels = _labels(probe, config) if kind == "classifier" and probe.labels else None
    least = 2 if kind == "causal" else 1
    kept = [place for place, row in enumerate(rows) if len(row) >= least]
    if not kept:
        raise DataError(f"the probe is empty: no input has {least} tokens or more.")
    kept.sort(key=lambda place: len(rows[place]))
    groups = [kept[start : start + batch] for start in range(0, len(kept), batch)]
    mask = getattr(tokenizer, "mask_token_id", None)
    special = frozenset(getattr(tokenizer, "all_special_ids", None) or ())
    numbers = {place: number for number, place in enumerate(sorted(kept))}
    return [
        _batch([rows[p] for p in group], [numbers[p] for p in group], kind, mask, special)
        if kind != "classifier"
        else _classified(
            [rows[p] for p in group], [numbers[p] for p in group], labels and [labels[p] for p in group]
        )
        for group in groups
    ]


def _longest(config: Any) -> int:
    return int(getattr(config.get_text_config(), "max_position_embeddings", 0) or 1 << 20)


def _rows(probe: Probe, tokenizer: Any | None, length: int) -> list[list[int]]:
    if probe.tokens:
        return [list(tokens)[:length] for tokens in probe.tokens]
    assert tokenizer is not None
    coded = tokenizer(list(probe.texts), truncation=True, max_length=length)
    return [list(ids) for ids in coded["input_ids"]]


def _labels(probe: Probe, config: Any) -> list[int]:
    names = {str(name): int(number) for number, name in (config.id2label or {}).items()}
    found = []
    for label in probe.labels:
        number = label if isinstance(label, int) else names.get(label, -1)
        if not 0 <= number < config.num_labels:
            raise UsageError(f"the probe's label {label!r} is none of the victim's: {', '.join(names)}.")
        found.append(number)
    return found


def _padded(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    import torch

    longest = max(map(len, rows))
    tokens = torch.zeros(len(rows), longest, dtype=torch.long)
    present = torch.zeros_like(tokens)
    for place, row in enumerate(rows):
        tokens[place, : len(row)] = torch.tensor(row, dtype=torch.long)
        present[place, : len(row)] = 1
    return tokens, present


def _classified(rows: Sequence[Sequence[int]], texts: Sequence[int], labels: Sequence[int] | None) -> Batch:
    import torch

    tokens, present = _padded(rows)
    truth = torch.tensor(labels) if labels else None
    return Batch(tokens, present, present.bool(), torch.tensor(texts), truth)


def _batch(
    rows: Sequence[Sequence[int]], texts: Sequence[int], kind: str, mask: int | None, special: frozenset[int]
) -> Batch:
    import torch

    tokens, present = _padded(rows)
    asked = present.bool()
    if kind == "causal":
        following = torch.roll(tokens, -1, 1)
        asked[:, :-1] &= present[:, 1:].bool()
        asked[:, -1] = False
        truth = following[asked]
    elif mask is not None:
        asked = torch.from_numpy(_masked(rows, texts, tokens.shape, special))
        truth = tokens[asked]
        tokens = tokens.masked_fill(asked, mask)
    else:
        truth = tokens[asked]
    text = torch.tensor(texts)[:, None].expand(tokens.shape)[asked]
    return Batch(tokens, present, asked, text, truth)


def _masked(
    rows: Sequence[Sequence[int]], texts: Sequence[int], shape: Sequence[int], special: frozenset[int]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """A seventh of each text's tokens, one at least, drawn by the text's place; no special token."""
    chosen = np.zeros(shape, bool)
    for place, (row, text) in enumerate(zip(rows, texts, strict=True)):
        plain = [at for at, token in enumerate(row) if token not in special] or list(range(len(row)))
        drawn = generator("exposure", "mask", text).permutation(len(plain))[: max(1, len(plain) // 7)]
        chosen[place, [plain[at] for at in drawn]] = True
    return chosen
