"""The purse: a run's budget, held back before each ask and settled after it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from homophily.asks import Answer, Ask
from homophily.errors import BudgetReached, UsageError
from homophily.lab.design import Budget

__all__ = ["Paying", "Purse", "Sized", "Spent"]


class Paying(Protocol):
    """Whoever lets asks through within a budget."""

    async def pay(self, ask: Ask, respondent: str, answering: Callable[[], Awaitable[Answer]]) -> Answer:
        """Hold back what an ask may take, have it answered, settle what it took."""
        ...


@dataclass(frozen=True, slots=True)
class Sized:
    """How long an ask is, in tokens: its prompt, estimated from its bytes, and its reply at most."""

    prompt: int
    reply: int

    @classmethod
    def of(cls, ask: Ask) -> Sized:
        """The size of an ask."""
        text = len(ask.system.encode()) + len(ask.item.text.encode())
        text += sum(len(said.text.encode()) + 24 for said in ask.history)
        return cls(text // 3 + 64, ask.max_tokens)


@dataclass(slots=True)
class Spent:
    """What was used so far: asks put to respondents, tokens read and written, money."""

    asks: int = 0
    tokens: int = 0
    money: float = 0.0

    def add(self, other: Spent, sign: int = 1) -> None:
        """Add, or take away with `sign` −1."""
        self.asks += sign * other.asks
        self.tokens += sign * other.tokens
        self.money += sign * other.money


class Purse:
    """Keeps a run within its budget, those asks included that are still under way.

    An ask is let through when what was spent, what is held back for asks under way and what this one may
    take at most stay within every limit. Otherwise it waits for those under way, which seldom take their
    most; only when none is left is the budget reached. Money is estimated from the respondent's price, or
    from the dearest token seen of it (its first ask then goes alone).

    Args:
        budget: The limits.
        spent: What the run took so far; set again when more is known.
        respondents: By name; one with a `price` (input and output per million tokens) is estimated by it, and
            nothing is held back for one that is `unpaid`, such as a person, who may take days to answer.
    """

    def __init__(self, budget: Budget, spent: Spent, respondents: Mapping[str, Any]) -> None:
        self._budget = budget
        self._limited = budget != Budget()
        self._held = Spent()
        self._settled = asyncio.Condition()
        self._dearest: dict[str, float] = {}
        self._prices = {
            name: price
            for name, respondent in respondents.items()
            if (price := getattr(respondent, "price", None)) is not None
        }
        self._unpaid = {name for name, seated in respondents.items() if getattr(seated, "unpaid", False)}
        self.spent = spent

    async def pay(self, ask: Ask, respondent: str, answering: Callable[[], Awaitable[Answer]]) -> Answer:
        """Hold back what an ask may take, have it answered, settle what it took.

        Raises:
            BudgetReached: A limit leaves no room for this ask.
            UsageError: Money is limited, but this respondent's answers carry no cost.
        """
        if not self.limits(respondent):
            answer = await answering()
            self.settle(answer, respondent)
            return answer
        hold = await self.hold(Sized.of(ask), respondent)
        try:
            answer = await answering()
            self.settle(answer, respondent)
            return answer
        finally:
            await self.free(hold)

    def limits(self, respondent: str) -> bool:
        """Whether anything is held back for a respondent's asks."""
        return self._limited and respondent not in self._unpaid

    async def hold(self, size: Sized, respondent: str) -> Spent:
        """Hold back what an ask of a size may take; waits for those under way if it must.

        Raises:
            BudgetReached: A limit leaves no room for it.
        """
        async with self._settled:
            while True:
                hold = self._most(size, respondent)
                limit = self._exceeded(hold)
                if limit is None:
                    self._held.add(hold)
                    return hold
                if not self._held.asks:
                    raise BudgetReached(
                        f"the budget of {limit} is reached ({self.spent.asks} asks, "
                        f"{self.spent.tokens} tokens, {self.spent.money:.4f} USD spent); all answers are "
                        "kept. Raise it and run the same command to go on."
                    )
                await self._settled.wait()

    async def free(self, hold: Spent) -> None:
        """Hold back no longer what was held for an ask."""
        self._held.add(hold, -1)
        async with self._settled:
            self._settled.notify_all()

    def _most(self, size: Sized, respondent: str) -> Spent:
        tokens, money = size.prompt + size.reply, 0.0
        price = self._prices.get(respondent)
        if price is not None:
            money = (size.prompt * price.input + size.reply * price.output) / 1e6
        elif respondent in self._dearest:
            money = self._dearest[respondent] * tokens
        elif self._budget.money is not None and self._held.asks:
            money = float("inf")
        return Spent(1, tokens, money)

    def _exceeded(self, hold: Spent) -> str | None:
        budget, spent, held = self._budget, self.spent, self._held
        if budget.asks is not None and spent.asks + held.asks + hold.asks > budget.asks:
            return f"{budget.asks} asks"
        if budget.tokens is not None and spent.tokens + held.tokens + hold.tokens > budget.tokens:
            return f"{budget.tokens} tokens"
        money = spent.money + held.money + hold.money
        if budget.money is not None and (money > budget.money or spent.money >= budget.money):
            return f"{budget.money:g} USD"
        return None

    def settle(self, answer: Answer, respondent: str) -> None:
        """Count what an answer took.

        Raises:
            UsageError: Money is limited, but this respondent's answers carry no cost.
        """
        if answer.cached:
            return
        usage = answer.usage
        tokens = usage.prompt_tokens + usage.completion_tokens
        self.spent.add(Spent(1, tokens, usage.cost or 0.0))
        if self._budget.money is None or not usage.requests:
            return
        if usage.cost is None:
            raise UsageError(
                f"the budget limits money, but the answers of respondent {respondent!r} carry no cost: "
                "give it a price, or limit tokens or asks instead."
            )
        dearest = self._dearest.get(respondent, 0.0)
        self._dearest[respondent] = max(dearest, usage.cost / tokens if tokens else 0.0)
