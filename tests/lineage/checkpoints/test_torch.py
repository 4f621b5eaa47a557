"""Files of torch.save: weights are read, code is refused and never run."""

import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from homophily.errors import DataError
from homophily.lineage.checkpoints import open_checkpoint
from tests.lineage.checkpoints.made import llama


def state() -> dict[str, torch.Tensor]:
    made = {name: torch.from_numpy(array) for name, array in llama(np.random.default_rng(2)).items()}
    made["model.norm.weight"] = made["model.norm.weight"].to(torch.bfloat16)
    made["lm_head.weight"] = made["lm_head.weight"].to(torch.float16)
    return made


@pytest.mark.parametrize("form", ["plain", "ordered", "nested", "legacy", "strided"])
def test_state_dicts_are_read(tmp_path: Path, form: str) -> None:
    tensors: dict[str, torch.Tensor] = state()
    saved: Any = tensors
    if form == "ordered":
        saved = OrderedDict(tensors)
    elif form == "nested":
        saved = {"epoch": 3, "state_dict": tensors, "optimizer": {"lr": 0.1}}
    elif form == "strided":
        saved = tensors = {k: t.t().contiguous().t() if t.ndim == 2 else t for k, t in tensors.items()}
    path = tmp_path / "pytorch_model.bin"
    torch.save(saved, path, _use_new_zipfile_serialization=form != "legacy")
    with open_checkpoint(tmp_path) as checkpoint:
        assert checkpoint.form == "PyTorch"
        assert checkpoint.layout.layers == 2
        for name, tensor in tensors.items():
            assert checkpoint.spec(name).dtype == str(tensor.dtype).removeprefix("torch.")
            np.testing.assert_array_equal(checkpoint.read(name), tensor.float().numpy())
            blocks = [block.copy() for block in checkpoint.stream(name, 3)]
            np.testing.assert_array_equal(np.concatenate(blocks), tensor.float().numpy())


def test_shards_of_torch_are_one_checkpoint(tmp_path: Path) -> None:
    tensors = state()
    weight_map = {}
    for place in range(2):
        own = dict(list(tensors.items())[place::2])
        torch.save(own, tmp_path / f"pytorch_model-{place}.bin")
        weight_map |= dict.fromkeys(own, f"pytorch_model-{place}.bin")
    (tmp_path / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": weight_map}))
    with open_checkpoint(tmp_path) as checkpoint:
        assert set(checkpoint.names) == set(tensors)
        np.testing.assert_array_equal(checkpoint.read("lm_head.weight"), tensors["lm_head.weight"].float())


class Trap:
    """What a hostile file holds: a call on loading."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.marker),)


@pytest.mark.parametrize("legacy", [False, True])
def test_code_is_refused_and_not_run(tmp_path: Path, legacy: bool) -> None:
    path = tmp_path / "model.pt"
    torch.save(
        {"w": torch.zeros(2), "x": Trap(tmp_path / "ran")}, path, _use_new_zipfile_serialization=not legacy
    )
    with pytest.raises(DataError, match=r"holds code \(.*mkdir\), which could do anything; refused") as told:
        open_checkpoint(path)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" + bytes(50), b"\x80\x02}q\x00."])
def test_other_files_are_one_clear_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(DataError) as told:
        open_checkpoint(path)
    assert "\n" not in str(told.value)
    assert str(path) in str(told.value)


def test_cut_files_and_odd_contents_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    torch.save(state(), path)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(DataError, match="weights-only PyTorch file, or a damaged one"):
        open_checkpoint(path)
    torch.save([1, 2], path)
    with pytest.raises(DataError, match="holds no state dict"):
        open_checkpoint(path)
    torch.save({"w": torch.zeros(2, dtype=torch.complex64)}, path)
    with pytest.raises(DataError, match=r"tensor 'w' is torch\.complex64"):
        open_checkpoint(path)
