"""MMLU: multiple choice in 57 subjects, with or without worked examples (Hendrycks et al. 2021)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from homophily.errors import DataError, UsageError
from homophily.filtering.evaluation._choice import picked
from homophily.filtering.evaluation._document import Document, Pair, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._files import find, table
from homophily.filtering.evaluation._measure import Metric, Source
from homophily.filtering.evaluation._subjects import group_of

__all__ = ["Mmlu"]
__references__ = ("hendrycks2021",)

_FIELDS = ("question", "choice0", "choice1", "choice2", "choice3", "answer")
_LETTERS = "ABCD"


@dataclass(frozen=True, kw_only=True)
class Mmlu:
    """The likeliest of the four letters after the question, its choices and ``Answer:``.

    Wording and examples are those of lm-evaluation-harness: a line that names the subject, then the first
    `shots` questions of the subject's ``dev`` file with their answers, then the question. Files are CSV with
    a heading, ``test/SUBJECT_test.csv`` and ``dev/SUBJECT_dev.csv``, answers 0 to 3. Overall accuracy counts
    every question alike; subjects and the four groups are reported apart.

    Attributes:
        shots: Worked examples before each question, 0 to 5.
        unasked: Whether it runs without being named.
    """

    shots: int = 5
    unasked: bool = True

    metrics = (Metric("acc", "right", "one", "Accuracy"),)
    beside_dense = False

    def at_hand(self, source: Source) -> str:
        """What is missing."""
        found = find(source.data, "*_test.csv")
        return "" if found else "*_test.csv of MMLU: give the folder that holds it with --data"

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """One a question, in the order of the subjects' names."""
        first = find(source.data, "*_test.csv")
        assert first is not None  # asked by `at_hand` before
        documents = []
        for path in sorted(first.parent.glob("*_test.csv")):
            subject = path.stem.removesuffix("_test")
            start = self._start(path, subject)
            for line, question, answer in _questions(path):
                requests = tuple(Pair(start + question, f" {letter}") for letter in _LETTERS)
                documents.append(
                    Document(
                        f"{subject} {line}",
                        requests,
                        groups=(group_of(subject), f"{group_of(subject)}: {subject}"),
                        gold=answer,
                        lengths=(1,) * len(_LETTERS),
                    )
                )
        return documents

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """Whether the likeliest letter is right."""
        found = picked(document, scored)
        return {"right": found["right"], "one": 1.0}

    def _start(self, path: Path, subject: str) -> str:
        """What stands before the question."""
        start = f"The following are multiple choice questions (with answers) about {_spaced(subject)}.\n\n"
        if self.shots == 0:
            return start
        dev = path.parent.parent / "dev" / f"{subject}_dev.csv"
        if not dev.is_file():
            raise UsageError(
                f"no such file: {dev}, for worked examples; measure mmlu_zero_shot without them."
            )
        shown = list(_questions(dev))[: self.shots]
        if len(shown) < self.shots:
            raise DataError(f"{dev} holds {len(shown)} questions, wanted {self.shots}; set shots lower.")
        return start + "".join(f"{question} {_LETTERS[answer]}\n\n" for _, question, answer in shown)


def _questions(path: Path) -> list[tuple[int, str, int]]:
    """Line, question with its choices up to ``Answer:``, and the place of the right one."""
    found = []
    for line, row in table(path, _FIELDS):
        if row["answer"] not in ("0", "1", "2", "3"):
            raise DataError(f"{path}, line {line}: answer {row['answer']!r}, wanted 0, 1, 2 or 3.")
        choices = "\n".join(f"{letter}. {row[f'choice{place}']}" for place, letter in enumerate(_LETTERS))
        found.append((line, f"{row['question'].strip()}\n{choices}\nAnswer:", int(row["answer"])))
    return found


def _spaced(subject: str) -> str:
    return subject.replace("_", " ")
