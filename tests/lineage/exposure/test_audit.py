"""The audit on really tuned models: curves, defences, noise, and going on where it stopped."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from homophily import catalogue
from homophily.errors import DataError, UsageError
from homophily.lineage.exposure.audit import Exposure, audit
from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.curve import Strategy
from homophily.lineage.exposure.defences import defence_of
from homophily.lineage.exposure.kept import Kept, fingerprint
from homophily.lineage.exposure.measures import is_rising
from homophily.lineage.exposure.pairing import pair
from homophily.lineage.exposure.part import Part
from homophily.lineage.exposure.probe import Probe, load_probe
from homophily.lineage.exposure.strategies.adaptive import Adaptive
from homophily.lineage.exposure.strategies.likely import Likely
from homophily.lineage.exposure.subject import Subject

SHELF = "lineage.exposure.strategies"
BOTH = {"adaptive": Adaptive(levels=(4, 1, 0.06)), "likely": Likely(levels=(4, 1, 0.06))}


def strategies() -> dict[str, Strategy]:
    return {name: catalogue.get(SHELF, name)() for name in catalogue.names(SHELF)}


def setting(zoo: Path, kind: str) -> tuple[list[Part], Subject]:
    probe = load_probe(zoo / ("texts.txt" if kind == "gpt" else "classes.jsonl"))
    return pair(zoo / f"{kind}-tuned", zoo / kind), Subject(zoo / f"{kind}-tuned", probe)


@pytest.fixture(scope="module")
def found(zoo: Path) -> dict[str, Exposure]:
    return {kind: audit(*setting(zoo, kind), strategies()) for kind in ("gpt", "bert")}


@pytest.mark.parametrize("kind", ["gpt", "bert"])
def test_adaptive_reading_reveals_the_victim_at_few_bits(found: dict[str, Exposure], kind: str) -> None:
    exposure = found[kind]
    for name in ("adaptive", "likely"):
        points = exposure.points[name]
        assert is_rising([p.explained for p in points], 1e-3)
        assert is_rising([p.bits for p in points])
        assert points[-1].agreement == pytest.approx(1, abs=0.02)
        assert all(p.low <= p.agreement <= p.high for p in points)
    head, raw = exposure.points["head"][0], exposure.points["raw"]
    assert head.agreement < 0.9
    assert head.explained == 0
    assert raw[-1].agreement == 1
    assert raw[-1].bits == 32
    assert raw[-1].explained == 1
    bits, most = exposure.bits("likely"), exposure.bits("raw")
    assert bits is not None
    assert most is not None
    assert bits < 0.75 * most


def test_a_new_head_is_counted_in_full(found: dict[str, Exposure]) -> None:
    exposure = found["bert"]
    head = exposure.points["head"][0]
    assert exposure.new == 32 * 3 + 3 + 32 * 32 + 32
    assert head.bits == pytest.approx(32 * exposure.new / exposure.weights)
    assert head.body_bits == 0
    rows = {row.name: row for row in exposure.tensors()}
    assert rows["classifier.weight"].bits == 32
    assert rows["classifier.weight"].new


def test_the_victims_truth_is_told(found: dict[str, Exposure]) -> None:
    assert found["bert"].right is not None
    assert found["bert"].right > 0.9
    assert found["bert"].predictions == 26
    assert found["gpt"].predictions == 20 * 11
    assert found["gpt"].loss is not None


def test_defences_cost_the_owner_and_the_reader(zoo: Path) -> None:
    parts, subject = setting(zoo, "gpt")
    names = ("scale:4", "noise:0.5", "noise:2", "codes:8", "codes:4", "private:1")
    likely = {"likely": Likely(levels=(4, 0.5, 0.12))}
    found = audit(parts, subject, likely, defences=[defence_of(name) for name in names])
    rows = {row.name: row for row in found.defences}
    assert list(rows) == ["", *names]
    assert rows[""].kept == 1
    assert rows["noise:2"].kept < rows["noise:0.5"].kept <= 1
    assert rows["codes:8"].kept >= rows["codes:4"].kept
    assert rows["private:1"].most < rows[""].most
    assert rows["private:1"].kept == 1  # the model itself is not changed
    assert rows["scale:4"].kept < 1


def test_defended_parts_are_what_they_say() -> None:
    chance = np.random.default_rng(0)
    base = chance.normal(0, 0.1, (40, 50)).astype(np.float32)
    part = Part("w", base + chance.normal(0, 0.01, base.shape).astype(np.float32), base, 0.02, block=1)
    (scaled,) = defence_of("scale:3").apply([part])
    assert scaled.victim - base == pytest.approx(3 * (part.victim - base), abs=1e-6)
    assert scaled.sigma == pytest.approx(0.06)
    (noisy,) = defence_of("noise:2").apply([part])
    assert (noisy.victim - part.victim).std() == pytest.approx(0.02, rel=0.05)
    assert noisy.sigma == pytest.approx(0.02 * math.sqrt(5), rel=0.05)
    (coded,) = defence_of("codes:4").apply([part])
    assert all(len(np.unique(row)) <= 15 for row in coded.victim)
    assert np.abs(coded.victim - part.victim).max() <= np.abs(part.victim).max() / 7 / 2 + 1e-7
    reading = next(Adaptive(levels=(0,), width=99).read(coded, Channel()))
    assert np.array_equal(reading.values, coded.victim)
    assert reading.counts.max() <= 4
    assert reading.extra == 32 * 40
    close = next(Likely(levels=(0.01,)).read(coded, Channel()))
    assert np.mean(close.values == coded.victim) > 0.99  # a code is likely by all that is rounded to it
    (rounded,) = defence_of("bfloat16").apply([part])
    assert rounded.format.bits == 16
    assert not (rounded.victim.view(np.uint32) & 0xFFFF).any()
    last, before = defence_of("private:1").apply([part, Part("v", base, base, 0.0, block=2)])
    assert (last.private, before.private) == (True, False)


@pytest.mark.parametrize("text", ["noise", "noise:x", "codes:1", "private:1.5", "shield:3"])
def test_a_defence_that_is_none_is_told(text: str) -> None:
    with pytest.raises(UsageError):
        defence_of(text)


def test_noise_and_budgets_bend_the_curve(zoo: Path) -> None:
    parts, subject = setting(zoo, "gpt")
    clean = audit(parts, subject, BOTH).points
    wrong = audit(parts, subject, BOTH, channel=Channel(errors=0.05)).points
    held = audit(parts, subject, BOTH, budget=2.0, order="last").points
    for name in BOTH:
        assert wrong[name][-1].agreement < clean[name][-1].agreement
        assert all(p.bits <= 2 for p in held[name])
        assert held[name][-1].explained < clean[name][-1].explained


def test_what_is_finished_is_kept_and_found_again(zoo: Path, tmp_path: Path) -> None:
    parts, subject = setting(zoo, "gpt")
    path, about = tmp_path / "kept.jsonl", fingerprint(parts)
    first = audit(parts, subject, {"likely": BOTH["likely"]}, kept=Kept(path, about))
    torn = json.loads(path.read_text().splitlines()[0]) | {"key": "other"}
    with path.open("a") as file:
        file.write(json.dumps(torn)[:100])
    asked: list[str] = []
    again = audit(
        parts, subject, BOTH, kept=Kept(path, about), progress=lambda what, done, total: asked.append(what)
    )
    assert set(asked) == {"adaptive"}
    assert again.points["likely"] == first.points["likely"] or any(
        math.isnan(row.change) for row in first.points["likely"][0].tensors
    )
    other = audit(
        parts, subject, BOTH, kept=Kept(path, "another model"), progress=lambda *told: asked.append("new")
    )
    assert "new" in asked
    assert other.points["likely"][0].bits == first.points["likely"][0].bits


def test_a_subject_says_what_it_needs(zoo: Path, tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match="holds no tokenizer; put its files there, or give a probe of token ids"
    ):
        Subject(zoo / "bert-tuned", Probe(texts=["a b"]))
    with pytest.raises(UsageError, match="holds no config"):
        Subject(tmp_path, Probe(tokens=[[1]]))
    with pytest.raises(UsageError, match="a token 99; the victim's vocabulary ends at 29"):
        Subject(zoo / "gpt-tuned", Probe(tokens=[[5, 99]]))
    with pytest.raises(UsageError, match="label 'no' is none of the victim's: LABEL_0"):
        Subject(zoo / "bert-tuned", Probe(tokens=[[5, 6]], labels=["no"]))
    with pytest.raises(DataError, match="no input has 2 tokens or more"):
        Subject(zoo / "gpt-tuned", Probe(tokens=[[5]]))
    config = json.loads((zoo / "gpt" / "config.json").read_text()) | {"architectures": ["GPT2Model"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UsageError, match="names GPT2Model; exposure compares predictions"):
        Subject(tmp_path, Probe(tokens=[[5, 6]]))


def test_a_masked_model_answers_what_is_masked(zoo: Path) -> None:
    probe = load_probe(zoo / "texts.txt")
    parts = pair(zoo / "bert", zoo / "bert")
    subject = Subject(zoo / "bert", probe)
    parts = subject.follow(parts)
    said = subject.answers({part.name: part.victim for part in parts})
    assert len(said.said) == 20  # one of twelve letters, a seventh of each text
    hits, totals = said.agreement(said)
    assert np.array_equal(hits, totals)
    nothing = subject.answers({part.name: np.full_like(part.victim, np.nan) for part in parts})
    assert set(nothing.said) == {-1}
    assert not nothing.agreement(nothing)[0].any()
