"""Every way of deciding: alone, in parts, in padded batches, in half precision."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from homophily.filtering import TokenFilter  # noqa: E402
from tests.filtering.families import CONFIGS, build, tokens  # noqa: E402

BASE = TokenFilter(ratio=0.5, warmup=8, block=16)
VARIANTS = {
    "topk": replace(BASE, threshold="topk"),
    "quantile": replace(BASE, threshold="quantile"),
    "random": replace(BASE, rule="random"),
    "recent": replace(BASE, rule="recent"),
    "tokens": replace(BASE, ratio=0.3, tokens=24),
    "tokens-alone": replace(BASE, ratio=0.0, tokens=24),
    "tokens-full-cache": replace(BASE, ratio=0.3, tokens=24, cache_filtered=True),
    "after-rotation": replace(BASE, keys="after_rotation"),
    "full-cache": replace(BASE, cache_filtered=True),
}
matrix = pytest.mark.parametrize("family", CONFIGS)
#: Full attention, a window in every layer, part of each head rotated; `test_exactness` has every family.
three = pytest.mark.parametrize("family", ["llama", "mistral", "phi"])
every_variant = pytest.mark.parametrize("variant", VARIANTS)


def logits(model, ids, **kwargs):
    with torch.no_grad():
        return model(ids, **kwargs).logits


@three
@every_variant
def test_prefill_decides_as_decoding_does(family: str, variant: str) -> None:
    model, ids = build(family), tokens(2, 70)
    with VARIANTS[variant](model):
        whole = logits(model, ids)
        parts, cache = [], None
        for part in ids.split([33, 1, 1, 20, *[1] * 15], dim=1):
            with torch.no_grad():
                out = model(part, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            parts.append(out.logits)
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize(("family", "side"), [("llama", "right"), ("mistral", "left"), ("phi", "right")])
@every_variant
def test_padded_equals_unpadded_and_goes_on_alike(family: str, variant: str, side: str) -> None:
    model, long, short = build(family), tokens(1, 80), tokens(1, 57, seed=2)
    pad, steps = torch.zeros(1, 23, dtype=torch.long), 6
    more = tokens(2, steps, seed=3)
    row = torch.cat([pad, short] if side == "left" else [short, pad], 1)
    mask = torch.cat([torch.ones_like(long), (row != 0).long()])
    wider = torch.cat([mask, torch.ones_like(more)], 1)
    place = (wider.cumsum(1) - 1).clamp(min=0)
    with VARIANTS[variant](model), torch.no_grad():
        first = model(torch.cat([long, row]), attention_mask=mask, position_ids=place[:, :80], use_cache=True)
        both = [first.logits]
        for t in range(steps):
            step = model(
                more[:, t : t + 1],
                attention_mask=wider[:, : 81 + t],
                position_ids=place[:, 80 + t : 81 + t],
                past_key_values=first.past_key_values,
            )
            both.append(step.logits)
        both = torch.cat(both, 1)
        alone = [
            logits(model, torch.cat([ids, more[i : i + 1]], 1))[0] for i, ids in enumerate((long, short))
        ]
    torch.testing.assert_close(both[0], alone[0], atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(both[1][wider[1].bool()], alone[1], atol=2e-5, rtol=1e-4)


@every_variant
def test_half_precision_meets_its_target(variant: str) -> None:
    model, ids = build("phi3", dtype=torch.bfloat16), tokens(1, 520)
    with VARIANTS[variant](model) as filtered:
        assert logits(model, ids).isfinite().all()
    report = filtered.report()
    if VARIANTS[variant].tokens is None:
        # An exact quota a block does not make up for the warm-up, nor for its own rounding.
        within = 0.03 if variant in {"topk", "quantile"} else 0.02
        assert report.ratio_of_all_layers == pytest.approx(0.5, abs=within)


@matrix
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["fp32", "bf16"])
def test_the_control_that_filters_nothing_is_the_dense_model(family: str, dtype: torch.dtype) -> None:
    model, ids = build(family, dtype=dtype), tokens(2, 70)
    dense = logits(model, ids)
    with replace(BASE, rule="none", record=True)(model) as filtered:
        scored = logits(model, ids)
    close = {"atol": 2e-5, "rtol": 1e-4} if dtype == torch.float32 else {"atol": 0.05, "rtol": 0.05}
    torch.testing.assert_close(scored, dense, **close)
    assert filtered.report().ratio_of_all_layers == 0
    assert all(layer.cache_bytes == layer.dense_bytes for layer in filtered.report().layers)


@three
def test_recent_holds_the_share_that_a_filter_would_have_kept(family: str) -> None:
    model, ids = build(family), tokens(2, 65)
    with replace(BASE, rule="recent")(model) as filtered, torch.no_grad():
        cache = None
        for part in ids.split([40, *[1] * 25], dim=1):
            cache = model(part, past_key_values=cache, use_cache=True).past_key_values
            seen = cache.get_seq_length()
            for index, layer in filtered.layers.items():
                held = cache.layers[index].state.store
                limit = int(np.ceil((1 - layer.policy.control.rate) * seen - 1e-9))
                window = cache.layers[index].window
                if window is None:
                    assert held.lengths == [max(limit, 5)] * 2
                    assert held.positions[0, :4].tolist() == [0, 1, 2, 3]
    report = filtered.report()
    assert report.ratio_of_all_layers == pytest.approx(0.5, abs=0.02)
    assert all(layer.filtered == 0 for layer in report.layers)


@three
@pytest.mark.parametrize("of", ["all_layers", "filtered_layers"])
@pytest.mark.parametrize("ratio", [0.0, 0.4])
def test_the_cache_never_exceeds_a_budget_in_tokens(family: str, of: str, ratio: float) -> None:
    model, ids = build(family), tokens(2, 90)
    budget = 20
    settings = TokenFilter(ratio=ratio, ratio_of=of, tokens=budget, warmup=8, block=16)
    with settings(model) as filtered, torch.no_grad():
        cache = None
        for part in ids.split([50, *[1] * 20, 20], dim=1):
            cache = model(part, past_key_values=cache, use_cache=True).past_key_values
            held = [
                max(layer.state.store.lengths) if index in filtered.layers else layer.get_seq_length()
                for index, layer in enumerate(cache.layers)
            ]
            assert max((held[index] for index in filtered.layers), default=0) <= budget
            if of == "all_layers":
                assert len(filtered.layers) == len(held)
                assert sum(held) / len(held) <= budget
    report = filtered.report()
    if of == "all_layers":
        each = report.layers[0].dense_bytes / 2 / (39 if family == "mistral" else 90)
        assert report.cache_bytes <= 2 * budget * len(report.layers) * each
