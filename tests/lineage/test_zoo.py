"""The zoo is what its manifest says: whole, loadable, resumable, and equal in outputs where it must be."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.lineage.zoo import Zoo, make

HIDERS = (
    "permute-units",
    "permute-heads",
    "permute-channels",
    "permute-all",
    "flip",
    "scale",
    "rotate-heads",
)


def logits(zoo: Zoo, name: str) -> np.ndarray:
    import torch
    import transformers
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(zoo.path(name))
    model = getattr(transformers, config.architectures[0]).from_pretrained(zoo.path(name)).eval()
    rows = np.load(zoo.folder / "probes" / "stories.npz")["input_ids"][:4]
    with torch.no_grad():
        found: np.ndarray = model(input_ids=torch.from_numpy(rows)).logits.numpy()
    return found


@pytest.mark.parametrize("kind", [*HIDERS, "rotate", "disguise"])
@pytest.mark.parametrize("family", ["bert", "gpt2", "llama"])
def test_hidden_copies_answer_as_their_parents(zoo: Zoo, family: str, kind: str) -> None:
    if (family, kind) == ("bert", "rotate"):
        pytest.skip("a post-norm model has no rotation that keeps its outputs")
    before, after = (logits(zoo, name) for name in (f"{family}-0", f"{family}-0-{kind}"))
    np.testing.assert_allclose(after, before, atol=2e-4 * before.std())


def test_every_member_opens_as_any_checkpoint_does(zoo: Zoo) -> None:
    from transformers import AutoModel, AutoTokenizer

    for name in ("bert-0-ft-1e-4", "gpt2-0-disguise", "llama-0-drop"):
        assert sum(weight.numel() for weight in AutoModel.from_pretrained(zoo.path(name)).parameters()) > 1e4
        tokenizer = AutoTokenizer.from_pretrained(zoo.path(name))
        assert tokenizer.decode(tokenizer("the fox saw the moon.")["input_ids"]) == "the fox saw the moon."


def test_the_truth_is_whole(zoo: Zoo) -> None:
    known = set(zoo.members)
    for member in zoo.members.values():
        assert set(member["parents"]) | set(member["roots"]) <= known
        assert bool(member["relation"]) == (member["kind"] != "base")
    assert zoo.members["gpt2-0"]["order"] == zoo.members["gpt2-1"]["order"] != zoo.members["gpt2-2"]["order"]


def test_a_second_run_makes_what_is_missing_and_nothing_else(zoo: Zoo) -> None:
    import shutil

    manifest = json.loads((zoo.folder / "manifest.json").read_text("utf-8"))
    times = {name: (zoo.path(name) / "model.safetensors").stat().st_mtime_ns for name in zoo.members}
    gone = "gpt2-0-ft-1e-4"
    before = (zoo.path(gone) / "model.safetensors").read_bytes()
    shutil.rmtree(zoo.path(gone))
    make(zoo.folder)
    assert (zoo.path(gone) / "model.safetensors").read_bytes() == before
    after = json.loads((zoo.folder / "manifest.json").read_text("utf-8"))
    assert [one["name"] for one in after["members"]] == [one["name"] for one in manifest["members"]]
    assert all(
        (zoo.path(name) / "model.safetensors").stat().st_mtime_ns == time
        for name, time in times.items()
        if name != gone
    )
