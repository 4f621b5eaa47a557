"""An instrument without its words scores as the whole does."""

import json
import random
from pathlib import Path

import pytest

from homophily import instruments
from homophily.instruments.keyed import keyed
from homophily.items import Choice


@pytest.mark.parametrize("name", instruments.names())
def test_the_key_scores_as_the_whole(name: str, tmp_path: Path) -> None:
    whole = instruments.load(name)
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(keyed(whole), ensure_ascii=False), encoding="utf-8")
    key = instruments.load(file)
    rng = random.Random(1)
    given = {placeholder: "Ann" for placeholder in whole.placeholders}
    answers = {}
    for item in whole.items("en", **given):
        if isinstance(item, Choice):
            answers[item.id] = rng.choice([option.id for option in item.options])
        else:
            answers[item.id] = rng.randint(int(item.low), int(item.high))  # type: ignore[attr-defined]
    assert key.score(answers) == whole.score(answers)
    assert key.measures == whole.measures
    assert [item.id for item in key.items("ja", **given)] == list(answers)


@pytest.mark.parametrize("name", instruments.names())
def test_no_word_is_left(name: str) -> None:
    whole = instruments.load(name)
    left = json.dumps(keyed(whole), ensure_ascii=False)
    for entry in whole.entries:
        for text in (*entry.text.values(), *(t for option in entry.options for t in option.text.values())):
            assert text not in left
