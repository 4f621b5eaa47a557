"""The relation of two models whose descent is known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import homophily
from homophily.errors import DataError, UsageError
from homophily.lineage import Descent, descent
from tests.lineage.arrays import model, shuffled, tuned
from tests.lineage.zoo import Zoo

REAL = Path(homophily.__file__).parents[3] / "shared" / "data" / "lineage" / "bert_tiny_family"

#: What each kind of descendant is called; where two names are fair, both.
KINDS = {
    "copy": {"identical"},
    "bf16": {"quantised"},
    "int8": {"quantised"},
    "int4": {"quantised"},
    "int3": {"quantised"},
    "pruned-30": {"pruned"},
    "pruned-50": {"pruned"},
    "pruned-90": {"pruned"},
    "permute-units": {"transformed"},
    "permute-channels": {"transformed"},
    "permute-all": {"transformed"},
    "flip": {"transformed"},
    "scale": {"transformed"},
    "rotate": {"transformed"},
    "rotate-heads": {"transformed"},
    "disguise": {"transformed"},
    "drop": {"partial"},
    "graft": {"partial"},
    "merge": {"merged"},
    "ft-2e-5": {"fine-tuned"},
    "ft-1e-4": {"fine-tuned"},
    "ft-5e-4": {"fine-tuned", "continued"},
    "continued": {"fine-tuned", "continued"},
    "lora": {"adapter-merged"},
    "rl": {"fine-tuned"},
}
LOSES = {"bf16", "int8", "int4", "int3", "pruned-30", "pruned-50", "pruned-90"}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_child_is_named(zoo: Zoo, kind: str) -> None:
    pairs = zoo.of(kind)
    assert pairs
    for base, child in pairs:
        found = descent(base, child)
        assert found.relation in KINDS[kind], f"{child.name}: {found.text}"
        assert found.related
        assert math.isfinite(found.log10_p)
        assert found.p > 0
        assert found.direction == ("b from a" if kind in LOSES | {"merge"} else "undetermined"), child.name
        assert found.why
        assert found.assumptions
        assert found.null


@pytest.mark.parametrize("kind", ["int4", "pruned-50", "permute-all"])
def test_the_other_way_round_is_the_same_relation(zoo: Zoo, kind: str) -> None:
    for base, child in zoo.of(kind):
        found = descent(child, base)
        assert found.relation in KINDS[kind]
        assert found.direction == ("a from b" if kind in LOSES else "undetermined")


def test_strangers_are_unrelated(zoo: Zoo) -> None:
    for one, other in zoo.strangers():
        found = descent(one, other)
        assert found.relation == "unrelated", f"{one.name}, {other.name}: {found.text}"
        assert abs(found.similarity) < 0.3


def test_a_third_model_settles_a_merge(zoo: Zoo) -> None:
    for base, merged in zoo.of("soup"):
        one, other = (base.parent / f"{base.name}-{kind}" for kind in ("ft-1e-4", "ft-5e-4"))
        found = descent(one, merged, third=other)
        assert (found.relation, found.direction) == ("merged", "b from a")
        assert "0.50 of a and 0.50 of the third" in found.text
        assert descent(base, one, third=other).relation != "merged"


def test_partial_says_which_layers(zoo: Zoo) -> None:
    for base, child in zoo.of("graft"):
        assert descent(base, child).related_layers == (0,), child.name
    for base, child in zoo.of("drop"):
        assert descent(base, child).layers == {0: 0, 2: 1}


def test_arrays_do_as_well_as_files() -> None:
    a = model(1)
    assert descent(a, tuned(a)).relation == "fine-tuned"
    assert descent(a, tuned(a, 0.4)).relation == "continued"
    assert descent(a, shuffled(tuned(a, 0.05))).relation == "transformed"
    assert descent(a, model(2)).relation == "unrelated"


def test_another_width_cannot_be_compared_and_another_vocabulary_can() -> None:
    a = model(1)
    found = descent(a, model(1, hidden=16))
    assert (found.relation, found.related) == ("not comparable", False)
    assert "24 and 16" in found.text
    assert math.isnan(found.p)
    longer = tuned(a) | {("embed", None): np.vstack([a["embed", None], np.ones((7, 24), np.float32)])}
    assert descent(a, longer).relation == "fine-tuned"


def test_layers_are_found_wherever_they_went() -> None:
    a = model(1, layers=5)
    b = {(role, layer and layer - 1): v for (role, layer), v in tuned(a).items() if layer != 0}
    assert descent(a, b).layers == {1: 0, 2: 1, 3: 2, 4: 3}


def test_without_an_mlp_a_copy_is_known_and_the_rest_undecided() -> None:
    a = {key: v for key, v in model(1).items() if key[0] in "qkvo"}
    assert descent(a, dict(a)).relation == "identical"
    assert descent(a, tuned(a)).relation == "undecided"


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(UsageError, match="alpha"):
        descent(model(1), model(2), alpha=0.5)
    with pytest.raises(UsageError, match="layers"):
        descent(model(1), model(2), layers=0)
    with pytest.raises(UsageError, match="descent test"):
        descent(model(1), model(2), tests=["cus"])


def test_what_is_no_checkpoint_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 30)
    with pytest.raises(DataError, match=r"model\.safetensors"):
        descent(tmp_path, tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real family of BERT-tiny is not beside the checkout")
def test_a_real_family_is_found() -> None:
    members = sorted(REAL.glob("*.safetensors"))
    stated = {("emotion_intent", "sst2_distilled"): 0.9945, ("early_weights", "sst2_distilled"): 0.9982}
    stated["early_weights", "emotion_intent"] = 0.9960
    for i, one in enumerate(members):
        for other in members[i + 1 :]:
            found: Descent = descent(one, other)
            assert found.relation == "fine-tuned", found.text
            assert found.log10_p < -100
            assert found.similarity == pytest.approx(stated[one.stem, other.stem], abs=2e-4)
