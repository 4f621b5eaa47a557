"""What deciding costs and what skipping saves on a CPU, at the shape of a billion parameters.

    python -m benchmarks.filter_overhead --layers 16 --threads 2 > benchmarks/results/filter_overhead.md
    python -m benchmarks.filter_overhead --threads 2 --layers 16 --tail --clock --only dense,scoring --steps 0

Random weights, hidden size 2048, 32 query and 8 KV heads, bf16; every layer filters, or with ``--tail``
those that `TokenFilter` takes for the same ratio of all layers, as in ``homophily filter bench``. In each
round every variant runs once, in turn, so that a busy machine bears on all alike; told are medians over
rounds of processor seconds over all threads, the quartiles of each round's ratio to the dense model; what is
saved. ``--clock`` tells seconds of the clock, which also show what one thread does while others wait.

*Scoring* runs the rule ``none``: what it takes beyond dense is the overhead of deciding. *Ideal* is a bound,
no method: attention for as many tokens as the filter kept, packed for nothing, with keys and values for all,
since a filter decides by them; *ideal, all* leaves those out as well. Efficiency is the time saved over what
*ideal* saves, the median over rounds.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
import transformers
from torch.nn import functional as F
from transformers import AutoModelForCausalLM, LlamaConfig

from homophily.filtering import TokenFilter
from homophily.filtering.adapter import attentions, family_of


def build(layers: int) -> Any:
    """The model, in bf16."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=32_000,
        hidden_size=2048,
        intermediate_size=8192,
        num_hidden_layers=layers,
        num_attention_heads=32,
        num_key_value_heads=8,
        head_dim=64,
        max_position_embeddings=65_536,
        tie_word_embeddings=True,
    )
    torch.set_default_dtype(torch.bfloat16)
    model = AutoModelForCausalLM.from_config(config).eval()
    torch.set_default_dtype(torch.float32)
    return model


@contextmanager
def ideal(model: Any, kept: dict[int, list[bool]], *, keys_values: bool) -> Iterator[None]:
    """Attention for as many tokens as were kept, as if they stood together; no decision, no packing."""
    modules = {index: module for index, module in enumerate(attentions(model)) if index in kept}
    try:
        for index, module in modules.items():
            module.forward = _bound(module, kept[index], keys_values)
        yield
    finally:
        for module in modules.values():
            vars(module).pop("forward", None)


def _bound(attention: Any, kept: list[bool], keys_values: bool) -> Callable[..., Any]:
    family, at = family_of(attention), 0

    def forward(
        hidden_states: Any, position_embeddings: Any, past_key_values: Any = None, **_: Any
    ) -> tuple[Any, None]:
        nonlocal at
        tokens = hidden_states.shape[1]
        asking = sum(kept[at : at + tokens])
        at += tokens
        if tokens == 1:
            layer = past_key_values.layers[attention.layer_idx]
            layer.cumulative_length += 1
        if keys_values:
            keys, values = family.keys_values(attention, hidden_states)
            keys, values = keys[:, :, :asking], values[:, :, :asking]
        out = torch.zeros_like(hidden_states)
        if not asking:
            return out, None
        hidden = hidden_states[:, :asking]
        cos, sin = (part[:, :asking] for part in position_embeddings)
        if not keys_values:
            keys, values = family.keys_values(attention, hidden)
        queries = family.rotate(attention, family.queries(attention, hidden), cos, sin)
        keys = family.rotate(attention, keys, cos, sin)
        if tokens == 1:
            store = layer.state.store
            store.append(keys, values, store.positions[:, :1], [1])
            keys, values = (part[:, :, : store.longest] for part in (store.keys, store.values))
        heads = F.scaled_dot_product_attention(
            queries, keys, values, is_causal=tokens > 1, scale=attention.scaling, enable_gqa=True
        )
        out[:, :asking] = family.output(attention, heads)
        return out, None

    return forward


