"""A model in this process sits in a seat."""

from __future__ import annotations

import asyncio
import json
import math
import time
from pathlib import Path
from typing import Any

import pytest

from homophily.asks import Answer, Ask, Message
from homophily.errors import UsageError
from homophily.items import Choice, Likert, Number, Option, Text
from homophily.lab import runs, tidy
from homophily.lab.loading import load_design
from homophily.lab.runner import play
from homophily.respondents.local import Local
from homophily.seeds import derive
from tests.inference.models import checkpoint

LIKERT = Likert(id="trust/03", text="I can rely on Ann.", labels={1: "not at all", 7: "entirely"})
CHOICE = Choice(id="c/1", text="Which?", options=(Option("calm", "Stay in"), Option("wild", "Go out")))
NUMBER = Number(id="n/1", text="How many?", low=0, high=20)
TALK = Text(id="dialogue/1", text="What do you say?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(checkpoint(tmp_path_factory.mktemp("local") / "tiny"))


def ask(item, seed: object = 0, **changes: Any) -> Ask:
    heard = (Message("b", "Ann", "I like the sea."), Message("a", "Ben", "So do I."))
    known = {"system": "You are Ben and like the hills.", "history": heard, "seed": derive(seed, item.id)}
    return Ask(session="s", seat="a", path=item.id, item=item, **{"max_tokens": 12, **known, **changes})


def answers(local: Local, *asks: Ask) -> list[Answer]:
    async def run() -> list[Answer]:
        found = await asyncio.gather(*(local.answer(each) for each in asks))
        await local.aclose()
        return list(found)

    return asyncio.run(run())


def test_a_rating_is_the_likeliest_point_and_its_distribution_is_recorded(folder):
    (answer,) = answers(Local(model=folder), ask(LIKERT))
    told = answer.distribution
    assert list(told) == [str(point) for point in range(1, 8)]
    assert sum(told.values()) == pytest.approx(1)
    assert answer.value == int(max(told, key=told.get))
    assert answer.raw == str(answer.value)
    assert 0 < answer.record["option_mass"] <= 1
    assert answer.usage.prompt_tokens > 50
    assert answer.record["model"] == "tiny"
    assert answer.record["checkpoint"] == Local(model=folder).describe()["checkpoint"][:16]


def test_a_choice_is_recorded_by_its_options(folder):
    (answer,) = answers(Local(model=folder), ask(CHOICE))
    assert set(answer.distribution) == {"calm", "wild"}
    assert answer.value == max(answer.distribution, key=answer.distribution.get)
    assert answer.raw in ("A", "B")


def test_a_number_on_a_short_line_is_scored_and_on_a_long_one_read(folder):
    scored, read = answers(Local(model=folder), ask(NUMBER)) + answers(
        Local(model=folder, points=0), ask(NUMBER)
    )
    assert len(scored.distribution) == 21
    assert sum(scored.distribution.values()) == pytest.approx(1)
    assert 0 <= scored.value <= 20
    assert read.distribution is None
    assert (read.value is None) == (read.missing is not None)


def test_a_temperature_draws_from_the_distribution_with_the_ask_s_seed(folder):
    asks = [ask(LIKERT, seed=n, temperature=1.0) for n in range(400)]
    found = answers(Local(model=folder), *asks)
    again = answers(Local(model=folder), *asks[:20])
    assert [each.value for each in again] == [each.value for each in found[:20]]
    for point, share in found[0].distribution.items():
        seen = sum(each.raw == point for each in found) / 400
        assert abs(seen - share) < 4 * math.sqrt(max(share, 0.01) / 400)


def test_free_text_depends_on_the_seed_alone(folder):
    asks = [ask(TALK, seed=n, temperature=1.0) for n in range(6)]
    together = answers(Local(model=folder, cut="kept"), *asks)
    single = [answers(Local(model=folder, cut="kept"), each)[0] for each in reversed(asks)][::-1]
    assert [each.raw for each in together] == [each.raw for each in single]
    assert len({each.raw for each in together}) > 3
    assert all(each.usage.completion_tokens for each in together)


def test_a_text_cut_at_its_limit_is_missing_as_elsewhere_or_kept(folder):
    asks = [ask(TALK, seed=n, temperature=1.0, max_tokens=3) for n in range(8)]
    missing, kept = answers(Local(model=folder), *asks), answers(Local(model=folder, cut="kept"), *asks)
    cut = [n for n, each in enumerate(missing) if each.missing == "truncated"]
    assert cut
    assert all(kept[n].value == kept[n].raw.strip() for n in cut if kept[n].raw.strip())


def test_a_prompt_beyond_the_context_is_missing_with_a_reason(folder):
    (answer,) = answers(Local(model=folder), ask(LIKERT, system="I like the sea. " * 400))
    assert answer.missing == "truncated"
    assert "context is 1,024" in answer.record["why"]


def test_the_filter_s_ratio_is_in_the_record(folder):
    (answer,) = answers(
        Local(model=folder, filter={"ratio": 0.4, "rule": "random"}), ask(LIKERT, system="I like it. " * 60)
    )
    assert answer.record["filter"]["asked"] == {"ratio": 0.4, "rule": "random"}
    assert answer.record["filter"]["attained"] == pytest.approx(0.4, abs=0.08)
    assert answer.record["filter"]["saved_bytes"] > 0
    told, computed = answer.record["filter"], answer.record["computed"]
    assert told["skipped"] / computed["attended"] == pytest.approx(told["attained"], abs=1e-4)
    assert computed["attended"] == 4 * answer.usage.prompt_tokens  # layers
    assert 0 < computed["seconds"] <= answer.usage.seconds


def test_answers_together_have_the_time_that_the_model_computed(folder):
    asks = [ask(TALK, seed=n, temperature=1.0) for n in range(8)]
    began = time.perf_counter()
    found = answers(Local(model=folder, cut="kept"), *asks, ask(LIKERT), ask(LIKERT))
    whole = time.perf_counter() - began
    seconds = [each.record["computed"]["seconds"] for each in found]
    assert 0 < sum(seconds) <= whole
    assert sum(each.usage.seconds for each in found) > sum(seconds)  # waiting is in the one, not in the other
    assert all(each > 0 for each in seconds[:-1])


def test_respondents_of_equal_settings_share_an_engine(folder):
    one, other, third = Local(model=folder), Local(model=folder), Local(model=folder, filter=0.4)

    async def run():
        for each in (one, other, third):
            await each.check()
        shared = one._engine is other._engine, one._engine is third._engine
        await one.aclose()
        await other.answer(ask(LIKERT))
        await other.aclose()
        await third.aclose()
        return shared

    assert asyncio.run(run()) == (True, False)


def test_without_torch_there_is_one_line(folder, monkeypatch):
    from importlib import util

    find = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "torch" else find(name))
    with pytest.raises(UsageError, match=r"pip install 'homophily\[local\]'"):
        asyncio.run(Local(model=folder).check())


