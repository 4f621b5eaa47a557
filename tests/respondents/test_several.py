"""Every kind of respondent that can answers a list of options to choose several from."""

import asyncio
from collections import Counter

import httpx2
import numpy as np
import pytest

from homophily.asks import Ask
from homophily.items import NOTHING, Option, Several, chosen
from homophily.records import rows
from homophily.respondents.chat import Chat
from homophily.respondents.midpoint import Midpoint
from homophily.respondents.random import Random
from homophily.respondents.synthetic import Synthetic
from homophily.values import CODES
from tests.respondents.people import answers, ask, population
from tests.respondents.test_chat import Server, completion, play

OPTIONS = tuple(Option(code.lower(), f"Value {code}", code) for code in CODES)
ITEM = Several(id="v/1", text="Which?", options=OPTIONS, most=3)


def asks(n: int, item: Several = ITEM) -> list[Ask]:
    (someone,) = population(1)
    return [ask(item, someone, seed=k) for k in range(n)]


@pytest.mark.parametrize(
    "respondent", [Random(), Midpoint(), Synthetic()], ids=["random", "midpoint", "synthetic"]
)
def test_answers_read_back_from_their_own_words(respondent):
    for answer in answers(respondent, asks(60)):
        assert ITEM.read(answer.raw) == answer.value
        assert len(chosen(answer.value)) <= 3


def test_random_takes_every_number_and_every_option_equally_often():
    given = [chosen(answer.value) for answer in answers(Random(), asks(4000))]
    sizes = np.array([Counter(map(len, given))[size] for size in range(4)]) / 4000
    assert np.abs(sizes - 0.25).max() < 4 * np.sqrt(0.25 * 0.75 / 4000)
    taken = Counter(id_ for ids in given for id_ in ids)
    assert len(taken) == 10
    assert max(taken.values()) / min(taken.values()) < 1.25


def test_midpoint_chooses_nothing():
    assert {answer.value for answer in answers(Midpoint(), asks(5))} == {NOTHING}


def test_synthetic_chooses_by_its_values_whatever_the_order_shown():
    (someone,) = population(1)
    turned = Several(id="v/1", text="Which?", options=OPTIONS[::-1], most=3)
    settings = Synthetic(consistency=3.0)
    one = [a.value for a in answers(settings, asks(300))]
    assert one == [a.value for a in answers(settings, asks(300, turned))]
    taken = Counter(id_ for value in one for id_ in chosen(value))
    scores = [someone.profile[code] for code in CODES]
    assert np.corrcoef(scores, [taken[code.lower()] for code in CODES])[0, 1] > 0.6


def test_a_model_is_asked_for_a_list_and_what_it_invents_is_recorded():
    server = Server(completion('{"answer": ["Value BE", "Kindness"]}'))
    (answer,) = play(server, *asks(1))
    assert answer.value == "be"
    assert answer.record["rejected"] == ["Kindness"]
    (body,) = server.bodies
    assert body["response_format"]["json_schema"]["schema"] == ITEM.schema()
    assert "A. Value" in body["messages"][-1]["content"]


def test_a_model_that_names_nothing_known_is_asked_again():
    server = Server(completion('["Kindness"]'), completion("[]"))
    (answer,) = play(server, *asks(1))
    assert answer.value == NOTHING
    assert answer.missing is None
    assert [event["reason"] for event in answer.record["events"]] == ["off_scale"]


def test_the_cache_tells_lists_of_other_options_apart():
    other = Several(id="v/1", text="Which?", options=(Option("zz", OPTIONS[0].text), *OPTIONS[1:]), most=3)
    chat = Chat(url="http://model.test/v1", model="m")
    one, two = (chat.cache_key(ask(item, None)) for item in (ITEM, other))
    assert one != two


def test_the_store_gives_the_answer_back():
    (given,) = answers(Random(), asks(1))
    row = rows.row("run", 0, "r", asks(1)[0], rows.storable(given))
    assert row["kind"] == "several"
    assert rows.answer(row | {"time": 0.0}).value == given.value


def test_asking_needs_no_network():
    assert isinstance(asyncio.run(Random().answer(asks(1)[0])).value, str)
    assert httpx2  # the server above is a function, not a socket
