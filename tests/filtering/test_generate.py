"""``generate`` in its ways, under the filter."""

import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from homophily.errors import UsageError  # noqa: E402
from homophily.filtering import TokenFilter  # noqa: E402
from tests.filtering.families import CONFIGS, build, tokens  # noqa: E402

HALF = TokenFilter(ratio=0.5, eta=0.1, warmup=8, block=16)
every_family = pytest.mark.parametrize("family", CONFIGS)
LENGTH = {"max_new_tokens": 24, "min_new_tokens": 24}


def greedy_by_hand(model, ids, steps: int):
    """Greedy decoding that prefills the whole text at each step."""
    with torch.no_grad():
        for _ in range(steps):
            ids = torch.cat([ids, _not_end(model(ids).logits[:, -1]).argmax(-1, keepdim=True)], 1)
    return ids


def _not_end(scores):
    scores[:, 2] = -torch.inf
    return scores


@every_family
def test_greedy_with_a_cache_equals_prefilling_every_step(family: str) -> None:
    model, ids = build(family), tokens(1, 60)
    with HALF(model):
        assert torch.equal(model.generate(ids, do_sample=False, **LENGTH), greedy_by_hand(model, ids, 24))


@every_family
def test_a_padded_batch_writes_what_each_row_writes_alone(family: str) -> None:
    model, long, short = build(family), tokens(1, 60), tokens(1, 41, seed=2)
    row = torch.cat([torch.zeros(1, 19, dtype=torch.long), short], 1)
    batch = torch.cat([long, row])
    with HALF(model):
        both = model.generate(batch, attention_mask=(batch != 0).long(), do_sample=False, **LENGTH)
        alone = [model.generate(ids, do_sample=False, **LENGTH)[0] for ids in (long, short)]
    assert torch.equal(both[0, 60:], alone[0][60:])
    assert torch.equal(both[1, 60:], alone[1][41:])


@every_family
def test_several_samples_share_a_prompt(family: str) -> None:
    model, ids = build(family), tokens(1, 40)
    with HALF(model):
        torch.manual_seed(0)
        out = model.generate(ids, do_sample=True, num_return_sequences=3, **LENGTH)
    assert out.shape == (3, 64)
    assert len({tuple(row) for row in out.tolist()}) == 3


@every_family
def test_beams_score_what_prefilling_scores(family: str) -> None:
    model, ids = build(family), tokens(1, 40)
    with HALF(model):
        out = model.generate(
            ids, num_beams=3, return_dict_in_generate=True, output_scores=True, length_penalty=0.0, **LENGTH
        )
        with torch.no_grad():
            scores = model(out.sequences).logits[0, 39:-1].log_softmax(-1)
    total = scores.gather(1, out.sequences[0, 40:, None]).sum()
    torch.testing.assert_close(out.sequences_scores[0], total, atol=1e-3, rtol=1e-4)


def test_a_cache_is_carried_over_turns() -> None:
    model, first, second = build("llama"), tokens(1, 40), tokens(1, 20, seed=3)
    with HALF(model):
        turn = model.generate(first, do_sample=False, return_dict_in_generate=True, **LENGTH)
        text = torch.cat([turn.sequences, second], 1)
        carried = model.generate(text, past_key_values=turn.past_key_values, do_sample=False, **LENGTH)
        anew = model.generate(text, do_sample=False, **LENGTH)
    assert torch.equal(carried, anew)


def test_streaming_yields_the_tokens() -> None:
    seen = []

    class Streamer:
        def put(self, value):
            seen.extend(value.flatten().tolist())

        def end(self):
            seen.append("end")

    model, ids = build("qwen3"), tokens(1, 30)
    with HALF(model):
        out = model.generate(ids, do_sample=False, streamer=Streamer(), **LENGTH)
    assert seen == [*out[0].tolist(), "end"]


def test_cache_bytes_fall_with_the_attained_ratio() -> None:
    model, ids = build("llama"), tokens(1, 400)
    with HALF(model) as filtered:
        model.generate(ids, do_sample=False, **LENGTH)
    for layer in filtered.report().layers:
        if layer.target:
            assert layer.cache_bytes / layer.dense_bytes == pytest.approx(1 - layer.attained, abs=0.02)


def test_keeping_filtered_keys_is_another_model_with_a_full_cache() -> None:
    model, ids = build("llama"), tokens(1, 80)
    kept = TokenFilter(ratio=0.5, eta=0.1, warmup=8, cache_filtered=True)
    with torch.no_grad():
        with kept(model) as filtered:
            out = model(ids)
            steps, cache = [], None
            for t in range(80):
                step = model(ids[:, t : t + 1], past_key_values=cache, use_cache=True)
                cache = step.past_key_values
                steps.append(step.logits)
        with TokenFilter(ratio=0.5, eta=0.1, warmup=8)(model):
            dropped = model(ids)
    torch.testing.assert_close(torch.cat(steps, 1), out.logits, atol=2e-5, rtol=1e-4)
    assert not torch.allclose(out.logits, dropped.logits)
    assert all(layer.cache_bytes == layer.dense_bytes for layer in filtered.report().layers)


@pytest.mark.parametrize(
    ("build_call", "says"),
    [
        (lambda m: m(tokens(1, 4), attention_mask=torch.zeros(1, 1, 4, 4)), "two-dimensional"),
        (
            lambda m: m.generate(tokens(1, 4), cache_implementation="static", max_new_tokens=2),
            "dynamic cache",
        ),
        (lambda m: HALF(m).__enter__(), "filtered already"),
    ],
)
def test_what_cannot_be_filtered_is_refused_in_one_line(build_call, says: str) -> None:
    model = build("llama")
    with HALF(model), pytest.raises(UsageError, match=says) as refused:
        build_call(model)
    assert "\n" not in str(refused.value)


def test_a_dense_cache_is_not_taken_over() -> None:
    model, ids = build("llama"), tokens(1, 10)
    with torch.no_grad():
        cache = model(ids, use_cache=True).past_key_values
        with HALF(model), pytest.raises(UsageError, match="without the filter"):
            model(ids, past_key_values=cache)


def test_an_unknown_family_names_the_known_ones() -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    model = GPT2LMHeadModel(GPT2Config(n_layer=1, n_embd=8, n_head=2, vocab_size=11))
    with pytest.raises(UsageError, match=r"GPT2Attention.*LlamaAttention.*adapter\.py"), HALF(model):
        pass


def test_a_hybrid_of_linear_and_full_attention_is_refused_by_name() -> None:
    from transformers import Qwen3NextConfig, Qwen3NextForCausalLM

    config = Qwen3NextConfig(
        vocab_size=97,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        linear_num_key_heads=1,
        linear_num_value_heads=2,
        linear_key_head_dim=16,
        linear_value_head_dim=16,
        num_experts=2,
        num_experts_per_tok=1,
        moe_intermediate_size=16,
        shared_expert_intermediate_size=16,
    )
    with (
        pytest.raises(UsageError, match=r"Qwen3NextAttention.*Supported"),
        HALF(Qwen3NextForCausalLM(config)),
    ):
        pass


def test_layers_without_attention_are_refused_with_a_reason() -> None:
    model = build("llama")
    model.model.layers[1].self_attn = torch.nn.Identity()
    with pytest.raises(UsageError, match="3 of 4 layers"), HALF(model):
        pass