def test_wrong_folders_and_filters_are_one_line(folder, tmp_path):
    with pytest.raises(UsageError, match="is no checkpoint"):
        asyncio.run(Local(model=str(tmp_path)).check())
    with pytest.raises(UsageError, match="ratio must be in"):
        asyncio.run(Local(model=folder, filter=1.5).check())


def test_the_reference_model_is_the_default():
    reference = pytest.importorskip("homophily.filtering.reference")
    (answer,) = answers(Local(), ask(LIKERT))
    assert answer.record["model"] == Path(reference.FOLDER).name
    assert answer.value in range(1, 8)


DESIGN = """
study = "dyads"
languages = ["en"]
agents = 4
pairs.n = 2
values.instrument = ""
ratings.circles = ""
ratings.closeness = ""
ratings.trust = ""
ratings.subjective = ""
ratings.temperature = 1.0
dialogue.topics = ["move"]
dialogue.utterances = 2
dialogue.max_tokens = 16

[respondents.tiny]
kind = "local"
model = "{model}"
filter = 0.3
cut = "kept"
"""


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A byte-wise model needs a long context for a dyad's prompts."""
    return str(checkpoint(tmp_path_factory.mktemp("local") / "roomy", context=8192))


def test_a_study_is_played_and_goes_on_after_a_stop_with_the_same_answers(roomy, tmp_path):
    file = tmp_path / "design.toml"
    file.write_text(DESIGN.format(model=roomy), encoding="utf-8")
    kind, design = load_design(file)
    whole = runs.create(kind, design, root=tmp_path / "whole")
    status = asyncio.run(play(whole, kind, design, concurrency=4))
    assert (status.finished, status.missing) == (2, 0)
    expected = tidy.answers(whole)

    kind, limited = load_design(file, {"budget.asks": 4})
    halved = runs.create(kind, limited, root=tmp_path / "halved")
    from homophily.errors import BudgetReached

    with pytest.raises(BudgetReached):
        asyncio.run(play(halved, kind, limited, concurrency=2))
    asyncio.run(play(halved, kind, design, concurrency=2))
    keys = ["session", "seat", "path"]
    found = tidy.answers(halved).sort_values(keys).reset_index(drop=True)
    expected = expected.sort_values(keys).reset_index(drop=True)
    assert found["raw"].tolist() == expected["raw"].tolist()
    assert (found["prompt_tokens"] > 0).all()


def test_the_manual_lists_every_setting_as_it_is():
    page = Path(__file__).parents[2] / "docs" / "how-to" / "use-a-local-model.md"
    table = page.read_text(encoding="utf-8").split("## All settings", 1)[1]
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table.splitlines() if "| `" in line]
    listed = {name.strip("`"): (default, meaning) for name, default, meaning in rows}
    assert list(listed) == list(Local.model_fields)
    for name, field in Local.model_fields.items():
        shown = "none" if field.default is None else f"`{json.dumps(field.default)}`"
        assert listed[name] == (shown, field.description)


def test_the_example_design_is_one(tmp_path):
    file = Path(__file__).parents[2] / "examples" / "dyads-local.toml"
    kind, design = load_design(file)
    assert Local(**{k: v for k, v in design.respondents["local"].items() if k != "kind"}).filter == 0.3
    assert len(list(kind.sessions(design))) == 4
