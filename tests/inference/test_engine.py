"""The engine: alone or in company, from the start or from a shared beginning, the answers are the same."""

from __future__ import annotations

import asyncio
import math
import time

import pytest
import torch

from homophily.errors import DataError, RespondentError, UsageError
from homophily.inference import EngineSettings
from homophily.inference.checkpoint import Checkpoint, digest
from homophily.inference.engine import Engine
from homophily.inference.pool import lease, release
from homophily.inference.requests import ContextFull, Generated, Overloaded, Piece, Sampling
from tests.filtering.families import CONFIGS, SHAPE
from tests.inference.models import WORDS, checkpoint


def chats(engine: Engine, count: int) -> list:
    """Prompts of unequal lengths, every third of one system's words."""
    return [
        engine.prompts.chat(
            [
                {"role": "system", "content": WORDS[(n % 3) * 40 : (n % 3) * 40 + 150 + 40 * (n % 2)]},
                {"role": "user", "content": WORDS[n * 7 : n * 11 + 20]},
            ]
        )
        for n in range(count)
    ]


def sampling(seed: int) -> Sampling:
    return Sampling(
        max_tokens=5 + seed * 7 % 17, temperature=0.0 if seed % 4 == 0 else 0.9, seed=seed, top_p=0.95
    )


async def one_by_one(engine: Engine, count: int) -> list[Generated]:
    return [await engine.generate(prompt, sampling(n)) for n, prompt in enumerate(chats(engine, count))]


async def together(engine: Engine, count: int) -> list[Generated]:
    jobs = (engine.generate(prompt, sampling(n)) for n, prompt in enumerate(chats(engine, count)))
    return list(await asyncio.gather(*jobs))


def test_lanes_change_no_text_and_no_setting_of_torch(opened):
    prompts = chats(opened(), 12)

    async def all_of(engine: Engine) -> list:
        texts = (engine.generate(prompt, sampling(n)) for n, prompt in enumerate(prompts))
        scores = (engine.score(prompt, ["1", "10", "2"]) for prompt in prompts)
        return list(await asyncio.gather(*texts, *scores))

    alone = asyncio.run(all_of(opened(prefixes=0, batch=1, lanes=1)))
    threads = torch.get_num_threads()
    lanes = opened(batch=6, prefill=300, lanes=3)
    assert torch.get_num_threads() == threads
    found = asyncio.run(all_of(lanes))
    for one, other in zip(alone, found, strict=True):
        if isinstance(one, Generated):
            assert one.ids == other.ids
        else:
            assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)
    assert lanes.totals.requests == 24
    assert lanes.totals.shared_tokens > 0
    assert lanes.waiting == 0


@pytest.mark.parametrize("filter", [None, 0.4])
def test_same_seed_same_text_in_any_company(opened, filter):
    alone = asyncio.run(one_by_one(opened(filter=filter, prefixes=0, batch=1), 12))
    crowd = opened(filter=filter, batch=6, prefill=300)
    for _ in range(2):
        found = asyncio.run(together(crowd, 12))
        assert [each.ids for each in found] == [each.ids for each in alone]
        assert [each.text for each in found] == [each.text for each in alone]
    assert crowd.totals.shared_tokens > 0
    assert crowd.totals.written / crowd.totals.steps > 2


@pytest.mark.parametrize("filter", [None, 0.4])
@pytest.mark.parametrize("family", ["mistral", "qwen2-mixed", "phi3"])
def test_other_families_too(opened, tmp_path, family, filter):
    config = type(CONFIGS[family])(
        **{**SHAPE, "max_position_embeddings": 1024},
        **({"sliding_window": 40} if family != "phi3" else {}),
        **({"use_sliding_window": True, "max_window_layers": 2} if family == "qwen2-mixed" else {}),
    )
    folder = checkpoint(tmp_path / family, config)
    alone = asyncio.run(one_by_one(opened(folder, filter=filter, prefixes=0, batch=1), 4))
    found = asyncio.run(together(opened(folder, filter=filter), 4))
    assert [each.ids for each in found] == [each.ids for each in alone]


def test_greedy_text_is_what_generate_gives(opened, tiny):
    engine = opened()
    model, words = engine.checkpoint.model, engine.checkpoint.tokenizer
    prompt = chats(engine, 2)[1]
    said = asyncio.run(engine.generate(prompt, Sampling(max_tokens=20, temperature=0)))
    with torch.no_grad():
        out = model.generate(torch.tensor([prompt.ids]), max_new_tokens=20, do_sample=False)
    assert list(said.ids) == out[0, len(prompt.ids) :].tolist()
    assert said.text == words.decode(said.ids, skip_special_tokens=True)
    assert said.finish == ("stop" if said.ids[-1] in engine.checkpoint.ends else "length")


