"""The host: a run whose sessions are played by people who come, leave and return as they like."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections import Counter
from collections.abc import Mapping

from homophily.asks import Respondent
from homophily.errors import HomophilyError, Interrupted
from homophily.lab.design import Design
from homophily.lab.events import Event, Observer
from homophily.lab.gate import Gate
from homophily.lab.keeper import House
from homophily.lab.performing import perform
from homophily.lab.purse import Purse, Spent
from homophily.lab.runs import Run
from homophily.lab.store import Store
from homophily.lab.study import Study
from homophily.lab.writer import Writer
from homophily.respondents.person import Person
from homophily.web.host import record
from homophily.web.host.people import Participant, People
from homophily.web.host.places import Places
from homophily.web.host.seals import Seals
from homophily.web.host.settings import Settings
from homophily.web.host.sitting import Desk, Sitting
from homophily.web.host.way import Way

__all__ = ["Host"]

_log = logging.getLogger("homophily.host")

#: Added to a run's name for the answers of test runs, so that no table of the run ever holds them.
TEST = "~test"


class Host:
    """All that the pages of a hosted run rest on; made by `homophily.web.host.hosting`.

    Attributes:
        run: What is played.
        study: Its study.
        design: Its design.
        settings: How it is hosted.
        store: Where all is kept.
        seats: The respondents, by name.
        writer: Writes to it.
        people: Who takes part.
        places: Which sessions are free.
        seals: Signs cookies and forms.
        researcher: The token that opens the researcher's pages.
        tester: The token that opens test runs and nothing else, drawn from the researcher's.
        doors: Whether participants are let in: ``open``, ``paused`` or ``closed``.
        observers: Hear of every event of every session that counts.
        faults: Sessions that came to grief in this process, with what was said.
        fault: Why the whole host has stopped; None while it goes on.
    """

    def __init__(
        self,
        run: Run,
        study: Study,
        design: Design,
        settings: Settings,
        store: Store,
        seats: Mapping[str, Respondent],
        seals: Seals,
        researcher: str,
    ) -> None:
        self.run, self.study, self.design, self.settings = run, study, design, settings
        self.store, self.seals, self.researcher = store, seals, researcher
        self.tester = hmac.new(researcher.encode(), b"test runs", hashlib.sha256).hexdigest()[:32]
        self.seats = dict(seats)
        self.writer = Writer(store)
        self.people = People(run.name, self.writer)
        self.places = Places(study, design, settings.patience * 60)
        self.doors = "open"
        self.observers: list[Observer] = []
        self.faults: dict[str, str] = {}
        self.fault: HomophilyError | None = None
        self.stopped = asyncio.Event()
        self.purse = Purse(design.budget, Spent(), seats)
        self._gate = Gate()
        self._desk = Desk()
        for respondent in seats.values():
            if isinstance(respondent, Person):
                respondent.sit(self._desk)
        self._houses = {
            test: House(
                run.name + (TEST if test else ""),
                seats,
                self.writer,
                self.purse,
                self._gate,
                (lambda event: None) if test else self._tell,
            )
            for test in (False, True)
        }
        #: The way through a session, by language, as far as it is known beforehand.
        self.expected: dict[str, Way] = {}
        self.skips = any(isinstance(each, Person) and each.skip for each in seats.values())

    def is_researcher(self, token: str) -> bool:
        """Whether this is the researcher's token."""
        return hmac.compare_digest(token.encode(), self.researcher.encode())

    def is_tester(self, token: str) -> bool:
        """Whether this opens test runs: links to these are handed around, and must not open more."""
        return hmac.compare_digest(token.encode(), self.tester.encode())

    def house(self, person: Participant) -> str:
        """Name of the run that a participant's answers are kept under."""
        return self._houses[person.test].run

    def states(self) -> dict[str, int]:
        """How many participants there are in each state; test runs do not count."""
        return dict(Counter(person.state for person in self.people if not person.test))

    def room(self, language: str) -> bool:
        """Whether there is a place for one more."""
        wanted = self.settings.participants
        if wanted is not None and self.places.occupied(self.people) >= wanted:
            return False
        return self.places.next(self.people, language) is not None

    async def begin(self, person: Participant, session: str = "") -> bool:
        """Give a participant a session; False where none is free.

        Args:
            person: Who has arrived.
            session: For a test run, the session wanted.
        """
        if person.test:
            found = self.places.test(self.people, person.language, session)
        else:
            free = self.places.next(self.people, person.language) if self.room(person.language) else None
            if free is None:
                return False
            found = free
            for other in self.places.left(self.people, found.id):
                other.state = "closed"
                self.people.save(other)
        person.session, person.state = found.id, "playing"
        self.people.save(person)
        await self.writer.settled()
        return True

    def sitting(self, person: Participant) -> Sitting:
        """The sitting of a participant, begun or gone on with if it is not in memory.

        Raises:
            KeyError: The session is no part of the design any more.
        """
        session = str(person.session)
        sitting = self._desk.sittings.get(session)
        if sitting is None or sitting.ended:
            played = self.places.session(session)
            sitting = Sitting(played, self.places.seats(played))
            self._desk.sittings[session] = sitting
            sitting.start(self._perform(person, sitting))
        sitting.seen = time.monotonic()
        if person.state == "closed":  # back after all
            person.state = "playing"
            self.people.save(person)
        return sitting

    async def leave(self, person: Participant, state: str) -> None:
        """Delete all that a participant answered; only the count stays.

        Args:
            person: Who leaves.
            state: ``withdrawn`` or ``declined``.
        """
        person.state = state  # at once: a page sent meanwhile must not begin the session anew
        if person.session is not None:
            sitting = self._desk.sittings.pop(person.session, None)
            if sitting is not None:
                await sitting.stop()
        self._forget(person, state)
        await self.writer.settled()

    async def turn(self, doors: str) -> None:
        """Open, pause or close the doors; who is inside goes on."""
        self.doors = doors
        await record.switch(self.store, self.run.name, "doors", doors)

    async def sweep(self) -> None:
        """Let go of the sittings of people not seen for long; they are played again when they return."""
        late = time.monotonic() - self.settings.idle * 60
        for session, sitting in list(self._desk.sittings.items()):
            if sitting.ended or (sitting.seen < late and sitting.waiting):
                del self._desk.sittings[session]
                await sitting.stop()

    async def close(self, grace: float) -> None:
        """Stop all sittings, letting answers under way come home, and write what is left."""
        self._gate.close(Interrupted("the server is stopping."))
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and any(
            not sitting.ended and not sitting.waiting for sitting in self._desk.sittings.values()
        ):
            await asyncio.sleep(0.05)
        await asyncio.gather(*(sitting.stop() for sitting in self._desk.sittings.values()))
        await self.writer.close()

    async def _perform(self, person: Participant, sitting: Sitting) -> None:
        house = self._houses[person.test]
        await self.writer.settled()  # whoever had the place and withdrew has left nothing in it by now
        sitting.drafts = await record.drafts(self.store, house.run, sitting.session.id)
        try:
            await perform(
                self.study, self.design, sitting.session, house, self.store.engine, behind=sitting.behind
            )
            if sitting.declined:
                self._forget(person, "declined")
            else:
                self._finish(person)
            await self.writer.settled()
        except Exception as error:
            self._complain(sitting.session.id, error)
            raise

    def _finish(self, person: Participant) -> None:
        person.state, person.ended = "finished", time.time()
        person.code = self.settings.code or secrets.token_hex(4).upper()
        self.people.save(person)

    def _forget(self, person: Participant, state: str) -> None:
        if person.session is not None:
            self.writer.erase(self.house(person), person.session)
        self.people.reduce(person, state)

    def _complain(self, session: str, error: Exception) -> None:
        self.faults[session] = str(error)
        _log.error("session %s: %s", session, error)
        if self.writer.error is not None:
            self.fault = self.writer.error
            self.stopped.set()

    def _tell(self, event: Event) -> None:
        for observer in self.observers:
            observer(event)
