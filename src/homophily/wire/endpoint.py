"""Endpoints: a server and a key, with patience, limits and one pool of connections for all who use them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import httpx2

from homophily.errors import RespondentError
from homophily.wire.faults import Passing, Rejected, judge
from homophily.wire.gate import Bucket, Gate
from homophily.wire.reply import Malformed, Reply, Tally, parse
from homophily.wire.waiting import backoff

__all__ = ["Endpoint", "Patience", "lease", "share", "within"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a reply is waited for.

    Attributes:
        timeout: Seconds one request may take, from sending to the last byte.
        attempts: Requests at most.
        total: Seconds that failed attempts and the waiting after them may take together.
    """

    timeout: float = 120.0
    attempts: int = 6
    total: float = 600.0


class Endpoint:
    """A server reached under one key.

    Args:
        url: The API's base, such as ``http://localhost:11434/v1``.
        key: Sent as bearer token; empty for none. Never recorded, never shown.
        key_env: Name of the variable that held the key, for messages.
        concurrency: Requests under way at most.
        transport: Stands in for the network in tests.
        clock: Seconds on a monotonic clock.
        sleep: Waits for seconds.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        key_env: str = "",
        concurrency: int = 64,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.key_env = key_env
        self._key = key
        self.gate = Gate(concurrency)
        self.requests: Bucket | None = None
        self.tokens: Bucket | None = None
        self._asked: list[float | None] = [concurrency, None, None]
        self._part, self._of = 0, 1
        self.plain: set[str] = set()  # models found to refuse structured output here
        self.users = 0
        self._clock = clock
        self._sleep = sleep
        self._quiet_until = 0.0
        self._target = httpx2.URL(f"{self.url}/chat/completions")
        self._headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        if key:
            self._headers.append(("Authorization", f"Bearer {key}"))
        self._transport = transport
        self._trust = httpx2.create_ssl_context()
        self._lanes: list[httpx2.AsyncClient] = []
        self._idle: list[httpx2.AsyncClient] = []

    def limit(self, concurrency: int, per_minute: float | None, tokens_per_minute: float | None) -> None:
        """Respect the limits of one more user; of several, the lowest holds."""
        given = (concurrency, per_minute, tokens_per_minute)
        self._asked = [
            min((limit for limit in both if limit is not None), default=None)
            for both in zip(self._asked, given, strict=True)
        ]
        self._enforce()

    def share(self, part: int, of: int) -> None:
        """Keep to one of `of` equal parts of every limit, but to one request under way at least."""
        self._part, self._of = part, of
        self._enforce()

    def _enforce(self) -> None:
        concurrency, per_minute, tokens_per_minute = self._asked
        each, rest = divmod(int(concurrency or 1), self._of)
        self.gate.allow(max(1, each + (self._part < rest)))
        self.requests = self._flowing(self.requests, per_minute)
        self.tokens = self._flowing(self.tokens, tokens_per_minute)

    def _flowing(self, bucket: Bucket | None, per_minute: float | None) -> Bucket | None:
        if per_minute is None:
            return None
        if bucket is None:
            return Bucket(per_minute / self._of, self._clock)
        bucket.allow(per_minute / self._of)
        return bucket

    async def complete(self, body: dict[str, Any], tally: Tally, *, seed: int, patience: Patience) -> Reply:
        """One chat completion, with as much patience as allowed.

        Args:
            body: The request as the API has it.
            tally: Counts requests and tokens and notes each retry.
            seed: Fixes the jitter of the waiting times.
            patience: When to give up.

        Raises:
            Rejected: The server will not serve this request.
            RespondentError: The server could not be reached, or only answered with faults.
        """
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        attempt, lost = 0, 0.0
        while True:
            attempt += 1
            await self.gate.enter()
            try:
                if self._quiet_until or self.requests or self.tokens:
                    await self._pace(len(content))
                began = self._clock()
                tally.start()
                return await self._attempt(content, tally, patience.timeout)
            except Passing as fault:
                wait = max(fault.wait or 0.0, backoff(attempt, seed))
                self._yield(fault, began, patience.total)
                lost += self._clock() - began + wait  # standing in line is no fault and tries no patience
                if attempt >= patience.attempts or lost > patience.total:
                    raise self._gave_up(fault, attempt) from fault
                tally.events.append({"event": "retry", "why": str(fault), "wait": round(wait, 3)})
            finally:
                self.gate.leave()
            await self._sleep(wait)

    async def _pace(self, size: int) -> None:
        wait = self.requests.take(1) if self.requests else 0.0
        if self.tokens:
            wait = max(wait, self.tokens.take(size / 4))  # about four bytes a token; settled by the usage
        if wait > 0:
            await self._sleep(wait)
        while (quiet := self._quiet_until - self._clock()) > 0:
            await self._sleep(quiet)

    def _yield(self, fault: Passing, began: float, most: float) -> None:
        """Give way, with all users of the endpoint, to a server at its limit, for `most` seconds at most."""
        if fault.busy:
            now = self._clock()
            self.gate.cut(began, now)
            if fault.wait and fault.wait <= most:  # who is told to come back tomorrow gives up and says so
                self._quiet_until = max(self._quiet_until, now + fault.wait)

    async def _attempt(self, content: bytes, tally: Tally, timeout: float) -> Reply:
        response = await self._send("POST", self._target, content, timeout)
        if response.status_code != 200:
            raise judge(response, self.url, self._key, self.key_env)
        counted = tally.prompt_tokens + tally.completion_tokens
        try:
            reply = parse(response.content, tally)
        except Malformed as error:
            raise Passing(f"answered, but {error}") from error
        finally:
            used = tally.prompt_tokens + tally.completion_tokens - counted
            if self.tokens and used:
                self.tokens.settle(used - len(content) / 4)
        self.gate.ease()
        return reply

    async def _send(
        self, method: str, url: httpx2.URL, content: bytes | None, timeout: float
    ) -> httpx2.Response:
        request = httpx2.Request(method, url, headers=self._headers, content=content)
        lane = self._idle.pop() if self._idle else self._lane()
        try:
            async with asyncio.timeout(timeout):
                return await lane.send(request)
        except TimeoutError as error:
            raise Passing(f"did not answer within {timeout:g} s", busy=True) from error
        except httpx2.ConnectError as error:
            raise Passing(f"cannot be reached ({error or 'connection failed'})") from error
        except httpx2.RequestError as error:
            raise Passing(f"broke off ({type(error).__name__}: {error})") from error
        finally:
            self._idle.append(lane)

    def _lane(self) -> httpx2.AsyncClient:
        # A client for each request under way: httpx2 looks through all connections of a pool at every
        # request, which at 64 connections takes a quarter of the time. The last used is used next.
        lane = httpx2.AsyncClient(
            transport=self._transport,
            verify=self._trust,
            timeout=None,  # each request is timed as a whole, so that a trickling body cannot outlast it
            limits=httpx2.Limits(keepalive_expiry=30.0),
        )
        self._lanes.append(lane)
        return lane

    def _gave_up(self, fault: Passing, attempts: int) -> RespondentError:
        times = f"{attempts} attempt{'s' if attempts > 1 else ''}"
        asked = f" It asks to wait {round(fault.wait, 1):g} s." if fault.wait else ""
        return RespondentError(
            f"{self.url} {fault} after {times}.{asked} Check that the server runs and is not overloaded, "
            "then resume; `attempts`, `patience`, `timeout` and `concurrency` set how hard it is tried."
        )

    async def models(self, timeout: float = 15.0) -> list[str]:
        """The models the server lists, sorted; one attempt.

        Raises:
            Rejected: It answers, but lists nothing readable; it may serve chats all the same.
            RespondentError: It cannot be reached.
        """
        try:
            response = await self._send("GET", httpx2.URL(f"{self.url}/models"), None, timeout)
        except Passing as error:
            raise RespondentError(f"{self.url} {error}. Check `url`, and that the server runs.") from error
        status = response.status_code
        if status != 200:
            fault = judge(response, self.url, self._key, self.key_env)
            if isinstance(fault, Rejected):
                raise fault
            raise Rejected(f"{self.url} {fault} when asked for its models.", status)
        try:
            return sorted(str(entry["id"]) for entry in json.loads(response.content)["data"])
        except (ValueError, KeyError, TypeError) as error:
            raise Rejected(f"{self.url}/models lists no models: check `url`.", status) from error

    async def aclose(self) -> None:
        """Close the connections once the last user lets go."""
        self.users -= 1
        if self.users <= 0:
            for leased in _LEASED.values():
                for name in [name for name, held in leased.items() if held is self]:
                    del leased[name]
            while self._lanes:
                await self._lanes.pop().aclose()


# Limits belong to the account, not to one respondent: those with one url and key share an endpoint per loop.
_LEASED: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], Endpoint]] = WeakKeyDictionary()
_SHARES: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[int, int]] = WeakKeyDictionary()


def lease(url: str, key: str, key_env: str, concurrency: int) -> Endpoint:
    """The endpoint that all users of this url and key share; each lets go of it by `aclose`."""
    loop = asyncio.get_running_loop()
    leased = _LEASED.setdefault(loop, {})
    name = (url.rstrip("/"), key)
    if name not in leased:
        leased[name] = Endpoint(url, key, key_env=key_env, concurrency=concurrency)
        leased[name].share(*_SHARES.get(loop, (0, 1)))
    leased[name].users += 1
    return leased[name]


def share(part: int, of: int) -> None:
    """Keep all endpoints of this event loop, present and later, to one of `of` equal parts of their limits.

    Args:
        part: Which, 0 … `of` − 1.
        of: How many processes use the same accounts.
    """
    loop = asyncio.get_running_loop()
    _SHARES[loop] = (part, of)
    for endpoint in _LEASED.get(loop, {}).values():
        endpoint.share(part, of)


def within() -> bool:
    """Whether no endpoint of this event loop has more requests under way than its part of the limit."""
    leased = _LEASED.get(asyncio.get_running_loop(), {})
    return all(endpoint.gate.active <= endpoint.gate.most for endpoint in leased.values())
