"""The benchmark: every arm over contexts, batches and ratios, interleaved."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor

from homophily.errors import UsageError
from homophily.filtering.benchmark.arms import ARMS, arm
from homophily.filtering.benchmark.clock import Clock
from homophily.filtering.benchmark.sample import Sample, run_once
from homophily.filtering.filter import TokenFilter

__all__ = ["Runs", "bench"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """The samples of one context, batch and ratio.

    Attributes:
        context: Tokens of the prompt.
        batch: Sequences.
        ratio: Target share of attention to skip.
        rule: The filter's rule.
        attained: Share skipped over all layers.
        rates: Each layer's share filtered.
        samples: By arm, one a repeat; the dense arm's are shared by all ratios.
    """

    context: int
    batch: int
    ratio: float
    rule: str
    attained: float
    rates: tuple[float, ...]
    samples: dict[str, list[Sample]]


def bench(
    model: Any,
    settings: TokenFilter,
    *,
    contexts: Sequence[int],
    ratios: Sequence[float],
    batches: Sequence[int] = (1,),
    decode: int = 32,
    repeats: int = 5,
    clock: Literal["wall", "cpu"] = "wall",
    seed: int = 0,
    progress: Progress | None = None,
) -> Iterator[Runs]:
    """Time every arm, one setting after another.

    Repeats are interleaved: each runs all arms once, in an order that moves on by one, so that what slows the
    machine for a while slows all of them. One round before is not counted.

    Args:
        model: A Hugging Face decoder of a supported family.
        settings: The filter, its ratio aside.
        contexts: Tokens of the prompt.
        ratios: Target shares of attention to skip, over 0.
        batches: Sequences at once.
        decode: Tokens decoded after the prompt.
        repeats: Rounds counted.
        clock: ``wall``, or ``cpu`` on a machine with other work.
        seed: Of the prompts, which are random tokens.
        progress: Told of every round.

    Raises:
        UsageError: A setting out of range.
    """
    _check(model, contexts, ratios, decode, repeats)
    if not all(batch >= 1 for batch in batches):
        raise UsageError("a batch holds at least one sequence.")
    filters = [replace(settings, ratio=ratio) for ratio in ratios]
    grid = [(context, batch) for context in contexts for batch in batches]
    for place, (context, batch) in enumerate(grid):
        tokens = _prompt(model, batch, context + decode, seed)
        prompt, following = tokens[:, :context], tokens[:, context:]
        rates = [_rates(model, each, prompt, following) for each in filters]
        told = _teller(progress, f"context {context:,}, batch {batch}", place, len(grid), 1 + repeats)
        found = _rounds(model, filters, rates, prompt, following, repeats, Clock(prompt.device, clock), told)
        for at, each in enumerate(filters):
            yield Runs(
                context=context,
                batch=batch,
                ratio=each.ratio,
                rule=each.rule,
                attained=sum(rates[at]) / len(rates[at]),
                rates=tuple(rates[at]),
                samples={name: found[name, at if name != "dense" else 0] for name in ARMS},
            )


def _teller(
    progress: Progress | None, what: str, before: int, settings: int, rounds: int
) -> Callable[[int], None]:
    """Tells the rounds done, of all settings together."""
    if progress is None:
        return lambda done: None
    return lambda done: progress(what, before * rounds + done, settings * rounds)


def _rounds(
    model: Any,
    filters: Sequence[TokenFilter],
    rates: Sequence[Sequence[float]],
    prompt: Tensor,
    following: Tensor,
    repeats: int,
    clock: Clock,
    told: Callable[[int], None],
) -> dict[tuple[str, int], list[Sample]]:
    """Every arm of every filter once a round, the first round not counted."""
    others = [name for name in ARMS if name != "dense"]
    plan = [("dense", 0), *((name, at) for at in range(len(filters)) for name in others)]
    found: dict[tuple[str, int], list[Sample]] = {each: [] for each in plan}
    gc.collect()
    gc.freeze()  # so that collecting an arm's caches does not walk all that lived before
    try:
        for repeat in range(-1, repeats):
            turn = repeat % len(plan)
            for name, at in (*plan[turn:], *plan[:turn]):
                gc.collect()
                with arm(name, model, filters[at], rates[at]) as filtered:
                    sample = run_once(model, prompt, following, clock, filtered)
                if repeat >= 0:
                    found[name, at].append(sample)
            told(repeat + 2)
    finally:
        gc.unfreeze()
    return found


@torch.inference_mode()
def _rates(model: Any, settings: TokenFilter, prompt: Tensor, following: Tensor) -> list[float]:
    """Each layer's share filtered on this prompt, which the ideals then leave out too."""
    with settings(model) as filtered:
        run_once(model, prompt, following, Clock(prompt.device), filtered)
        return [layer.filtered / layer.seen if layer.seen else 0.0 for layer in filtered.report().layers]


def _prompt(model: Any, batch: int, tokens: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randint(0, int(model.config.vocab_size), (batch, tokens), generator=generator)
    return drawn.to(next(model.parameters()).device)


def _check(model: Any, contexts: Sequence[int], ratios: Sequence[float], decode: int, repeats: int) -> None:
    most = int(getattr(model.config, "max_position_embeddings", 1 << 30))
    if not all(context >= 2 and context + decode <= most for context in contexts):
        raise UsageError(
            f"contexts {list(contexts)!r} must be 2 or more and, with {decode} decoded tokens, fit the "
            f"model's {most:,} tokens: shorten them."
        )
    if not all(0 < ratio < 1 for ratio in ratios):
        raise UsageError(f"ratios {list(ratios)!r} must each lie between 0 and 1, such as 0.3.")
    if repeats < 1 or decode < 0:
        raise UsageError(f"repeats = {repeats} must be 1 or more, decode = {decode} 0 or more.")
