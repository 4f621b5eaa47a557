"""GGUF files of the gguf package: every type, names, rotary order, damage."""

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.errors import DataError
from homophily.lineage.checkpoints import open_checkpoint

gguf = pytest.importorskip("gguf", reason="the package gguf is not installed: pip install 'homophily[gguf]'")

WIDTH, HEADS = 256, 4


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(9).normal(0, 0.1, shape).astype(np.float32)


def permuted(weights: np.ndarray, heads: int) -> np.ndarray:
    """As llama.cpp's converter stores q and k of Llama."""
    half = len(weights) // heads // 2
    return weights.reshape(heads, 2, half, -1).swapaxes(1, 2).reshape(weights.shape)


def written(path: Path, tensors: dict[str, tuple[np.ndarray, str]], architecture: str = "llama") -> Path:
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(2)
    for name, (array, kind) in tensors.items():
        of = gguf.GGMLQuantizationType[kind]
        writer.add_tensor(name, gguf.quants.quantize(array, of), raw_dtype=of)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q5_1"])
def test_every_type_is_read_through_the_package(tmp_path: Path, kind: str) -> None:
    array, of = numbers(6, WIDTH), gguf.GGMLQuantizationType[kind]
    path = written(
        tmp_path / "m.gguf", {"blk.0.ffn_up.weight": (array, kind), "output_norm.weight": (array[0], "F32")}
    )
    wanted = gguf.quants.dequantize(gguf.quants.quantize(array, of), of)
    with open_checkpoint(path) as checkpoint:
        plain = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}
        assert checkpoint.spec("blk.0.ffn_up.weight").dtype == plain.get(kind, f"gguf {kind.lower()}")
        np.testing.assert_array_equal(checkpoint.read("blk.0.ffn_up.weight"), wanted)
        blocks = [block.copy() for block in checkpoint.stream("blk.0.ffn_up.weight", 4)]
        np.testing.assert_array_equal(np.concatenate(blocks), wanted)
        np.testing.assert_array_equal(checkpoint.weights(["up"])["up", 0], wanted)
        assert np.abs(wanted - array).max() < 0.1
        np.testing.assert_array_equal(checkpoint.read("output_norm.weight"), array[0])


@pytest.mark.parametrize(("architecture", "turned"), [("llama", True), ("qwen2", False)])
@pytest.mark.parametrize("kind", ["F32", "Q8_0"])
def test_rotary_rows_return_to_their_order(
    tmp_path: Path, architecture: str, turned: bool, kind: str
) -> None:
    q, k, v = numbers(WIDTH, WIDTH), numbers(WIDTH // 2, WIDTH), numbers(WIDTH // 2, WIDTH)
    stored = {
        "token_embd.weight": (numbers(32, WIDTH), "F32"),
        "blk.0.attn_q.weight": (permuted(q, HEADS) if turned else q, kind),
        "blk.0.attn_k.weight": (permuted(k, 2) if turned else k, kind),
        "blk.0.attn_v.weight": (v, kind),
    }
    with open_checkpoint(written(tmp_path / "m.gguf", stored, architecture)) as checkpoint:
        found = checkpoint.weights(["q", "k", "v"])
        for role, array in (("q", q), ("k", k), ("v", v)):
            np.testing.assert_allclose(found[role, 0], array, atol=0.01 if kind == "Q8_0" else 0)
        assert checkpoint.layout.family == architecture
        assert checkpoint.layout.tied
        assert checkpoint.layout.unmatched == ()
        np.testing.assert_array_equal(checkpoint.tensor("blk.0.attn_q.weight").rows(3, 7), found["q", 0][3:7])


def refusal(path: Path) -> str | None:
    """What is said of a damaged file; None where what survives is still a checkpoint."""
    try:
        open_checkpoint(path).close()
    except DataError as error:
        return str(error)
    return None


@pytest.mark.parametrize("place", [3, 10, 30, 60, 200])
def test_cut_or_overwritten_files_are_one_clear_line(tmp_path: Path, place: int) -> None:
    path = written(tmp_path / "m.gguf", {"blk.0.ffn_up.weight": (numbers(6, WIDTH), "F32")})
    good = path.read_bytes()
    spoilt = good[:place] + b"\xff" * 8 + good[place + 8 :]
    for content in (good[:place], spoilt):
        path.write_bytes(content)
        said = refusal(path)
        assert said is None or (str(path) in said and "\n" not in said)
    path.write_bytes(good[:100])
    with pytest.raises(DataError, match="its header is damaged or cut short"):
        open_checkpoint(path)
    path.write_bytes(b"hello")
    with pytest.raises(DataError, match="does not begin as a GGUF file does"):
        open_checkpoint(path)


def field(kind: int, value: bytes) -> bytes:
    return struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k" + struct.pack("<I", kind) + value


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (field(9, struct.pack("<IQ", 0, 1 << 40)), "items in a list"),
        (field(9, struct.pack("<IQ", 0, 1 << 20)), "leads beyond its end"),
        (field(9, struct.pack("<IQ", 8, 1 << 20)), "ends within it"),
        (field(9, struct.pack("<IQ", 9, 1)), "a list of type 9"),
        (field(8, struct.pack("<Q", 1 << 60)), "leads beyond its end"),
        (field(77, b""), "a field of type 77"),
        (struct.pack("<IQQ", 3, 1 << 60, 0), "tensors"),
        (struct.pack("<IQQ", 3, 0, 1 << 60), "fields"),
        (struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (struct.pack("<IQQQ", 3, 1, 0, 0) + struct.pack("<I", 1 << 30), "axes"),
    ],
)
def test_lies_about_lengths_cost_no_memory(tmp_path: Path, rest: bytes, said: str) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF" + rest)
    tracemalloc.start()
    with pytest.raises(DataError, match=said):
        open_checkpoint(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_mutation_of_bytes_does_worse_than_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.gguf"
    content = bytearray(written(path, {"blk.0.ffn_up.weight": (numbers(2, WIDTH), "Q8_0")}).read_bytes())
    head = content.index(b"blk.0") + 60
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(4, min(head, len(content) - 1)))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.sampled_from([len(content), head, head // 2]))]))
    said = refusal(path)
    assert said is None or (str(path) in said and "\n" not in said)
