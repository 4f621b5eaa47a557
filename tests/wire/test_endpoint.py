"""Endpoints: patience with faults that may pass, plain words about those that will not."""

import asyncio
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Any

import httpx2
import pytest

from homophily.errors import RespondentError
from homophily.wire import Endpoint, Patience, Rejected, Reply, Tally, lease, share
from tests.tools.chat_server import ChatServer, serving
from tests.tools.faults import FAULTS, Reaction, completion, http

BODY: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
GOOD = httpx2.Response(200, content=completion("4")[0].split(b"\r\n\r\n", 1)[1])


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def script(*responses: httpx2.Response | Exception) -> httpx2.MockTransport:
    left = list(responses)

    def handler(request: httpx2.Request) -> httpx2.Response:
        response = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(response, Exception):
            raise response
        return httpx2.Response(response.status_code, headers=response.headers, content=response.content)

    return httpx2.MockTransport(handler)


def run(
    use: Callable[[Endpoint], Awaitable[Any]], transport: httpx2.MockTransport, clock: Clock, **more: Any
) -> Any:
    async def main() -> Any:
        endpoint = Endpoint("http://x.test/v1/", transport=transport, clock=clock, sleep=clock.sleep, **more)
        try:
            return await use(endpoint)
        finally:
            await endpoint.aclose()

    return asyncio.run(main())


def complete(
    *responses: httpx2.Response | Exception, patience: Patience | None = None, **more: Any
) -> tuple[Reply, Tally, Clock]:
    tally, clock = Tally(), Clock()
    patience = patience or Patience()
    reply = run(
        lambda endpoint: endpoint.complete(BODY, tally, seed=1, patience=patience),
        script(*responses),
        clock,
        **more,
    )
    return reply, tally, clock


def test_passing_faults_are_waited_out_and_noted() -> None:
    faults = (httpx2.Response(500), httpx2.ReadError("cut"), httpx2.Response(429), GOOD)
    reply, tally, clock = complete(*faults)
    assert reply.text == "4"
    assert tally.requests == 4
    assert [event["event"] for event in tally.events] == ["retry"] * 3
    assert "500" in tally.events[0]["why"]
    assert len(clock.slept) == 3
    assert clock.slept[0] < clock.slept[2]


def test_waiting_times_follow_from_the_seed() -> None:
    faults = (httpx2.Response(500), httpx2.Response(500), GOOD)
    assert complete(*faults)[2].slept == complete(*faults)[2].slept


@pytest.mark.parametrize("status", [408, 429, 500, 503, 529])
def test_retry_after_is_honoured(status: int) -> None:
    _, _, clock = complete(httpx2.Response(status, headers={"Retry-After": "17"}), GOOD)
    assert sum(clock.slept) >= 17


def test_retry_after_as_a_date_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homophily.wire.faults.time.time", lambda: 1_000_000.0)
    date = formatdate(1_000_042, usegmt=True)
    _, _, clock = complete(httpx2.Response(429, headers={"Retry-After": date}), GOOD)
    assert 42 <= sum(clock.slept) < 60


def test_a_date_is_read_by_the_server_s_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homophily.wire.faults.time.time", lambda: 0.0)  # ours is thirteen days behind
    dates = {"Date": formatdate(1_000_000, usegmt=True), "Retry-After": formatdate(1_000_042, usegmt=True)}
    _, _, clock = complete(httpx2.Response(429, headers=dates), GOOD)
    assert 42 <= sum(clock.slept) < 60


def test_a_server_that_asks_for_too_much_patience_is_left_at_once() -> None:
    with pytest.raises(RespondentError, match="asks to wait 3600 s"):
        complete(httpx2.Response(429, headers={"Retry-After": "3600"}))


def test_attempts_are_capped() -> None:
    with pytest.raises(RespondentError, match=r"x\.test/v1 answered 500 .* after 3 attempts"):
        complete(httpx2.Response(500), patience=Patience(attempts=3))


def test_total_time_is_capped() -> None:
    tally, clock = Tally(), Clock()
    with pytest.raises(RespondentError):
        run(
            lambda endpoint: endpoint.complete(
                BODY, tally, seed=1, patience=Patience(attempts=1000, total=100.0)
            ),
            script(httpx2.Response(503)),
            clock,
        )
    assert 60 < clock.now <= 100


