"""Comparing checkpoints: names, layouts and vocabularies that differ; nulls; threads; faults."""

from __future__ import annotations

import importlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers as tf

from homophily.errors import DataError, UnknownName, UsageError
from homophily.lineage.checkpoints import open_checkpoint
from homophily.lineage.similarity import compare
from tests.lineage.checkpoints.made import file, llama, sharded
from tests.lineage.similarity.comparing import run


def tuned(tensors: dict[str, np.ndarray], seed: int, size: float) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {name: (x + random.normal(0, size, x.shape)).astype(np.float32) for name, x in tensors.items()}


def whole(a: dict[str, np.ndarray], b: dict[str, np.ndarray], names: list[str]) -> float:
    x = np.concatenate([a[name].reshape(-1) for name in names]).astype(float)
    y = np.concatenate([b[name].reshape(-1) for name in names]).astype(float)
    return float(x @ y / math.sqrt((x @ x) * (y @ y)))


def test_sums_are_over_matrices_of_the_whole(tmp_path: Path, parent: dict[str, np.ndarray]) -> None:
    child = tuned(parent, 1, 0.01)
    found = run(sharded(tmp_path / "a", parent), file(tmp_path / "b.safetensors", child).resolve())
    matrices = [name for name, x in parent.items() if x.ndim == 2]
    assert found.cosine == pytest.approx(whole(parent, child, matrices), abs=1e-6)
    ups = [name for name in parent if "up_proj" in name]
    assert found.roles["up"].tally.cosine == pytest.approx(whole(parent, child, ups), abs=1e-6)
    second = [name for name in matrices if ".layers.1." in name]
    assert found.layers[1].tally.cosine == pytest.approx(whole(parent, child, second), abs=1e-6)
    assert len(found.rows) == len(parent)
    by_name = {row.name_a: row for row in found.rows}
    for name, x in parent.items():
        assert by_name[name].measures["cosine"] == pytest.approx(whole(parent, child, [name]), abs=1e-6)
        assert by_name[name].shape == x.shape
        assert by_name[name].matrix == (x.ndim == 2)
        assert bool(by_name[name].null) == (x.ndim == 2)
    assert not found.only_a
    assert not found.only_b


def test_the_null_is_what_strangers_show(tmp_path: Path, parent: dict[str, np.ndarray]) -> None:
    stranger = llama(np.random.default_rng(7), layers=3, width=32, vocab=200)
    a, b = file(tmp_path / "a.safetensors", parent), file(tmp_path / "b.safetensors", tuned(parent, 1, 0.001))
    control = file(tmp_path / "c.safetensors", stranger)
    for null in ("turned", "noise"):
        found = run(a, b, control, null=null)
        assert found.control is not None
        own, strange = found.overall.null.measures(), found.control.overall.tally.measures()
        assert found.cosine > 0.999
        for name in ("cosine", "sign", "exponent"):
            assert own[name] == pytest.approx(strange[name], abs=0.03), (null, name)
        assert own["relative_l2"] == pytest.approx(strange["relative_l2"], rel=0.03)
    assert run(a, b, null=None).overall.null.words == 0


