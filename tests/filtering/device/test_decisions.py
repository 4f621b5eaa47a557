"""Thresholds in tensors decide as those on the host do, token by token and in any portions."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from homophily.filtering.device.bound import most_kept  # noqa: E402
from homophily.filtering.device.plain import decide  # noqa: E402
from homophily.filtering.device.state import DeviceState  # noqa: E402
from homophily.filtering.device.tally import DeviceTally  # noqa: E402
from homophily.filtering.rules.joint import joint  # noqa: E402
from homophily.filtering.rules.none import none  # noqa: E402
from homophily.filtering.state import Policy  # noqa: E402
from homophily.filtering.threshold import Control, Threshold  # noqa: E402

CONTROLS = {
    "adaptive": Control(rate=0.5),
    "adaptive-short-memory": Control(rate=0.7, window=20, block=8, warmup=40, eta=0.3),
    "plain-integral-rule": Control(rate=0.4, window=0, block=16, warmup=12),
    "warmup-of-one": Control(rate=0.3, warmup=1, block=5, window=30),
    "quantile": Control(rate=0.5, method="quantile", window=50, block=16),
    "topk": Control(rate=0.4, method="topk", window=64, block=16, warmup=8),
    "topk-most": Control(rate=0.9, method="topk", window=10, block=32),
}
every_control = pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)


def fresh(batch: int, control: Control, device: str = "cpu") -> DeviceState:
    keys = torch.zeros(batch, 1, 1, 2, device=device)
    return DeviceState(keys, control, DeviceTally.of(keys, None))


def drawn(rows: int, tokens: int, spared: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(7)
    # Scores that drift, repeat, and are spared now and then.
    scores = np.cumsum(rng.normal(size=(rows, tokens)), 1) / 9 + rng.normal(size=(rows, tokens))
    scores = scores.round(2).astype(np.float32)
    scores[rng.random(scores.shape) < spared] = -math.inf
    return scores


@every_control
@pytest.mark.parametrize("spared", [0.0, 0.2, 1.0])
@pytest.mark.parametrize(
    "portions", [[600], [1] * 130, [200, 1, 1, 63, 335]], ids=["whole", "steps", "portions"]
)
def test_every_decision_is_that_of_the_host(control: Control, spared: float, portions: list[int]) -> None:
    scores, rng = drawn(3, sum(portions), spared), np.random.default_rng(1)
    host, device = [Threshold() for _ in scores], fresh(3, control)
    at = np.zeros(3, dtype=int)
    for tokens in portions:
        # Rows bring different numbers of real tokens, so that they stand at different places of their blocks.
        counts = np.array([tokens, rng.integers(tokens + 1), tokens // 2])
        part = np.zeros((3, tokens), dtype=np.float32)
        expected = np.zeros((3, tokens), dtype=bool)
        for row, count in enumerate(counts):
            part[row, :count] = scores[row, at[row] : at[row] + count]
            expected[row, :count] = host[row].decide(part[row, :count].astype(float), control)
        at += counts
        found = decide(device, torch.from_numpy(part), torch.from_numpy(counts).int(), control)
        np.testing.assert_array_equal(found.numpy(), expected)
    assert device.seen.tolist() == [threshold.seen for threshold in host]
    assert device.filtered.tolist() == [threshold.filtered for threshold in host]
    assert device.value.tolist() == pytest.approx([threshold.value for threshold in host], nan_ok=True)
    assert spared == 1 or max(threshold.filtered for threshold in host) > 10


def test_rows_follow_a_reordering() -> None:
    control, scores = CONTROLS["adaptive"], torch.from_numpy(drawn(2, 200))
    counts, state = torch.tensor([100, 100]), fresh(2, control)
    decide(state, scores[:, :100], counts, control)
    rows = torch.tensor([1, 1, 0])
    state.select(rows)
    expected = fresh(3, control)
    decide(expected, scores[rows, :100], torch.tensor([100] * 3), control)
    for name in ("seen", "filtered", "pending", "value", "recent"):
        assert torch.equal(getattr(state, name), getattr(expected, name)), name


@pytest.mark.parametrize("control", [CONTROLS["topk"], CONTROLS["topk-most"]], ids=["topk", "topk-most"])
def test_the_bound_holds_wherever_a_row_stands_and_is_met(control: Control) -> None:
    policy = Policy(rule=joint, control=control, gamma=0.9, seed=0, penalty=0)
    scores, tightest = drawn(1, 400)[0].astype(float), math.inf
    for start in range(0, 70, 3):
        for tokens in range(1, 200, 7):
            threshold = Threshold()
            threshold.decide(scores[:start], control)
            kept = np.count_nonzero(~threshold.decide(scores[start : start + tokens], control))
            assert kept <= most_kept(tokens, policy)
            tightest = min(tightest, most_kept(tokens, policy) - kept)
    assert tightest == 0
    assert most_kept(320, policy) < 250
    assert most_kept(320, Policy(rule=none, control=control, gamma=0.9, seed=0, penalty=0)) == 320