@pytest.mark.parametrize(
    ("status", "said", "mend"),
    [
        (401, "bad key", r"check the key in \$MY_KEY"),
        (403, "not for you", r"check the key in \$MY_KEY"),
        (404, "no such model", "check `model` and `url`"),
        (400, "Unsupported parameter: use max_completion_tokens", "limit = 'max_completion_tokens'"),
        (400, "temperature does not support 0", "send_temperature = false"),
        (400, "roles must alternate", "merge = true"),
        (400, "context too long", "check the respondent's settings"),
        (307, "", "where it redirects"),
        (501, "", "check the respondent's settings"),
    ],
)
def test_what_will_not_pass_is_said_at_once(status: int, said: str, mend: str) -> None:
    tally = Tally()
    with pytest.raises(Rejected, match=mend) as caught:
        run(
            lambda endpoint: endpoint.complete(BODY, tally, seed=1, patience=Patience()),
            script(httpx2.Response(status, json={"error": {"message": said}})),
            Clock(),
            key_env="MY_KEY",
        )
    assert tally.requests == 1
    assert "\n" not in str(caught.value)


def test_a_spent_quota_is_not_waited_for() -> None:
    spent = httpx2.Response(429, json={"error": {"message": "no credit", "code": "insufficient_quota"}})
    with pytest.raises(Rejected, match="quota is spent"):
        complete(spent)


def test_a_key_that_the_server_quotes_is_struck_out() -> None:
    quoting = httpx2.Response(401, json={"error": {"message": "Incorrect key: sk-secret-1"}})
    with pytest.raises(Rejected) as caught:
        complete(quoting, key="sk-secret-1")
    assert "sk-secret" not in str(caught.value)
    assert "sk-secret" not in caught.value.said


@pytest.mark.parametrize("fault", [httpx2.Response(429), httpx2.Response(503), httpx2.Response(529)])
def test_a_busy_server_is_asked_less_at_once(fault: httpx2.Response) -> None:
    async def use(endpoint: Endpoint) -> Endpoint:
        await endpoint.complete(BODY, Tally(), seed=1, patience=Patience())
        return endpoint

    endpoint = run(use, script(fault, GOOD), Clock(), concurrency=16)
    assert endpoint.gate.limit == 8
    assert endpoint.gate.active == 0


def test_nobody_is_sent_while_the_server_asks_for_quiet() -> None:
    clock, sent = Clock(), []

    def handler(request: httpx2.Request) -> httpx2.Response:
        sent.append(clock.now)
        if len(sent) == 1:
            return httpx2.Response(429, headers={"Retry-After": "50"})
        return httpx2.Response(200, content=GOOD.content)

    async def use(endpoint: Endpoint) -> None:
        asks = (endpoint.complete(BODY, Tally(), seed=seed, patience=Patience()) for seed in range(10))
        await asyncio.gather(*asks)

    run(use, httpx2.MockTransport(handler), clock, concurrency=1)
    assert len(sent) == 11
    assert min(sent[1:]) >= 50


def test_a_server_that_asks_for_a_day_keeps_nobody_waiting() -> None:
    clock = Clock()

    async def use(endpoint: Endpoint) -> list[Any]:
        asks = (endpoint.complete(BODY, Tally(), seed=seed, patience=Patience()) for seed in range(5))
        return await asyncio.gather(*asks, return_exceptions=True)

    late = httpx2.Response(429, headers={"Retry-After": "86400"})
    given_up = run(use, script(late), clock, concurrency=1)
    assert all("asks to wait 86400 s" in str(each) for each in given_up)
    assert clock.slept == []


def test_standing_in_line_tries_no_patience() -> None:
    clock, faults = Clock(), {3}

    def handler(request: httpx2.Request) -> httpx2.Response:
        clock.now += 90
        if clock.now / 90 in faults:
            return httpx2.Response(500)
        return httpx2.Response(200, content=GOOD.content)

    async def use(endpoint: Endpoint) -> None:
        asks = (
            endpoint.complete(BODY, Tally(), seed=seed, patience=Patience(total=100)) for seed in range(5)
        )
        await asyncio.gather(*asks)

    run(use, httpx2.MockTransport(handler), clock, concurrency=1)


def test_requests_keep_to_the_rate() -> None:
    clock = Clock()

    async def use(endpoint: Endpoint) -> None:
        endpoint.limit(8, 60.0, None)
        for seed in range(16):
            await endpoint.complete(BODY, Tally(), seed=seed, patience=Patience())

    run(use, script(GOOD), clock)
    assert clock.now == pytest.approx(10.0)  # six at once, then one a second


