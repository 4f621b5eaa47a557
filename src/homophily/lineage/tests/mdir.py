"""The rotation between two embeddings: is it nearer to a signed permutation than chance allows?"""

from __future__ import annotations

import math

from homophily.lineage.tests._polar import Turn, turn
from homophily.lineage.tests._score import Score, Weights

__all__ = ["mdir"]
__references__ = ("schonemann1966", "zhang2025")

_NULL = "the orientation of one model's residual stream towards the other's is drawn from all rotations alike"
_ASSUMES = (
    "row i of both vocabularies is the same token",
    "the tail is a large-deviation exponent, exact only as the width grows",
    "the union over all signed permutations makes p an upper bound",
)


def mdir(a: Weights, b: Weights, *, turned: Turn | str | None = None) -> Score:
    """Polar factor of the embeddings' cross product, with a large-deviation p (after MDIR, Zhang 2025).

    O, the orthogonal factor of one embedding's transpose times the other over shared rows, is the rotation
    that best takes one to the other; relatives have O near a signed permutation (the identity, where no
    channel was moved). Statistic: mean size of O's entries along the best assignment of channels, 1 for a
    signed permutation, about √(2 ln n / n) for strangers. A relative turned by a dense rotation goes unseen.

    Args:
        a: One model's arrays, with "embed".
        b: The other's.
        turned: What `turn` gave for the two, where it is known already.
    """
    found = turn(a, b) if turned is None else turned
    if isinstance(found, str):
        return Score.none(found)
    n = len(found.rotation)
    union = math.lgamma(n + 1) + n * math.log(2)
    log_p = min(0.0, union - n * n * _rate(found.mean))
    return Score(found.mean, log_p / math.log(10), n=n, null=_NULL, assumptions=_ASSUMES)


def _rate(x: float) -> float:
    """Rate of P(tr O / n ≥ x) ≈ exp(−n² · rate) for a uniformly random O, half of Gross and Witten's.

    x²/2 up to a half, where the trace is normal (Diaconis and Shahshahani); then 1/8 − ln(2 (1 − x)) / 4.
    """
    return x * x / 2 if x <= 0.5 else 0.125 - math.log(2 * max(1 - x, 1e-7)) / 4
