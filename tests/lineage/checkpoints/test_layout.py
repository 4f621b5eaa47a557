"""Names of every family: roles, layers, fused tensors, transposition, tied heads, a user's mapping."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers as tf

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints import Layout, open_checkpoint
from tests.lineage.checkpoints.made import file, llama

SIZE = {"vocab_size": 61, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2}
DEEP = {"num_hidden_layers": 2, "hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 48, **SIZE}
GROUPED = {**DEEP, "num_key_value_heads": 2}
BLOCK = {"q", "k", "v", "o", "up", "down"}
GLU = {*BLOCK, "gate", "embed"}

#: Class, its config's settings, roles of matrices, and whether the head is tied.
MODELS: dict[str, tuple[Any, dict[str, Any], set[str], bool]] = {
    "llama": (tf.LlamaForCausalLM, GROUPED, {*GLU, "head"}, False),
    "mistral": (tf.MistralForCausalLM, GROUPED, {*GLU, "head"}, False),
    "qwen2": (tf.Qwen2ForCausalLM, GROUPED, {*GLU, "head"}, False),
    "qwen3": (tf.Qwen3ForCausalLM, {**GROUPED, "head_dim": 16}, {*GLU, "head"}, False),
    "phi3": (tf.Phi3ForCausalLM, GROUPED, {*GLU, "head"}, False),
    "phi": (tf.PhiForCausalLM, DEEP, {*BLOCK, "embed", "head"}, False),
    "gemma": (tf.GemmaForCausalLM, {**GROUPED, "head_dim": 16}, GLU, True),
    "gemma2": (tf.Gemma2ForCausalLM, {**GROUPED, "head_dim": 16}, GLU, True),
    "gemma3_text": (tf.Gemma3ForCausalLM, {**GROUPED, "head_dim": 16}, GLU, True),
    "gpt2": (
        tf.GPT2LMHeadModel,
        {"n_layer": 2, "n_embd": 32, "n_head": 4, "n_positions": 16, **SIZE},
        {*BLOCK, "embed", "position"},
        True,
    ),
    "gpt_neox": (tf.GPTNeoXForCausalLM, DEEP, {"qkv", "o", "up", "down", "embed", "head"}, False),
    "bert": (tf.BertForMaskedLM, DEEP, {*BLOCK, "embed", "position", "segment", "head.transform"}, True),
    "roberta": (
        tf.RobertaForSequenceClassification,
        DEEP,
        {*BLOCK, "embed", "position", "segment", "classifier", "classifier.transform"},
        True,
    ),
    "distilbert": (
        tf.DistilBertForMaskedLM,
        {"n_layers": 2, "dim": 32, "n_heads": 4, "hidden_dim": 48, **SIZE},
        {*BLOCK, "embed", "position", "head.transform"},
        True,
    ),
    "mixtral": (
        tf.MixtralForCausalLM,
        {**GROUPED, "num_local_experts": 2},
        {
            "q",
            "k",
            "v",
            "o",
            "router",
            "embed",
            "head",
            *(f"{r}.{e}" for r in ("gate", "up", "down") for e in (0, 1)),
        },
        False,
    ),
}


def saved(name: str, folder: Path) -> dict[str, np.ndarray]:
    kind, settings, _, _ = MODELS[name]
    torch.manual_seed(3)
    model = kind(kind.config_class(**settings))
    model.save_pretrained(folder)
    return {key: value.detach().float().numpy() for key, value in model.state_dict().items()}


@pytest.mark.parametrize("name", MODELS)
def test_every_family_is_known_whole(tmp_path: Path, name: str) -> None:
    saved(name, tmp_path)
    _, _, roles, tied = MODELS[name]
    with open_checkpoint(tmp_path) as checkpoint:
        layout = checkpoint.layout
        assert layout.family == name
        assert layout.layers == 2
        assert layout.unmatched == ()
        assert set(layout.roles(matrices=True)) == roles
        assert layout.tied == tied
        # Every part of every tensor is given to exactly one role.
        parts: dict[str, int] = {}
        for part in layout.parts.values():
            parts[part.name] = parts.get(part.name, 0) + int(np.prod(part.shape))
        assert parts == {n: int(np.prod(checkpoint.spec(n).shape)) for n in checkpoint.names}


def test_gpt2_is_turned_and_parted(tmp_path: Path) -> None:
    state = saved("gpt2", tmp_path)
    fused = state["transformer.h.1.attn.c_attn.weight"]
    with open_checkpoint(tmp_path) as checkpoint:
        found = checkpoint.weights(["q", "k", "v", "up", "head", "v.bias"], [1])
        for place, role in enumerate("qkv"):
            np.testing.assert_array_equal(found[role, 1], fused[:, 32 * place : 32 * (place + 1)].T)
        assert found["up", 1].shape == (128, 32)
        np.testing.assert_array_equal(found["head", None], state["transformer.wte.weight"])
        np.testing.assert_array_equal(found["v.bias", 1], state["transformer.h.1.attn.c_attn.bias"][64:])
        assert checkpoint.spec("transformer.h.1.attn.c_attn.weight").role == "q,k,v"
        assert checkpoint.spec("transformer.h.1.attn.c_attn.weight").layer == 1


def test_phi3_is_parted_by_its_output_projection(tmp_path: Path) -> None:
    state = saved("phi3", tmp_path)
    with open_checkpoint(tmp_path) as checkpoint:
        found = checkpoint.weights(["q", "k", "v", "gate", "up"], [0])
        stack = np.concatenate([found[role, 0] for role in "qkv"])
        assert [len(found[role, 0]) for role in "qkv"] == [32, 16, 16]
        np.testing.assert_array_equal(stack, state["model.layers.0.self_attn.qkv_proj.weight"])
        both = np.concatenate([found["gate", 0], found["up", 0]])
        np.testing.assert_array_equal(both, state["model.layers.0.mlp.gate_up_proj.weight"])


def test_bare_models_and_deeper_prefixes_are_the_same_model(tmp_path: Path) -> None:
    tensors = llama(np.random.default_rng(0))
    bare = {name.removeprefix("model."): array for name, array in tensors.items()}
    deep = {f"language_model.{name}": array for name, array in tensors.items()}
    layouts: list[Layout] = []
    for place, each in enumerate((tensors, bare, deep)):
        with open_checkpoint(file(tmp_path / f"{place}.safetensors", each)) as checkpoint:
            layouts.append(checkpoint.layout)
            assert checkpoint.layout.unmatched == ()
    assert list(layouts[0].parts) == list(layouts[1].parts) == list(layouts[2].parts)
    assert layouts[0].family == "llama"


def test_old_names_of_norms_and_ten_layers_in_order(tmp_path: Path) -> None:
    names = [f"bert.encoder.layer.{k}.output.LayerNorm.{end}" for k in range(12) for end in ("gamma", "beta")]
    path = file(tmp_path / "m.safetensors", {name: np.ones(4, np.float32) for name in names})
    with open_checkpoint(path) as checkpoint:
        assert checkpoint.layout.unmatched == ()
        assert list(checkpoint.layout.parts)[::2] == [("norm.mlp", layer) for layer in range(12)]
        assert checkpoint.layout.tensor("norm.mlp.bias", 11) is not None


OTHER = {
    "blocks.0.attn.wqkv.weight": np.arange(24, dtype=np.float32).reshape(2, 12),
    "blocks.0.attn.wo.weight": np.ones((2, 2), np.float32),
    "tok.weight": np.ones((5, 2), np.float32),
    "strange": np.ones(3, np.float32),
}
MAPPING = """
transposed = ["wqkv"]
[weights]
embed = "tok"
"q,k,v" = "blocks.{layer}.attn.wqkv"
o = "blocks.{layer}.attn.wo"
"""


def test_names_of_ones_own_are_told_by_a_mapping(tmp_path: Path) -> None:
    path = file(tmp_path / "m.safetensors", OTHER)
    with open_checkpoint(path) as checkpoint:
        assert checkpoint.layout == Layout(unmatched=tuple(sorted(OTHER)))
    (tmp_path / "map.toml").write_text(MAPPING)
    with open_checkpoint(path, mapping=tmp_path / "map.toml") as checkpoint:
        assert checkpoint.layout.family == "mapping"
        assert checkpoint.layout.unmatched == ("strange",)
        found = checkpoint.weights(["q", "v"])
        np.testing.assert_array_equal(found["q", 0], OTHER["blocks.0.attn.wqkv.weight"][:, :2].T)
        np.testing.assert_array_equal(found["v", 0], OTHER["blocks.0.attn.wqkv.weight"][:, 7:].T)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[weights", "is no TOML"),
        ("x = 1", "knows no 'x'"),
        ("transposed = []", "needs a table"),
        ("[weights]\nq = 3", "must be a text"),
        ("[weights]\n'Q Q' = 'a'", "is no role"),
        ("[weights]\nq = 'a.{layer}.{layer}'", "stand once at most"),
        ("[weights]\nq = 'a.{expert}'", "stand once at most"),
    ],
)
def test_a_faulty_mapping_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    path = file(tmp_path / "m.safetensors", OTHER)
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(DataError, match=said):
        open_checkpoint(path, mapping=tmp_path / "map.toml")
    with pytest.raises(UsageError, match="cannot be opened"):
        open_checkpoint(path, mapping=tmp_path / "none.toml")


def test_what_cannot_be_parted_is_kept_whole(tmp_path: Path) -> None:
    odd = {"model.layers.0.self_attn.qkv_proj.weight": np.ones((7, 4), np.float32)}
    with open_checkpoint(file(tmp_path / "m.safetensors", odd)) as checkpoint:
        assert list(checkpoint.layout.parts) == [("qkv", 0)]