def test_tokens_keep_to_the_rate_as_reported() -> None:
    clock = Clock()

    async def use(endpoint: Endpoint) -> None:
        endpoint.limit(8, None, 60.0)
        for seed in range(5):  # 21 tokens each, as reported
            await endpoint.complete(BODY, Tally(), seed=seed, patience=Patience())

    run(use, script(GOOD), clock)
    assert clock.now == pytest.approx(4 * 21 + 14 - 6)  # the fifth's prompt estimated, six on credit


def test_those_with_one_url_and_key_share_an_endpoint() -> None:
    async def main() -> None:
        one = lease("http://x.test/v1", "k", "K", 8)
        same = lease("http://x.test/v1/", "k", "K", 8)
        other = lease("http://x.test/v1", "another", "K", 8)
        assert one is same
        assert one is not other
        await one.aclose()
        assert lease("http://x.test/v1", "k", "K", 8) is same
        for endpoint in (same, same, other):
            await endpoint.aclose()
        fresh = lease("http://x.test/v1", "k", "K", 8)
        assert fresh is not one
        await fresh.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_over_a_real_socket_is_waited_out(name: str) -> None:
    def react(body: dict[str, Any], nth: int) -> Reaction:
        return FAULTS[name](body) if nth < 2 else Reaction(completion("4")[0])

    async def main() -> Tally:
        async with serving(ChatServer(react)) as server:
            endpoint, tally = (
                Endpoint(server.url, sleep=lambda seconds: asyncio.sleep(seconds / 1000)),
                Tally(),
            )
            try:
                reply = await endpoint.complete(BODY, tally, seed=1, patience=Patience(timeout=0.3))
            finally:
                await endpoint.aclose()
            assert reply.text == "4"
            assert endpoint.gate.active == 0
            return tally

    tally = asyncio.run(main())
    assert tally.requests == 3
    assert len(tally.events) == 2


def test_nobody_there_is_one_clear_line() -> None:
    async def main() -> None:
        endpoint = Endpoint("http://127.0.0.1:9/v1", sleep=lambda seconds: asyncio.sleep(0))
        try:
            await endpoint.complete(BODY, Tally(), seed=1, patience=Patience(attempts=2))
        finally:
            await endpoint.aclose()

    with pytest.raises(
        RespondentError, match=r"http://127\.0\.0\.1:9/v1 cannot be reached .* 2 attempts"
    ) as e:
        asyncio.run(main())
    assert "\n" not in str(e.value)


def test_lists_models() -> None:
    listed = httpx2.Response(200, json={"data": [{"id": "b"}, {"id": "a"}]})
    assert run(lambda endpoint: endpoint.models(), script(listed), Clock()) == ["a", "b"]


@pytest.mark.parametrize("response", [httpx2.Response(500), httpx2.Response(200, content=http(200, "x"))])
def test_a_server_without_a_list_of_models_says_so(response: httpx2.Response) -> None:
    with pytest.raises(Rejected, match="models"):
        run(lambda endpoint: endpoint.models(), script(response), Clock())


def test_the_lowest_of_several_limits_holds() -> None:
    endpoint = Endpoint("http://x.test/v1", concurrency=64)
    endpoint.limit(8, 600, None)
    endpoint.limit(32, 1200, 9000)
    assert (endpoint.gate.most, endpoint.gate.limit) == (8, 8)
    assert endpoint.requests is not None
    assert endpoint.tokens is not None
    assert (endpoint.requests.per_minute, endpoint.tokens.per_minute) == (600, 9000)


@pytest.mark.parametrize("of", [1, 2, 3, 7, 10])
def test_the_shares_of_all_make_the_whole_limit(of: int) -> None:
    shares = []
    for part in range(of):
        endpoint = Endpoint("http://x.test/v1", concurrency=10)
        endpoint.share(part, of)
        endpoint.limit(10, 600, 9000)
        shares.append(endpoint)
    assert sum(endpoint.gate.limit for endpoint in shares) == 10
    assert sum(endpoint.requests.per_minute for endpoint in shares if endpoint.requests) == pytest.approx(600)
    assert sum(endpoint.tokens.per_minute for endpoint in shares if endpoint.tokens) == pytest.approx(9000)


def test_a_share_holds_for_endpoints_present_and_later_and_can_grow_again() -> None:
    async def main() -> None:
        present = lease("http://x.test/v1", "k", "K", 9)
        share(0, 2)
        later = lease("http://y.test/v1", "k", "K", 9)
        assert (present.gate.limit, later.gate.limit) == (5, 5)
        share(1, 2)
        assert (present.gate.limit, later.gate.limit) == (4, 4)
        share(0, 1)
        assert (present.gate.limit, later.gate.limit) == (9, 9)
        await present.aclose()
        await later.aclose()

    asyncio.run(main())
