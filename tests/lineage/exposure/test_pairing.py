"""Pairing: tensors found by name and role, tied ones once, priors from the victim or from siblings."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from homophily.errors import DataError, UsageError
from homophily.lineage.exposure.pairing import pair
from homophily.lineage.exposure.prior import spread_of


def test_a_victim_is_paired_with_its_base_and_tied_tensors_stand_once(zoo: Path, tmp_path: Path) -> None:
    parts = {part.name: part for part in pair(zoo / "gpt-tuned", zoo / "gpt")}
    stored = load_file(zoo / "gpt-tuned" / "model.safetensors")
    assert set(parts) == set(stored)
    assert "lm_head.weight" not in parts
    word = parts["transformer.wte.weight"]
    assert word.base is not None
    assert word.sigma == pytest.approx(spread_of([word.victim], word.base))
    assert (word.block, parts["transformer.ln_f.weight"].block) == (None, 0)
    assert (parts["transformer.h.1.attn.c_attn.weight"].block, parts["transformer.h.0.ln_1.bias"].block) == (
        1,
        2,
    )
    # Stored twice, counted once.
    copied = stored | {"lm_head.weight": stored["transformer.wte.weight"].copy()}
    save_file(copied, tmp_path / "model.safetensors")
    again = pair(tmp_path / "model.safetensors", zoo / "gpt")
    assert sum(part.size for part in again) == sum(part.size for part in parts.values())


def test_a_new_head_has_no_counterpart_and_other_prefixes_are_seen_through(zoo: Path, tmp_path: Path) -> None:
    parts = {part.name: part for part in pair(zoo / "bert-tuned", zoo / "bert")}
    new = {name for name, part in parts.items() if part.base is None}
    assert new == {
        "classifier.weight", "classifier.bias", "bert.pooler.dense.weight", "bert.pooler.dense.bias"
    }  # fmt: skip
    stored = load_file(zoo / "bert" / "model.safetensors")
    bare = {name.removeprefix("bert."): values for name, values in stored.items()}
    save_file(bare, tmp_path / "model.safetensors")
    seen = {part.name: part for part in pair(zoo / "bert-tuned", tmp_path / "model.safetensors")}
    assert {name for name, part in seen.items() if part.base is None} == new


def test_siblings_give_the_prior(zoo: Path) -> None:
    own = {part.name: part for part in pair(zoo / "gpt-tuned", zoo / "gpt")}
    theirs = {part.name: part for part in pair(zoo / "gpt-tuned", zoo / "gpt", [zoo / "gpt-sibling"])}
    sibling = {part.name: part for part in pair(zoo / "gpt-sibling", zoo / "gpt")}
    assert all(theirs[name].sigma == sibling[name].sigma for name in own)
    assert any(theirs[name].sigma != own[name].sigma for name in own)


def test_new_words_keep_the_rows_that_both_have(zoo: Path, tmp_path: Path) -> None:
    stored = load_file(zoo / "gpt-tuned" / "model.safetensors")
    word = stored["transformer.wte.weight"]
    save_file(
        stored | {"transformer.wte.weight": np.vstack((word, word[:2] + 1))}, tmp_path / "model.safetensors"
    )
    parts = {part.name: part for part in pair(tmp_path / "model.safetensors", zoo / "gpt")}
    base = parts["transformer.wte.weight"].base
    assert base is not None
    assert np.isnan(base[-2:]).all()
    assert np.isfinite(base[:-2]).all()


def test_what_cannot_be_paired_is_told_in_a_line(zoo: Path, tmp_path: Path) -> None:
    from tests.lineage.exposure.models import gpt

    wide = tmp_path / "wide"
    gpt(hidden=48).save_pretrained(wide)
    with pytest.raises(
        UsageError, match=r"the shapes do not match: '.*' is \(.*\) in the victim and \(.*\) in"
    ):
        pair(zoo / "gpt-tuned", wide)
    with pytest.raises(UsageError, match=r"name the base that the victim was tuned from"):
        pair(zoo / "gpt-tuned", zoo / "bert")
    save_file({"x": np.ones(3, np.float32)}, tmp_path / "x.safetensors")
    with pytest.raises(UsageError, match=r"has counterparts for 0 of the victim's .* weights"):
        pair(zoo / "gpt-tuned", tmp_path / "x.safetensors")
    stored = load_file(zoo / "gpt-tuned" / "model.safetensors")
    stored["transformer.ln_f.weight"][0] = np.nan
    save_file(stored, tmp_path / "broken.safetensors")
    with pytest.raises(DataError, match=r"'transformer.ln_f.weight' holds numbers that are not finite"):
        pair(tmp_path / "broken.safetensors", zoo / "gpt")
