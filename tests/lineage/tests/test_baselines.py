"""The baselines: what each sees, what leaves it as it was, what it says where it cannot be had."""

from __future__ import annotations

import math

import numpy as np
import pytest

from homophily.lineage.tests import Weights
from homophily.lineage.tests.awm import awm
from homophily.lineage.tests.cosine import cosine
from homophily.lineage.tests.huref import huref
from homophily.lineage.tests.pdf import pdf
from homophily.seeds import generator

LAYERS, HIDDEN, UNITS, WORDS, HEADS, SIZE = 5, 24, 48, 90, 4, 6


def model(name: str, *, groups: int = HEADS) -> dict[tuple[str, int | None], np.ndarray]:
    rng = generator("baselines", name)
    shapes = {
        "q": (HEADS * SIZE, HIDDEN),
        "k": (groups * SIZE, HIDDEN),
        "v": (groups * SIZE, HIDDEN),
        "o": (HIDDEN, HEADS * SIZE),
        "up": (UNITS, HIDDEN),
        "down": (HIDDEN, UNITS),
    }
    made: dict[tuple[str, int | None], np.ndarray] = {("embed", None): rng.normal(size=(WORDS, HIDDEN))}
    for layer in range(LAYERS):
        for role, shape in shapes.items():
            made[role, layer] = rng.normal(scale=rng.uniform(0.5, 2), size=shape)
    return made


def noisy(weights: Weights, size: float = 0.1) -> Weights:
    rng = generator("baselines", "noise")
    return {key: w + size * w.std() * rng.normal(size=w.shape) for key, w in weights.items()}


def permuted(weights: Weights) -> Weights:
    """Channels in another order and with other signs, units in another order."""
    rng = generator("baselines", "permuted")
    order, signs = rng.permutation(HIDDEN), rng.choice([-1.0, 1.0], HIDDEN)
    units = rng.permutation(UNITS)
    made = {}
    for (role, layer), weight in weights.items():
        writes = role in ("o", "down")
        changed = (weight.T * signs)[:, order].T if writes else (weight * signs)[:, order]
        if role == "up":
            changed = changed[units]
        made[role, layer] = changed[:, units] if role == "down" else changed
    return made


def turned_heads(weights: Weights) -> Weights:
    """Queries with keys in another basis inside each head."""
    rng = generator("baselines", "turned")
    made = dict(weights)
    for layer in range(LAYERS):
        blocks = [np.linalg.qr(rng.normal(size=(SIZE, SIZE)))[0] for _ in range(HEADS)]
        for role in ("q", "k"):
            rows = weights[role, layer].reshape(HEADS, SIZE, HIDDEN)
            made[role, layer] = np.concatenate([b @ r for b, r in zip(blocks, rows, strict=True)])
    return made


@pytest.mark.parametrize("test", [cosine, pdf, awm, huref])
def test_a_copy_is_one_and_has_no_p(test: object) -> None:
    score = test(model("a"), model("a"))  # type: ignore[operator]
    assert score.statistic == pytest.approx(1, abs=1e-5)
    assert score.log10_p is None


@pytest.mark.parametrize("test", [cosine, awm, huref])
def test_strangers_are_near_zero_and_noise_far_from_it(test: object) -> None:
    apart = test(model("a"), model("b")).statistic  # type: ignore[operator]
    child = test(model("a"), noisy(model("a"))).statistic  # type: ignore[operator]
    assert abs(apart) < 0.1
    assert child > 0.9


def test_cosine_is_that_of_all_matrices_laid_end_to_end() -> None:
    one, other = model("a"), noisy(model("a"), 0.7)
    ours, theirs = (
        np.concatenate([w.ravel() for (role, _), w in m.items() if role != "embed"]) for m in (one, other)
    )
    wanted = ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs)
    assert cosine(one, other).statistic == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(("test", "least"), [(pdf, 0.9999), (awm, 0.9999), (huref, 0.9999)])
def test_a_permutation_hides_a_copy_from_cosine_alone(test: object, least: float) -> None:
    assert abs(cosine(model("a"), permuted(model("a"))).statistic) < 0.1
    assert test(model("a"), permuted(model("a"))).statistic > least  # type: ignore[operator]


@pytest.mark.parametrize("test", [awm, huref])
def test_a_basis_inside_heads_is_not_seen(test: object) -> None:
    one = model("a")
    assert test(one, turned_heads(one)).statistic == pytest.approx(1, abs=1e-5)  # type: ignore[operator]


def test_pdf_is_pearsons_correlation_of_spreads_over_layers() -> None:
    one, other = model("a"), model("b")
    each = [
        np.corrcoef([[w[role, layer].std() for layer in range(LAYERS)] for w in (one, other)])[0, 1]
        for role in ("q", "k", "v", "o")
    ]
    assert pdf(one, other).statistic == pytest.approx(np.mean(each), abs=1e-5)


def test_invariant_terms_take_shared_keys_head_by_head() -> None:
    one, other = model("a", groups=2), noisy(model("a", groups=2), 0.5)
    assert "heads" in huref(one, other).missing
    found = huref(one, other, heads=HEADS, words=WORDS, layers=1).statistic
    terms = [
        np.concatenate([t.ravel() / np.linalg.norm(t) for t in by_hand(m, LAYERS - 1)]) for m in (one, other)
    ]
    wanted = terms[0] @ terms[1] / np.linalg.norm(terms[0]) / np.linalg.norm(terms[1])
    assert found == pytest.approx(wanted, abs=1e-5)


def by_hand(weights: Weights, layer: int) -> list[np.ndarray]:
    x = weights["embed", None]
    scores, writes = np.zeros((WORDS, WORDS)), np.zeros((WORDS, WORDS))
    for head in range(HEADS):
        own, group = slice(head * SIZE, (head + 1) * SIZE), slice(head // 2 * SIZE, (head // 2 + 1) * SIZE)
        scores += x @ weights["q", layer][own].T @ weights["k", layer][group] @ x.T
        writes += x @ weights["v", layer][group].T @ weights["o", layer][:, own].T @ x.T
    return [scores, writes, x @ weights["up", layer].T @ weights["down", layer].T @ x.T]


@pytest.mark.parametrize(
    ("test", "without", "word"),
    [(cosine, "", "shape"), (pdf, "q", "layers"), (awm, "embed", "embedding"), (huref, "embed", "embedding")],
)
def test_what_cannot_be_had_says_why(test: object, without: str, word: str) -> None:
    one = {key: w for key, w in model("a").items() if key[0] != without}
    kept = {key: w for key, w in one.items() if key[0] not in ("k", "v", "o")} if test is pdf else one
    other = {} if test is cosine else kept
    score = test(kept, other)  # type: ignore[operator]
    assert math.isnan(score.statistic)
    assert word in score.missing
