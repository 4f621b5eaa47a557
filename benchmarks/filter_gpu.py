"""Token Filtering on a GPU beside dense attention, eager, compiled and as a captured graph, interleaved.

    python benchmarks/filter_gpu.py > benchmarks/results/filter-gpu.md
    python benchmarks/filter_gpu.py --tiny --device cpu    # runs it end to end; its times say nothing

Arms: `dense` (transformers' SDPA, growing cache), `dense, compiled` (static cache, torch.compile with
"reduce-overhead"), `dense, graph` and `filtered, graph` (static cache, the decode step captured as a CUDA
graph), `filtered` (growing cache). Weights are random: the ratio is met all the same, and quality is not
measured here.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
import transformers
from torch import Tensor

from homophily.filtering import TokenFilter
from homophily.filtering.benchmark.clock import Clock
from homophily.filtering.benchmark.machine import machine, peak_bytes, reset_peak
from homophily.filtering.benchmark.shapes import random_model

ARMS = ("dense", "dense, compiled", "dense, graph", "filtered", "filtered, graph")
Step = Callable[[Tensor], Any]


def main() -> int:
    asked = options()
    device = torch.device(asked.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        print(
            "filter_gpu: torch finds no GPU; run this on one, or try `--tiny --device cpu`.", file=sys.stderr
        )
        return 3
    print("# Token Filtering on a GPU\n")
    about = machine(device) | {"torch": torch.__version__, "transformers": transformers.__version__}
    print("\n".join(f"- {name}: {value}" for name, value in about.items()))
    print(f"- ratio {asked.ratio} of all layers, threshold {asked.threshold}, {asked.decode} tokens decoded,")
    print(f"  median of {asked.repeats} interleaved runs, in brackets the lowest and highest\n")
    if device.type == "cpu":
        print("On a CPU nothing is compiled or captured: this shows that it runs, its times say nothing.\n")
    print(
        "| shape | batch | context | arm | prefill, ms | decode, ms/token | tokens/s | peak, GiB | attained |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    for shape in asked.shapes:
        model = random_model(shape, device=device, dtype=dtype)
        for context in asked.contexts:
            for batch in asked.batches:
                measure(model, shape, context, batch, asked)
        del model
    return 0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--shapes", nargs="+", default=["7b", "8b"])
    parser.add_argument("--contexts", nargs="+", type=int, default=[2048, 4096, 8192, 16_384, 32_768])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 16])
    parser.add_argument("--ratio", type=float, default=0.5)
    parser.add_argument("--threshold", default="topk", help="topk shortens prefill too; adaptive or quantile")
    parser.add_argument("--decode", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--tiny", action="store_true", help="a tiny shape and short contexts")
    asked = parser.parse_args()
    if asked.tiny:
        asked.shapes, asked.contexts, asked.batches = ["tiny"], [64], [1, 2]
        asked.decode, asked.repeats = 5, 1
    return asked


def measure(model: Any, shape: str, context: int, batch: int, asked: argparse.Namespace) -> None:
    """Every arm of one setting, once to warm up and then `repeats` times in turn; prints its rows."""
    tokens = torch.randint(0, model.config.vocab_size, (batch, context + asked.decode), device=model.device)
    found: dict[str, list[tuple[float, float, int, float]]] = {arm: [] for arm in ARMS}
    failed: dict[str, str] = {}
    for repeat in range(-1, asked.repeats):
        for place in range(len(ARMS)):
            arm = ARMS[(place + repeat) % len(ARMS)]
            if arm in failed:
                continue
            try:
                sample = run(arm, model, tokens, context, asked)
            except RuntimeError as error:  # out of memory, or a compiler that refuses: the other arms go on
                failed[arm] = str(error).strip().splitlines()[0][:80]
                continue
            if repeat >= 0:
                found[arm].append(sample)
    for arm in ARMS:
        head = f"| {shape} | {batch} | {context:,} | {arm} | "
        if arm in failed:
            print(f"{head}not run: {failed[arm]} | | | | |", flush=True)
            continue
        prefill, decode, peak, attained = zip(*found[arm], strict=True)
        speed = f"{batch / statistics.median(decode):,.0f}"
        rate = f"{attained[0]:.3f}" if arm.startswith("filtered") else ""
        print(
            f"{head}{spread(prefill)} | {spread(decode)} | {speed} | {max(peak) / 2**30:.2f} | {rate} |",
            flush=True,
        )


def spread(seconds: tuple[float, ...]) -> str:
    low, middle, high = (1000 * part for part in (min(seconds), statistics.median(seconds), max(seconds)))
    return f"{middle:,.2f} [{low:,.2f}, {high:,.2f}]"


@torch.inference_mode()
def run(
    arm: str, model: Any, tokens: Tensor, context: int, asked: argparse.Namespace
) -> tuple[float, float, int, float]:
    """Prefill seconds, decode seconds a token, peak bytes, attained ratio."""
    settings = TokenFilter(ratio=asked.ratio, threshold=asked.threshold, path="device")
    clock, warm = Clock(tokens.device), 2
    reset_peak(tokens.device)
    with settings(model) if arm.startswith("filtered") else nullcontext() as filtered:
        cache = new_cache(model, tokens.shape[1], static="," in arm)
        clock.start()
        call(model, tokens[:, :context], cache)
        clock.mark()
        prefill = clock.seconds()[0]
        for place in range(context, context + warm):
            call(model, tokens[:, place : place + 1], cache)
        step = stepper(arm, model, cache, tokens[:, :1].clone())
        # One more token not timed, for what a compiler does at its first call.
        step(tokens[:, context + warm : context + warm + 1])
        clock.start()
        for place in range(context + warm + 1, tokens.shape[1]):
            step(tokens[:, place : place + 1])
        clock.mark()
        decode = clock.seconds()[0] / (tokens.shape[1] - context - warm - 1)
        attained = 0.0 if filtered is None else filtered.report().ratio_of_all_layers
    return prefill, decode, peak_bytes(tokens.device) or 0, attained


def new_cache(model: Any, room: int, *, static: bool) -> Any:
    if static:
        return transformers.StaticCache(config=model.config, max_cache_len=room)
    return transformers.DynamicCache(config=model.config)


def call(model: Any, tokens: Tensor, cache: Any) -> Any:
    return model(input_ids=tokens, past_key_values=cache, use_cache=True, logits_to_keep=1).logits


def stepper(arm: str, model: Any, cache: Any, given: Tensor) -> Step:
    """What decodes one token: as it is, compiled, or a captured graph that reads `given`."""
    if given.device.type != "cuda" or "," not in arm:
        return lambda tokens: call(model, tokens, cache)
    if arm.endswith("compiled"):
        compiled = torch.compile(model.forward, mode="reduce-overhead")
        return lambda tokens: compiled(
            input_ids=tokens.clone(), past_key_values=cache, use_cache=True, logits_to_keep=1
        )
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call(model, given, cache)

    def replay(tokens: Tensor) -> None:
        given.copy_(tokens)
        graph.replay()

    return replay


if __name__ == "__main__":
    raise SystemExit(main())
