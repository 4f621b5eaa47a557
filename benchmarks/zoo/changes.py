"""Changes of the weights without training: pruned, quantised, merged, grafted, with layers left out."""

from __future__ import annotations

import re

from benchmarks.zoo.anatomy import PREFIX, State
from torch import Tensor

__all__ = ["drop_layer", "graft", "merged", "pruned", "quantised"]


def pruned(state: State, family: str, share: float) -> State:
    """The smallest weights of each matrix of the blocks set to zero (magnitude pruning)."""

    def cut(weight: Tensor) -> Tensor:
        few = weight.abs().flatten().kthvalue(max(1, round(share * weight.numel()))).values
        return weight.masked_fill(weight.abs() <= few, 0)

    return {name: cut(w) if _matrix(name, w, family) else w.clone() for name, w in state.items()}


def quantised(state: State, family: str, bits: int) -> State:
    """The blocks' matrices rounded to symmetric integers, one scale an output channel, as floats."""
    top = 2 ** (bits - 1) - 1

    def rounded(weight: Tensor) -> Tensor:
        inputs = 0 if family == "gpt2" else 1  # GPT-2 stores (in, out)
        step = weight.abs().amax(inputs, keepdim=True).clamp_min(1e-12) / top
        return (weight / step).round().clamp(-top, top) * step

    return {name: rounded(w) if _matrix(name, w, family) else w.clone() for name, w in state.items()}


def merged(first: State, second: State) -> State:
    """The mean of two models, tensor by tensor; what only the first has stays."""
    return {name: (w + second[name]) / 2 if name in second else w.clone() for name, w in first.items()}


def graft(first: State, second: State, family: str, layers: int) -> State:
    """The first model with the second half of its layers taken from another."""
    taken = tuple(f"{PREFIX[family]}.{layer}." for layer in range(layers // 2, layers))
    return {name: (second if name.startswith(taken) else first)[name].clone() for name in first}


def drop_layer(state: State, family: str, gone: int) -> State:
    """One layer left out, those after it numbered anew."""
    pattern = re.compile(rf"({re.escape(PREFIX[family])})\.(\d+)\.")
    kept = {}
    for name, weight in state.items():
        found = pattern.match(name)
        layer = int(found.group(2)) if found else -1
        if layer == gone:
            continue
        if layer > gone:
            name = f"{PREFIX[family]}.{layer - 1}." + name[found.end() :]  # type: ignore[union-attr]
        kept[name] = weight.clone()
    return kept


def _matrix(name: str, weight: Tensor, family: str) -> bool:
    return weight.ndim == 2 and name.startswith(PREFIX[family] + ".")
