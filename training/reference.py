"""Train the reference model that ships with the package: ``python -m training.reference --help``.

    python -m training.reference --stories tinystories_sample.txt --teller stories260K

Text, tokenizer, checkpoints and log are kept in ``--work``; the command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from training import plan
from training.batches import batches, encode
from training.corpus import KINDS, Corpus
from training.loop import new_model, train
from training.samples import tell
from training.stories import stories
from training.tokens import learn

__all__ = ["main"]

TOLD = 4096  # stories told by the teller
HELD = 8192  # tokens of each kind of held-out text


def main() -> None:
    """Train, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=Path, required=True, help="stories, parted by <|endoftext|>")
    parser.add_argument("--teller", type=Path, required=True, help="folder of the model stories260K")
    parser.add_argument("--work", type=Path, default=Path("build/reference"))
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    learned, unseen = stories(given.stories)
    corpus = Corpus(learned, _told(given.work / "told.json", given.teller, learned))
    tokenizer = _tokenizer(given.work / "tokenizer", corpus)

    def stage_batches(number: int, stage: plan.Stage) -> Iterator[Tensor]:
        return batches(corpus, tokenizer, stage, seed=plan.SEED * 100 + number, tokens=plan.BATCH)

    train(new_model(), stage_batches, held_out(tokenizer, corpus, unseen), given.work)


def held_out(tokenizer: PreTrainedTokenizerFast, corpus: Corpus, unseen: list[str]) -> dict[str, Tensor]:
    """Held-out rows of 512 tokens: stories never trained on, and generated documents of unseen seeds."""
    rng = Random(plan.SEED - 1)
    fresh = Corpus(unseen, unseen)
    kinds = [kind for kind in KINDS if kind not in ("story", "told")]
    made = (fresh.document(kind, rng, 1200) for _ in range(1000) for kind in kinds)
    return {"stories": _rows(tokenizer, iter(unseen)), "generated": _rows(tokenizer, made)}


def _rows(tokenizer: PreTrainedTokenizerFast, texts: Iterator[str]) -> Tensor:
    ids: list[int] = []
    while len(ids) < HELD:
        ids += encode(tokenizer, next(texts))
    return torch.tensor(ids[:HELD]).view(-1, 512)


def _told(path: Path, teller: Path, learned: list[str]) -> list[str]:
    if not path.exists():
        path.write_text(json.dumps(tell(teller, learned, TOLD, seed=plan.SEED)), encoding="utf-8")
    told: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _tokenizer(folder: Path, corpus: Corpus) -> PreTrainedTokenizerFast:
    if not folder.exists():
        sample = islice(corpus.documents(plan.SEED, 1500), 8000)
        learn(sample, plan.VOCABULARY).save_pretrained(folder)
    tokenizer: PreTrainedTokenizerFast = AutoTokenizer.from_pretrained(folder)
    return tokenizer


if __name__ == "__main__":
    main()
