"""Measure the shipped model on held-out text, for its card and its tests: ``python -m training.measure``.

Writes ``tests/filtering/held_out.json`` (generated documents, and needles in stories told for this by
stories260K) and prints the figures of the card.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from random import Random
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from homophily.filtering.reference import FOLDER
from training import chats, plan
from training.corpus import KINDS, Corpus
from training.recall import needle
from training.samples import tell
from training.stories import stories
from training.tokens import chat_text

__all__ = ["main"]

SAMPLE = Path("tests/filtering/held_out.json")
ASKED = 400  # questions of each kind


def main() -> None:
    """Print the card's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=Path, required=True)
    parser.add_argument("--teller", type=Path, required=True, help="folder of the model stories260K")
    given = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    model = AutoModelForCausalLM.from_pretrained(FOLDER, dtype=torch.float32).eval()
    _learned, unseen = stories(given.stories)
    sample = _sample(tell(given.teller, unseen, 128, seed=plan.SEED + 1, batch=128))
    SAMPLE.write_text(json.dumps(sample, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    _say("perplexity, held-out stories", _perplexity(model, tokenizer, unseen))
    _say("perplexity, sample of the tests", _perplexity(model, tokenizer, sample["documents"]))
    _say("needles found, sample of the tests", _found(model, tokenizer, sample["needles"]))
    fresh = Corpus(unseen, unseen)
    for characters in (500, 1500, 3000, 5500):
        rng = Random(plan.SEED + characters)
        asked = [needle(rng, fresh.filler, characters)[:2] for _ in range(100)]
        _say(f"needles found, {characters} characters of stories", _found(model, tokenizer, asked))
    for name, kind in (("choices by letter", chats.choice), ("ratings by digit", chats.rating)):
        _say(f"{name}, right", _right(model, tokenizer, kind))
    _say("portraits from a persona, right", _right(model, tokenizer, chats.persona))


def _sample(told: list[str]) -> dict[str, Any]:
    """Generated documents of every kind but stories; needles among told stories."""
    rng, corpus = Random(plan.SEED + 1), Corpus(told, told)
    kinds = [kind for kind in KINDS if kind not in ("story", "told", "persona")]
    documents = [corpus.document(kind, rng, 800) for _ in range(2) for kind in kinds]
    return {
        "documents": documents,
        "needles": [needle(rng, corpus.filler, 600)[:2] for _ in range(40)],
    }


@torch.no_grad()
def _perplexity(model: Any, tokenizer: Any, texts: list[str]) -> float:
    """Of each text from its start mark, cut at the model's length."""
    loss, tokens = 0.0, 0
    for text in texts:
        ids = torch.tensor([tokenizer.encode(f"<s>{text}</s>", add_special_tokens=False)[:2048]])
        logs = model(ids).logits[0, :-1].log_softmax(-1)
        loss -= float(logs.gather(-1, ids[0, 1:, None]).sum())
        tokens += ids.shape[1] - 1
    return math.exp(loss / tokens)


@torch.no_grad()
def _found(model: Any, tokenizer: Any, asked: list[Any]) -> float:
    """Share of answers that are the likeliest, token by token."""
    found = 0
    for prompt, answer in asked:
        said = tokenizer.encode(f"<s>{prompt}", add_special_tokens=False)
        wanted = tokenizer.encode(answer, add_special_tokens=False)
        guess = model(torch.tensor([said + wanted])).logits[0, len(said) - 1 : -1].argmax(-1)
        found += guess.tolist() == wanted
    return found / len(asked)


def _right(model: Any, tokenizer: Any, kind: Any) -> float:
    """Share of generated chats whose last answer is the likeliest."""
    asked = []
    for seed in range(ASKED):
        turns = kind(Random(plan.SEED * 1000 + seed))
        asked.append((f"{chat_text(turns[:-1])}<|assistant|>", turns[-1][1]))
    return _found(model, tokenizer, asked)


def _say(name: str, value: float) -> None:
    print(f"| {name} | {value:.3f} |", flush=True)


if __name__ == "__main__":
    main()
