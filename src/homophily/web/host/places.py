"""Places: which session the next participant plays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from homophily.errors import UsageError
from homophily.lab.design import Design
from homophily.lab.session import Seat, Session
from homophily.lab.study import Study
from homophily.web.host.people import Participant

__all__ = ["Places"]

_AGAIN = re.compile(r"~(?:test-)?\d+\Z")


class Places:
    """A design's sessions as places for people.

    A place is taken by whoever finished it, or plays it and was seen not long ago. A free place whose session
    was begun before is played anew under the session's id with ``~2``, ``~3``, …: what a drop-out answered
    stays as it is, and whoever comes after starts from nothing, under the same conditions.

    Args:
        study: What is played.
        design: Its design.
        patience: Seconds after which somebody not seen any more leaves the place to others.

    Raises:
        UsageError: No session has a seat for a person, or one has several.
    """

    def __init__(self, study: Study, design: Design, patience: float) -> None:
        self._people = {
            name for name, settings in design.respondents.items() if settings.get("kind") == "person"
        }
        self._balance, self._patience = study.balance, patience
        self._sessions: dict[str, Session] = {}
        for session in study.sessions(design):
            if self._seated(session):
                self._sessions[session.id] = session
        if not self._sessions:
            raise UsageError(
                f'study {study.name!r} seats no person: give one of its [respondents] kind = "person".'
            )

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are sessions in, in the design's order."""
        return tuple(dict.fromkeys(session.language for session in self._sessions.values()))

    @property
    def people(self) -> frozenset[str]:
        """Names of the respondents that are people."""
        return frozenset(self._people)

    def seats(self, session: Session) -> frozenset[str]:
        """The seats of a session that are for people."""
        return frozenset(name for name, seat in session.seats.items() if seat.respondent in self._people)

    def sessions(self) -> Iterable[Session]:
        """The design's own sessions with a seat for a person."""
        return self._sessions.values()

    def session(self, id_: str) -> Session:
        """The session of this id, also one that plays a place again or as a test.

        Raises:
            KeyError: There is none.
        """
        again = _AGAIN.search(id_)
        if again is None:
            return self._sessions[id_]
        session = self._sessions[id_[: again.start()]]
        seats = {name: self._renamed(seat, again[0]) for name, seat in session.seats.items()}
        return replace(session, id=id_, seats=seats)

    def next(self, people: Iterable[Participant], language: str) -> Session | None:
        """The free place for who comes next: of the value of the study's balance condition that the fewest
        have finished in this language, then the fewest are playing, then the first in the design.
        """  # noqa: D205
        people = tuple(people)
        finished, playing, used = self._taken(people)
        done, busy = (
            Counter(self._value(self._sessions[place]) for place in places if self._of(place, language))
            for places in (finished, playing)
        )
        free = [
            session
            for session in self._sessions.values()
            if session.language == language and session.id not in finished and session.id not in playing
        ]
        if not free:
            return None
        best = min(free, key=lambda session: (done[self._value(session)], busy[self._value(session)]))
        return self.session(_unused(best.id, used))

    def left(self, people: Iterable[Participant], session: str) -> list[Participant]:
        """Those who began the place of this session and have not finished it."""
        place = _AGAIN.sub("", session)
        return [
            person
            for person in people
            if not person.test
            and person.state == "playing"
            and person.session not in (None, session)
            and _AGAIN.sub("", str(person.session)) == place
        ]

    def test(self, people: Iterable[Participant], language: str, wanted: str = "") -> Session:
        """A session for a test run: that of the place wanted, or each in turn."""
        tests = sum(person.test and person.session is not None for person in people)
        known = [session.id for session in self._sessions.values() if session.language == language]
        place = wanted if wanted in self._sessions else known[tests % len(known)]
        return self.session(f"{place}~test-{tests + 1}")

    def finished(self, people: Iterable[Participant]) -> int:
        """How many have finished; test runs do not count."""
        return sum(person.state == "finished" and not person.test for person in people)

    def occupied(self, people: Iterable[Participant]) -> int:
        """How many places are taken."""
        finished, playing, _ = self._taken(tuple(people))
        return len(finished | playing)

    def completed(self, people: Iterable[Participant]) -> Mapping[str, int]:
        """How many have finished under each value of the study's balance condition."""
        found = Counter({str(self._value(session)): 0 for session in self._sessions.values()})
        for person in people:
            if person.state == "finished" and not person.test and person.session:
                found[str(self._value(self.session(person.session)))] += 1
        return dict(found)

    def _taken(self, people: tuple[Participant, ...]) -> tuple[set[str], set[str], set[str]]:
        """Places finished; places being played; ids of all sessions that somebody began."""
        finished, playing, used = set(), set(), set()
        for person in people:
            if person.test or person.session is None:
                continue
            used.add(person.session)
            place = _AGAIN.sub("", person.session)
            if person.state == "finished":
                finished.add(place)
            elif person.state == "playing" and person.away < self._patience:
                playing.add(place)
        return finished, playing, used

    def _of(self, place: str, language: str) -> bool:
        return place in self._sessions and self._sessions[place].language == language

    def _value(self, session: Session) -> object:
        return session.condition.get(self._balance) if self._balance else None

    def _seated(self, session: Session) -> bool:
        seats = self.seats(session)
        if len(seats) > 1:
            raise UsageError(
                f"session {session.id!r} seats {len(seats)} people ({', '.join(sorted(seats))}): one person "
                "can take part in a session; give the other seats another kind of respondent."
            )
        return bool(seats)

    def _renamed(self, seat: Seat, suffix: str) -> Seat:
        """A seat of a place played again: another person, so another agent in every table."""
        if seat.respondent not in self._people:
            return seat
        return replace(seat, persona=replace(seat.persona, id=f"{seat.persona.id}{suffix}"))


def _unused(place: str, used: set[str]) -> str:
    number, id_ = 1, place
    while id_ in used:
        number += 1
        id_ = f"{place}~{number}"
    return id_
