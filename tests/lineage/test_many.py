"""Many models: candidates ranked, a folder's tree, answers kept."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from homophily.errors import UnknownName, UsageError
from homophily.lineage import descent
from homophily.lineage.candidates import candidates, holm, step_up
from homophily.lineage.family import Family, family
from homophily.lineage.folder import fingerprint, models_in
from homophily.lineage.keeping import Kept, family_plain, plain, restored
from tests.lineage.arrays import model, saved, tuned
from tests.lineage.zoo import Zoo

MEMBERS = ("", "-int8", "-ft-1e-4", "-ft-5e-4", "-soup", "-permute-all")


@pytest.fixture(scope="module")
def folder(zoo: Zoo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models")
    for name in (*(f"llama-0{end}" for end in MEMBERS), "llama-1", "bert-0"):
        (made / name).symlink_to(zoo.path(name))
    (made / "broken.safetensors").write_bytes(b"\x10" + b"\0" * 20)
    (made / "notes.txt").write_text("no model")
    return made


@pytest.fixture(scope="module")
def tree(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Family:
    return family(folder, kept=Kept(tmp_path_factory.mktemp("kept")))


def test_adjusted_p_equal_statsmodels() -> None:
    ps = np.random.default_rng(0).uniform(size=9) ** 4
    logs = [float(p) for p in np.log10(ps)]
    assert 10 ** np.array(holm(logs)) == pytest.approx(multipletests(ps, method="holm")[1])
    assert 10 ** np.array(step_up(logs)) == pytest.approx(multipletests(ps, method="fdr_bh")[1])
    with_gap = holm([*logs, None])
    assert with_gap[:-1] == holm(logs)
    assert math.isnan(with_gap[-1])


def test_candidates_are_ranked_nearest_first_and_faults_are_told(zoo: Zoo, folder: Path) -> None:
    ranked = candidates(zoo.path("llama-0"), folder)
    names = [each.name for each in ranked]
    assert "llama-0" not in names
    assert {"llama-0-int8", "llama-0-permute-all"} == set(names[:2])
    assert set(names[-3:]) == {"llama-1", "bert-0", "broken.safetensors"}
    fault = ranked[-1]
    assert (fault.name, fault.found) == ("broken.safetensors", None)
    assert "broken.safetensors" in fault.fault
    assert all(each.log10_holm >= each.found.log10_p for each in ranked if each.found)


def test_the_tree_of_a_folder(tree: Family) -> None:
    assert tree.clusters[0] == tuple(sorted(f"llama-0{end}" for end in MEMBERS))
    assert ("bert-0",) in tree.clusters
    assert ("llama-1",) in tree.clusters
    assert set(tree.faults) == {"broken.safetensors"}
    known = {(e.one, e.other): e.relation for e in tree.edges if e.direction == "known"}
    assert known["llama-0", "llama-0-int8"] == "quantised"
    assert known["llama-0-ft-1e-4", "llama-0-soup"] == known["llama-0-ft-5e-4", "llama-0-soup"] == "merged"
    assert not any({e.one, e.other} & {"llama-1", "bert-0"} for e in tree.edges)


def test_an_interrupted_tree_goes_on_from_what_is_kept(folder: Path, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int, name: str) -> None:
        if done == 5:
            raise Stopped

    kept = Kept(tmp_path / "kept")
    with pytest.raises(Stopped):
        candidates(folder / "llama-0", folder, kept=kept, progress=stop)
    files = set(kept.folder.iterdir())
    assert 0 < len(files) <= 5
    before = {file: file.stat().st_mtime_ns for file in files}
    whole = candidates(folder / "llama-0", folder, kept=kept)
    assert {file: file.stat().st_mtime_ns for file in files} == before
    assert not list(kept.folder.glob("*.part"))
    files.pop().write_text("{half")
    assert [c.name for c in candidates(folder / "llama-0", folder, kept=kept)] == [c.name for c in whole]


def test_a_descent_survives_being_kept(zoo: Zoo) -> None:
    for other in ("llama-0-permute-all", "llama-1", "bert-0"):
        found = descent(zoo.path("llama-0"), zoo.path(other))
        again = restored(json.loads(json.dumps(plain(found))))
        assert plain(again) == plain(found)
        assert repr(again) == repr(found)


def test_content_and_not_names_tell_models_apart(zoo: Zoo, tmp_path: Path) -> None:
    first = fingerprint(zoo.path("llama-0"))
    assert first != fingerprint(zoo.path("llama-1"))
    copy = tmp_path / "other-name"
    copy.symlink_to(zoo.path("llama-0"))
    assert fingerprint(copy) == first


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    for bad in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError, match=r"folder|holds"):
            models_in(bad)


def test_a_family_as_plain_data(tree: Family) -> None:
    told = family_plain(tree)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert len(told["pairs"]) == len(tree.pairs)


def test_the_direction_is_open_until_the_first_is_named(tmp_path: Path) -> None:
    base = model(1)
    children = {f"child-{i}": tuned(base, 0.08, seed=i) for i in range(3)}
    for name, each in {"base": base, **children}.items():
        saved(tmp_path / name, each)
    edges = family(tmp_path).edges
    assert {e.direction for e in edges} == {"open"}
    assert {frozenset((e.one, e.other)) for e in edges} == {
        frozenset(("base", f"child-{i}")) for i in range(3)
    }
    told = family(tmp_path, root="child-1").edges
    assert {(e.one, e.other) for e in told if e.direction == "likely"} == {
        ("child-1", "base"),
        ("base", "child-0"),
        ("base", "child-2"),
    }
    with pytest.raises(UnknownName, match="child-1"):
        family(tmp_path, root="child-l")
