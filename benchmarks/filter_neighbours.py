"""Token Filtering beside its neighbours at equal cache: what each costs a continuation, and what it takes.

    python -m benchmarks.filter_neighbours --kvpress VENV/bin/python > benchmarks/results/filter_neighbours.md

Equal is the number of keys and values held over all layers once the prefix has been read: (1 - ratio) of the
dense model's. Every method reads the same prefixes; then the same continuations are read, densely, on what is
left, and their loss above the dense model's is told (paired; bootstrap over prefixes, 95 %). No method sees
the question of a needle before it has made its cut. What is not equal: presses and LazyLLM's form attend to
everything (in LazyLLM's, up to the layers that prune) while they read the prefix and save nothing there;
Token Filtering and dropped layers save (ratio) of the prefix's attention too. Dropped layers also stay
dropped in the continuation, as they must; `joint, going on` filters the continuation as well, which is how
Token Filtering is used.

kvpress runs in an interpreter of its own, with the older transformers that it pins
(`benchmarks/_presses.py`).
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from benchmarks._neighbours import Pair, dropped, filtered, influence, lazy, shortened
from benchmarks._paired import STORIES, interval, load, needles, rows_of
from numpy.typing import NDArray
from training.stories import stories

from homophily.filtering import TokenFilter
from homophily.filtering.reference import FOLDER

PREFIX, REST = 384, 128
PRESSES = ("RandomPress", "StreamingLLMPress", "KnormPress", "KeyDiffPress", "LagKVPress", "TOVAPress")
PRESSES = (*PRESSES, "SnapKVPress", "ExpectedAttentionPress")
HEAD = """| method | ratio | loss above dense | needles | time of reading the prefix, of dense |
| --- | ---: | ---: | ---: | ---: |"""
Around = Callable[[Pair], Any]


class Reading:
    """Continuations read after prefixes: losses a token, whether the last tokens are the likeliest, time."""

    def __init__(self, pairs: list[Pair], answers: list[int]) -> None:
        self.pairs, self.answers = pairs, answers
        self.texts = [at for at, answer in enumerate(answers) if not answer]

    def loss(self, likely: list[list[float]]) -> NDArray[np.float64]:
        """Mean loss of each text's continuation."""
        return np.asarray([-np.mean(likely[at]) for at in self.texts])

    def found(self, right: list[list[bool]]) -> float:
        """Share of needles whose answer is the likeliest, token by token."""
        return float(np.mean([all(right[at][-n:]) for at, n in enumerate(self.answers) if n]))

    @torch.no_grad()
    def read(self, model: Any, around: Around) -> tuple[list[list[float]], list[list[bool]]]:
        """Each continuation's log-probabilities and whether each token is the likeliest."""
        likely, right = [], []
        for pair in self.pairs:
            ids = torch.tensor([[*pair[0], *pair[1]]])
            with around(pair):
                logs = model(ids, use_cache=False).logits[0, len(pair[0]) : -1].log_softmax(-1)
            wanted = ids[0, len(pair[0]) + 1 :]
            likely.append(logs.gather(-1, wanted[:, None])[:, 0].tolist())
            right.append((logs.argmax(-1) == wanted).tolist())
        return likely, right

    @torch.no_grad()
    def seconds(self, model: Any, around: Around, repeats: int = 8) -> float:
        """Processor time of reading prefixes, as a share of the dense model's, each beside it; the median."""
        shares = []
        for pair in self.pairs[:repeats]:
            spent = []
            for context in (nullcontext(), around(pair)):
                with context:
                    began = time.process_time()
                    model(torch.tensor([pair[0]]), use_cache=False)
                    spent.append(time.process_time() - began)
            shares.append(spent[1] / spent[0])
        return float(np.median(shares))


