"""How fast a local model answers: 100 dyad sessions at once beside one at a time, and whether seeds repeat.

    python -m benchmarks.local_rate                              the reference model
    python -m benchmarks.local_rate --model FOLDER --filter 0.5

Three ways to put the same asks of the same sessions to the same checkpoint take turns within each repeat, so
that a busy machine is unkind to all of them alike:

- `by hand`: one ask after another through transformers, as a short script would: `generate` for free text,
  one forward pass over the whole prompt for a closed item;
- `one at a time`: the local respondent, one session after another;
- `together`: the local respondent, all sessions at once.

Sessions are played by the laboratory itself, every answer recorded. The first two play some of the sessions
that the third plays; rates are per ask.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import os
import platform
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from homophily.asks import Answer, Ask
from homophily.lab.loading import load_design
from homophily.lab.runner import play
from homophily.lab.runs import create
from homophily.respondents.local import Local

Said = dict[tuple[str, str, str], Any]

SETTINGS: Mapping[str, Any] = {
    "agents": 60,
    "languages": ["en"],
    "ratings.temperature": 1.0,
    "values.temperature": 1.0,
}


#: With --short: a dialogue and thirteen ratings a seat, for a machine that is slow or busy.
SHORT: Mapping[str, Any] = {
    "values.instrument": "",
    "ratings.circles": "",
    "ratings.closeness": "",
    "ratings.subjective": "",
}


class ByHand:
    """The respondent as a script of a few lines would have it."""

    def __init__(self, local: Local) -> None:
        self.local = local

    async def answer(self, ask: Ask) -> Answer:
        """One forward pass, or `generate`."""
        import torch

        engine = await self.local._open()
        point, turns = engine.checkpoint, self.local._turns(ask)
        ids = torch.tensor([engine.prompts.chat(turns, turns).ids], device=point.device)
        options = self.local._options(ask.item)
        with torch.inference_mode():
            if options:
                logits = point.model(ids, logits_to_keep=1).logits[0, -1]
                told = [
                    logits[engine.prompts.option(engine.prompts.chat(turns, turns), o)[0]] for o in options
                ]
                return Answer(value=list(options.values())[int(torch.stack(told).argmax())])
            torch.manual_seed(ask.seed % 2**31)
            out = point.model.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=True, max_new_tokens=ask.max_tokens
            )
        return Answer(value=point.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True) or "…")

    async def aclose(self) -> None:
        """The engine stays for the next."""

    def describe(self) -> dict[str, Any]:
        """The checkpoint's own."""
        return self.local.describe()


class Heard:
    """A respondent, overheard."""

    def __init__(self, inner: Any, said: Said) -> None:
        self.inner, self.said = inner, said

    async def answer(self, ask: Ask) -> Answer:
        """The inner one's answer, noted down."""
        try:
            answer: Answer = await self.inner.answer(ask)
        except Exception as error:
            print(f"{ask.session} {ask.seat} {ask.path}: {error}")
            raise
        self.said[ask.session, ask.seat, ask.path] = (answer.value, answer.usage)
        return answer

    async def aclose(self) -> None:
        """The engine stays for the next."""

    def describe(self) -> dict[str, Any]:
        """Nothing of its own."""
        return {}


def sessions(inner: Any, given: argparse.Namespace, count: int, at_once: int) -> tuple[float, float, Said]:
    """Play sessions; returns seconds of the clock and of this process's CPU, and what was said."""
    settings = {
        **SETTINGS,
        "pairs.n": given.sessions,
        "dialogue.topics": ["weekend", "move", "windfall"][: given.topics],
        "dialogue.utterances": given.utterances,
        "dialogue.max_tokens": given.tokens,
        **(SHORT if given.short else {}),
        "respondents": {"model": {"kind": "midpoint"}},
    }
    kind, design = load_design("dyads", settings)
    if count < given.sessions:
        kind = replace(kind, sessions=lambda d, of=kind.sessions: list(of(d))[:count])
    said: Said = {}
    root = tempfile.mkdtemp(prefix="homophily-local-")
    try:
        run = create(kind, design, root=root)
        began, busy = time.perf_counter(), time.process_time()
        done = asyncio.run(
            play(run, kind, design, respondents={"model": Heard(inner, said)}, concurrency=at_once)
        )
        if done.finished != count:
            raise SystemExit(f"{done.failed} sessions failed; see the errors above")
        return time.perf_counter() - began, time.process_time() - busy, said
    finally:
        shutil.rmtree(root)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default="")
    parser.add_argument("--filter", type=float, default=0.0)
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--few", type=int, default=2, help="Sessions that are played one at a time.")
    parser.add_argument("--topics", type=int, default=3, choices=(1, 3))
    parser.add_argument("--utterances", type=int, default=10)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--short", action="store_true", help="Fewer items, no values.")
    parser.add_argument("--no-hand", action="store_true")
    given = parser.parse_args()
    local = Local(
        model=given.model, filter=given.filter or None, dtype=given.dtype, batch=given.batch, cut="kept"
    )
    asyncio.run(local.check())
    report(local, given)
    asyncio.run(local.aclose())


