"""The filter's parts, each against its definition."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from homophily import catalogue  # noqa: E402
from homophily.errors import UsageError  # noqa: E402
from homophily.filtering.anchor import anchors_before  # noqa: E402
from homophily.filtering.placement import place  # noqa: E402
from homophily.filtering.threshold import Control, Threshold  # noqa: E402


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 300])
def test_the_scan_is_the_recurrence(count: int) -> None:
    torch.manual_seed(0)
    tokens, anchor = torch.randn(2, 3, count, 5), torch.randn(2, 3, 5)
    found = anchors_before(tokens, anchor, 0.9)
    for t in range(count):
        torch.testing.assert_close(found[:, :, t], anchor, atol=1e-5, rtol=1e-5)
        anchor = 0.9 * anchor + 0.1 * tokens[:, :, t]


@given(
    st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=200),
    st.lists(st.integers(1, 50), min_size=1),
    st.floats(0.05, 0.95),
)
def test_a_threshold_decides_alike_however_tokens_arrive(
    scores: list[float], sizes: list[int], rate: float
) -> None:
    control = Control(rate=rate, warmup=8, block=16)
    whole = Threshold().decide(np.array(scores), control)
    split, parts, at = Threshold(), [], 0
    while at < len(scores):
        size = sizes[len(parts) % len(sizes)]
        parts.append(split.decide(np.array(scores[at : at + size]), control))
        at += size
    assert np.concatenate(parts).tolist() == whole.tolist()
    assert split.filtered == whole.sum()


@given(st.floats(0.1, 0.9), st.floats(0.005, 0.2), st.integers(0, 10_000))
def test_the_realised_rate_is_told_by_the_threshold(rate: float, eta: float, seed: int) -> None:
    control = Control(rate=rate, eta=eta, warmup=16, block=32)
    threshold = Threshold()
    threshold.decide(np.random.default_rng(seed).normal(size=16 + 32 * 20), control)
    drift = (threshold.value - threshold.start) / (eta * threshold.unit * 656)
    assert threshold.filtered / 656 == pytest.approx(rate + drift)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("length", [512, 2048])
@pytest.mark.parametrize("kind", ["steady", "drifting", "settling", "jumping"])
def test_the_target_is_met_from_512_tokens_on(rate: float, length: int, kind: str) -> None:
    at = np.arange(length)
    level = {
        "steady": 0.0 * at,
        "drifting": 3 * at / length,
        # Early scores a poor measure of later ones, as of an average that is still warming up.
        "settling": -4 * np.exp(-at / 60),
        "jumping": 2.0 * (at % 400 > 200),
    }[kind]
    scores = 0.1 * (level + np.random.default_rng(1).normal(size=length))
    skip = Threshold().decide(scores, Control(rate=rate))
    # Two standard deviations at once, a hundred tokens before the end, are not yet made up for.
    within = 0.04 if kind == "jumping" and length == 512 else 0.02
    assert skip.mean() == pytest.approx(rate, abs=within)


def test_the_plain_integral_rule_lags_where_early_scores_mislead() -> None:
    scores = 4 * np.exp(-np.arange(1024) / 60) + np.random.default_rng(1).normal(size=1024)
    renewed, plain = (
        Threshold().decide(scores, Control(rate=0.5, eta=0.03, window=window)).mean() for window in (256, 0)
    )
    assert abs(renewed - 0.5) < 0.02 < abs(plain - 0.5)


@given(
    st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=200),
    st.sampled_from(["adaptive", "quantile", "topk"]),
    st.floats(0.05, 0.95),
)
def test_token_by_token_without_arrays_decides_alike(scores: list[float], method: str, rate: float) -> None:
    control = Control(rate=rate, warmup=8, block=16, method=method, window=32)
    whole, single = Threshold(), Threshold()
    skip = whole.decide(np.array(scores), control)
    assert [single.decide_one(score, control) for score in scores] == skip.tolist()
    assert (single.filtered, single.seen) == (whole.filtered, whole.seen)


@given(
    st.integers(1, 40),
    st.floats(0, 1),
    st.integers(0, 10_000),
    st.sampled_from(["normal", "drift", "constant"]),
)
def test_topk_filters_exactly_its_quota_of_every_block(block: int, rate: float, seed: int, kind: str) -> None:
    control = Control(rate=rate, warmup=8, block=block, method="topk", window=64)
    scores = np.random.default_rng(seed).normal(size=8 + 6 * block)
    scores = {"normal": scores, "drift": scores - np.arange(len(scores)), "constant": scores * 0}[kind]
    skip = Threshold().decide(scores, control)
    assert skip[8:].reshape(6, block).sum(1).tolist() == [round(rate * block)] * 6
    assert not skip[:8].any()


def test_a_score_of_minus_infinity_is_never_filtered_even_by_quota() -> None:
    scores = np.random.default_rng(0).normal(size=400)
    scores[::3] = -np.inf
    for method in ("adaptive", "quantile", "topk"):
        skip = Threshold().decide(scores, Control(rate=0.6, method=method))
        assert skip.any()
        assert not skip[::3].any()


@given(st.integers(1, 64), st.floats(0, 0.85), st.sampled_from(["tail", "head", "all"]), st.floats(0.05, 1))
def test_placement_meets_the_ratio_over_all_layers(
    layers: int, ratio: float, where: str, share: float
) -> None:
    rates = place(layers, ratio, where=where, share=share)
    assert sum(rates) / layers == pytest.approx(ratio)
    assert max(rates) <= 0.9 + 1e-9


def test_placement_fills_the_tail_first_and_says_what_cannot_be() -> None:
    assert place(4, 0.25, share=0.5) == [0, 0, 0.5, 0.5]
    assert place(4, 0.25, where="head", share=0.5) == [0.5, 0.5, 0, 0]
    assert place(4, 0.25, share=0.5, ratio_of="filtered_layers") == [0, 0, 0.25, 0.25]
    with pytest.raises(UsageError, match="cannot be met"):
        place(4, 0.95)


@pytest.mark.parametrize("name", catalogue.names("filtering.rules"))
def test_every_rule_scores_every_token(name: str) -> None:
    torch.manual_seed(0)
    likeness = torch.rand(2, 3, 20)
    scores = catalogue.get("filtering.rules", name)(
        likeness, likeness.flip(1), position=torch.arange(20).expand(2, -1), seed=7, penalty=0.5
    )
    assert scores.shape == (2, 20)
    assert not scores.isnan().any()
    assert scores.isfinite().all() == (name not in {"none", "recent"})


def test_the_steadier_signal_weighs_more() -> None:
    joint = catalogue.get("filtering.rules", "joint")
    steady, wild = torch.full((1, 2, 1), 0.9), torch.tensor([[[0.0], [0.4]]])
    assert joint(steady, wild).item() == pytest.approx(0.9, abs=1e-5)
    assert joint(wild, steady).item() == pytest.approx(0.9, abs=1e-5)
    assert joint(steady, steady - 0.5).item() == pytest.approx(0.65, abs=1e-5)
