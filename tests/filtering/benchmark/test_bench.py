"""Arms do what they say: nothing here is timed."""

import sys
from typing import Any

import pytest
import torch
from transformers import DynamicCache

from homophily.errors import UnknownName, UsageError
from homophily.filtering import TokenFilter
from homophily.filtering.benchmark import ARMS, Clock, arm, bench, ideal, random_model, run_once
from tests.filtering import families

SETTINGS = TokenFilter(ratio=0.5, warmup=4, block=8)
CPU = torch.device("cpu")


def logits(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        out: torch.Tensor = model(tokens).logits
    return out


@pytest.mark.parametrize("family", ["llama", "qwen3", "phi3", "phi"])
@pytest.mark.parametrize("keys_values", [True, False])
def test_an_ideal_of_next_to_nothing_is_the_dense_model(family: str, keys_values: bool) -> None:
    """The bound does the dense model's own work where it leaves nothing out."""
    model, tokens = families.build(family), families.tokens(2, 24)
    dense, cache = logits(model, tokens), DynamicCache(config=model.config)
    with ideal(model, [1e-9] * 4, keys_values=keys_values), torch.no_grad():
        first = model(tokens[:, :20], past_key_values=cache, use_cache=True).logits
        rest = [
            model(tokens[:, at : at + 1], past_key_values=cache, use_cache=True).logits
            for at in range(20, 24)
        ]
    assert torch.allclose(torch.cat([first, *rest], 1), dense, atol=2e-5)
    assert torch.equal(logits(model, tokens), dense)


@pytest.mark.parametrize("keys_values", [True, False])
def test_an_ideal_leaves_out_its_share_of_the_work(keys_values: bool) -> None:
    model, tokens, rate = families.build("llama"), families.tokens(1, 40), 0.25
    rows: dict[str, int] = {"q_proj": 0, "k_proj": 0, "o_proj": 0}
    for name in rows:
        projection = getattr(model.model.layers[3].self_attn, name)
        projection.register_forward_hook(
            lambda module, given, out, name=name: rows.__setitem__(name, rows[name] + out.shape[1])
        )
    cache = DynamicCache(config=model.config)
    with ideal(model, [0, 0, 0, rate], keys_values=keys_values), torch.no_grad():
        model(tokens[:, :32], past_key_values=cache, use_cache=True)
        for at in range(32, 40):
            model(tokens[:, at : at + 1], past_key_values=cache, use_cache=True)
    kept = 24 + 6
    assert rows == {"q_proj": kept, "k_proj": 40 if keys_values else kept, "o_proj": kept}
    assert cache.get_seq_length() == 40


def test_the_first_layer_may_leave_out_too() -> None:
    """transformers reads positions off the first layer, which must tell its logical length."""
    model, tokens = families.build("llama"), families.tokens(1, 12)
    cache, seen = DynamicCache(config=model.config), []
    model.model.rotary_emb.register_forward_pre_hook(
        lambda module, given, named: seen.append(named["position_ids"].flatten().tolist()), with_kwargs=True
    )
    with ideal(model, [0.5] * 4, keys_values=True), torch.no_grad():
        model(tokens[:, :10], past_key_values=cache, use_cache=True)
        for at in (10, 11):
            model(tokens[:, at : at + 1], past_key_values=cache, use_cache=True)
    assert seen[1:] == [[10], [11]]


def test_an_ideal_beyond_a_window_is_refused() -> None:
    model = families.build("mistral")
    with ideal(model, [0.5] * 4, keys_values=True), pytest.raises(UsageError, match="sliding window of 40"):
        run_once(model, families.tokens(1, 50), families.tokens(1, 1), Clock(CPU))


def test_deciding_alone_is_the_dense_model() -> None:
    model, tokens = families.build("llama"), families.tokens(2, 60)
    dense = logits(model, tokens)
    with arm("deciding", model, SETTINGS, ()) as filtered:
        assert torch.allclose(logits(model, tokens), dense, atol=1e-5)
        assert filtered is not None
        assert sum(layer.seen for layer in filtered.report().layers) > 0
        assert sum(layer.filtered for layer in filtered.report().layers) == 0


def test_a_sample_counts_the_bytes_that_caches_hold() -> None:
    model, prompt, following = families.build("llama"), families.tokens(2, 60), families.tokens(2, 4)
    dense = run_once(model, prompt, following, Clock(CPU))
    one_token = 4 * 2 * 2 * 16 * 4  # layers, keys and values, KV heads, dimensions, bytes
    assert dense.cache_bytes == 2 * 64 * one_token
    with SETTINGS(model) as filtered:
        sample = run_once(model, prompt, following, Clock(CPU), filtered)
        kept = 1 - filtered.report().ratio_of_all_layers
    assert sample.cache_bytes == pytest.approx(kept * dense.cache_bytes)
    assert sample.anchor_bytes > 0
    assert sample.peak_bytes is None or sample.peak_bytes > 1 << 20


def test_a_bench_interleaves_its_arms(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[tuple[str, float]] = []

    def noted(name: str, model: Any, settings: TokenFilter, rates: Any) -> Any:
        order.append((name, settings.ratio))
        return arm(name, model, settings, rates)

    monkeypatch.setattr(sys.modules["homophily.filtering.benchmark.bench"], "arm", noted)
    done: list[tuple[str, int, int]] = []
    found = list(
        bench(
            families.build("llama"),
            SETTINGS,
            contexts=[48, 64],
            ratios=[0.3, 0.5],
            decode=2,
            repeats=3,
            clock="cpu",
            progress=lambda *told: done.append(told),
        )
    )
    assert [(r.context, r.ratio) for r in found] == [(48, 0.3), (48, 0.5), (64, 0.3), (64, 0.5)]
    assert all(len(samples) == 3 for r in found for samples in r.samples.values())
    assert all(0 < r.attained < r.ratio + 0.1 for r in found)
    plan = 1 + 2 * (len(ARMS) - 1)
    rounds = [order[at : at + plan] for at in range(0, len(order), plan)]
    assert len(rounds) == 2 * (1 + 3)
    assert all(sorted(each) == sorted(rounds[0]) for each in rounds)
    assert len({each[0] for each in rounds[1:4]}) == 3  # another arm goes first each time
    assert done[-1][1:] == (8, 8)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"contexts": [4000]}, "fit the model's 2,048 tokens"),
        ({"ratios": [0.0]}, "between 0 and 1"),
        ({"repeats": 0}, "repeats = 0 must be 1 or more"),
    ],
)
def test_settings_out_of_range_are_refused(changes: dict[str, Any], told: str) -> None:
    settings: dict[str, Any] = {"contexts": [32], "ratios": [0.5], **changes}
    with pytest.raises(UsageError, match=told):
        list(bench(families.build("llama"), SETTINGS, **settings))


def test_shapes_are_made_without_a_checkpoint() -> None:
    model = random_model("tiny", device=CPU, dtype=torch.bfloat16)
    assert next(model.parameters()).dtype == torch.bfloat16
    assert model.config.num_hidden_layers == 6
    assert torch.isfinite(logits(model, families.tokens(1, 8))).all()
    with pytest.raises(UnknownName, match="'1b'"):
        random_model("1bb", device=CPU, dtype=torch.float32)
