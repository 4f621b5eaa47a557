"""The chat API, through the official client and raw requests."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx2
import openai
import pytest

from homophily.asks import Ask
from homophily.inference import EngineSettings
from homophily.inference.engine import Engine
from homophily.items import Likert, Number
from homophily.lab import runs, tidy
from homophily.lab.loading import load_design
from homophily.lab.runner import play
from homophily.respondents.chat import Chat
from tests.inference.models import checkpoint
from tests.web.serve import serving

HELLO = [{"role": "system", "content": "You like the sea."}, {"role": "user", "content": "Hello?"}]


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = checkpoint(tmp_path_factory.mktemp("served") / "tiny", context=8192)
    return Engine.open(EngineSettings(model=str(folder), filter=EngineSettings.pairs(0.3)))


@pytest.fixture(scope="module")
def url(engine: Engine, stack: ExitStack) -> str:
    return stack.enter_context(serving(engine, key="open sesame", fingerprint="f1", largest=200_000))


@pytest.fixture
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=url, api_key="open sesame", max_retries=0) as made:
        yield made


def enum(*values: object) -> dict:
    schema = {"type": "object", "properties": {"answer": {"enum": list(values)}}, "required": ["answer"]}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}


def test_models_are_listed(client):
    (model,) = client.models.list().data
    assert (model.id, model.object) == ("tiny", "model")
    assert client.models.retrieve("tiny").id == "tiny"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("other")


def test_a_completion_counts_its_tokens_and_repeats_with_its_seed(client, engine):
    asked = {"model": "tiny", "messages": HELLO, "seed": 5, "max_tokens": 12}
    one, same = (client.chat.completions.create(**asked) for _ in range(2))
    other = client.chat.completions.create(**{**asked, "seed": 6})
    assert one.choices[0].message.content == same.choices[0].message.content
    assert one.choices[0].message.content != other.choices[0].message.content
    assert one.usage.prompt_tokens == len(engine.prompts.chat(HELLO).ids)
    assert one.usage.total_tokens == one.usage.prompt_tokens + one.usage.completion_tokens
    assert 0 < one.usage.completion_tokens <= 12
    assert one.choices[0].finish_reason in ("stop", "length")
    assert one.system_fingerprint == "f1"
    assert 0 <= one.model_extra["token_filter"]["attained_ratio"] < 0.5


def test_a_stream_ends_with_its_usage(client):
    asked = {"model": "tiny", "messages": HELLO, "seed": 5, "max_tokens": 12}
    whole = client.chat.completions.create(**asked)
    chunks = list(
        client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
    )
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-2].choices[0].finish_reason == whole.choices[0].finish_reason
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    assert not chunks[-1].choices


def test_the_asynchronous_client_too(url):
    async def ask() -> list[str]:
        async with openai.AsyncOpenAI(base_url=url, api_key="open sesame") as client:
            asked = {"model": "tiny", "messages": HELLO, "max_tokens": 8}
            found = await asyncio.gather(
                *(client.chat.completions.create(**asked, seed=seed) for seed in range(8))
            )
            stream = await client.chat.completions.create(**asked, seed=3, stream=True)
            pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
            return [*(each.choices[0].message.content for each in found), "".join(pieces)]

    *found, streamed = asyncio.run(ask())
    assert streamed == found[3]
    assert len(set(found)) > 4


def test_several_answers_logprobs_and_stop_strings(client):
    asked = {"model": "tiny", "messages": HELLO, "max_tokens": 10, "seed": 1}
    found = client.chat.completions.create(**asked, n=3, logprobs=True, top_logprobs=4)
    assert [choice.index for choice in found.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in found.choices}) > 1
    for choice in found.choices:
        for token in choice.logprobs.content:
            assert token.logprob <= 0
            assert len(token.top_logprobs) == 4
            assert sum(math.exp(each.logprob) for each in token.top_logprobs) <= 1 + 1e-6
    text = found.choices[0].message.content
    stop = text[3:5]
    cut = client.chat.completions.create(**asked, stop=[stop])
    assert cut.choices[0].message.content == text[: text.index(stop)]
    assert cut.choices[0].finish_reason == "stop"


def test_a_schema_of_known_values_is_answered_by_their_probabilities(client):
    asked = {"model": "tiny", "messages": HELLO, "response_format": enum(1, 2, 3)}
    found = client.chat.completions.create(**asked, temperature=0, logprobs=True, top_logprobs=3)
    value = json.loads(found.choices[0].message.content)["answer"]
    (told,) = [token for token in found.choices[0].logprobs.content if token.top_logprobs]
    assert str(value) == told.token == told.top_logprobs[0].token
    drawn = {
        client.chat.completions.create(**asked, temperature=1, seed=seed).choices[0].message.content
        for seed in range(12)
    }
    assert len(drawn) > 1
    (streamed,) = [
        chunk.choices[0].delta.content
        for chunk in client.chat.completions.create(**asked, temperature=0, stream=True)
        if chunk.choices and chunk.choices[0].delta.content
    ]
    assert json.loads(streamed)["answer"] == value


def test_plain_completions(client):
    asked = {"model": "tiny", "prompt": "I like the", "max_tokens": 6, "seed": 2}
    found = client.completions.create(**asked, logprobs=2)
    assert found.object == "text_completion"
    assert "".join(found.choices[0].logprobs.tokens) == found.choices[0].text
    text = "".join(chunk.choices[0].text for chunk in client.completions.create(**asked, stream=True))
    assert text == found.choices[0].text
    both = client.completions.create(**{**asked, "prompt": ["I like the", "So do"]})
    assert both.choices[0].text == found.choices[0].text
    assert len(both.choices) == 2


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"model": "other"}, openai.NotFoundError, "no model 'other'"),
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"temperature": 3}, openai.BadRequestError, "temperature"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, openai.BadRequestError, "'tools'"),
        ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "json_object"),
        (
            {"messages": [{"role": "user", "content": "x " * 9000}]},
            openai.BadRequestError,
            "context is 8,192",
        ),
        ({"messages": [{"role": "user", "content": "x" * 300_000}]}, openai.APIStatusError, "larger than"),
    ],
)
def test_faults_are_told_in_the_api_s_form(client, changes, kind, said):
    with pytest.raises(kind) as raised:
        client.chat.completions.create(**{"model": "tiny", "messages": HELLO, "max_tokens": 4, **changes})
    assert said in raised.value.body["message"]
    assert raised.value.body["type"] == "invalid_request_error"


def test_statuses(url):
    health = httpx2.get(url.replace("/v1", "/health"))
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    known = {"Authorization": "Bearer open sesame"}
    body = {"model": "tiny", "messages": HELLO}
    post = f"{url}/chat/completions"
    assert httpx2.post(post, json=body).status_code == 401
    assert httpx2.post(post, json=body, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert httpx2.get(f"{url}/models").status_code == 401
    assert (
        httpx2.post(post, content=b"{", headers=known | {"Content-Type": "application/json"}).status_code
        == 400
    )
    assert httpx2.post(post, content=b"{}", headers=known | {"Content-Type": "text/plain"}).status_code == 415
    assert httpx2.get(post, headers=known).status_code == 405
    nowhere = httpx2.get(f"{url}/nowhere", headers=known)
    assert (nowhere.status_code, "error" in nowhere.json()) == (404, True)


def test_who_hangs_up_is_no_longer_served(client, engine):
    stream = client.chat.completions.create(
        model="tiny", messages=HELLO, max_tokens=6000, temperature=1.5, stream=True, stop=["never said"]
    )
    next(iter(stream))
    stream.close()
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.05).chat.completions.create(
            model="tiny", messages=HELLO, max_tokens=6000, temperature=1.5
        )
    deadline = time.monotonic() + 5
    while len(engine._worker._writers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not len(engine._worker._writers)


def test_a_full_house_says_429(tmp_path):
    folder = checkpoint(tmp_path / "tiny")
    engine = Engine.open(EngineSettings(model=str(folder), batch=1, waiting=1))
    with serving(engine) as url:

        async def crowd() -> list[object]:
            async with openai.AsyncOpenAI(base_url=url, api_key="x", max_retries=0) as client:
                asked = {"model": "tiny", "messages": HELLO, "max_tokens": 60}
                jobs = (client.chat.completions.create(**asked) for _ in range(12))
                return await asyncio.gather(*jobs, return_exceptions=True)

        found = asyncio.run(crowd())
    turned = [each for each in found if isinstance(each, openai.RateLimitError)]
    assert turned
    assert len(turned) < 12
    assert turned[0].response.headers["retry-after"] == "1"


def test_our_own_respondent_gets_distributions(url, monkeypatch):
    monkeypatch.setenv("SERVER_KEY", "open sesame")
    chat = Chat(model="tiny", url=url, key_env="SERVER_KEY", logprobs=True)

    async def ask():
        items = (Likert(id="t/1", text="I can rely on Ann."), Number(id="n/1", text="How many?", high=9))
        found = [
            await chat.answer(Ask(session="s", seat="a", path=item.id, item=item, system="You are Ben."))
            for item in items
        ]
        await chat.aclose()
        return found

    rating, number = asyncio.run(ask())
    assert set(rating.distribution) == set("1234567")
    assert rating.value == int(max(rating.distribution, key=rating.distribution.get))
    assert 0 <= number.value <= 9
    assert "events" not in rating.record


def test_a_dyad_study_through_the_server(url, tmp_path, monkeypatch):
    monkeypatch.setenv("SERVER_KEY", "open sesame")
    chat = {"kind": "chat", "model": "tiny", "url": url, "key_env": "SERVER_KEY", "logprobs": True}
    settings = {
        "languages": ["en"],
        "agents": 4,
        "pairs.n": 2,
        "values.instrument": "",
        "ratings.circles": "",
        "ratings.closeness": "",
        "ratings.trust": "",
        "ratings.subjective": "",
        "dialogue.topics": ["move"],
        "dialogue.utterances": 2,
        "dialogue.max_tokens": 12,
        "respondents": {"served": chat},
    }
    kind, design = load_design("dyads", settings)
    run = runs.create(kind, design, root=tmp_path)
    status = asyncio.run(play(run, kind, design, concurrency=4))
    answers = tidy.answers(run)
    assert status.finished == 2
    ratings = answers[answers["kind"] == "likert"]
    assert not ratings["missing"].notna().any()
    assert (answers["requests"] == 1).all()
