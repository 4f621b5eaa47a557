"""Chat completions, read strictly."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.wire.reply import Malformed, Reply, Tally, parse


def body(**changes: Any) -> bytes:
    message = {"role": "assistant", "content": "4"}
    choice = {"message": message, "finish_reason": "stop"}
    return json.dumps({"model": "m", "choices": [choice], "usage": {"prompt_tokens": 3}} | changes).encode()


def test_reads_a_completion_and_counts_its_tokens() -> None:
    tally = Tally()
    assert parse(body(usage={"prompt_tokens": 7, "completion_tokens": 2}), tally) == Reply(
        "4", "", "stop", "m"
    )
    assert (tally.prompt_tokens, tally.completion_tokens, tally.reported, tally.unreported) == (7, 2, 1, 0)


@pytest.mark.parametrize(
    "usage", [None, "x", {}, {"prompt_tokens": "7"}, {"prompt_tokens": True}, {"prompt_tokens": -1}]
)
def test_a_token_count_that_is_none_is_noted(usage: Any) -> None:
    tally = Tally()
    parse(body(usage=usage), tally)
    assert (tally.prompt_tokens, tally.unreported) == (0, 1)


def test_content_may_come_in_parts() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert parse(body(choices=[{"message": {"content": parts}}]), Tally()).text == "ab"


def test_no_choices_are_an_empty_reply() -> None:
    assert parse(body(choices=[]), Tally()).text == ""


@pytest.mark.parametrize(
    "choices", [None, "x", {}, [None], ["x"], [{}], [{"message": "x"}], [{"message": {"content": 4}}]]
)
def test_wrong_types_are_no_completion(choices: Any) -> None:
    with pytest.raises(Malformed):
        parse(body(choices=choices), Tally())


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"choices": [', b"[1]", b"null", b"\xff\xfe", b"4"])
def test_what_is_not_an_object_is_no_completion(content: bytes) -> None:
    with pytest.raises(Malformed):
        parse(content, Tally())


def test_tokens_of_a_malformed_reply_are_counted() -> None:
    tally = Tally()
    with pytest.raises(Malformed):
        parse(body(choices="x", usage={"prompt_tokens": 5, "completion_tokens": 1}), tally)
    assert tally.prompt_tokens == 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "usage", "prompt_tokens", "logprobs", "refusal", "text"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_gives_a_reply_or_a_reason(value: Any) -> None:
    try:
        reply = parse(json.dumps(value).encode(), Tally())
    except Malformed:
        return
    assert isinstance(reply.text, str)
    assert isinstance(reply.refusal, str)
