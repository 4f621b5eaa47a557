"""Option probabilities from the tokens' log-probabilities."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.items import Choice, Likert, Number, Option, Text
from homophily.respondents._options import distribution

LIKERT = Likert(id="l", text="?", low=1, high=3)
CHOICE = Choice(id="c", text="?", options=(Option("calm", "Stay in"), Option("wild", "Go out")))


def at(token: str, **top: float) -> dict[str, Any]:
    listed = [{"token": name.strip("_"), "logprob": math.log(p)} for name, p in top.items()]
    return {"token": token, "logprob": 0.0, "top_logprobs": listed}


def test_a_lone_digit() -> None:
    told = distribution(LIKERT, [at("2", _1=0.1, _2=0.5, _9=0.3)])
    assert told is not None
    assert told[0] == pytest.approx({"1": 1 / 6, "2": 5 / 6, "3": 0.0})
    assert told[1] == pytest.approx(0.6)


def test_the_answer_within_json_not_its_key() -> None:
    told = distribution(CHOICE, [at('{"', A=1.0), at("answer", A=1.0), at('":'), at(' "B', A=0.2, B=0.6)])
    assert told is not None
    assert told[0] == pytest.approx({"calm": 0.25, "wild": 0.75})


def test_spellings_of_one_option_add_up() -> None:
    position = {
        "token": " 1",
        "top_logprobs": [{"token": t, "logprob": math.log(0.2)} for t in ("1", " 1", "2")],
    }
    told = distribution(LIKERT, [position])
    assert told is not None
    assert told[0]["1"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("item", "logprobs"),
    [
        (LIKERT, []),
        (LIKERT, [at("Well", _1=0.5)]),
        (LIKERT, [{"token": "1"}]),
        (LIKERT, [{"token": "1", "top_logprobs": [{"token": None, "logprob": "x"}, "junk"]}]),
        (LIKERT, [{"token": 1, "top_logprobs": None}]),
        (Likert(id="l", text="?", low=1, high=10), [at("1", _1=0.5)]),
        (Number(id="n", text="?"), [at("1", _1=0.5)]),
        (Text(id="t", text="?"), [at("1", _1=0.5)]),
    ],
)
def test_what_cannot_be_told_is_none(item: Any, logprobs: list[dict[str, Any]]) -> None:
    assert distribution(item, logprobs) is None


@settings(deadline=None)
@given(st.lists(st.floats(-50, 0), min_size=3, max_size=3))
def test_probabilities_sum_to_one_and_keep_their_order(logprobs: list[float]) -> None:
    listed = [{"token": str(point), "logprob": value} for point, value in enumerate(logprobs, start=1)]
    told = distribution(LIKERT, [{"token": "1", "top_logprobs": listed}])
    assert told is not None
    assert sum(told[0].values()) == pytest.approx(1)
    best = max(range(3), key=lambda place: logprobs[place])
    assert told[0][str(best + 1)] == max(told[0].values())
