"""People: who takes part, and where they are; what identifies them stays here."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from homophily.lab.writer import Writer
from homophily.records import schema
from homophily.records.database import said_plainly

__all__ = ["Participant", "People"]

#: Seconds between two notes that somebody was seen.
_SEEN = 20.0


@dataclass(slots=True, kw_only=True)
class Participant:
    """One who takes part; the columns of `homophily.records.schema.participants`, and `heard`.

    Attributes:
        heard: When they were last seen, by the monotonic clock: what is counted in seconds must not rest on a
            wall clock that is set while people take part. Not kept.
    """

    id: str
    session: str | None
    token_digest: str | None
    pid: str | None
    test: bool
    language: str
    state: str
    page: str | None = None
    code: str | None = None
    arrived: float
    seen: float
    ended: float | None = None
    heard: float = field(default_factory=time.monotonic, repr=False)

    @property
    def away(self) -> float:
        """Seconds since they were last seen."""
        return time.monotonic() - self.heard

    @property
    def under_way(self) -> bool:
        """Whether there is a session to go on with."""
        return self.state in ("playing", "closed") and self.session is not None


class People:
    """All participants of a run, in memory and in the store.

    Args:
        run: Name of the run.
        writer: Where changes go.
    """

    def __init__(self, run: str, writer: Writer) -> None:
        self._run, self._writer = run, writer
        self._by_id: dict[str, Participant] = {}
        self._by_digest: dict[str, Participant] = {}
        self._written: dict[str, float] = {}

    async def load(self, engine: AsyncEngine, url: str) -> None:
        """Read those who came before."""
        table = schema.participants
        with said_plainly(url):
            async with engine.connect() as connection:
                rows = await connection.execute(select(table).where(table.c.run == self._run))
                for row in rows.mappings():
                    person = Participant(**{name: row[name] for name in row if name != "run"})
                    person.heard -= max(0.0, time.time() - person.seen)
                    self._keep(person)

    def __iter__(self) -> Iterator[Participant]:
        return iter(tuple(self._by_id.values()))

    def holding(self, digest: str) -> Participant | None:
        """Whoever holds the secret of this digest."""
        return self._by_digest.get(digest)

    def known(self, pid: str, *, test: bool) -> Participant | None:
        """Whoever has a session under this participant id; test runs are apart."""
        for person in self._by_id.values():
            if person.pid == pid and person.test == test and person.session is not None:
                return person
        return None

    def add(
        self, *, digest: str | None, pid: str | None, test: bool, language: str, state: str
    ) -> Participant:
        """A new participant."""
        now = time.time()
        person = Participant(
            id=secrets.token_hex(6),
            session=None,
            token_digest=digest,
            pid=pid,
            test=test,
            language=language,
            state=state,
            arrived=now,
            seen=now,
        )
        self._keep(person)
        self.save(person)
        return person

    def save(self, person: Participant) -> None:
        """Hand a participant's row to the writer."""
        self._written[person.id] = person.heard
        row = {"run": self._run, **asdict(person)}
        del row["heard"]
        self._writer.person(row)

    def see(self, person: Participant, page: str | None) -> None:
        """Note that somebody was seen, on which page."""
        person.seen, person.heard = time.time(), time.monotonic()
        turned = page is not None and page != person.page
        if turned:
            person.page = page
        if turned or person.heard - self._written.get(person.id, float("-inf")) > _SEEN:
            self.save(person)

    def hand_over(self, person: Participant, digest: str) -> None:
        """Let another secret stand for a participant; the former one is worth nothing from now on."""
        if person.token_digest:
            self._by_digest.pop(person.token_digest, None)
        person.token_digest = digest
        self._keep(person)
        self.save(person)

    def reduce(self, person: Participant, state: str) -> None:
        """Leave of a participant only that there was one, and how it ended."""
        if person.token_digest:
            self._by_digest.pop(person.token_digest, None)
        now = time.time()
        person.session = person.token_digest = person.pid = person.page = person.code = None
        person.state, person.arrived, person.seen, person.ended = state, now, now, now
        self.save(person)

    def _keep(self, person: Participant) -> None:
        self._by_id[person.id] = person
        if person.token_digest:
            self._by_digest[person.token_digest] = person