def report(local: Local, given: argparse.Namespace) -> None:
    engine = local._engine
    told = sum(part.numel() for part in engine.checkpoint.model.parameters())
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("torch", "transformers"))
    print(f"{Path(local._folder()).name}: {told / 1e6:.1f} M parameters, {engine.checkpoint.dtype}, ", end="")
    print(f"filter {given.filter:g}, {engine.checkpoint.device}")
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {_threads()} threads, ",
        end="",
    )
    print(f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, {packages}")
    print(
        f"dyads{' (short)' if given.short else ''}, {given.sessions} sessions, {given.topics} topics of ",
        end="",
    )
    print(f"{given.utterances} utterances of at most {given.tokens} tokens")
    ways: dict[str, tuple[Any, int, int]] = {
        "by hand": (ByHand(local), given.few, 1),
        "one at a time": (local, given.few, 1),
        "together": (local, given.sessions, given.sessions),
    }
    if given.no_hand or given.filter:
        del ways["by hand"]
    rates: dict[str, list[float]] = {way: [] for way in ways}
    spent: dict[str, list[float]] = {way: [] for way in ways}
    words: dict[str, list[float]] = {way: [] for way in ways}
    heard: list[tuple[str, Said]] = []
    for _ in range(given.repeats):
        for way, (inner, count, at_once) in ways.items():
            seconds, busy, said = sessions(inner, given, count, at_once)
            rates[way].append(len(said) / seconds)
            spent[way].append(len(said) / busy)
            words[way].append(sum(usage.completion_tokens for _, usage in said.values()) / seconds)
            if way != "by hand":
                heard.append((way, said))
            print(f"  {way}: {len(said)} asks in {seconds:.1f} s, {busy:.1f} s of CPU", flush=True)
    print(f"\n{'':<15}{'asks/s':>8}{'range':>13}{'of one':>8}{'asks/CPU s':>12}{'of one':>8}{'tokens/s':>10}")
    one, busy_one = (statistics.median(table["one at a time"]) for table in (rates, spent))
    for way, found in rates.items():
        middle, busy = statistics.median(found), statistics.median(spent[way])
        written = f"{statistics.median(words[way]):.0f}" if way != "by hand" else ""
        print(
            f"{way:<15}{middle:>8.1f}{f'{min(found):.1f}–{max(found):.1f}':>13}{middle / one:>8.2f}"
            f"{busy:>12.1f}{busy / busy_one:>8.2f}{written:>10}"
        )
    print(f"\n{engine.totals}")
    same(heard)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


def same(heard: list[tuple[str, Said]]) -> None:
    """How often an ask got the same answer in another company, and how often a whole session."""
    first = next(said for way, said in heard if way == "together")
    for way, said in heard:
        if said is first:
            continue
        both = [key for key in said if key in first]
        equal = [said[key][0] == first[key][0] for key in both]
        apart = {key[0] for key, alike in zip(both, equal, strict=True) if not alike}
        whole = len({key[0] for key in both})
        print(
            f"same answers, {way} and first together: {sum(equal)} of {len(both)} asks; "
            f"{whole - len(apart)} of {whole} sessions wholly"
        )


def _threads() -> int:
    import torch

    return torch.get_num_threads()


if __name__ == "__main__":
    main()
