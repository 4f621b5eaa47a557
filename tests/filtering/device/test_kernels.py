"""Triton's kernels against the same steps in torch, on a GPU or in Triton's interpreter."""

import os

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
if not torch.cuda.is_available():
    # Before Triton is first imported, for its own library is interpreted too.
    os.environ.setdefault("TRITON_INTERPRET", "1")
pytest.importorskip("triton", reason="SKIPPED LOUDLY: Triton is not installed (extra `gpu`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from homophily.filtering.device import fused, plain  # noqa: E402
from homophily.filtering.device.store import StaticStore  # noqa: E402
from homophily.filtering.threshold import Control  # noqa: E402
from tests.filtering.device.test_decisions import drawn, fresh  # noqa: E402

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


# Short memories, for the interpreter is slow.
SHORT = {"warmup": 6, "block": 8, "window": 20}
CONTROLS = {
    "adaptive": Control(rate=0.5, **SHORT),
    "plain-integral-rule": Control(rate=0.4, **{**SHORT, "window": 0}),
    "quantile": Control(rate=0.5, method="quantile", **SHORT),
    "topk": Control(rate=0.4, method="topk", **SHORT),
}


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_every_decision_is_torchs(control: Control) -> None:
    scores, states = drawn(3, 60), [fresh(3, control, DEVICE) for _ in range(2)]
    scores[1, ::5], scores[2] = -np.inf, -np.inf
    for at, tokens in ((0, 41), (41, 1), (42, 18)):
        part = torch.from_numpy(scores[:, at : at + tokens]).to(DEVICE)
        counts = torch.tensor([tokens, tokens // 2, max(0, tokens - 3)], dtype=torch.int32, device=DEVICE)
        ours, theirs = (
            by.decide(state, part, counts, control) for by, state in zip((fused, plain), states, strict=True)
        )
        assert torch.equal(ours, theirs)
    for name in ("seen", "filtered", "pending", "recent"):
        assert torch.equal(getattr(states[0], name), getattr(states[1], name)), name
    for name in ("value", "start", "unit"):
        torch.testing.assert_close(getattr(states[0], name), getattr(states[1], name), equal_nan=True)


# Triton's interpreter cannot multiply matrices in bfloat16; a GPU can.
HALF = torch.bfloat16 if DEVICE == "cuda" else torch.float16


@pytest.mark.parametrize("dtype", [torch.float32, HALF], ids=["exact", "half"])
@pytest.mark.parametrize("window", [None, 70], ids=["all", "window"])
@pytest.mark.parametrize(("heads", "groups", "dim"), [(2, 3, 24), (1, 1, 64), (4, 1, 16)])
def test_attention_is_torchs(dtype, window, heads: int, groups: int, dim: int) -> None:
    torch.manual_seed(0)
    like = torch.empty(4, heads, 0, dim, dtype=dtype, device=DEVICE)
    store = StaticStore(like, 400 if window is None else 70, ring=window)
    counts = torch.tensor([300, 1, 0, 77], dtype=torch.int32, device=DEVICE)
    keys, values = torch.randn(2, 4, heads, 300, dim, device=DEVICE).to(dtype)
    # Kept tokens stand two apart in their sequences.
    store.append(keys, values, torch.arange(0, 600, 2, device=DEVICE).expand(4, -1), counts)
    keep = torch.tensor([True, True, False, True], device=DEVICE)
    before = ((counts - 1) * 2).clamp(min=0)
    queries = torch.randn(4, heads * groups, 1, dim, device=DEVICE).to(dtype)
    ours, theirs = (
        by.attend_one(queries, store, keep, before, scaling=0.3, window=window) for by in (fused, plain)
    )
    exact = dtype == torch.float32
    torch.testing.assert_close(ours, theirs, atol=2e-6 if exact else 2e-2, rtol=1e-5 if exact else 2e-2)
    assert not ours[2].any()


def test_a_row_that_skips_reads_nothing() -> None:
    store = StaticStore(torch.empty(2, 1, 0, 16, device=DEVICE), 300)
    store.append(
        *torch.randn(2, 2, 1, 300, 16, device=DEVICE),
        torch.arange(300, device=DEVICE).expand(2, -1),
        torch.tensor([300, 300], device=DEVICE),
    )
    store.keys[1], store.values[1] = torch.nan, torch.nan
    keep, before = torch.tensor([True, False], device=DEVICE), torch.tensor([299, 299], device=DEVICE)
    out = fused.attend_one(
        torch.randn(2, 2, 1, 16, device=DEVICE), store, keep, before, scaling=1, window=None
    )
    assert out[0].isfinite().all()
    assert not out[1].any()