@pytest.mark.parametrize("filter", [None, 0.4])
def test_scores_are_the_model_s_own(opened, filter):
    engine = opened(filter=filter)
    options = ["1", "7", "10", "agree", "agree with"]
    prompts = chats(engine, 9)

    async def score():
        return await asyncio.gather(*(engine.score(prompt, options) for prompt in prompts))

    found = asyncio.run(score())
    fresh = opened(filter=filter, prefixes=0)
    for prompt, scored in zip(prompts, found, strict=True):
        ids = [fresh.prompts.option(prompt, option) for option in options]
        whole = [_likelihood(fresh, prompt.ids, each) for each in ids]
        expected = [
            math.exp(mine)
            - sum(
                math.exp(theirs)
                for other, theirs in zip(ids, whole, strict=True)
                if len(other) > len(own) and other[: len(own)] == own
            )
            for own, mine in zip(ids, whole, strict=True)
        ]
        assert [math.exp(each) for each in scored.logprobs] == pytest.approx(expected, rel=2e-3, abs=1e-9)
        assert sum(scored.distribution()) == pytest.approx(1)


def _likelihood(engine: Engine, prompt, option) -> float:
    """A log-likelihood by plain forward passes, through the same filter if there is one."""
    with torch.no_grad():
        logits = engine.checkpoint.model(torch.tensor([[*prompt, *option]])).logits[0]
    logs = torch.log_softmax(logits.double(), -1)
    start = len(prompt) - 1
    return float(sum(logs[start + place, token] for place, token in enumerate(option)))


def test_a_question_scored_before_is_not_computed_again(opened):
    engine = opened()
    prompt = chats(engine, 1)[0]
    first = asyncio.run(engine.score(prompt, ["1", "2"]))
    readings = engine.totals.readings
    again = asyncio.run(engine.score(prompt, ["1", "2"]))
    assert again.logprobs == first.logprobs
    assert engine.totals.readings == readings
    assert asyncio.run(engine.score(prompt, ["1", "3"])).logprobs[0] == pytest.approx(first.logprobs[0])


def test_what_the_filter_did_is_told(opened):
    engine = opened(filter=0.4)
    prompt = engine.prompts.chat([{"role": "user", "content": WORDS[:700]}])
    said = asyncio.run(engine.generate(prompt, Sampling(max_tokens=40, seed=1)))
    assert said.spent.ratio == pytest.approx(0.4, abs=0.08)
    assert said.spent.saved_bytes == said.spent.filtered * 2 * 2 * 16 * 4
    assert engine.totals.filtered == said.spent.filtered
    scored = asyncio.run(engine.score(prompt, ["1", "2"]))
    assert 0.3 < scored.spent.ratio < 0.5


def test_a_stream_gives_the_same_words(opened):
    engine = opened()
    prompt = chats(engine, 1)[0]
    whole = asyncio.run(engine.generate(prompt, Sampling(max_tokens=30, seed=2, logprobs=2)))

    async def stream():
        return [thing async for thing in engine.stream(prompt, Sampling(max_tokens=30, seed=2, logprobs=2))]

    *pieces, last = asyncio.run(stream())
    assert all(isinstance(piece, Piece) for piece in pieces)
    assert len(pieces) > 3
    assert "".join(piece.text for piece in pieces) == whole.text == last.text
    assert [t.id for piece in pieces for t in piece.tokens] == [t.id for t in whole.tokens]
    assert all(len(token.top) == 2 and token.logprob <= token.top[0][1] for token in whole.tokens)


def test_a_prompt_that_does_not_fit_is_one_clear_line(opened, tmp_path):
    engine = opened(checkpoint(tmp_path / "short", context=64))
    long = engine.prompts.chat([{"role": "user", "content": WORDS[:600]}])
    with pytest.raises(ContextFull, match="the model's context is 64"):
        asyncio.run(engine.generate(long, Sampling()))
    with pytest.raises(ContextFull):
        asyncio.run(engine.score(long, ["1"]))
    fits = engine.prompts.plain("I like the sea.")
    said = asyncio.run(engine.generate(fits, Sampling(max_tokens=500, seed=3)))
    assert len(fits.ids) + len(said.ids) <= 64


def test_one_request_s_fault_harms_no_other(opened, monkeypatch):
    engine = opened()
    decoder = engine._worker._decoder
    read, poison = decoder.read, 17

    def failing(segments):
        if any(poison in segment.ids for segment in segments):
            raise RuntimeError("out of memory")
        return read(segments)

    monkeypatch.setattr(decoder, "read", failing)
    prompts = [p for p in chats(engine, 8) if poison not in p.ids]
    bad = type(prompts[0])((poison,) * 40)

    async def ask():
        jobs = [engine.generate(p, sampling(n)) for n, p in enumerate([prompts[0], bad, *prompts[1:]])]
        return await asyncio.gather(*jobs, return_exceptions=True)

    found = asyncio.run(ask())
    assert isinstance(found[1], RespondentError)
    assert "out of memory" in str(found[1])
    assert all(isinstance(each, Generated) for n, each in enumerate(found) if n != 1)


