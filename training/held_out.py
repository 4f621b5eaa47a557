"""The text that ships with the reference model, never learned from: ``python -m training.held_out --help``.

Stories that stories260K tells from the openings of held-out stories, and generated documents of an unseen
seed, with such stories between facts and questions. No story of the training text is in it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

from homophily.filtering.reference import FOLDER
from training import plan
from training.corpus import Corpus
from training.samples import tell
from training.stories import stories

__all__ = ["held_out"]

#: Texts of each kind; long ones, since filtering is for what is long.
COUNTS = {"told": 24, "facts": 24, "whereabouts": 6, "lists": 6, "copies": 6, "persona": 6}
TELLINGS = 192
LONGEST = 4500  # characters between a fact and its question; some 1,200 tokens


def held_out(teller: Path, unseen: list[str]) -> list[dict[str, str]]:
    """Texts by kind, the same every time.

    Args:
        teller: Folder of the model stories260K.
        unseen: Held-out stories, of which the openings alone are used.
    """
    seed = plan.SEED + 7919  # no seed of training or of its held-out losses
    told, rng = tell(teller, unseen, TELLINGS, seed=seed, batch=TELLINGS), Random(seed)
    corpus = Corpus(told, told)
    texts = []
    for kind, count in COUNTS.items():
        for _ in range(count):
            text = corpus.filler(rng) if kind == "told" else corpus.document(kind, rng, LONGEST)
            texts.append({"kind": kind, "text": text})
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=Path, required=True, help="stories, parted by <|endoftext|>")
    parser.add_argument("--teller", type=Path, required=True, help="folder of the model stories260K")
    given = parser.parse_args()
    _, unseen = stories(given.stories)
    lines = [json.dumps(text, ensure_ascii=False) for text in held_out(given.teller, unseen)]
    (FOLDER / "held_out.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
