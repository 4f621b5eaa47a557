"""What is stored in unlike forms meets: dtypes, adapters, quantised files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from homophily.lineage.checkpoints import open_checkpoint
from homophily.lineage.similarity import compare
from tests.lineage.checkpoints.made import file, llama
from tests.lineage.similarity.comparing import run


def test_an_adapter_differs_from_its_base_where_it_adapts(
    tmp_path: Path, parent: dict[str, np.ndarray]
) -> None:
    stem, random = "model.layers.1.self_attn.q_proj", np.random.default_rng(3)
    a, b = (random.normal(0, 0.1, shape).astype(np.float32) for shape in ((4, 32), (32, 4)))
    base = {name: torch.from_numpy(x).to(torch.bfloat16) for name, x in parent.items()}
    file(tmp_path / "base" / "model.safetensors", base)
    halves = {f"base_model.model.{stem}.lora_A.weight": a, f"base_model.model.{stem}.lora_B.weight": b}
    file(tmp_path / "lora" / "adapter_model.safetensors", halves)
    config = {"peft_type": "LORA", "lora_alpha": 8, "r": 4}
    (tmp_path / "lora" / "adapter_config.json").write_text(json.dumps(config))
    with (
        open_checkpoint(tmp_path / "base") as one,
        open_checkpoint(tmp_path / "lora", base=tmp_path / "base") as two,
    ):
        found = compare(one, two)
    moved = {row.name_a for row in found.rows if row.measures["identical"] < 1}
    assert moved == {f"{stem}.weight"}
    row = next(row for row in found.rows if row.name_a in moved)
    weight = base[f"{stem}.weight"].float().numpy()
    assert row.measures["relative_l2"] == pytest.approx(
        np.linalg.norm(2 * b @ a) / np.linalg.norm(weight), rel=1e-5
    )
    assert (row.dtype_a, row.dtype_b, row.bits) == ("bfloat16", "bfloat16 + LoRA", "bfloat16")


def test_a_quantised_file_meets_the_folder_it_was_made_from(tmp_path: Path) -> None:
    gguf = pytest.importorskip("gguf", reason="the package gguf is not installed")
    tensors = llama(np.random.default_rng(2), width=64)
    file(tmp_path / "a" / "model.safetensors", tensors)
    names = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "mlp.up_proj": "ffn_up"}
    writer = gguf.GGUFWriter(tmp_path / "b.gguf", "llama")
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    of = gguf.GGMLQuantizationType.Q8_0
    for layer in range(2):
        for theirs, llamas in names.items():
            x = tensors[f"model.layers.{layer}.{theirs}.weight"]
            heads = {"attn_q": 4, "attn_k": 2}.get(llamas)
            if heads:
                x = x.reshape(heads, 2, -1, 64).swapaxes(1, 2).reshape(x.shape)
            writer.add_tensor(f"blk.{layer}.{llamas}.weight", gguf.quants.quantize(x, of), raw_dtype=of)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    found = run(tmp_path / "a", tmp_path / "b.gguf")
    assert set(found.roles) == {"q", "k", "up"}
    assert 0.9999 < found.cosine < 1
    assert all(group.tally.cosine > 0.9999 for group in found.roles.values())
    assert len(found.only_a) == len(tensors) - 6


KINDS = {"float64": 52, "float32": 23, "float16": 10, "bfloat16": 7}


@pytest.mark.parametrize("one", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_every_two_dtypes_meet(tmp_path: Path, one: str, other: str) -> None:
    random = np.random.default_rng(8)
    x = torch.from_numpy(random.normal(0, 0.05, (65, 33)))
    a, b = (
        x.to(getattr(torch, one)),
        (x + 0.001 * torch.from_numpy(random.normal(size=x.shape))).to(getattr(torch, other)),
    )
    name = "model.layers.0.mlp.up_proj.weight"
    path = file(tmp_path / "a.safetensors", {name: a, "scale": a[0, 0]})
    found = run(path, file(tmp_path / "b.safetensors", {name: b, "scale": b[0, 0]}))
    u, v = a.double().numpy().reshape(-1), b.double().numpy().reshape(-1)
    assert found.cosine == pytest.approx(u @ v / math.sqrt((u @ u) * (v @ v)), abs=1e-6)
    assert found.overall.tally.relative_l2 == pytest.approx(
        np.linalg.norm(v - u) / np.linalg.norm(u), rel=1e-4
    )
    wanted = min(one, other, key=lambda kind: KINDS[kind])
    wanted = "float32" if {one, other} == {"float16", "bfloat16"} else wanted
    (row, scale) = found.rows
    assert row.bits == wanted
    assert scale.shape == ()
    words = [t.to(getattr(torch, wanted)).view(torch.uint8).numpy().reshape(t.numel(), -1) for t in (a, b)]
    assert row.measures["identical"] == pytest.approx(float((words[0] == words[1]).all(1).mean()), abs=1e-12)
    signs = [np.signbit(t.double().numpy()) for t in (a, b)]
    assert row.measures["sign"] == pytest.approx(float((signs[0] == signs[1]).mean()), abs=1e-12)
