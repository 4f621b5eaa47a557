"""Totals: what an engine has done since it was opened."""

from __future__ import annotations

from dataclasses import dataclass

from homophily.inference.requests import Spent

__all__ = ["Totals"]


@dataclass(slots=True)
class Totals:
    """Sums over all requests that are done.

    Attributes:
        requests: Requests answered.
        prompt_tokens: Tokens of their prompts.
        shared_tokens: Those that had been computed for others.
        completion_tokens: Tokens written.
        attended: Attention steps over all layers.
        filtered: Those the filter skipped.
        saved_bytes: Bytes that the filter kept out of caches, summed over requests.
        steps: Steps of the model that wrote.
        written: Tokens those steps wrote.
        readings: Steps that read.
        read: Sequences those steps read.
        read_tokens: Tokens those steps read.
        prefix_bytes: Memory that kept beginnings take now.
    """

    requests: int = 0
    prompt_tokens: int = 0
    shared_tokens: int = 0
    completion_tokens: int = 0
    attended: int = 0
    filtered: int = 0
    saved_bytes: int = 0
    steps: int = 0
    written: int = 0
    readings: int = 0
    read: int = 0
    read_tokens: int = 0
    prefix_bytes: int = 0

    def add(self, spent: Spent) -> None:
        """Count a request that is done."""
        self.requests += 1
        for name in (
            "prompt_tokens",
            "shared_tokens",
            "completion_tokens",
            "attended",
            "filtered",
            "saved_bytes",
        ):
            setattr(self, name, getattr(self, name) + getattr(spent, name))

    def step(self, tokens: int, sequences: int, *, reading: bool) -> None:
        """Count a step of the model."""
        if reading:
            self.readings, self.read = self.readings + 1, self.read + sequences
            self.read_tokens += tokens
        else:
            self.steps, self.written = self.steps + 1, self.written + tokens

    @property
    def ratio(self) -> float:
        """Share of attention over all layers that the filter skipped."""
        return self.filtered / self.attended if self.attended else 0.0

    def __str__(self) -> str:
        told = (
            f"{self.requests:,} requests: {self.prompt_tokens:,} tokens read "
            f"({self.shared_tokens / max(self.prompt_tokens, 1):.0%} of them shared), "
            f"{self.completion_tokens:,} written, {self.written / max(self.steps, 1):.1f} at a time"
        )
        if self.filtered:
            told += f"; {self.ratio:.1%} of attention filtered"
            told += f", {self.saved_bytes / 2**20:,.1f} MiB of cache saved"
        return told
