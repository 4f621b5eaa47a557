"""The subject: the victim's model, which runs with whatever weights a reader holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.exposure._inputs import Batch, batches
from homophily.lineage.exposure._loading import load_model, load_tokenizer, places_of
from homophily.lineage.exposure.part import Part
from homophily.lineage.exposure.probe import Probe

__all__ = ["Answers", "Subject"]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model said on the probe.

    Attributes:
        said: Its first choices, flat: a class each text, or a token each position; -1 where it said nothing
            finite.
        text: Which text each belongs to.
        loss: Mean cross-entropy in nats against what is right; None where that is not known.
        right: Share of first choices that are right; None where that is not known.
    """

    said: NDArray[np.int64]
    text: NDArray[np.int64]
    loss: float | None
    right: float | None

    def agreement(self, other: Answers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First choices that are another's too, and all first choices, of each text."""
        number = int(self.text.max()) + 1
        same = (self.said == other.said) & (self.said >= 0)
        return np.bincount(self.text[same], minlength=number), np.bincount(self.text, minlength=number)


class Subject:
    """A victim's model, and the probe as it takes it.

    It runs in float32 on the processor. Classifiers answer with a class a text; causal language models with
    the next token at every position; masked ones with the tokens that were masked, a seventh of each text,
    or, where no mask is known, with every token.

    Args:
        folder: The victim's, with config.json; its tokenizer too where the probe is text.
        probe: The inputs.
        length: Most tokens of an input; longer ones are cut.
        batch: Inputs at once.

    Raises:
        UsageError: torch is missing, the folder holds no model with a head, the probe is text and the folder
            has no tokenizer, or the probe does not fit the model.
    """

    def __init__(self, folder: str | Path, probe: Probe, *, length: int = 128, batch: int = 32) -> None:
        self.model, self.kind = load_model(Path(folder))
        tokenizer = load_tokenizer(Path(folder), needed=not probe.tokens)
        self._batches: list[Batch] = batches(
            probe, self.model.config, self.kind, tokenizer, length=length, batch=batch
        )
        self._places: dict[str, list[Any]] = {}

    def follow(self, parts: Sequence[Part]) -> list[Part]:
        """The parts that the model runs, in order; each is found in it by name and by its numbers.

        Raises:
            UsageError: A parameter of the model is in none of the parts.
        """
        if not self._places:  # they are found by their numbers, which an audit then writes over
            self._places = places_of(self.model, parts)
        return [part for part in parts if part.name in self._places]

    def answers(self, weights: Mapping[str, NDArray[np.float32]]) -> Answers:
        """What the model says with these weights in place of its own; others stay as they were put last."""
        import torch

        with torch.no_grad():
            for name, values in weights.items():
                for place in self._places[name]:
                    place.copy_(torch.from_numpy(values))
            return _joined([_run(self.model, self.kind, each) for each in self._batches])


def _run(model: Any, kind: str, batch: Batch) -> tuple[Any, Any, Any, Any]:
    import torch
    from torch.nn.functional import cross_entropy

    logits = model(input_ids=batch.tokens, attention_mask=batch.present).logits.float()
    logits = logits if kind == "classifier" else logits[batch.asked]
    said = torch.where(torch.isfinite(logits).all(-1), logits.argmax(-1), -1)
    loss = None if batch.truth is None else cross_entropy(logits, batch.truth, reduction="none")
    right = None if batch.truth is None else said == batch.truth
    return said, batch.text, loss, right


def _joined(found: Sequence[tuple[Any, ...]]) -> Answers:
    import torch

    said, text = (torch.cat([each[place] for each in found]).numpy() for place in (0, 1))
    if any(each[2] is None for each in found):
        return Answers(said, text, None, None)
    loss, right = (torch.cat([each[place] for each in found]).double() for place in (2, 3))
    return Answers(said, text, float(loss.mean()), float(right.mean()))