def test_a_step_that_fails_is_done_again_and_changes_nothing(opened, monkeypatch):
    expected = asyncio.run(together(opened(), 8))
    engine = opened()
    slots, failed = engine._worker._writers.slots, []
    step = slots.step

    def once(tokens):
        if len(tokens) > 3 and len(failed) < 2 and engine.totals.steps > 4:
            failed.append(len(tokens))
            raise RuntimeError("out of memory")
        return step(tokens)

    monkeypatch.setattr(slots, "step", once)
    found = asyncio.run(together(engine, 8))
    assert failed
    assert [each.ids for each in found] == [each.ids for each in expected]


def test_who_gives_up_leaves_the_batch(opened):
    engine = opened()

    async def give_up():
        prompt = engine.prompts.plain("Once upon a time")
        task = asyncio.create_task(engine.generate(prompt, Sampling(max_tokens=900, temperature=0)))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await engine.generate(prompt, Sampling(max_tokens=3, temperature=0))

    said = asyncio.run(give_up())
    assert len(said.ids) <= 3
    assert engine.totals.steps < 800
    until = time.monotonic() + 10
    while (
        len(engine._worker._writers.slots) and time.monotonic() < until
    ):  # the answer is told before its place is freed
        time.sleep(0.01)
    assert not len(engine._worker._writers.slots)


def test_too_many_are_turned_away(opened):
    engine = opened(batch=1, waiting=2)

    async def crowd():
        prompt = engine.prompts.plain("Once upon a time")
        jobs = [engine.generate(prompt, Sampling(max_tokens=30)) for _ in range(12)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    found = asyncio.run(crowd())
    assert any(isinstance(each, Overloaded) for each in found)
    assert any(isinstance(each, Generated) for each in found)


def test_a_small_memory_only_takes_longer(opened):
    expected = asyncio.run(together(opened(), 12))
    engine = opened(memory=1, prefixes=0)
    found = asyncio.run(together(engine, 12))
    assert [each.ids for each in found] == [each.ids for each in expected]


def test_a_closed_engine_says_so(opened):
    engine = opened()

    async def close():
        prompt = engine.prompts.plain("Once upon a time")
        task = asyncio.create_task(engine.generate(prompt, Sampling(max_tokens=900, temperature=0)))
        await asyncio.sleep(0.02)
        await asyncio.to_thread(engine.close)
        return await asyncio.gather(task, return_exceptions=True)

    (found,) = asyncio.run(close())
    assert isinstance(found, RespondentError)
    with pytest.raises(RespondentError, match="closed"):
        asyncio.run(engine.generate(engine.prompts.plain("x"), Sampling()))


def test_one_engine_for_equal_settings(tiny):
    settings = EngineSettings(model=str(tiny))
    one, other = lease(settings), lease(EngineSettings(model=str(tiny)))
    assert one is other
    release(settings)
    assert asyncio.run(one.generate(one.prompts.plain("x"), Sampling(max_tokens=2))).ids
    release(settings)
    assert lease(settings) is not one
    release(settings)


def test_a_checkpoint_is_known_by_its_content(tiny, tmp_path):
    other = checkpoint(tmp_path / "other", seed=1)
    same = checkpoint(tmp_path / "same")
    assert digest(tiny) == digest(same) != digest(other)
    (same / "README.md").write_text("A card changes nothing.")
    assert digest(tiny) == digest(same)


def test_what_is_no_checkpoint_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="is no checkpoint"):
        EngineSettings(model=str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DataError, match="cannot be loaded"):
        Checkpoint.load(EngineSettings(model=str(tmp_path)))
    with pytest.raises(DataError, match=r"no \*\.safetensors"):
        digest(tmp_path)


def test_wrong_settings_are_one_line(tiny):
    with pytest.raises(UsageError, match="ratoi"):
        EngineSettings.pairs({"ratoi": 0.5})
    with pytest.raises(UsageError, match="dtype must be"):
        EngineSettings(model=str(tiny), dtype="float8")
    with pytest.raises(UsageError, match="device 'cuda:99'"):
        Checkpoint.load(EngineSettings(model=str(tiny), device="cuda:99"))
    with pytest.raises(UsageError, match="top_p"):
        Sampling(top_p=0)


def test_double_precision_repeats_to_the_last_token(opened):
    alone = asyncio.run(one_by_one(opened(dtype="float64", prefixes=0, batch=1), 8))
    found = asyncio.run(together(opened(dtype="float64"), 8))
    assert [each.ids for each in found] == [each.ids for each in alone]
