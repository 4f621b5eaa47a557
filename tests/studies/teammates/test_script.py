"""Scripts: agents speak for their first values, at equal length, and no reason is heard twice."""

from collections import Counter

import numpy as np
import pytest

from homophily.studies.teammates.agents import agents
from homophily.studies.teammates.design import Agents
from homophily.studies.teammates.script import TOLERANCE, Part, choose, script, spread
from homophily.studies.teammates.texts import LANGUAGES, texts
from homophily.values import CODES


def cast(said, seed):
    rng = np.random.default_rng(seed)
    ranking = [CODES[place] for place in rng.permutation(10)]
    made = agents(ranking, Agents(), rng)
    return [Part(said.names[k], each.codes, said.missions[k], k) for k, each in enumerate(made)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("speaking", [1, 2, 3])
def test_lengths_stay_within_the_tolerance(language, speaking):
    said = texts(language)
    for seed in range(40):
        parts = cast(said, seed)
        drawn = choose(parts, said, points=4, speaking=speaking, rng=np.random.default_rng(seed))
        played = [script(part, said, numbers, speaking) for part, numbers in zip(parts, drawn, strict=True)]
        assert spread(played, language) <= TOLERANCE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_values_speak_and_no_others(language):
    said = texts(language)
    for seed in range(20):
        parts = cast(said, seed)
        drawn = choose(parts, said, points=4, speaking=2, rng=np.random.default_rng(seed))
        for part, numbers in zip(parts, drawn, strict=True):
            whole = script(part, said, numbers, 2)
            assert all(said.guided[code] in whole.introduction for code in part.codes[:2])
            for place, line in enumerate(whole.lines):
                heard = speakers(line.text, said)
                assert heard == set(part.codes[:2])
                assert line.why == said.why[part.codes[place % 2], part.mission.points[place].kind]


def speakers(text, said):
    """The values whose reasons a text holds, whatever the case of their first letter."""
    return {
        code for (code, _), phrasings in said.say.items() if any(phrase[1:] in text for phrase in phrasings)
    }


def test_agents_that_share_a_value_do_not_repeat_each_other():
    said = texts("en")
    for seed in range(20):
        parts = cast(said, seed)
        drawn = choose(parts, said, points=4, speaking=2, rng=np.random.default_rng(seed))
        heard = Counter()
        for part, numbers in zip(parts, drawn, strict=True):
            for line in script(part, said, numbers, 2).lines:
                heard.update(
                    phrase
                    for phrasings in said.say.values()
                    for phrase in phrasings
                    if phrase[1:] in line.text
                )
        sharing = Counter(code for part in parts for code in part.codes[:2])
        if max(sharing.values()) <= 3:
            assert set(heard.values()) == {1}


def test_a_second_reason_is_led_in():
    said = texts("en")
    part = Part(
        "Miro", ("SE", "ST", *[code for code in CODES if code not in ("SE", "ST")]), said.missions[0], 0
    )
    text = script(part, said, [0, 0, 1, *[0] * 9], 2).lines[0].text
    assert text == " ".join(
        (
            said.missions[0].points[0].suggest[0],
            said.say["SE", "entry"][0],
            "Besides, it is the daring way in, and I would take a leap over a stroll any day of the week.",
        )
    )
