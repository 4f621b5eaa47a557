"""The channel: how stored bits reach a reader, some of them turned over and some not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homophily.errors import UsageError
from homophily.lineage.exposure.formats import ALL, At, Float
from homophily.lineage.exposure.part import Part
from homophily.seeds import generator

__all__ = ["Channel"]

Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Channel:
    """A noisy channel; every bit meets its own independent chance.

    Attributes:
        errors: Probability that a bit arrives turned over, and the reader does not know.
        erasures: Probability that a bit does not arrive, and the reader knows; it is counted all the same.
        again: Whether an erased bit is read again, and counted again, until it arrives; else the reader goes
            without it.
        bound: Numbers larger than this in size, or not finite, are taken as 0 by a reader without a prior:
            no weight is so large.
        seed: Of everything drawn.
    """

    errors: float = 0.0
    erasures: float = 0.0
    again: bool = False
    bound: float = 64.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("errors", "erasures"):
            if not 0 <= getattr(self, name) < 1:
                raise UsageError(f"{name}={getattr(self, name)!r}: a probability from 0 to below 1.")

    def chance(self, *names: object) -> np.random.Generator:
        """The random numbers of one reading."""
        return generator("exposure", self.seed, *names)

    def bits(
        self, sent: NDArray[np.bool_], chance: np.random.Generator
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.uint8]]:
        """What arrives of one bit of each of many weights.

        Returns:
            The bits as received, which of them were erased, and how often each was read.
        """
        got, times = sent, np.ones(sent.shape, np.uint8)
        erased = np.zeros(sent.shape, bool)
        if self.errors:
            got = sent ^ (chance.random(sent.shape) < self.errors)
        if self.erasures and self.again:
            times = np.minimum(chance.geometric(1 - self.erasures, sent.shape), 255).astype(np.uint8)
        elif self.erasures:
            erased = chance.random(sent.shape) < self.erasures
        return got, erased, times

    def words(
        self, sent: Words, mask: int, bits: int, chance: np.random.Generator
    ) -> tuple[Words, Words, NDArray[np.uint8]]:
        """What arrives of the bits under a mask of stored words.

        Returns:
            The words as received, the mask of bits that arrived, and how many bits were read of each.
        """
        got, known = sent & np.uint32(mask), np.full(sent.shape, mask, np.uint32)
        counts = np.full(sent.shape, mask.bit_count(), np.uint8)
        if not self.errors and not self.erasures:
            return got, known, counts
        counts[...] = 0
        for place in (place for place in range(bits) if mask >> place & 1):
            bit = np.uint32(1 << place)
            received, erased, times = self.bits(sent & bit != 0, chance)
            got = np.where(received & ~erased, got | bit, got & ~bit)
            known = np.where(erased, known & ~bit, known)
            counts = np.minimum(counts.astype(np.uint16) + times, 255).astype(np.uint8)
        return got, known, counts

    def full(
        self, part: Part, chance: np.random.Generator, at: At = ALL
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Weights of a part read in full without a prior, erased bits taken as 0.

        Args:
            part: The part.
            chance: Random numbers.
            at: Which of its weights, flattened; all if left out.

        Returns:
            Flat values, and bits read of each.
        """
        form, wanted = part.format, part.victim.reshape(-1)[at]
        sent = form.words(wanted) if isinstance(form, Float) else form.encode(wanted, at)
        got, _known, counts = self.words(sent, (1 << form.bits) - 1, form.bits, chance)
        values = form.values(got) if isinstance(form, Float) else form.decode(got, at).astype(np.float32)
        if self.errors or self.erasures:
            values = np.where(np.abs(values) <= self.bound, values, np.float32(0))
        return values, counts
