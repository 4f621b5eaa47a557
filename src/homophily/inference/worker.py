"""The worker: a thread that reads prompts and writes texts, everybody's together."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from homophily.errors import HomophilyError, RespondentError
from homophily.inference.decoder import Decoder, Read, Segment
from homophily.inference.jobs import Job, Scoring, Writing
from homophily.inference.prefixes import Beginnings, Prefixes
from homophily.inference.queueing import chosen
from homophily.inference.requests import Scored
from homophily.inference.sampling import choose, told
from homophily.inference.settings import EngineSettings
from homophily.inference.slots import Slots
from homophily.inference.totals import Totals

__all__ = ["Worker"]

#: Scored questions that are remembered, a few kilobytes each.
REMEMBERED = 20_000

#: Every so many readings the oldest request goes first, however much it has to read.
PATIENCE = 8


class Worker(threading.Thread):
    """Takes jobs in, step by step; finished rows leave and waiting ones join between two steps.

    Args:
        decoder: Runs the model; used from this thread alone.
        layers: Number of the model's layers.
        ends: Tokens that end a text.
        spell: A token's text.
        settings: Limits.
    """

    def __init__(
        self,
        decoder: Decoder,
        layers: int,
        ends: frozenset[int],
        spell: Callable[[int], str],
        settings: EngineSettings,
    ) -> None:
        super().__init__(name="homophily-inference", daemon=True)
        self._decoder, self._layers, self._ends, self._spell = decoder, layers, ends, spell
        self._settings = settings
        self._arrivals: deque[Job] = deque()
        self._bell = threading.Condition()
        self._closing = False
        self._waiting: deque[Job] = deque()
        self._slots = Slots(decoder)
        self._writing: list[Writing | None] = []
        self._prefixes = Prefixes(settings.prefixes << 20, cuts=not decoder.filtered)
        self._scores: OrderedDict[tuple[object, ...], Scored] = OrderedDict()
        self._budget = settings.prefill or (2048 if decoder.device == "cpu" else 16384)
        self._token_bytes = 1
        self.totals = Totals()

    @property
    def waiting(self) -> int:
        """Requests not yet begun."""
        return len(self._arrivals) + len(self._waiting)

    def put(self, job: Job) -> None:
        """Hand in a job, from any thread."""
        with self._bell:
            if self._closing:
                raise RespondentError("the engine is closed; open it anew.")
            self._arrivals.append(job)
            self._bell.notify()

    def close(self) -> None:
        """Stop after the step under way; whoever waits is told."""
        with self._bell:
            self._closing = True
            self._bell.notify()
        self.join()

    def run(self) -> None:
        """The thread's life."""
        with torch.inference_mode():
            while self._take_in():
                self._drop_cancelled()
                self._read()
                self._write()
                self.totals.prefix_bytes = self._prefixes.bytes
        for job in (*self._arrivals, *self._waiting, *filter(None, self._writing)):
            job.mailbox.put(RespondentError("the engine was closed before the request was done."))

    def _take_in(self) -> bool:
        with self._bell:
            while not (self._arrivals or self._waiting or len(self._slots) or self._closing):
                self._bell.wait()
            arrived, self._arrivals = list(self._arrivals), deque()
            if self._closing:
                self._arrivals.extend(arrived)
                return False
        for job in arrived:
            begun = Beginnings.of(job.prompt.ids, ())
            job.beginnings = Beginnings.of(job.prompt.ids, (*job.prompt.borders, self._prefixes.met(begun)))
            if not self._remembered(job):
                self._waiting.append(job)
        return True

    def _drop_cancelled(self) -> None:
        if any(job.cancelled for job in self._waiting):
            self._waiting = deque(job for job in self._waiting if not job.cancelled)
        for place, writing in enumerate(self._writing):
            if writing is not None and writing.cancelled:
                self._slots.leave(place)
                self._writing[place] = None
        self._tidy()

    def _read(self) -> None:
        """Read the prompts, or next parts of prompts, of some that wait."""
        if not self._waiting:
            return
        room = self._settings.batch - len(self._slots)
        columns = (self._settings.memory << 20) // self._token_bytes
        jobs = chosen(
            self._waiting,
            self._prefixes,
            self._slots,
            tokens=self._budget,
            room=room,
            columns=columns,
            oldest=self.totals.readings % PATIENCE == 0,
        )
        if not jobs:
            return
        taken = set(map(id, jobs))
        self._waiting = deque(job for job in self._waiting if id(job) not in taken)
        self._read_together(jobs)

    def _read_together(self, jobs: Sequence[Job]) -> None:
        """One step for several jobs; if it fails each has one alone, so that only its own fault harms it."""
        try:
            segments = [self._segment(job) for job in jobs]
            found = self._decoder.read(segments)
            self.totals.step(sum(len(segment.ids) for segment in segments), len(segments), reading=True)
            self._sort(jobs, segments, found)
        except Exception as error:
            if len(jobs) == 1:
                jobs[0].mailbox.put(_told(error))
                return
            for job in jobs:
                if not (isinstance(job, Writing) and job.place >= 0):
                    self._read_together([job])

    def _segment(self, job: Job) -> Segment:
        start, end = len(job.ids) - job.unread, len(job.ids)
        assert job.beginnings is not None
        marks = self._prefixes.missing(job.beginnings, start) if self._prefixes.limit else []
        if self._decoder.filtered and marks:  # a compact row cannot be cut: stop there
            return Segment(job.past, job.ids[start : marks[0]], (), (marks[0],))
        whole = isinstance(job, Writing) or (isinstance(job, Scoring) and bool(job.options.paths()))
        return Segment(job.past, job.ids[start:], (end - start - 1,), (*marks, *([end] if whole else ())))

    def _sort(self, jobs: Sequence[Job], segments: Sequence[Segment], found: Sequence[Read]) -> None:
        """What each job does next: read on, be scored, or join those who write."""
        joining: list[tuple[Writing, Read]] = []
        for job, segment, read in zip(jobs, segments, found, strict=True):
            assert job.beginnings is not None
            if read.kept:
                self._token_bytes = max(self._token_bytes, read.kept[-1].bytes // read.kept[-1].length)
            for row in read.kept:
                if row.length < len(job.prompt.ids):
                    self._prefixes.keep(job.beginnings, row)
            if not segment.wanted:
                job.past = read.kept[-1]
                self._waiting.appendleft(job)
            elif isinstance(job, Scoring):
                self._score(job, read)
            elif isinstance(job, Writing):
                joining.append((job, read))
        if joining:
            self._join(joining)

    def _score(self, job: Scoring, read: Read) -> None:
        paths = job.options.paths()
        after: list[Read] = []
        for first in range(0, len(paths), self._settings.batch):
            some = paths[first : first + self._settings.batch]
            row = read.kept[-1]
            after += self._decoder.read([Segment(row, path, range(len(path))) for path in some])
        logprobs = job.options.logprobs(read.logits[0], paths, [each.logits for each in after])
        spent = job.spent(self._layers, 0, read.filtered, read.saved)
        self.totals.add(spent)
        scored = Scored(logprobs=logprobs, spent=spent)
        job.mailbox.put(scored)
        if self._prefixes.limit:
            self._scores[job.question] = scored
            if len(self._scores) > REMEMBERED:
                self._scores.popitem(last=False)

    def _remembered(self, job: Job) -> bool:
        """Answer a question that was scored before, word for word, as when a persona is asked again."""
        known = self._scores.get(job.question) if isinstance(job, Scoring) else None
        if known is None:
            return False
        spent = replace(known.spent, shared_tokens=len(job.ids), seconds=time.perf_counter() - job.arrived)
        self.totals.add(spent)
        job.mailbox.put(replace(known, spent=spent))
        return True

    def _join(self, joining: Sequence[tuple[Writing, Read]]) -> None:
        logits = torch.stack([read.logits[0] for _, read in joining])
        rows = [read.kept[-1] for _, read in joining]
        staying = []
        for (job, read), row, finish in zip(
            joining, rows, self._say([job for job, _ in joining], logits), strict=True
        ):
            job.past = None
            if finish:
                self._done(job, finish, (read.filtered, read.saved))
            else:
                staying.append((job, row))
        if not staying:
            return
        places = self._slots.join([row for _, row in staying])
        self._writing += [None] * (max(places) + 1 - len(self._writing))
        for (job, _), place in zip(staying, places, strict=True):
            job.place, self._writing[place] = place, job

    def _say(self, jobs: Sequence[Writing], logits: torch.Tensor) -> list[str]:
        """Draw each one's next token; returns why the texts end, or nothing."""
        tokens = choose(logits, [job.sampler for job in jobs])
        finishes = []
        for place, (job, token) in enumerate(zip(jobs, tokens, strict=True)):
            top = job.sampling.logprobs
            known = None if top is None else told(logits[place], token, top, self._spell)
            finishes.append(job.take(token, token in self._ends, known))
        return finishes

    def _write(self) -> None:
        """One token more for everybody who writes."""
        if not len(self._slots):
            return
        live = [place for place, job in enumerate(self._writing) if job is not None]
        jobs = [job for job in self._writing if job is not None]
        try:
            tokens = [0 if job is None else job.written[-1] for job in self._writing]
            logits = self._slots.step(tokens)
            finishes = self._say(jobs, logits[torch.tensor(live, device=logits.device)])
        except Exception as error:
            self._start_over(jobs, error)
            return
        self.totals.step(len(jobs), len(jobs), reading=False)
        for place, job, finish in zip(live, jobs, finishes, strict=True):
            if finish:
                self._done(job, finish, self._slots.spared(place))
                self._slots.leave(place)
                self._writing[place] = None
        self._tidy()

    def _start_over(self, jobs: Sequence[Writing], error: Exception) -> None:
        """After a step that failed, as for lack of memory: everybody is read anew, by and by."""
        self._slots.clear()
        self._writing = []
        for job in jobs:
            job.place = -1
            if len(jobs) == 1:
                job.mailbox.put(_told(error))
            else:
                self._waiting.append(job)

    def _done(self, job: Writing, finish: str, spared: tuple[int, int]) -> None:
        spent = job.spent(self._layers, len(job.written), *spared)
        self.totals.add(spent)
        job.done(finish, spent)

    def _tidy(self) -> None:
        stay = self._slots.tidy()
        if stay is not None:
            self._writing = [self._writing[place] for place in stay]
            for place, job in enumerate(self._writing):
                if job is not None:
                    job.place = place


def _told(error: Exception) -> HomophilyError:
    if isinstance(error, HomophilyError):
        return error
    line = str(error).strip().splitlines()
    return RespondentError(f"the model failed: {type(error).__name__}: {line[0] if line else ''}")
