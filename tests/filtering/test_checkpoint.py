"""Checkpoints: what tells them apart, and what is said of those that cannot be loaded."""

from pathlib import Path

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from homophily.errors import UsageError
from homophily.filtering.checkpoint import load
from tests.filtering.evaluation import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("model") / "ferry")


def test_a_folder_is_loaded_as_it_is(folder: Path) -> None:
    held = load(folder, device="cpu")
    assert (held.name, held.length) == ("ferry", tiny.LENGTH)
    assert not held.model.training
    assert torch.equal(held.model.lm_head.weight, tiny.model().lm_head.weight)
    assert held.tokenizer.encode("a")[0] == held.tokenizer.bos_token_id


def test_the_identity_follows_weights_and_dtype(folder: Path, tmp_path: Path) -> None:
    other = tiny.checkpoint(tmp_path / "other")
    same = load(folder).id
    assert load(other).id == same
    assert load(other, dtype="bfloat16").id != same
    tiny.model(seed=1).save_pretrained(other)
    assert load(other).id != same


@pytest.mark.parametrize(
    ("where", "changes", "told"),
    [
        ("nowhere", {}, "no such folder: 'nowhere'"),
        ("./no/where", {}, "no such folder"),
        ("", {}, "config.json"),
        ("model", {"dtype": "int3"}, "no dtype named 'int3'"),
        ("model", {"device": "cudax"}, "no device 'cudax'"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    folder: Path, tmp_path: Path, where: str, changes: dict[str, str], told: str
) -> None:
    with pytest.raises(UsageError, match=told) as error:
        load({"model": folder, "": tmp_path}.get(where, where), **changes)
    assert "\n" not in str(error.value)


def test_an_unsupported_family_is_told_with_those_supported(tmp_path: Path) -> None:
    GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=258)).save_pretrained(tmp_path)
    tiny.tokenizer().save_pretrained(tmp_path)
    with pytest.raises(UsageError, match=r"GPT2.*LlamaAttention"):
        load(tmp_path)


def test_a_folder_without_weights_is_said(folder: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(UsageError, match="cannot be loaded"):
        load(tmp_path)
