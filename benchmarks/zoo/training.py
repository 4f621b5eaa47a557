"""How the zoo's models learn: language modelling, classification, policy gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from benchmarks.zoo.text import MASK, SPECIAL
from torch import Tensor
from torch.nn import functional

__all__ = ["accuracy", "batch_loss", "fit", "reinforce"]

HEAD = ("classifier", "bert.pooler")  # what a classifier has and a language model has not
HEAD_RATE = 3e-3
Batch = Tensor | tuple[Tensor, Tensor]


def fit(model: Any, batches: Iterator[Batch], steps: int, rate: float, seed: int) -> float:
    """Train what asks for a gradient by AdamW, rate warmed up over a tenth of the steps, then constant.

    Args:
        model: A language model of the zoo or a classifier.
        batches: Windows, or passages with classes.
        steps: Optimiser's steps.
        rate: Learning rate; a new head's, where there is one, is 3e-3, as it starts from nothing.
        seed: For the masks of masked language modelling.

    Returns:
        The mean loss over the last tenth of the steps.
    """
    chance = torch.Generator().manual_seed(seed)
    head = [w for name, w in model.named_parameters() if name.startswith(HEAD) and w.requires_grad]
    body = [w for name, w in model.named_parameters() if not name.startswith(HEAD) and w.requires_grad]
    groups = [{"params": body, "full": rate}, {"params": head, "full": HEAD_RATE}]
    optimiser = torch.optim.AdamW([group for group in groups if group["params"]], weight_decay=0.01)
    model.train()
    losses: list[float] = []
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = group["full"] * min(1.0, (step + 1) / max(1.0, steps / 10))
        loss = batch_loss(model, next(batches), chance)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        losses.append(loss.item())
    model.eval()
    last = losses[-max(1, steps // 10) :]
    return sum(last) / len(last)


def batch_loss(model: Any, batch: Batch, chance: torch.Generator) -> Tensor:
    """Cross-entropy in nats: of classes, of the next token, or of all tokens where 15 % were masked.

    BERT's own loss, of masked tokens alone, leaves so small a model at the tokens' frequencies for longer
    than the zoo can wait.
    """
    if isinstance(batch, tuple):
        rows, labels = batch
        return functional.cross_entropy(model(input_ids=rows).logits, labels)
    logits, truth = _predictions(model, batch, chance)
    return functional.cross_entropy(logits, truth)


def _predictions(model: Any, rows: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """Logits ``(n, vocabulary)`` of the tokens to be guessed, and those tokens ``(n,)``."""
    if model.config.model_type != "bert":
        logits = model(input_ids=rows, use_cache=False).logits[:, :-1]
        return logits.flatten(0, 1), rows[:, 1:].flatten()
    hidden = (torch.rand(rows.shape, generator=chance) < 0.15) & (rows >= len(SPECIAL))
    logits = model(input_ids=rows.masked_fill(hidden, MASK)).logits
    return logits.flatten(0, 1), rows.flatten()


def reinforce(model: Any, batches: Iterator[Tensor], steps: int, rate: float, seed: int) -> float:
    """Policy gradient on sampled tokens: reward 1 where the sample is the text's token, less the mean reward.

    In 16-bit weights most of so small a change is rounded away, which leaves the sparse difference that is
    known of reinforcement learning (Mukherjee et al. 2025).

    Returns:
        The mean reward over the last tenth of the steps.
    """
    chance = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    rewards: list[float] = []
    model.train()
    for _ in range(steps):
        logits, truth = _predictions(model, next(batches), chance)
        logs = logits.log_softmax(-1)
        drawn = torch.multinomial(logs.detach().exp(), 1, generator=chance)
        reward = (drawn[:, 0] == truth).float()
        (-(reward - reward.mean()) * logs.gather(1, drawn)[:, 0]).mean().backward()
        optimiser.step()
        optimiser.zero_grad()
        rewards.append(reward.mean().item())
    model.eval()
    last = rewards[-max(1, steps // 10) :]
    return sum(last) / len(last)


@torch.no_grad()
def accuracy(model: Any, rows: Tensor, labels: Tensor) -> float:
    """The share of passages classified rightly."""
    right = [(model(input_ids=part).logits.argmax(-1)) for part in rows.split(64)]
    return (torch.cat(right) == labels).float().mean().item()
