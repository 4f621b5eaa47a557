"""Quantised layouts, packed here number by number and undone by the reader."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from homophily.errors import DataError
from homophily.lineage.checkpoints import open_checkpoint
from tests.lineage.checkpoints.made import file

NAME = "model.layers.0.self_attn.q_proj"
OUT, IN, GROUP = 24, 64, 16


def random() -> np.random.Generator:
    return np.random.default_rng(11)


def packed(values: np.ndarray, bits: int, order: tuple[int, ...] | None = None) -> np.ndarray:
    """Integers along the first axis packed into int32, place by place."""
    per = 32 // bits
    words = np.zeros((len(values) // per, *values.shape[1:]), np.uint32)
    for word in range(len(words)):
        for place in range(per):
            source = word * per + (order[place] if order else place)
            words[word] |= values[source].astype(np.uint32) << (bits * place)
    return words.view(np.int32)


def opened(tmp_path: Path, tensors: dict[str, Any], settings: dict[str, Any] | None = None) -> Any:
    (tmp_path / "config.json").write_text(
        json.dumps({"model_type": "llama", "quantization_config": settings or {}})
    )
    file(
        tmp_path / "model.safetensors", {"model.embed_tokens.weight": np.ones((4, 4), np.float32), **tensors}
    )
    return open_checkpoint(tmp_path)


def check(checkpoint: Any, wanted: np.ndarray, kind: str) -> None:
    """Read whole, in odd blocks, and by role; the parts are gone."""
    with checkpoint:
        assert sorted(checkpoint.names) == ["model.embed_tokens.weight", f"{NAME}.weight"]
        assert checkpoint.spec(f"{NAME}.weight").dtype == kind
        assert kind in checkpoint.form
        np.testing.assert_allclose(checkpoint.read(f"{NAME}.weight"), wanted, rtol=1e-6, atol=1e-9)
        blocks = [block.copy() for block in checkpoint.stream(f"{NAME}.weight", 5)]
        np.testing.assert_allclose(np.concatenate(blocks), wanted, rtol=1e-6, atol=1e-9)
        assert list(checkpoint.weights(["q"])) == [("q", 0)]


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("form", ["gptq", "gptq_v2"])
@pytest.mark.parametrize("act_order", [False, True])
def test_gptq(tmp_path: Path, bits: int, form: str, act_order: bool) -> None:
    rng = random()
    whole = rng.integers(0, 1 << bits, (IN, 32))
    zeros = rng.integers(1, 1 << bits, (IN // GROUP, 32))
    scales = rng.uniform(0.001, 0.1, (IN // GROUP, 32)).astype(np.float16)
    group = rng.permutation(IN) // GROUP if act_order else np.arange(IN) // GROUP
    wanted = ((whole - zeros[group]) * scales[group].astype(np.float64)).T
    stored = zeros if form == "gptq_v2" else zeros - 1
    tensors = {
        f"{NAME}.qweight": packed(whole, bits),
        f"{NAME}.qzeros": np.ascontiguousarray(packed(stored.T, bits).T),
        f"{NAME}.scales": scales,
        f"{NAME}.g_idx": group.astype(np.int32),
    }
    settings = {"quant_method": "gptq", "bits": bits, "checkpoint_format": form}
    check(opened(tmp_path, tensors, settings), wanted, f"gptq int{bits}")


def test_awq(tmp_path: Path) -> None:
    rng, order = random(), (0, 2, 4, 6, 1, 3, 5, 7)
    whole, zeros = rng.integers(0, 16, (IN, OUT)), rng.integers(0, 16, (IN // GROUP, OUT))
    scales = rng.uniform(0.001, 0.1, (IN // GROUP, OUT)).astype(np.float16)
    group = np.arange(IN) // GROUP
    tensors = {
        f"{NAME}.qweight": np.ascontiguousarray(packed(whole.T, 4, order).T),
        f"{NAME}.qzeros": np.ascontiguousarray(packed(zeros.T, 4, order).T),
        f"{NAME}.scales": scales,
    }
    wanted = ((whole - zeros[group]) * scales[group].astype(np.float64)).T
    check(opened(tmp_path, tensors, {"quant_method": "awq"}), wanted, "awq int4")


def test_bitsandbytes_of_eight_bits(tmp_path: Path) -> None:
    whole = random().integers(-127, 128, (OUT, IN)).astype(np.int8)
    largest = random().uniform(0.1, 2, OUT).astype(np.float32)
    tensors = {
        f"{NAME}.weight": whole,
        f"{NAME}.SCB": largest,
        f"{NAME}.weight_format": np.array(0, np.uint8),
    }
    wanted = whole.astype(np.float64) * largest[:, None] / 127
    check(opened(tmp_path, tensors), wanted, "bitsandbytes int8")


@pytest.mark.parametrize("kind", ["nf4", "fp4"])
@pytest.mark.parametrize("nested", [False, True])
def test_bitsandbytes_of_four_bits(tmp_path: Path, kind: str, nested: bool) -> None:
    rng, block = random(), 64
    places = rng.integers(0, 16, OUT * IN)
    table = np.sort(rng.uniform(-1, 1, 16)).astype(np.float32)
    number = OUT * IN // block
    state: dict[str, Any] = {"quant_type": kind, "blocksize": block, "shape": [OUT, IN], "dtype": "bfloat16"}
    tensors: dict[str, Any] = {f"{NAME}.weight.quant_map": table}
    if nested:
        inner = np.sort(rng.uniform(-1, 1, 256)).astype(np.float32)
        chosen = rng.integers(0, 256, number).astype(np.uint8)
        outer = rng.uniform(0.1, 1, -(-number // 8)).astype(np.float32)
        state |= {"nested_blocksize": 8, "nested_offset": 0.25, "nested_dtype": "float32"}
        largest = inner[chosen] * np.repeat(outer, 8)[:number] + 0.25
        tensors |= {f"{NAME}.weight.absmax": chosen, f"{NAME}.weight.nested_absmax": outer}
        tensors |= {f"{NAME}.weight.nested_quant_map": inner}
    else:
        largest = rng.uniform(0.1, 1, number).astype(np.float32)
        tensors |= {f"{NAME}.weight.absmax": largest}
    pairs = places.reshape(-1, 2)
    tensors |= {
        f"{NAME}.weight": (pairs[:, :1] * 16 + pairs[:, 1:]).astype(np.uint8),
        f"{NAME}.weight.quant_state.bitsandbytes__{kind}": np.frombuffer(
            json.dumps(state).encode(), np.uint8
        ).copy(),
    }
    wanted = (table[places] * np.repeat(largest, block)).reshape(OUT, IN)
    check(opened(tmp_path, tensors), wanted, f"bitsandbytes {kind}")


@pytest.mark.parametrize("scales", ["one", "rows", "groups"])
def test_compressed_tensors_of_eight_bits(tmp_path: Path, scales: str) -> None:
    rng = random()
    whole = rng.integers(-128, 128, (OUT, IN)).astype(np.int8)
    shape = {"one": (1,), "rows": (OUT, 1), "groups": (OUT, IN // GROUP)}[scales]
    scale = torch.from_numpy(rng.uniform(0.01, 0.1, shape)).to(torch.bfloat16)
    zero = rng.integers(-3, 4, shape).astype(np.int8)
    wide, shift = (np.repeat(x, IN // x.shape[-1], -1) for x in (scale.float().numpy(), zero.astype(float)))
    tensors = {f"{NAME}.weight": whole, f"{NAME}.weight_scale": scale, f"{NAME}.weight_zero_point": zero}
    check(opened(tmp_path, tensors), (whole - shift) * wide.astype(np.float64), "scaled int8")


def test_eight_bit_floats_in_blocks(tmp_path: Path) -> None:
    rng = random()
    weight = torch.from_numpy(rng.normal(size=(200, 300))).to(torch.float8_e4m3fn)
    scale = rng.uniform(0.1, 1, (2, 3)).astype(np.float32)
    wide = np.kron(scale, np.ones((128, 128), np.float32))[:200, :300]
    tensors = {f"{NAME}.weight": weight, f"{NAME}.weight_scale_inv": scale}
    check(opened(tmp_path, tensors), weight.float().numpy() * wide, "scaled float8_e4m3fn")


@pytest.mark.parametrize("bits", [4, 8])
def test_compressed_tensors_packed(tmp_path: Path, bits: int) -> None:
    rng, half = random(), 1 << (bits - 1)
    whole = rng.integers(-half, half, (OUT, IN))
    scale = rng.uniform(0.01, 0.1, (OUT, IN // GROUP)).astype(np.float32)
    tensors = {
        f"{NAME}.weight_packed": np.ascontiguousarray(packed((whole + half).T, bits).T),
        f"{NAME}.weight_scale": scale,
        f"{NAME}.weight_shape": np.array([OUT, IN]),
    }
    check(opened(tmp_path, tensors), whole * np.repeat(scale, GROUP, 1), f"compressed int{bits}")


def test_lies_inside_a_layout_are_refused(tmp_path: Path) -> None:
    tensors = {
        f"{NAME}.qweight": np.zeros((8, 8), np.int32),
        f"{NAME}.qzeros": np.zeros((4, 1), np.int32),
        f"{NAME}.scales": np.ones((4, 8), np.float16),
        f"{NAME}.g_idx": np.full(64, 9, np.int32),
    }
    with (
        opened(tmp_path, tensors) as checkpoint,
        pytest.raises(DataError, match="names a group that has no scale"),
    ):
        checkpoint.read(f"{NAME}.weight")
    state = {
        "quant_type": "nf4",
        "blocksize": 1,
        "shape": [-2, -8],
        "nested_blocksize": 1 << 60,
        "nested_offset": 0,
    }
    for shape in ([-2, -8], [2, 8], [1 << 40, 1 << 40]):
        told = json.dumps({**state, "shape": shape}).encode()
        half = {
            f"{NAME}.weight": np.zeros((8, 1), np.uint8),
            f"{NAME}.weight.absmax": np.zeros(16, np.uint8),
            f"{NAME}.weight.quant_map": np.zeros(16, np.float32),
            f"{NAME}.weight.nested_absmax": np.ones(1, np.float32),
            f"{NAME}.weight.nested_quant_map": np.ones(256, np.float32),
            f"{NAME}.weight.quant_state.bitsandbytes__nf4": np.frombuffer(told, np.uint8).copy(),
        }
        if shape == [2, 8]:
            with opened(tmp_path, half) as checkpoint:
                assert checkpoint.read(f"{NAME}.weight").shape == (2, 8)
        else:
            with pytest.raises(DataError, match="is packed in a way that is not read"):
                opened(tmp_path, half)


def test_what_is_not_read_is_said_with_a_way_out(tmp_path: Path) -> None:
    tensors = {
        f"{NAME}.qweight": np.zeros((6, 32), np.int32),
        f"{NAME}.qzeros": np.zeros((4, 3), np.int32),
        f"{NAME}.scales": np.ones((4, 32), np.float16),
    }
    with pytest.raises(
        DataError, match=r"q_proj\.qweight' is packed in a way that is not read \(3 bits; 2, 4"
    ):
        opened(tmp_path, tensors)
    wrong = {f"{NAME}.weight": np.zeros((4, 4), np.int8), f"{NAME}.weight_scale": np.ones((9, 1), np.float32)}
    with pytest.raises(DataError, match="do not fit"):
        opened(tmp_path, wrong)
    state = np.frombuffer(b"{not json", np.uint8).copy()
    half = {
        f"{NAME}.weight": np.zeros((8, 1), np.uint8),
        f"{NAME}.weight.quant_state.bitsandbytes__nf4": state,
    }
    with pytest.raises(DataError, match="is packed in a way that is not read"):
        opened(tmp_path, half)
