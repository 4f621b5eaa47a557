"""Every dtype, by the tensor and by rows; shards; files that change while they are read."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from homophily.errors import DataError, UnknownName, UsageError
from homophily.lineage.checkpoints import _dtypes as dtypes
from homophily.lineage.checkpoints import open_checkpoint
from tests.lineage.checkpoints.made import file, llama, sharded

SPECIAL = [0.0, -0.0, float("nan"), float("inf"), -float("inf"), 1e-42, -1e-42, 6e-8, 3e38, 1.0, -1.5, 240.0]
FLOATS = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2)
WHOLE = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)


@pytest.mark.parametrize("dtype", FLOATS + WHOLE, ids=str)
def test_every_dtype_is_read_as_torch_reads_it(tmp_path: Path, dtype: torch.dtype) -> None:
    random = torch.Generator().manual_seed(5)
    numbers = torch.randn(8, 3, generator=random) * 20
    tensor = torch.cat((numbers, torch.tensor(SPECIAL).reshape(4, 3))) if dtype in FLOATS else numbers
    tensor = tensor.abs().to(dtype) if dtype is torch.uint8 else tensor.to(dtype)
    with open_checkpoint(file(tmp_path / "m.safetensors", {"x": tensor, "one": tensor[0, 0]})) as checkpoint:
        spec = checkpoint.spec("x")
        assert (spec.shape, spec.dtype) == (tuple(tensor.shape), str(dtype).removeprefix("torch."))
        wanted = tensor.to(torch.float32).numpy()
        np.testing.assert_array_equal(checkpoint.read("x"), wanted)
        np.testing.assert_array_equal(np.signbit(checkpoint.read("x")), np.signbit(wanted))
        np.testing.assert_array_equal(checkpoint.read("one"), wanted[0, 0])
        for rows in (1, 5, 100):
            blocks = [block.copy() for block in checkpoint.stream("x", rows)]
            assert max(map(len, blocks)) <= rows
            np.testing.assert_array_equal(np.concatenate(blocks), wanted)
        (words,) = (block.copy() for block in checkpoint.stream("x", 99, raw=True))
        assert words.tobytes() == tensor.contiguous().view(torch.uint8).numpy().tobytes()


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32"])
def test_narrowing_rounds_as_torch_does(name: str) -> None:
    random = np.random.default_rng(1)
    wide = (random.normal(size=4000) * 10.0 ** random.integers(-44, 38, 4000)).astype(np.float32)
    # Halfway between two bfloat16, to both sides, and what rounds up to infinity.
    halves = np.array([0x3F808000, 0x3F818000, 0x7F7FFFFF, 0x7F800001, 0xFFC00000], np.uint32).view(
        np.float32
    )
    wide = np.concatenate((wide, np.array(SPECIAL, np.float32), halves))
    found = dtypes.narrow(wide, dtypes.BY_NAME[name])
    wanted = torch.from_numpy(wide).to(getattr(torch, name))
    same = dtypes.widen(found, dtypes.BY_NAME[name])
    np.testing.assert_array_equal(same, wanted.float().numpy())


def test_the_buffer_is_used_again(tmp_path: Path) -> None:
    path = file(tmp_path / "m.safetensors", {"x": torch.arange(8, dtype=torch.bfloat16).reshape(4, 2)})
    with open_checkpoint(path) as checkpoint:
        blocks = list(checkpoint.stream("x", 1))
        assert all(np.shares_memory(blocks[0], block) for block in blocks)


def test_shards_are_one_checkpoint(tmp_path: Path) -> None:
    tensors = llama(np.random.default_rng(0))
    folder = sharded(tmp_path / "m", tensors, 3)
    for path in (folder, folder / "model.safetensors.index.json"):
        with open_checkpoint(path) as checkpoint:
            assert set(checkpoint.names) == set(tensors)
            for name, array in tensors.items():
                np.testing.assert_array_equal(checkpoint.read(name), array)
            assert checkpoint.layout.layers == 2
            assert checkpoint.form == "safetensors, sharded"


def spoil(folder: Path, how: str) -> str:
    index = folder / "model.safetensors.index.json"
    told = json.loads(index.read_text())
    shard = folder / "model-00002-of-00003.safetensors"
    if how == "missing":
        shard.unlink()
        return "the shard 'model-00002-of-00003.safetensors' of 3 is missing"
    if how == "truncated":
        os.truncate(shard, shard.stat().st_size - 10)
        return "cut short: tensor"
    if how == "cut in its header":
        os.truncate(shard, 40)
        return "cut short within its header"
    if how == "absent tensor":
        told["weight_map"]["model.extra.weight"] = shard.name
        said = "lacks the tensor 'model.extra.weight'"
    elif how == "elsewhere":
        told["weight_map"]["model.extra.weight"] = "../other.safetensors"
        said = "which is not beside it; refused"
    elif how == "no map":
        told = {"weight_map": [1]}
        said = "has no 'weight_map'"
    else:
        index.write_text('{"weight_map": {')
        return "no JSON"
    index.write_text(json.dumps(told))
    return said


@pytest.mark.parametrize(
    "how",
    ["missing", "truncated", "cut in its header", "absent tensor", "elsewhere", "no map", "half an index"],
)
def test_spoilt_shards_are_one_clear_line(tmp_path: Path, how: str) -> None:
    folder = sharded(tmp_path / "m", llama(np.random.default_rng(0)), 3)
    said = spoil(folder, how)
    with pytest.raises(DataError, match=said) as told:
        open_checkpoint(folder)
    assert "\n" not in str(told.value)


def test_files_are_closed_also_where_opening_fails(tmp_path: Path) -> None:
    folder = sharded(tmp_path / "m", llama(np.random.default_rng(0)), 3)
    spoil(folder, "truncated")
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for _ in range(3):
        with pytest.raises(DataError):
            open_checkpoint(folder)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


def test_where_there_is_no_pread_threads_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "preadv", raising=False)
    numbers = np.random.default_rng(0).normal(size=(500, 100)).astype(np.float32)
    with open_checkpoint(file(tmp_path / "m.safetensors", {"x": numbers})) as checkpoint:
        tensor = checkpoint.tensor("x")
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda row: tensor.rows(row, row + 1), range(500)))
    np.testing.assert_array_equal(np.concatenate(found), numbers)


def test_a_file_cut_while_it_is_read_says_so(tmp_path: Path) -> None:
    path = file(tmp_path / "m.safetensors", {"x": torch.zeros(1000, 10)})
    with open_checkpoint(path) as checkpoint:
        os.truncate(path, 5000)
        with pytest.raises(DataError, match="while it was read; was it replaced"):
            checkpoint.read("x")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no checkpoint"):
        open_checkpoint(tmp_path / "nothing")
    with pytest.raises(UsageError, match="holds no weights"):
        open_checkpoint(tmp_path)
    file(tmp_path / "a.safetensors", {"x": torch.zeros(2)})
    file(tmp_path / "b.safetensors", {"x": torch.zeros(2)})
    with pytest.raises(UsageError, match="holds 2 files"):
        open_checkpoint(tmp_path)
    with open_checkpoint(tmp_path / "a.safetensors") as checkpoint:
        with pytest.raises(UnknownName, match="no tensor named 'y'"):
            checkpoint.read("y")
        with pytest.raises(UsageError, match="at least one row"):
            checkpoint.stream("x", 0)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(DataError, match=r"config\.json: no JSON"):
        open_checkpoint(tmp_path / "a.safetensors")


def test_a_closed_checkpoint_reads_nothing_and_still_tells(tmp_path: Path) -> None:
    with open_checkpoint(file(tmp_path / "m.safetensors", {"x": torch.zeros(3, 2)})) as checkpoint:
        pass
    assert checkpoint.names == ("x",)
    assert checkpoint.spec("x").shape == (3, 2)
    with pytest.raises(UsageError, match="is closed; read it before its with ends"):
        checkpoint.read("x")


def test_reading_rows_holds_no_more_than_the_rows(tmp_path: Path) -> None:
    import tracemalloc

    path = file(tmp_path / "m.safetensors", {"x": torch.zeros(4096, 1024, dtype=torch.bfloat16)})
    with open_checkpoint(path) as checkpoint:
        tracemalloc.start()
        for _block in checkpoint.stream("x", 64):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 64 * 1024 * 6 * 1.5