def gather(tokenizer: Any, count: int, path: Path) -> Reading:
    """Held-out stories and generated documents, cut in two; needles, cut before the question."""
    rows = torch.cat(
        [rows_of(tokenizer, text, count, PREFIX + REST, path) for text in ("stories", "documents")]
    )
    pairs: list[Pair] = [(row[:PREFIX], row[PREFIX:]) for row in rows.tolist()]
    answers = [0] * len(pairs)
    mark = tokenizer.encode("\n\nQuestion", add_special_tokens=False)
    for each in needles(tokenizer, count * 2, 1500, path):
        at = next(a for a in range(len(each.prompt), 0, -1) if each.prompt[a : a + len(mark)] == mark)
        pairs.append((each.prompt[:at], each.prompt[at:] + each.answer))
        answers.append(len(each.answer))
    return Reading(pairs, answers)


def say(name: str, ratio: float, above: NDArray[np.float64], found: float, share: str) -> None:
    spread = "{:.3f} ({:.3f} to {:.3f})".format(*interval(above))
    print(f"| {name} | {ratio:g} | {spread} | {found:.2f} | {share} |", flush=True)


def presses(reading: Reading, python: str, ratio: float) -> None:
    """Methods of kvpress, each beside its own dense model."""
    job = {"folder": str(FOLDER), "presses": PRESSES, "ratio": ratio, "pairs": reading.pairs}
    run = [python, str(Path(__file__).with_name("_presses.py"))]
    done = subprocess.run(run, input=json.dumps(job), capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    base = reading.loss([likely for likely, _ in answer["dense"]])
    for name in PRESSES:
        likely, right = zip(*answer[name]["told"], strict=True)
        time_share = f"{answer[name]['time']:.2f}"
        say(
            f"kvpress {name}",
            ratio,
            reading.loss(list(likely)) - base,
            reading.found(list(right)),
            time_share,
        )


def ours(reading: Reading, model: Any, ratio: float, order: dict[str, list[int]]) -> None:
    """Token Filtering, dropped layers, LazyLLM's form."""
    count = round(ratio * model.config.num_hidden_layers)
    base = reading.loss(reading.read(model, lambda pair: nullcontext())[0])

    def going_on(rule: str) -> Around:
        return lambda pair: TokenFilter(ratio=ratio, rule=rule)(model)

    arms: dict[str, tuple[Around, Around | None]] = {
        "joint": (filtered(model, {"ratio": ratio}), going_on("joint")),
        "value": (filtered(model, {"ratio": ratio, "rule": "value"}), going_on("value")),
        "random": (filtered(model, {"ratio": ratio, "rule": "random"}), going_on("random")),
        "joint, going on": (going_on("joint"), going_on("joint")),
        "attention dropped": (dropped(model, set(order["attention"][:count])), None),
        "layers dropped (ShortGPT)": (
            lambda pair: shortened(model, set(order["layer"][:count])),
            lambda pair: shortened(model, set(order["layer"][:count])),
        ),
        "LazyLLM's form": (lazy(model, ratio), None),
    }
    for name, (around, timed) in arms.items():
        likely, right = reading.read(model, around)
        share = f"{reading.seconds(model, timed):.2f}" if timed else "masked"
        say(name, ratio, reading.loss(likely) - base, reading.found(right), share)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=Path, default=STORIES)
    parser.add_argument("--kvpress", help="Python interpreter that has kvpress")
    parser.add_argument("--count", type=int, default=16, help="prefixes of each text; needles twice as many")
    parser.add_argument("--ratios", type=float, nargs="+", default=[0.3, 0.5])
    given = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load()
    reading = gather(tokenizer, given.count, given.stories)
    learned = "</s><s>".join(stories(given.stories)[0][:40])
    rows = torch.tensor(tokenizer.encode(learned, add_special_tokens=False)[:4096]).view(8, 512)
    order = {
        "attention": influence(model, rows, attention=True),
        "layer": influence(model, rows, attention=False),
    }
    print(f"# Token Filtering beside its neighbours\n\n{(__doc__ or '').split(chr(10), 4)[4].strip()}\n")
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    print(f"{versions}, transformers {transformers.__version__}; one thread.\n")
    print(f"Layers by influence, least first: {order['layer']}; attention alone: {order['attention']}.\n")
    print(HEAD)
    for ratio in given.ratios:
        ours(reading, model, ratio, order)
        if given.kvpress:
            presses(reading, given.kvpress, ratio)


if __name__ == "__main__":
    main()
