"""From fresh traces to classes, sizes, and the word unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from homophily import seeds
from homophily.errors import DataError, UnknownName, UsageError
from homophily.lineage import traces
from homophily.lineage.traces import (
    CHANNELS,
    UNKNOWN,
    Circumstances,
    Templates,
    Trace,
    classify,
    load,
    lose,
    make,
    make_templates,
    open_model,
    read_off,
    run,
    save,
    shipped,
)
from homophily.lineage.traces.families import FAMILIES, OUTSIDE
from homophily.lineage.traces.making import sized
from tests.lineage.traces.conftest import some


def truth(trace: Trace) -> tuple[str, str]:
    return str(trace.about["architecture"]), str(trace.about["implementation"])


@pytest.fixture(scope="module")
def own(recorded: list[Trace]) -> Templates:
    return make_templates(recorded, channels=["names"])


def test_shipped_templates_are_of_every_class_and_small() -> None:
    wanted = {(name, how) for name, family in FAMILIES.items() for how in family.implementations}
    templates = shipped()
    assert all(set(own.classes) == wanted for own in templates.recognisers.values())
    assert templates.about["transformers"] == ["5.17.0", "5.23.0"]
    assert (Path(traces.__file__).parent / "data" / "templates.npz").stat().st_size < 500_000


def test_shipped_templates_know_fresh_runs(fresh: list[Trace]) -> None:
    templates = shipped()
    assert set(templates.recognisers) == set(CHANNELS)
    assert len(templates.channel("names").classes) >= 16
    for trace in fresh:
        told = classify(trace, templates)
        assert (told.architecture, told.implementation) == truth(trace)
        assert sum(told.probabilities.values()) == pytest.approx(1)
        assert told.architectures[told.architecture] >= told.probabilities[truth(trace)] - 1e-9
        assert "does not tell which base" in told.untold[-1]
        assert classify(trace, templates, channel="shapes").architecture == truth(trace)[0]


def test_templates_of_ones_own_know_other_lengths_and_dtypes(own: Templates, fresh: list[Trace]) -> None:
    recogniser = own.channel("names")
    judged = recogniser.judge(fresh)
    assert [recogniser.classes[int(each.probabilities.argmax())] for each in judged] == list(
        map(truth, fresh)
    )
    told = classify(fresh[0], own)
    assert any("No template was recorded with dtype bfloat16" in each for each in told.cautions)


def test_a_trained_model_is_told_with_its_sizes() -> None:
    folder = Path(__file__).parents[4] / "shared" / "data" / "models" / "stories260K"
    if not folder.is_dir():
        pytest.skip(f"no real checkpoint at {folder}")
    told = classify(run(open_model(folder), tokens=48))
    assert (told.architecture, told.implementation) == ("llama", "sdpa")
    sizes = told.dimensions
    assert (sizes.layers, sizes.hidden, sizes.inner, sizes.gated) == (5, 64, 172, True)
    assert (sizes.heads, sizes.groups, sizes.vocabulary) == (8, 4, 512)


def test_strangers_are_unknown() -> None:
    few = {name: OUTSIDE[name] for name in ("deberta-v2", "gptj", "mamba", "mpt", "xglm")}
    for trace in make(1, Circumstances(tokens=(16,)), families=few, seed=5):
        told = classify(trace)
        assert (told.architecture, told.implementation) == (UNKNOWN, UNKNOWN), truth(trace)
        assert told.p < 0.01
        assert "fits no template" in told.untold[0]


def test_an_unseen_class_is_farther_than_every_seen_one(recorded: list[Trace], fresh: list[Trace]) -> None:
    seen, unseen = ([t for t in recorded if (truth(t)[0] == "llama") is outside] for outside in (False, True))
    recogniser = make_templates(seen, channels=["names"]).channel("names")
    inside = [trace for trace in fresh if truth(trace)[0] != "llama"]
    near, far = ([each.distances.min() for each in recogniser.judge(own)] for own in (inside, unseen))
    assert max(near) < min(far)


def test_sizes_are_those_drawn(recorded: list[Trace]) -> None:
    few = Circumstances(tokens=(8, 16, 24), batches=(1, 2))
    for place, trace in enumerate(recorded):
        drawn = sized(few, seeds.generator("traces", 77, *truth(trace), place % 3))
        told = read_off(trace)
        assert (told.layers, told.hidden, told.inner) == (drawn.layers, drawn.hidden, drawn.inner), truth(
            trace
        )
        assert (told.heads, told.width, told.vocabulary) == (drawn.heads, drawn.width, drawn.vocab)
        assert (told.batch, told.tokens) == (trace.about["batch"], trace.about["tokens"])
        if trace.about["architecture"] == "llama":
            assert told.groups == drawn.groups
            assert told.gated
        if trace.about["architecture"] == "t5":
            assert told.stacks == (drawn.layers, drawn.layers)


def test_making_goes_on_where_it_stopped(recorded: list[Trace]) -> None:
    few = Circumstances(tokens=(8, 16, 24), batches=(1, 2))
    (last,) = make(3, few, families=some(), seed=77, start=len(recorded) - 1)
    assert (last.names, last.shapes) == (recorded[-1].names, recorded[-1].shapes)


def test_layers_are_estimated_where_events_are_lost(recorded: list[Trace]) -> None:
    deep = [
        trace
        for trace in recorded
        if (read_off(trace).layers or 0) >= 4 and trace.about["architecture"] != "t5"
    ]
    chance = seeds.generator("lost layers")
    near = [abs((read_off(lose(t, 0.03, chance)).layers or 0) - (read_off(t).layers or 0)) <= 1 for t in deep]
    assert np.mean(near) >= 0.8


def test_templates_there_and_back(own: Templates, recorded: list[Trace], tmp_path: Path) -> None:
    again = load(save(own, tmp_path / "deep" / "templates.npz"))
    assert again.about["traces"] == len(recorded)
    before, after = (each.channel("names").judge(recorded) for each in (own, again))
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=5e-3)
        np.testing.assert_allclose(one.distances, other.distances)


def test_damaged_templates_are_refused(own: Templates, tmp_path: Path) -> None:
    path = save(own, tmp_path / "templates.npz")
    whole = path.read_bytes()
    for content in (b"", b"PK\x03\x04", whole[: len(whole) // 2], whole[:-40] + b"\0" * 40):
        path.write_bytes(content)
        with pytest.raises(DataError, match="holds no trace templates"):
            load(path)
    np.savez(path, head=np.frombuffer(b'{"format": "x", "version": 1}', np.uint8))
    with pytest.raises(DataError, match="another format"):
        load(path)
    np.savez(path, head=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="holds no trace templates"):
        load(path)
    with pytest.raises(UsageError, match="no such file"):
        load(tmp_path / "none.npz")


def test_wrong_words(recorded: list[Trace], own: Templates) -> None:
    with pytest.raises(UsageError, match="the trace is empty"):
        classify(Trace())
    with pytest.raises(UsageError, match="alpha"):
        classify(recorded[0], alpha=1)
    with pytest.raises(UnknownName, match="channel"):
        classify(recorded[0], own, channel="shapes")
    with pytest.raises(DataError, match="two classes"):
        make_templates(recorded[:2], channels=["names"])
    with pytest.raises(DataError, match="does not say"):
        make_templates([Trace()], channels=["names"])