def seconds(call: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> float:
    """Processor time of a call, over all threads, or that of another clock."""
    start = clock()
    call()
    return clock() - start


def kept_by(settings: TokenFilter, model: Any, ids: Any, steps: int) -> dict[int, list[bool]]:
    """Every decision of the filtered layers, on a prompt and some tokens after it."""
    recording = TokenFilter(**{**vars(settings), "record": True})
    with recording(model) as filtered:
        decode(model, prefill(model, ids), steps)
    return {
        index: [bool(keep) for part in layer.trace for keep in part.keep[0]]
        for index, layer in filtered.layers.items()
    }


def prefill(model: Any, ids: Any) -> Any:
    """The cache after the prompt."""
    return model(ids, use_cache=True, logits_to_keep=1).past_key_values


def decode(model: Any, cache: Any, steps: int) -> None:
    """Some tokens more, one at a time."""
    for step in range(steps):
        model(torch.tensor([[3 + step]]), past_key_values=cache, use_cache=True)


def measure(args: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    """Seconds by phase and variant, a round each."""
    model = build(args.layers)
    ids = torch.randint(3, 32_000, (1, args.tokens), generator=torch.Generator().manual_seed(1))
    every = {"ratio_of": "filtered_layers", "where": "all"}
    setting = {"ratio": args.ratio, **({} if args.tail else every)}
    clock = time.perf_counter if args.clock else time.process_time
    half = TokenFilter(**setting)
    kept = kept_by(half, model, ids, args.steps)
    variants: dict[str, Callable[[], Any]] = {
        "dense": lambda: nullcontext(),
        "scoring": lambda: TokenFilter(**setting, rule="none")(model),
        "filtered": lambda: half(model),
        "ideal": lambda: ideal(model, kept, keys_values=True),
        "ideal, all": lambda: ideal(model, kept, keys_values=False),
    }
    variants = {name: variants[name] for name in args.only.split(",") if name} or variants
    times: dict[str, dict[str, list[float]]] = {
        phase: {name: [] for name in variants} for phase in ("prefill", "decode")
    }
    for _ in range(args.rounds):
        for name, variant in variants.items():
            with variant():
                times["prefill"][name].append(seconds(lambda: prefill(model, ids), clock))
        for name, variant in variants.items() if args.steps else ():
            # The bounds decode over the filter's own cache.
            with half(model) if name.startswith("ideal") else nullcontext():
                cache = prefill(model, ids) if name.startswith("ideal") else None
            if cache is not None:
                decisions = {index: row[args.tokens :] for index, row in kept.items()}
                with ideal(model, decisions, keys_values=name == "ideal"):
                    times["decode"][name].append(seconds(lambda c=cache: decode(model, c, args.steps), clock))
                continue
            with variant():
                cache = prefill(model, ids)
                times["decode"][name].append(seconds(lambda c=cache: decode(model, c, args.steps), clock))
    share = 1 - sum(map(sum, kept.values())) / sum(map(len, kept.values()))
    print(f"{share:.1%} of tokens filtered in {len(kept)} of {args.layers} layers.\n")
    return times


def table(times: dict[str, list[float]], per: int, unit: str) -> Iterator[str]:
    """Markdown rows: time, ratio to dense, share saved, efficiency."""
    yield f"| variant | {unit} | to dense (quartiles) | saved | efficiency |\n| --- | --- | --- | --- | --- |"
    for name, each in times.items():
        ratios = [own / other for own, other in zip(each, times["dense"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        rounds = zip(each, times["dense"], times.get("ideal", each), strict=True)
        efficiency = [(dense - own) / (dense - bound) for own, dense, bound in rounds if dense > bound]
        told = f"{statistics.median(efficiency):.2f}" if name == "filtered" and efficiency else ""
        yield (
            f"| {name} | {1000 * statistics.median(each) / per:.1f} | {middle:.3f} ({low:.3f}–{high:.3f}) "
            f"| {1 - middle:+.1%} | {told} |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ratio", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tail", action="store_true", help="The layers that a ratio of all layers takes.")
    parser.add_argument("--clock", action="store_true", help="Seconds of the clock, not of the processor.")
    parser.add_argument("--only", default="", help="Variants to run, `dense` among them; all by default.")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    print(
        f"{args.threads} thread(s) of {platform.processor() or platform.machine()}, {args.layers} layers, "
        f"torch {torch.__version__}, transformers {transformers.__version__}, {args.rounds} rounds.\n"
    )
    with torch.no_grad():
        times = measure(args)
    told = "the clock's" if args.clock else "processor"
    print(f"Prefill of {args.tokens} tokens, milliseconds of {told} time\n")
    print("\n".join(table(times["prefill"], 1, "ms")))
    if args.steps:
        print(f"\nDecoding after {args.tokens} tokens, milliseconds of {told} time a token\n")
        print("\n".join(table(times["decode"], args.steps, "ms / token")))


if __name__ == "__main__":
    main()
