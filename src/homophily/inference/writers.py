"""Writers: the texts that are being written, one token more for everybody at each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from homophily.filtering.rows import Row
from homophily.inference.charging import charged
from homophily.inference.decoder import Decoder
from homophily.inference.jobs import Writing
from homophily.inference.sampling import choose, told
from homophily.inference.slots import Slots

__all__ = ["Finished", "Writers"]

Finished = tuple[Writing, str, tuple[int, int]]
"""A text that is done, why, and the attention steps and bytes that filtering spared it."""


class Writers:
    """Used from one thread alone.

    Args:
        decoder: Runs the model.
        ends: Tokens that end a text.
        spell: A token's text.
    """

    def __init__(self, decoder: Decoder, ends: frozenset[int], spell: Callable[[int], str]) -> None:
        self.slots = Slots(decoder)
        self._device = decoder.device
        self._ends, self._spell = ends, spell
        self._jobs: list[Writing | None] = []

    def __len__(self) -> int:
        return len(self.slots)

    def say(self, jobs: Sequence[Writing], logits: torch.Tensor) -> list[str]:
        """Draw each one's next token, from any thread; returns why the texts end, or nothing."""
        tokens = choose(logits, [job.sampler for job in jobs])
        finishes = []
        for place, (job, token) in enumerate(zip(jobs, tokens, strict=True)):
            top = job.sampling.logprobs
            known = None if top is None else told(logits[place], token, top, self._spell)
            finishes.append(job.take(token, token in self._ends, known))
        return finishes

    def join(self, joining: Sequence[tuple[Writing, Row]]) -> None:
        """Take texts in, each with what the model remembers of its prompt."""
        if not joining:
            return
        places = self.slots.join([row for _, row in joining])
        self._jobs += [None] * (max(places) + 1 - len(self._jobs))
        for (job, _), place in zip(joining, places, strict=True):
            self._jobs[place] = job

    def step(self) -> list[Finished]:
        """One token more for everybody; returns those whose texts are done."""
        live = [place for place, job in enumerate(self._jobs) if job is not None]
        jobs = [job for job in self._jobs if job is not None]
        tokens = [0 if job is None else job.written[-1] for job in self._jobs]
        with charged(jobs, [1] * len(jobs), self._device):
            logits = self.slots.step(tokens)
        finishes = self.say(jobs, logits[torch.tensor(live, device=logits.device)])
        done = []
        for place, job, finish in zip(live, jobs, finishes, strict=True):
            if finish:
                done.append((job, finish, self.slots.spared(place)))
                self._leave(place)
        self._tidy()
        return done

    def drop_cancelled(self) -> None:
        """Let go of those for whom nobody waits any more."""
        for place, job in enumerate(self._jobs):
            if job is not None and job.cancelled:
                self._leave(place)
        self._tidy()

    def clear(self) -> list[Writing]:
        """Let go of everybody; returns them."""
        jobs = [job for job in self._jobs if job is not None]
        self.slots.clear()
        self._jobs = []
        return jobs

    def _leave(self, place: int) -> None:
        self.slots.leave(place)
        self._jobs[place] = None

    def _tidy(self) -> None:
        stay = self.slots.tidy()
        if stay is not None:
            self._jobs = [self._jobs[place] for place in stay]
