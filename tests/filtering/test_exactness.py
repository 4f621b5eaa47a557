"""One decision rule, however the tokens arrive."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from homophily.filtering import TokenFilter  # noqa: E402
from tests.filtering.families import CONFIGS, build, tokens  # noqa: E402
from tests.filtering.reference import loops  # noqa: E402

HALF = TokenFilter(ratio=0.5, eta=0.1, warmup=8, block=16)
every_family = pytest.mark.parametrize("family", CONFIGS)


def logits(model, ids, **kwargs):
    with torch.no_grad():
        return model(ids, **kwargs).logits


@every_family
def test_ratio_zero_is_the_dense_model_bit_for_bit(family: str) -> None:
    model, ids = build(family), tokens(2, 60)
    dense = logits(model, ids)
    with TokenFilter(ratio=0)(model):
        assert torch.equal(logits(model, ids), dense)


@every_family
def test_the_model_is_its_own_again_afterwards(family: str) -> None:
    model, ids = build(family), tokens(1, 60)
    dense = logits(model, ids)
    with HALF(model):
        assert not torch.equal(logits(model, ids), dense)
    assert torch.equal(logits(model, ids), dense)


def test_a_call_that_keeps_gradients_decides_alike() -> None:
    model, ids = build("llama"), tokens(2, 60)
    with HALF(model), torch.no_grad():
        told = model(ids).logits
    with HALF(model):
        kept = model(ids).logits
    assert kept.requires_grad
    assert torch.equal(kept, told)


@every_family
@pytest.mark.parametrize("ratio", [0.2, 0.5])
def test_agrees_with_plain_loops(family: str, ratio: float) -> None:
    model, ids = build(family), tokens(1, 90)
    settings = TokenFilter(ratio=ratio, eta=0.1, warmup=8, block=16)
    with loops(settings, model) as states:
        expected = logits(model, ids)
    with settings(model) as filtered:
        torch.testing.assert_close(logits(model, ids), expected, atol=2e-5, rtol=1e-4)
    kept = {index: layer.seen - layer.filtered for index, layer in filtered.layers.items()}
    assert kept == {index: len(state.kept) for index, state in enumerate(states) if state is not None}
    assert sum(kept.values()) < 90 * len(kept)


@every_family
@pytest.mark.parametrize("chunks", [[1] * 70, [33, 1, 20, 16], [69, 1]], ids=["steps", "chunks", "tail"])
def test_prefill_decides_as_decoding_does(family: str, chunks: list[int]) -> None:
    model, ids = build(family), tokens(2, 70)
    with HALF(model):
        whole = logits(model, ids)
        parts, cache = [], None
        for part in ids.split(chunks, dim=1):
            with torch.no_grad():
                out = model(part, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            parts.append(out.logits)
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("batch", [1, 3])
def test_a_long_prompt_decides_as_its_parts_do(batch: int) -> None:
    model, ids = build("llama"), tokens(batch, 700)
    kept = []
    for chunks in ([700], [1, 299, 1, 1, 398]):
        with TokenFilter(ratio=0.5, record=True)(model) as filtered, torch.no_grad():
            cache = None
            for part in ids.split(chunks, dim=1):
                cache = model(part, past_key_values=cache, use_cache=True).past_key_values
        kept.append(
            [np.concatenate([part.keep for part in layer.trace], 1) for layer in filtered.layers.values()]
        )
    np.testing.assert_array_equal(*kept)


@every_family
@pytest.mark.parametrize("side", ["left", "right"])
def test_padded_equals_unpadded_and_batched_equals_single(family: str, side: str) -> None:
    model, long, short = build(family), tokens(1, 80), tokens(1, 57, seed=2)
    pad = torch.zeros(1, 23, dtype=torch.long)
    row = torch.cat([pad, short] if side == "left" else [short, pad], 1)
    mask = torch.cat([torch.ones_like(long), (row != 0).long()])
    position = (mask.cumsum(1) - 1).clamp(min=0)
    with HALF(model):
        both = logits(model, torch.cat([long, row]), attention_mask=mask, position_ids=position)
        alone = [logits(model, long)[0], logits(model, short)[0]]
    torch.testing.assert_close(both[0], alone[0], atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(both[1][mask[1].bool()], alone[1], atol=2e-5, rtol=1e-4)


@every_family
def test_half_precision_runs_and_meets_its_rate(family: str) -> None:
    model, ids = build(family, dtype=torch.bfloat16), tokens(2, 300)
    with TokenFilter(ratio=0.3, eta=0.1)(model) as filtered:
        assert logits(model, ids).isfinite().all()
    assert filtered.report().ratio_of_all_layers == pytest.approx(0.3, abs=0.12)
