"""The protocol of a debate: rounds of verdicts until all agree or the limit is reached, then the judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Answer
from homophily.items import Verdict
from homophily.reading import spoken
from homophily.studies._judging import judge
from homophily.studies._together import together
from homophily.studies.debate.cases import case
from homophily.studies.debate.histories import Reply, seat, view
from homophily.studies.debate.judging import PHASE, asked
from homophily.studies.debate.roles import agents
from homophily.studies.debate.sessions import JUDGE

if TYPE_CHECKING:
    from homophily.lab.table import Table

__all__ = ["play"]


async def play(table: Table) -> None:
    """Play one debate.

    In a synchronous round all agents are asked at once, each from its own history; in turn, one after
    another. The debate ends when all verdicts of a round are readable and the same, or at the limit. A reply
    without a readable verdict is no agreement; it is passed on as it was said.
    """
    debate = _Debate(table)
    for number in range(1, int(table.session.condition["max_rounds"] or 1) + 1):
        await debate.round(number)
        if debate.agreed(number):
            break
    await together(*(debate.judge(reply, place) for reply in debate.replies for place in debate.judges()))


class _Debate:
    """A debate as it stands."""

    def __init__(self, table: Table) -> None:
        self.table = table
        session = table.session
        self.language = session.language
        self.protocol = str(session.condition["protocol"])
        self.names = agents(sum(name.startswith("agent-") for name in session.seats), self.language)
        self.id = str(session.condition["dilemma"])
        self.dilemma = case(table.design, self.id).told(self.language)
        self.replies: list[Reply] = []

    async def round(self, number: int) -> None:
        """Have every agent reply once, all from the same state of the debate or one after another."""
        if self.protocol == "synchronous":
            given: dict[int, Reply] = {}

            async def reply(place: int) -> None:
                given[place] = await self.reply(place, number)

            await together(*(reply(place) for place in range(len(self.names))))
            self.replies += [given[place] for place in sorted(given)]
            return
        for place in range(len(self.names)):
            self.replies.append(await self.reply(place, number))

    async def reply(self, place: int, number: int) -> Reply:
        """Ask one agent for its verdict in a round."""
        history, text = view(
            place,
            number,
            self.replies,
            dilemma=self.dilemma,
            protocol=self.protocol,
            names=self.names,
            language=self.language,
        )
        settings = self.table.design.deliberation
        item = Verdict(
            id=f"verdict/{self.id}",
            text=text,
            language=self.language,
            measures="verdict",
            agent=self.names[place],
            round=number,
            structured=settings.output == "structured",
        )
        answer = await self.table.ask(
            seat(place),
            item,
            at=f"round-{number}",
            history=history,
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
        )
        return _reply(item, answer, place, number)

    def agreed(self, number: int) -> bool:
        """Whether all verdicts of a round are readable and the same."""
        given = {reply.verdict for reply in self.replies if reply.round == number}
        return len(given) == 1 and None not in given

    def judges(self) -> range:
        """The judges' places, from 1."""
        return range(1, len(self.table.design.judges.panel) + 1)

    async def judge(self, reply: Reply, place: int) -> None:
        """Have one judge name the values of one message; where nothing was said, there is none."""
        settings = self.table.design.judges
        if not reply.words:
            return
        await judge(
            self.table,
            JUDGE.format(place=place),
            reply.words,
            asked(settings, self.language),
            at=f"{PHASE}/round-{reply.round}/{seat(reply.place)}",
            temperature=settings.temperature,
        )


def _reply(item: Verdict, answer: Answer, place: int, number: int) -> Reply:
    raw = spoken(answer.raw).strip()
    verdict = None if answer.value is None else str(answer.value)
    return Reply(number, place, verdict, item.explanation(answer.raw) if raw else "", raw)
