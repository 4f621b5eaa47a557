"""Agreement: do two models answer probe inputs alike, beyond what models trained apart would?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily import seeds
from homophily.errors import UsageError

__all__ = ["Agreement", "Outputs", "agree", "outputs", "probes", "shared_words"]
__references__ = ("kornblith2019",)

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a model made of the probes.

    Attributes:
        states: Its last hidden states, ``(probes · tokens, width)``.
        first: The token that it ranks first at each place, ``(probes · tokens,)``; None without such a head.
    """

    states: _Array
    first: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far outputs agree.

    Attributes:
        cosine: Of centred hidden states, unit by unit, −1 to 1; None where widths differ.
        null: Its mean and standard deviation were one model's units put in any other order.
        p: Share of `rounds` such orders, with the observed among them, that agree as well; never 0.
        cka: Linear centred kernel alignment of hidden states, 0 to 1, whatever the order of units.
        first: Share of places where both rank the same token first; None unless both rank tokens.
        places: Compared.
    """

    cosine: float | None
    null: tuple[float, float] | None
    p: float | None
    cka: float
    first: float | None
    places: int

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return asdict(self)


def agree(ours: Outputs, base: Outputs, *, rounds: int = 999, seed: int = 0) -> Agreement:
    """Compare outputs on the same probes.

    Training moves a model's units little and never swaps them: a model and its base keep their order, models
    trained apart have none in common. The null puts the units of one in random order, which leaves everything
    else as it is. CKA (Kornblith et al. 2019) holds for other widths, but models of one embedding or one text
    agree in it without descent: it comes without p.

    Args:
        ours: From `outputs`.
        base: Likewise, on the same probes.
        rounds: Random orders; the least p is ``1 / (rounds + 1)``.
        seed: Of the orders.

    Raises:
        UsageError: Outputs on different numbers of places.
    """
    if len(ours.states) != len(base.states):
        raise UsageError(f"outputs at {len(ours.states)} and {len(base.states)} places; use the same probes.")
    x, y = (each.states - each.states.mean(axis=0) for each in (ours, base))
    cross = x.T @ y
    size = float(np.linalg.norm(x) * np.linalg.norm(y)) or 1.0
    aligned = float((cross**2).sum() / max(np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y), 1e-300))
    cosine = null = p = None
    if x.shape[1] == y.shape[1]:
        cosine = float(np.trace(cross) / size)
        chance = seeds.generator("agreement", seed)
        units = np.arange(len(cross))
        drawn = np.array([cross[units, chance.permutation(units)].sum() / size for _ in range(rounds)])
        null = (float(drawn.mean()), float(drawn.std()))
        p = float((1 + (drawn >= cosine - 1e-12).sum()) / (1 + rounds))
    first = None
    if ours.first is not None and base.first is not None:
        first = float(np.mean(ours.first == base.first))
    return Agreement(cosine, null, p, aligned, first, len(x))


def outputs(model: Any, probes: NDArray[np.int64], *, batch: int = 8) -> Outputs:
    """A model's last hidden states on probes, and the tokens it ranks first.

    Args:
        model: A Hugging Face model of text, in evaluation mode.
        probes: Tokens, ``(probes, tokens)``.
        batch: Probes at a time.

    Raises:
        UsageError: The model gives no hidden states on such input.
    """
    import torch

    states, first = [], []
    device = next(model.parameters()).device
    words = int(getattr(model.config, "vocab_size", 0))
    try:
        with torch.no_grad():
            for start in range(0, len(probes), batch):
                ids = torch.from_numpy(probes[start : start + batch]).to(device)
                given = {"decoder_input_ids": ids} if model.config.is_encoder_decoder else {}
                made = model(input_ids=ids, output_hidden_states=True, **given)
                hidden = getattr(made, "hidden_states", None) or made.decoder_hidden_states
                states.append(hidden[-1].float().flatten(0, 1).cpu().numpy().astype(float))
                logits = getattr(made, "logits", None)
                if logits is not None and logits.dim() == 3 and logits.shape[-1] == words:
                    first.append(logits.argmax(-1).flatten().cpu().numpy())
    except (AttributeError, IndexError, RuntimeError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(f"the model gave no hidden states on the probes: {reason}.") from error
    return Outputs(np.concatenate(states), np.concatenate(first) if first else None)


def probes(words: int, *, many: int = 32, tokens: int = 24, seed: int = 0) -> NDArray[np.int64]:
    """Random tokens of a vocabulary, ``(many, tokens)``; the first few, often special, are left out."""
    low = min(5, max(words - 2, 0))
    return seeds.generator("probes", seed).integers(low, words, (many, tokens), dtype=np.int64)


def shared_words(models: Sequence[Any]) -> int:
    """The size of the smallest vocabulary, so that every model knows every probe's tokens."""
    return min(int(model.config.vocab_size) for model in models)
