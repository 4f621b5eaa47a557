import pandas as pd

from homophily.report._transcripts import sample
from tests.report import fabric


def test_the_sample_is_even_over_languages_and_the_same_every_time() -> None:
    talks = sample(fabric.answers(40), seed=1)
    assert [talk.language for talk in talks] == ["en"] * 4 + ["ja"] * 4
    assert talks == sample(fabric.answers(40), seed=1)
    assert talks != sample(fabric.answers(40), seed=2)


def test_a_talk_is_told_by_topic_in_the_words_said() -> None:
    (talk, *_) = sample(fabric.answers(2), seed=1)
    assert [part.title for part in talk.parts] == ["Weekend"]
    assert [turn.text for turn in talk.parts[0].turns] == ["Shall we walk by the sea?", "Gladly."]
    assert [turn.second for turn in talk.parts[0].turns] == [False, True]


def test_without_free_text_the_questions_stand_with_their_answers() -> None:
    answers = fabric.answers(2)
    talks = sample(answers[answers["kind"] != "text"], seed=1)
    turns = talks[0].parts[0].turns
    assert turns[0].who == "trust/0"
    assert turns[0].text == "(missing: refusal)"
    assert turns[1].text == "5"


def test_nothing_said_gives_no_sample() -> None:
    assert sample(fabric.answers(1).head(0), seed=1) == []


def test_reverse_items_are_turned_on_their_own_scale() -> None:
    answers = fabric.answers(1).head(1)
    rows = [
        {
            "item": "trust-agent/01",
            "measures": "trust.risk",
            "kind": "likert",
            "number": 1.0,
            "reverse": True,
        },
        {"item": "trust-agent/04", "measures": "trust.benevolence", "kind": "likert", "number": 5.0},
    ]
    answers = pd.concat([answers.assign(**{"reverse": False} | row) for row in rows])
    (talk,) = sample(answers, seed=1)
    assert "trust 5.0" in talk.facts
