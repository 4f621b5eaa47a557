"""Gates and buckets: how many requests at once, and how fast."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.wire.gate import Bucket, Gate


def test_no_more_enter_than_the_limit() -> None:
    async def run() -> int:
        gate, most = Gate(3), 0

        async def user() -> None:
            nonlocal most
            await gate.enter()
            most = max(most, gate.active)
            await asyncio.sleep(0)
            gate.leave()

        await asyncio.gather(*(user() for _ in range(20)))
        assert gate.active == 0
        return most

    assert asyncio.run(run()) == 3


def test_places_are_given_in_order() -> None:
    async def run() -> list[int]:
        gate, order = Gate(1), []

        async def user(number: int) -> None:
            await gate.enter()
            order.append(number)
            await asyncio.sleep(0)
            gate.leave()

        await asyncio.gather(*(user(n) for n in range(5)))
        return order

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]


@settings(deadline=None)
@given(cancelled=st.sets(st.integers(0, 9)), steps=st.integers(0, 4))
def test_cancelled_waiters_never_keep_a_place(cancelled: set[int], steps: int) -> None:
    async def run() -> None:
        gate, served = Gate(2), []

        async def user(number: int) -> None:
            await gate.enter()
            try:
                await asyncio.sleep(0)
                served.append(number)
            finally:
                gate.leave()

        tasks = [asyncio.create_task(user(n)) for n in range(10)]
        for _ in range(steps):
            await asyncio.sleep(0)
        for number in cancelled:
            tasks[number].cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert gate.active == 0
        assert set(range(10)) - cancelled <= set(served)

    asyncio.run(run())


def test_a_burst_of_429_halves_once_and_good_answers_restore() -> None:
    gate = Gate(16)
    for _ in range(10):  # all sent before the first 429 came
        gate.cut(began=1.0, now=2.0)
    assert gate.limit == 8
    gate.cut(began=3.0, now=4.0)
    assert gate.limit == 4
    for _ in range(4):
        gate.ease()
    assert gate.limit == 5
    for _ in range(1000):
        gate.ease()
    assert gate.limit == 16


def test_a_limit_never_falls_below_one() -> None:
    gate = Gate(3)
    for second in range(10):
        gate.cut(began=second, now=second)
    assert gate.limit == 1


def test_a_new_limit_lets_those_in_who_wait_and_heeds_what_was_cut() -> None:
    async def run() -> list[int]:
        gate, entered = Gate(1), []
        for most in (1, 3, 2):
            gate.allow(most)
            tasks = [asyncio.create_task(gate.enter()) for _ in range(4)]
            await asyncio.sleep(0.001)
            entered.append(gate.active)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            while gate.active:
                gate.leave()
        gate.cut(began=1.0, now=1.0)
        gate.allow(8)
        assert (gate.most, gate.limit) == (8, 1)
        for _ in range(100):
            gate.ease()
        assert gate.limit == 8
        return entered

    assert asyncio.run(run()) == [1, 3, 2]


@settings(deadline=None)
@given(per_minute=st.floats(1, 10_000), number=st.integers(1, 200))
def test_takers_who_wait_as_told_keep_to_the_rate(per_minute: float, number: int) -> None:
    bucket = Bucket(per_minute, lambda: 0.0)
    waits = [bucket.take(1) for _ in range(number)]
    burst = max(1.0, per_minute / 10)
    for taken, wait in enumerate(waits, start=1):
        assert taken <= burst + wait * per_minute / 60 + 1e-6


def test_a_bucket_refills_and_settles() -> None:
    now = 0.0
    bucket = Bucket(60, lambda: now)
    assert [bucket.take(1) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 1.0]
    now = 61.0
    assert bucket.take(6) == 0
    bucket.settle(10)
    assert bucket.take(0) == 10.0


def test_a_bucket_that_flows_slower_keeps_what_had_flowed_in() -> None:
    now = 0.0
    bucket = Bucket(600, lambda: now)
    bucket.take(60)
    now = 1.0  # ten have flowed in
    bucket.allow(60)
    assert bucket.take(10) == pytest.approx(4.0)  # of the ten, six fit into the smaller burst
    assert bucket.take(60) == pytest.approx(64.0)
