"""LAMBADA: the last word of a passage that only the whole passage tells (Paperno et al. 2016)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homophily.errors import DataError
from homophily.filtering.evaluation._document import Document, Pair, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._files import find, json_lines
from homophily.filtering.evaluation._measure import Metric, Source

__all__ = ["lambada"]
__references__ = ("paperno2016",)


@dataclass(frozen=True, kw_only=True)
class Lambada:
    """Right where every token of the last word is the model's first choice; perplexity is a word's.

    A line holds ``context`` and ``continuation``, the last word without its leading space.

    Attributes:
        file: The file's name, searched below the data folder.
    """

    file: str = "lambada_openai.jsonl"

    metrics = (
        Metric("acc", "right", "one", "Accuracy"),
        Metric("perplexity", "nll", "one", "Perplexity of the word", "exp", "lower"),
    )
    beside_dense = False
    unasked = True

    def at_hand(self, source: Source) -> str:
        """What is missing."""
        found = find(source.data, self.file)
        return "" if found else f"{self.file}: give the folder that holds it with --data"

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """One a passage."""
        path = find(source.data, self.file)
        assert path is not None  # asked by `at_hand` before
        documents = []
        for line, row in json_lines(path, ("context", "continuation")):
            context, word = row["context"], row["continuation"]
            if not (isinstance(context, str) and isinstance(word, str) and word.strip()):
                raise DataError(f"{path}, line {line}: context and continuation must be texts.")
            documents.append(Document(f"line {line}", (Pair(context, f" {word.strip()}"),)))
        return documents

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """Whether the word is right, and its negative log-likelihood in nats."""
        (score,) = scored
        return {"right": float(score.greedy), "nll": -score.logprob, "one": 1.0}


lambada = Lambada()
