"""LoRA adapters in their base, against the formula and, where it is installed, against PEFT's own merge."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import transformers as tf

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints import open_checkpoint
from tests.lineage.checkpoints.made import file, llama

Q, V = "model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.v_proj"


def base(folder: Path) -> dict[str, np.ndarray]:
    tensors = llama(np.random.default_rng(4))
    file(folder / "model.safetensors", tensors)
    return tensors


def adapter(folder: Path, tensors: dict[str, np.ndarray], **settings: Any) -> Path:
    folder.mkdir(exist_ok=True)
    file(folder / "adapter_model.safetensors", tensors)
    told = {
        "peft_type": "LORA",
        "r": 4,
        "lora_alpha": 8,
        "base_model_name_or_path": "someone/model",
        **settings,
    }
    (folder / "adapter_config.json").write_text(json.dumps(told))
    return folder


def halves(stem: str, out: int, into: int, rank: int = 4) -> dict[str, np.ndarray]:
    random = np.random.default_rng(len(stem))
    return {
        f"base_model.model.{stem}.lora_A.weight": random.normal(size=(rank, into)).astype(np.float32),
        f"base_model.model.{stem}.lora_B.weight": random.normal(size=(out, rank)).astype(np.float32),
    }


@pytest.mark.parametrize("stabilised", [False, True])
def test_an_adapter_is_its_base_with_updates(tmp_path: Path, stabilised: bool) -> None:
    weights = base(tmp_path / "base")
    head = np.ones((40, 16), np.float32)
    made = {**halves(Q, 16, 16), **halves(V, 8, 16), "base_model.model.lm_head.weight": head}
    folder = adapter(tmp_path / "lora", made, use_rslora=stabilised, alpha_pattern={"v_proj": 2})
    with open_checkpoint(folder, base=tmp_path / "base") as checkpoint:
        assert checkpoint.form == "LoRA on safetensors"
        assert set(checkpoint.names) == set(weights)
        for stem, alpha in ((Q, 8), (V, 2)):
            a, b = (made[f"base_model.model.{stem}.lora_{h}.weight"].astype(float) for h in "AB")
            wanted = weights[f"{stem}.weight"] + alpha / (math.sqrt(4) if stabilised else 4) * b @ a
            np.testing.assert_allclose(checkpoint.read(f"{stem}.weight"), wanted, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(
                checkpoint.tensor(f"{stem}.weight").rows(2, 5), wanted[2:5], rtol=1e-5, atol=1e-6
            )
            assert checkpoint.spec(f"{stem}.weight").dtype == "float32 + LoRA"
        np.testing.assert_array_equal(checkpoint.read("lm_head.weight"), head)
        same = "model.layers.1.self_attn.q_proj.weight"
        np.testing.assert_array_equal(checkpoint.read(same), weights[same])


def test_the_base_that_is_named_is_found_where_it_is_a_folder(tmp_path: Path) -> None:
    base(tmp_path / "base")
    folder = adapter(tmp_path / "lora", halves(Q, 16, 16), base_model_name_or_path=str(tmp_path / "base"))
    with open_checkpoint(folder) as checkpoint:
        assert checkpoint.layout.layers == 2
    folder = adapter(tmp_path / "lora", halves(Q, 16, 16))
    with pytest.raises(UsageError, match="is an adapter of 'someone/model'; give the folder of its base"):
        open_checkpoint(folder)
    with pytest.raises(UsageError, match="there is no base"):
        open_checkpoint(folder, base=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("tensors", "settings", "said"),
    [
        (halves(Q, 16, 16), {"peft_type": "IA3"}, "an adapter of kind 'IA3'"),
        (halves(Q, 16, 16), {"use_dora": True}, "an adapter of kind 'DoRA'"),
        (halves("model.layers.7.self_attn.q_proj", 16, 16), {}, "which the base does not have"),
        (halves(Q, 12, 16), {}, "is 12 × 16 and the base's weight 16 × 16"),
        (dict(list(halves(Q, 16, 16).items())[:1]), {}, "only one half"),
        (halves(Q, 16, 16), {"lora_alpha": "much"}, "no scale that is read"),
        (halves(Q, 16, 16), {"alpha_pattern": {"(": 2}}, "no scale that is read"),
        (halves(Q, 16, 16), {"alpha_pattern": {"((a+)+)+b": 2}}, "no scale that is read"),
    ],
)
def test_adapters_that_do_not_fit_are_refused(
    tmp_path: Path, tensors: dict[str, np.ndarray], settings: dict[str, Any], said: str
) -> None:
    base(tmp_path / "base")
    folder = adapter(tmp_path / "lora", tensors, **settings)
    with pytest.raises(DataError, match=said):
        open_checkpoint(folder, base=tmp_path / "base")


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_pefts_own_merge_is_met(tmp_path: Path, family: str) -> None:
    peft = pytest.importorskip("peft", reason="PEFT is not installed; the formula above is tested without it")
    if family == "gpt2":
        settings: Any = tf.GPT2Config(
            n_layer=2, n_embd=32, n_head=4, vocab_size=50, bos_token_id=0, eos_token_id=1
        )
        model: Any = tf.GPT2LMHeadModel(settings)
        lora = peft.LoraConfig(r=3, lora_alpha=7, target_modules=["c_attn", "wte"], fan_in_fan_out=True)
    else:
        settings = tf.LlamaConfig(
            num_hidden_layers=2, hidden_size=32, num_attention_heads=4, intermediate_size=48, vocab_size=50
        )
        model = tf.LlamaForCausalLM(settings)
        lora = peft.LoraConfig(
            r=3, lora_alpha=7, target_modules=["q_proj", "down_proj"], modules_to_save=["lm_head"]
        )
    model.save_pretrained(tmp_path / "base")
    adapted = peft.get_peft_model(model, lora)
    for name, parameter in adapted.named_parameters():
        if "lora_" in name or "modules_to_save" in name:
            parameter.data.normal_(0, 0.1)
    adapted.save_pretrained(tmp_path / "lora")
    merged = adapted.merge_and_unload().state_dict()
    with open_checkpoint(tmp_path / "lora", base=tmp_path / "base") as checkpoint:
        for name in checkpoint.names:
            np.testing.assert_allclose(
                checkpoint.read(name), merged[name].detach().numpy(), rtol=1e-5, atol=1e-6
            )
