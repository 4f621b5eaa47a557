"""The scorer: log-probabilities of continuations, dense or filtered, in padded batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from homophily.filtering.evaluation._document import Request, Scored
from homophily.filtering.filter import TokenFilter
from homophily.filtering.model import FilteredModel

__all__ = ["Scorer"]

#: Entries of a table of logits that are made at a time.
_CELLS = 1 << 26


class Scorer:
    """Scores requests by one model.

    Rows are padded on the right, where a causal model, filtered or not, cannot see the padding from a real
    token. Contexts too long are cut from the left.

    Args:
        model: A Hugging Face decoder; put into evaluation mode by whoever loads it.
        length: Most tokens of a sequence.
    """

    def __init__(self, model: nn.Module, *, length: int) -> None:
        whole: Any = model
        self._model = model
        self._decoder: Any = whole.get_decoder()
        self._head: Any = whole.get_output_embeddings()
        self.length = length

    @torch.inference_mode()
    def score(
        self, requests: Sequence[Request], settings: TokenFilter | None = None, *, beside_dense: bool = False
    ) -> list[Scored]:
        """Score one batch.

        Args:
            requests: The batch.
            settings: The filter, or None for the dense model.
            beside_dense: Run the dense model too, and compare next-token distributions.
        """
        rows = [self._row(request) for request in requests]
        tokens, mask = self._padded([row for row, _ in rows])
        wanted = self._wanted(rows)
        with _filtered(self._model, settings) as filtered:
            hidden = self._hidden(tokens, mask)[wanted]
        attained = _attained(filtered, len(rows))
        dense = None
        if beside_dense:
            dense = hidden if settings is None else self._hidden(tokens, mask)[wanted]
        targets = [
            t for request, (_, size) in zip(requests, rows, strict=True) for t in request.continuation[-size:]
        ]
        found = self._compare(hidden, torch.tensor(targets, device=hidden.device), dense)
        parts = torch.split(found, [size for _, size in rows], dim=1)
        return [_summed(part, share) for part, share in zip(parts, attained, strict=True)]

    def _row(self, request: Request) -> tuple[tuple[int, ...], int]:
        """The tokens that the model reads, the last one being only predicted; and how many are scored."""
        read = (request.context + request.continuation)[-(self.length + 1) :][:-1]
        return read, min(len(request.continuation), len(read))

    def _padded(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        longest = max(map(len, rows))
        tokens = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        device = self._head.weight.device
        return tokens.to(device), mask.to(device)

    def _wanted(self, rows: Iterable[tuple[Sequence[int], int]]) -> tuple[list[int], list[int]]:
        places = [
            (row, at)
            for row, (read, scored) in enumerate(rows)
            for at in range(len(read) - scored, len(read))
        ]
        return [row for row, _ in places], [at for _, at in places]

    def _hidden(self, tokens: Tensor, mask: Tensor) -> Tensor:
        out: Tensor = self._decoder(input_ids=tokens, attention_mask=mask, use_cache=False).last_hidden_state
        return out

    def _compare(self, hidden: Tensor, targets: Tensor, dense: Tensor | None) -> Tensor:
        """Log-probability, first choice right, divergence and agreement: ``(4, tokens)``, float64."""
        size = max(1, _CELLS // self._head.weight.shape[0])
        parts = []
        for start in range(0, len(targets), size):
            part = slice(start, start + size)
            logs = F.log_softmax(self._head(hidden[part]).float(), dim=-1)
            right = logs.gather(1, targets[part, None])[:, 0]
            first = logs.argmax(-1)
            divergence = agreeing = torch.full_like(right, float("nan"))
            if dense is not None:
                base = F.log_softmax(self._head(dense[part]).float(), dim=-1)
                divergence = (base.exp() * (base - logs)).sum(-1)
                agreeing = (base.argmax(-1) == first).float()
            parts.append(torch.stack([right, (first == targets[part]).float(), divergence, agreeing]))
        return torch.cat(parts, dim=1).double().cpu()


@contextmanager
def _filtered(model: nn.Module, settings: TokenFilter | None) -> Iterator[FilteredModel | None]:
    if settings is None:
        yield None
        return
    with settings(model) as filtered:
        yield filtered


def _attained(filtered: FilteredModel | None, rows: int) -> Sequence[float]:
    """Each row's share of attention skipped over all layers."""
    shares = () if filtered is None else filtered.report().sequences
    return shares or [0.0] * rows


def _summed(part: Tensor, attained: float) -> Scored:
    logprob, right, divergence, agreeing = part
    return Scored(
        logprob=float(logprob.sum()),
        greedy=bool(right.all()),
        tokens=part.shape[1],
        attained=attained,
        divergence=float(divergence.sum()),
        agreeing=float(agreeing.sum()),
    )
