"""Verdicts of respondents that know nothing of debates."""

from collections import Counter

import numpy as np
import pytest

from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import UsageError
from homophily.items import Verdict
from homophily.respondents.midpoint import Midpoint
from homophily.respondents.random import Random
from homophily.respondents.synthetic import Synthetic
from tests.respondents.people import answers, ask


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", [Random, Midpoint])
def test_null_respondents_give_any_verdict_as_often_and_read_as_recorded(kind, language):
    items = [Verdict(id=f"verdict/{k}", text="…", language=language) for k in range(3000)]
    given = answers(kind(), [ask(item, None) for item in items])
    counts = Counter(answer.value for answer in given)
    assert set(counts) == set(VERDICTS)
    assert max(abs(count / 3000 - 0.2) for count in counts.values()) < 4 * np.sqrt(0.16 / 3000)
    for item, answer in zip(items[:50], given, strict=False):
        assert item.read(answer.raw) == answer.value
        assert item.explanation(answer.raw)


def test_who_answers_for_values_gives_no_verdicts():
    with pytest.raises(UsageError, match="cannot answer 'verdict/x'"):
        answers(Synthetic(), [ask(Verdict(id="verdict/x", text="…"), None)])