def test_threads_chunks_and_seeds_change_nothing_but_the_null(
    tmp_path: Path, parent: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = file(tmp_path / "a.safetensors", parent), file(tmp_path / "b.safetensors", tuned(parent, 1, 0.01))
    module = importlib.import_module("homophily.lineage.similarity.compare")
    large = run(a, b)
    for name, value in (("_CHUNK", 1 << 9), ("_PERIOD", 1 << 8), ("_SAMPLE", 1 << 7)):
        monkeypatch.setattr(module, name, value)
    one, four = run(a, b, threads=1), run(a, b, threads=4)
    assert json.dumps(one.plain()) == json.dumps(four.plain())
    assert one.overall.tally.within == large.overall.tally.within
    assert one.cosine == pytest.approx(large.cosine, abs=1e-8)
    assert 0 < one.overall.null.words < large.overall.null.words
    other = run(a, b, seed=5)
    assert other.overall.tally.measures() == one.overall.tally.measures()
    assert other.overall.null.cosine != one.overall.null.cosine


def test_progress_ends_where_it_should(tmp_path: Path, parent: dict[str, np.ndarray]) -> None:
    a = file(tmp_path / "a.safetensors", parent)
    told: list[tuple[int, int, str]] = []
    run(a, a, a, progress=lambda *each: told.append(each))
    assert told[-1][0] == told[-1][1] == 2 * sum(x.size for x in parent.values())
    assert [each[0] for each in told] == sorted(each[0] for each in told)


def test_copies_are_copies(tmp_path: Path, parent: dict[str, np.ndarray]) -> None:
    a = file(tmp_path / "a.safetensors", parent)
    halves = {name: torch.from_numpy(x).to(torch.bfloat16) for name, x in parent.items()}
    found = run(a, a)
    assert found.cosine == 1.0
    assert found.overall.tally.measures()["identical"] == 1
    cast = run(a, file(tmp_path / "b.safetensors", halves))
    assert cast.overall.tally.measures()["identical"] == 1
    assert 0.99 < cast.cosine < 1
    assert {row.bits for row in cast.rows} == {"bfloat16"}
    assert {(row.dtype_a, row.dtype_b) for row in cast.rows} == {("float32", "bfloat16")}


def test_the_same_model_under_other_names_and_turned(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = tf.GPT2Config(n_layer=2, n_embd=32, n_head=4, vocab_size=50, bos_token_id=0, eos_token_id=1)
    model = tf.GPT2LMHeadModel(config)
    model.save_pretrained(tmp_path / "a")
    state = model.state_dict()
    other = {"tok.weight": state["transformer.wte.weight"]}
    for layer in range(2):
        stem = f"transformer.h.{layer}."
        q, k, v = state[f"{stem}attn.c_attn.weight"].T.split(32)
        other |= {f"b.{layer}.q.weight": q, f"b.{layer}.k.weight": k, f"b.{layer}.v.weight": v}
        other |= {f"b.{layer}.o.weight": state[f"{stem}attn.c_proj.weight"].T}
        other |= {f"b.{layer}.up.weight": state[f"{stem}mlp.c_fc.weight"].T}
    file(tmp_path / "b.safetensors", other)
    lines = ["[weights]", 'embed = "tok"', *(f'{r} = "b.{{layer}}.{r}"' for r in ("q", "k", "v", "o", "up"))]
    (tmp_path / "map.toml").write_text("\n".join(lines))
    with (
        open_checkpoint(tmp_path / "a") as one,
        open_checkpoint(tmp_path / "b.safetensors", mapping=tmp_path / "map.toml") as two,
    ):
        for found in (compare(one, two), compare(two, one)):
            assert found.cosine == 1.0
            assert set(found.roles) == {"embed", "q", "k", "v", "o", "up"}
            assert found.overall.tally.measures()["identical"] == 1
        assert any("c_proj" in name for name in compare(one, two).only_a)
    same = run(tmp_path / "a", tmp_path / "a")
    assert {"q", "k", "v"} < set(same.roles)
    assert same.roles["q"].tally.pairs == 2 * 32 * 32


def vocabulary(folder: Path, tokens: list[str]) -> None:
    (folder / "tokenizer.json").write_text(
        json.dumps({"model": {"vocab": {t: i for i, t in enumerate(tokens)}}})
    )


def test_embeddings_of_other_vocabularies_meet_at_shared_tokens(
    tmp_path: Path, parent: dict[str, np.ndarray]
) -> None:
    tokens = [f"t{place}" for place in range(200)]
    order = np.random.default_rng(1).permutation(200)[:120]
    child = dict(parent)
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        child[name] = np.concatenate([np.full((3, 32), 9, np.float32), parent[name][order]])
    a, b = tmp_path / "a", tmp_path / "b"
    file(a / "model.safetensors", parent)
    file(b / "model.safetensors", child)
    first = run(a, b)
    embed = next(row for row in first.rows if row.role == "embed")
    assert embed.shape == (123, 32)
    assert embed.note == "the first 123 rows; one has 200, the other 123"
    assert embed.measures["cosine"] < 0.5
    vocabulary(a, tokens)
    vocabulary(b, ["<a>", "<b>", "<c>", *(tokens[place] for place in order)])
    by_token = run(a, b)
    embed = next(row for row in by_token.rows if row.role == "embed")
    assert embed.shape == (120, 32)
    assert embed.note.startswith("120 tokens that both vocabularies have")
    assert embed.measures["identical"] == 1
    assert by_token.cosine == 1.0


def test_a_tied_head_meets_a_stored_one(tmp_path: Path, parent: dict[str, np.ndarray]) -> None:
    tied = {name: x for name, x in parent.items() if name != "lm_head.weight"}
    stored = {**tied, "lm_head.weight": parent["model.embed_tokens.weight"]}
    for name, tensors, tie in (("a", tied, True), ("b", stored, False)):
        file(tmp_path / name / "model.safetensors", tensors)
        config = {"model_type": "llama", "tie_word_embeddings": tie}
        (tmp_path / name / "config.json").write_text(json.dumps(config))
    both = run(tmp_path / "a", tmp_path / "b")
    assert both.roles["head"].tally.measures()["identical"] == 1
    assert "head" not in run(tmp_path / "a", tmp_path / "a").roles


def test_what_differs_in_shape_or_kind_is_told_not_compared(
    tmp_path: Path, parent: dict[str, np.ndarray]
) -> None:
    other = {**parent, "extra.weight": np.ones((2, 2), np.float32)}
    other["model.layers.1.mlp.up_proj.weight"] = np.ones((7, 32), np.float32)
    del other["model.layers.2.self_attn.q_proj.weight"]
    ids = np.arange(4)
    a = file(tmp_path / "a.safetensors", {**parent, "position_ids": ids})
    found = run(a, file(tmp_path / "b.safetensors", {**other, "position_ids": ids}))
    assert found.only_a == {
        "model.layers.1.mlp.up_proj.weight": "shapes differ: [96, 32] and [7, 32]",
        "model.layers.2.self_attn.q_proj.weight": "the other has no q in layer 2",
        "position_ids": "holds int64, which are no weights",
    }
    assert found.only_b["extra.weight"] == "its role is unknown, and the other has no tensor of its name"
    assert found.cosine == 1.0


def test_poolers_and_classifiers_are_shown_and_not_summed(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    same = {"bert.encoder.layer.0.output.dense.weight": random.normal(size=(4, 4)).astype(np.float32)}
    for name in "ab":
        head = {"classifier.weight": random.normal(size=(2, 4)).astype(np.float32)}
        file(tmp_path / f"{name}.safetensors", {**same, **head})
    found = run(tmp_path / "a.safetensors", tmp_path / "b.safetensors")
    assert found.cosine == 1.0
    assert found.roles["classifier"].tally.cosine < 0.99
    assert [row.counts for row in found.rows] == [True, False]


def test_empty_and_broken_numbers_do_not_stop_it(tmp_path: Path, parent: dict[str, np.ndarray]) -> None:
    spoilt = {name: x.copy() for name, x in parent.items()}
    spoilt["model.layers.0.mlp.up_proj.weight"][3, 4:6] = (np.nan, np.inf)
    for tensors in (parent, spoilt):
        tensors["model.layers.0.self_attn.q_proj.bias"] = np.zeros(0, np.float32)
    found = run(file(tmp_path / "a.safetensors", parent), file(tmp_path / "b.safetensors", spoilt))
    assert found.overall.tally.nonfinite == 2
    assert found.cosine == pytest.approx(1, abs=1e-9)
    json.dumps(found.plain())


def test_refusals(tmp_path: Path, parent: dict[str, np.ndarray]) -> None:
    a = file(tmp_path / "a.safetensors", parent)
    with pytest.raises(DataError, match="have no tensor in common; are they of one architecture"):
        run(a, file(tmp_path / "b.safetensors", {"x": np.ones(3, np.float32)}))
    with pytest.raises(UnknownName, match="no null named 'other'"):
        run(a, a, null="other")
    with pytest.raises(UsageError, match="threads=0"):
        run(a, a, threads=0)


def test_memory_does_not_grow_with_the_checkpoints(tmp_path: Path) -> None:
    import tracemalloc

    tensors = {
        f"model.layers.{k}.mlp.up_proj.weight": torch.randn(512, 8192).to(torch.bfloat16) for k in range(2)
    }
    # A row as long as all the rest is read in stretches too.
    tensors["flat"] = torch.randn(1 << 20).to(torch.bfloat16).repeat(32)[None]
    a, b = file(tmp_path / "a.safetensors", tensors), file(tmp_path / "b.safetensors", tensors)
    del tensors
    tracemalloc.start()
    run(a, b)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20
