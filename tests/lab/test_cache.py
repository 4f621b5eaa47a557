"""The response cache: only readable answers, told apart by all that shapes them."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from homophily.asks import Answer, Ask, Usage
from homophily.errors import DataError
from homophily.items import Likert
from homophily.lab.cache import Cache, Cached

ITEM = Likert(id="l", text="?")
USAGE = Usage(prompt_tokens=9, completion_tokens=1, cost=0.5, requests=2, seconds=1.0)


class Counting:
    """Answers the ask's seed, and counts."""

    def __init__(self, **answer: Any) -> None:
        self.asked = 0
        self.given = answer

    def cache_key(self, ask: Ask) -> str:
        return f"{ask.item.text}{ask.seed}"

    async def answer(self, ask: Ask) -> Answer:
        self.asked += 1
        given = self.given or {"value": ask.seed, "distribution": {"1": 1.0}}
        return Answer(**{"raw": "raw", "usage": USAGE, "record": {"model": "m"}} | given)

    async def aclose(self) -> None: ...

    def describe(self) -> dict[str, Any]:
        return {"kind": "counting"}


def ask(seed: int = 3) -> Ask:
    return Ask(session="s", seat="a", path="p", item=ITEM, seed=seed)


def put(respondent: Any, path: Path, *seeds: int, fresh: bool = False) -> list[Answer]:
    async def run() -> list[Answer]:
        cache = Cache(path, fresh=fresh)
        try:
            return [await Cached(respondent, cache).answer(ask(seed)) for seed in seeds]
        finally:
            cache.close()

    return asyncio.run(run())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "responses.db"


def test_the_second_time_costs_nothing(path: Path) -> None:
    respondent = Counting()
    first, second = put(respondent, path, 3, 3)
    (later,) = put(respondent, path, 3)
    assert respondent.asked == 1
    assert not first.cached
    for answer in (second, later):
        assert answer.cached
        assert (answer.value, answer.raw, answer.distribution) == (3, "raw", {"1": 1.0})
        assert answer.usage == Usage(cost=0.0)
        assert answer.record["first_usage"]["prompt_tokens"] == 9
        assert answer.record["model"] == "m"


def test_another_ask_is_another_answer(path: Path) -> None:
    respondent = Counting()
    assert [answer.value for answer in put(respondent, path, 1, 2, 1)] == [1, 2, 1]
    assert respondent.asked == 2


@pytest.mark.parametrize("reason", ["refusal", "truncated", "blocked", "unreadable", "empty", "off_scale"])
def test_what_is_missing_is_never_kept(path: Path, reason: str) -> None:
    respondent = Counting(missing=reason)
    put(respondent, path, 1, 1)
    put(respondent, path, 1)
    assert respondent.asked == 3


def test_fresh_asks_anew_and_fills(path: Path) -> None:
    respondent = Counting()
    put(respondent, path, 1)
    put(respondent, path, 1, fresh=True)
    assert respondent.asked == 2
    put(respondent, path, 1)
    assert respondent.asked == 2


def test_an_unpriced_answer_stays_unpriced(path: Path) -> None:
    answers = put(Counting(value=1, usage=Usage(requests=1)), path, 1, 1)
    assert answers[1].usage.cost is None


def test_two_processes_may_share_a_file(path: Path) -> None:
    one, two = Cache(path), Cache(path)
    one.put("k", {"value": 1})
    one.flush()
    assert two.get("k") == {"value": 1}
    two.put("k2", {"value": 2})
    two.close()
    assert one.get("k2") == {"value": 2}
    one.close()


def test_a_file_that_another_holds_delays_but_loses_nothing(path: Path) -> None:
    cache = Cache(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache.put("k", {"value": 1})
    cache.flush()
    assert cache.get("k") == {"value": 1}
    other.execute("COMMIT")
    other.close()
    cache.close()
    cache = Cache(path)
    assert cache.get("k") == {"value": 1}
    cache.close()


def test_a_file_that_is_no_cache_is_said(tmp_path: Path) -> None:
    path = tmp_path / "responses.db"
    path.write_bytes(b"This is no database, however long one reads in it." * 50)
    with pytest.raises(DataError, match="delete it"):
        Cache(path)
