"""Charging: a step's time, shared among the requests it served."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from homophily.inference.jobs import Job

__all__ = ["charged"]


@contextmanager
def charged(jobs: Sequence[Job], tokens: Sequence[int], device: str) -> Iterator[None]:
    """Add the time of a step to the jobs it serves, by their tokens; a step that fails is nobody's.

    Args:
        jobs: Those it serves.
        tokens: How many tokens of each it takes, one or more.
        device: Where it computes.
    """
    began = time.perf_counter()
    yield
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)  # the logits are read next anyway
    each = (time.perf_counter() - began) / sum(tokens)
    for job, count in zip(jobs, tokens, strict=True):
        job.computed += count * each
