"""Every kind of respondent that can puts options in order, and reads notices without a request."""

from collections import Counter

import numpy as np
import pytest

from homophily.items import READ, Notice, Option, Ranking, chosen
from homophily.respondents.midpoint import Midpoint
from homophily.respondents.random import Random
from homophily.respondents.synthetic import Synthetic
from homophily.values import CODES
from tests.respondents.people import answers, ask, population
from tests.respondents.test_chat import Server, completion, play

ITEM = Ranking(
    id="v/order", text="Order these.", options=tuple(Option(code, f"Value {code}", code) for code in CODES)
)
NOTICE = Notice(id="v/briefing", text="Read this.")
NULLS = pytest.mark.parametrize(
    "respondent", [Random(), Midpoint(), Synthetic()], ids=["random", "midpoint", "synthetic"]
)


def asks(n, item=ITEM):
    (someone,) = population(1)
    return [ask(item, someone, seed=k) for k in range(n)]


@NULLS
def test_orders_read_back_from_their_own_words(respondent):
    for answer in answers(respondent, asks(60)):
        assert ITEM.read(answer.raw) == answer.value
        assert sorted(chosen(answer.value)) == sorted(CODES)


@NULLS
def test_notices_are_read(respondent):
    assert {answer.value for answer in answers(respondent, asks(3, NOTICE))} == {READ}


@pytest.mark.parametrize("respondent", [Random(), Midpoint()], ids=["random", "midpoint"])
def test_null_respondents_favour_no_option_and_no_place(respondent):
    firsts = Counter(chosen(answer.value)[0] for answer in answers(respondent, asks(4000)))
    assert len(firsts) == 10
    assert max(abs(n / 4000 - 0.1) for n in firsts.values()) < 4 * np.sqrt(0.09 / 4000)


def test_synthetic_orders_by_its_values_whatever_the_order_shown():
    (someone,) = population(1)
    turned = Ranking(id=ITEM.id, text=ITEM.text, options=ITEM.options[::-1])
    settings = Synthetic(consistency=3.0)
    given = [answer.value for answer in answers(settings, asks(200))]
    assert given == [answer.value for answer in answers(settings, asks(200, turned))]
    places = np.mean([[chosen(value).index(code) for code in CODES] for value in given], axis=0)
    assert np.corrcoef([someone.profile[code] for code in CODES], places)[0, 1] < -0.9


def test_a_model_puts_letters_in_order_and_is_not_asked_to_read():
    letters = "B, A, C, D, E, F, G, H, I, J"
    server = Server(completion(letters))
    (given, notice) = play(server, asks(1)[0], asks(1, NOTICE)[0])
    assert chosen(given.value)[:3] == (CODES[1], CODES[0], CODES[2])
    assert notice.value == READ
    assert notice.usage.requests == 0
    assert len(server.bodies) == 1
