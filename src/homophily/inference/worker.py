"""The worker: threads that read prompts and write texts, everybody's together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

import torch

from homophily.errors import RespondentError
from homophily.filtering.rows import Row
from homophily.inference.charging import charged
from homophily.inference.decoder import Decoder, Read, Segment
from homophily.inference.jobs import Job, Scoring, Writing
from homophily.inference.prefixes import Beginnings, Prefixes
from homophily.inference.questions import Questions
from homophily.inference.queueing import chosen
from homophily.inference.requests import Scored
from homophily.inference.settings import EngineSettings
from homophily.inference.totals import Totals
from homophily.inference.writers import Finished, Writers

__all__ = ["Worker"]

#: Every so many readings the oldest request goes first, however much it has to read.
PATIENCE = 8


class Worker:
    """Takes jobs in, step by step; finished rows leave and waiting ones join between two steps.

    It works in lanes, threads that each read some prompts at a time; the first also writes everybody's texts.
    The steps of a small model are too short to share one among cores: there each lane has a core of its own.

    Args:
        decoder: Runs the model; used from the lanes alone.
        layers: Number of the model's layers.
        ends: Tokens that end a text.
        spell: A token's text.
        settings: Limits.
        lanes: Number of lanes; if more than one, each computes on one core.
    """

    def __init__(
        self,
        decoder: Decoder,
        layers: int,
        ends: frozenset[int],
        spell: Callable[[int], str],
        settings: EngineSettings,
        lanes: int = 1,
    ) -> None:
        self._decoder, self._layers, self._settings = decoder, layers, settings
        self._bell = threading.Condition()  # held for all that lanes share; never while the model computes
        self._closing = False
        self._arrivals: deque[Job] = deque()
        self._waiting: deque[Job] = deque()
        self._reading: list[Job] = []
        self._joining: list[tuple[Writing, Row]] = []
        self._writers = Writers(decoder, ends, spell)
        self._places = (0, 0)  # texts being written, and the longest's length
        self._prefixes = Prefixes(settings.prefixes << 20, cuts=not decoder.filtered)
        self._questions = Questions()
        self._budget = settings.prefill or (2048 if decoder.device == "cpu" else 16384)
        self._token_bytes = 1
        self._begun = threading.Barrier(lanes + 1)
        self._lanes = [
            threading.Thread(
                target=self._lane, args=(n == 0, lanes), name=f"homophily-inference-{n}", daemon=True
            )
            for n in range(lanes)
        ]
        self.totals = Totals()

    @property
    def waiting(self) -> int:
        """Requests not yet begun."""
        return len(self._arrivals) + len(self._waiting)

    def start(self) -> None:
        """Begin to work."""
        threads = torch.get_num_threads()
        for lane in self._lanes:
            lane.start()
        self._begun.wait()
        if len(self._lanes) > 1:  # a new thread takes the number that any thread set last
            torch.set_num_threads(threads)

    def put(self, job: Job) -> None:
        """Hand in a job, from any thread."""
        with self._bell:
            if self._closing:
                raise RespondentError("the engine is closed; open it anew.")
            self._arrivals.append(job)
            self._bell.notify_all()

    def close(self) -> None:
        """Stop after the steps under way; whoever waits is told."""
        with self._bell:
            self._closing = True
            self._bell.notify_all()
        for lane in self._lanes:
            lane.join()
        writing = [*self._writers.clear(), *(job for job, _ in self._joining)]
        for job in (*self._arrivals, *self._waiting, *writing):
            job.mailbox.put(RespondentError("the engine was closed before the request was done."))

    def _lane(self, writes: bool, lanes: int) -> None:
        """A thread's life."""
        if lanes > 1:
            torch.get_num_threads()  # a thread that has not asked yet would take up any later setting
            torch.set_num_threads(1)
        self._begun.wait()
        with torch.inference_mode():
            while (jobs := self._next(writes)) is not None:
                self._read(jobs)
                if writes:
                    self._write()

    def _next(self, writes: bool) -> list[Job] | None:
        """The jobs to read, none where there is only to write; None at the end. Waits for something to do."""
        with self._bell:
            while not self._closing:
                self._take_in()
                jobs = self._choose()
                if jobs or (writes and (self._joining or len(self._writers))):
                    self._reading += jobs
                    return jobs
                self._bell.wait()
        return None

    def _take_in(self) -> None:
        while self._arrivals:
            job = self._arrivals.popleft()
            begun = Beginnings.of(job.prompt.ids, ())
            job.beginnings = Beginnings.of(job.prompt.ids, (*job.prompt.borders, self._prefixes.met(begun)))
            if (known := self._questions.recall(job)) is None:
                self._waiting.append(job)
            else:
                self.totals.add(known.spent)
                job.mailbox.put(known)
        if any(job.cancelled for job in self._waiting):
            self._waiting = deque(job for job in self._waiting if not job.cancelled)

    def _choose(self) -> list[Job]:
        """The prompts, or next parts of prompts, that are read together."""
        if not self._waiting:
            return []
        coming = [job for job in self._reading if isinstance(job, Writing)]
        coming += [job for job, _ in self._joining]
        count, longest = self._places
        jobs = chosen(
            self._waiting,
            self._prefixes,
            self._reading,
            tokens=self._budget,
            room=self._settings.batch - count - len(coming),
            writing=(count + len(coming), max([longest, *(job.length for job in coming)])),
            columns=(self._settings.memory << 20) // self._token_bytes,
            oldest=self.totals.readings % PATIENCE == 0,
        )
        taken = set(map(id, jobs))
        self._waiting = deque(job for job in self._waiting if id(job) not in taken)
        return jobs

    def _read(self, jobs: Sequence[Job]) -> None:
        """One step for several jobs; if it fails each has one alone, so that only its own fault harms it."""
        if not jobs:
            return
        try:
            segments = [self._segment(job) for job in jobs]
            tokens = [len(segment.ids) for segment in segments]
            with charged(jobs, tokens, self._decoder.device):
                found = self._decoder.read(segments)
        except Exception as error:
            for job in jobs if len(jobs) > 1 else ():
                self._read([job])
            if len(jobs) == 1:
                self._fail(jobs[0], error)
            return
        with self._bell:
            self.totals.step(sum(tokens), len(segments), reading=True)
            for job, segment, read in zip(jobs, segments, found, strict=True):
                self._remember(job, segment, read)
            self._bell.notify_all()
        for job, segment, read in zip(jobs, segments, found, strict=True):
            try:
                if segment.wanted:
                    self._answer(job, read)
            except Exception as error:
                self._fail(job, error)

    def _segment(self, job: Job) -> Segment:
        start, end = len(job.ids) - job.unread, len(job.ids)
        assert job.beginnings is not None
        with self._bell:
            marks = self._prefixes.missing(job.beginnings, start) if self._prefixes.limit else []
        marks = [mark for mark in marks if mark < end]
        if self._decoder.filtered and marks:  # a compact row cannot be cut: stop there
            return Segment(job.past, job.ids[start : marks[0]], (), (marks[0],))
        whole = isinstance(job, Writing) or (isinstance(job, Scoring) and bool(job.options.paths()))
        return Segment(job.past, job.ids[start:], (end - start - 1,), (*marks, *([end] if whole else ())))

    def _remember(self, job: Job, segment: Segment, read: Read) -> None:
        """Keep what others may share; a job that stopped on its way reads on."""
        assert job.beginnings is not None
        self._reading.remove(job)
        if read.kept:
            self._token_bytes = max(self._token_bytes, read.kept[-1].bytes // read.kept[-1].length)
        for row in read.kept:
            if row.length < len(job.prompt.ids):
                self._prefixes.keep(job.beginnings, row)
        self.totals.prefix_bytes = self._prefixes.bytes
        if not segment.wanted:
            job.past = read.kept[-1]
            self._waiting.appendleft(job)

    def _answer(self, job: Job, read: Read) -> None:
        """Score what was read, or begin to write."""
        if isinstance(job, Scoring):
            self._score(job, read)
        elif isinstance(job, Writing):
            (finish,) = self._writers.say([job], read.logits)
            job.past = None
            if finish:
                self._done([(job, finish, (read.filtered, read.saved))])
                return
            with self._bell:
                self._joining.append((job, read.kept[-1]))
                self._bell.notify_all()

    def _score(self, job: Scoring, read: Read) -> None:
        paths = job.options.paths()
        after: list[Read] = []
        for first in range(0, len(paths), self._settings.batch):
            some = paths[first : first + self._settings.batch]
            row = read.kept[-1]
            with charged([job], [1], self._decoder.device):
                after += self._decoder.read([Segment(row, path, range(len(path))) for path in some])
        logprobs = job.options.logprobs(read.logits[0], paths, [each.logits for each in after])
        spent = job.spent(self._layers, 0, read.filtered, read.saved)
        scored = Scored(logprobs=logprobs, spent=spent)
        with self._bell:
            self.totals.add(spent)
            if self._prefixes.limit:
                self._questions.remember(job, scored)
        job.mailbox.put(scored)

    def _write(self) -> None:
        """One token more for everybody who writes."""
        with self._bell:
            joining, self._joining = self._joining, []
            self._places = (len(self._writers) + len(joining), self._places[1])
        try:
            self._writers.join(joining)
            joining = []
            self._writers.drop_cancelled()
            count = len(self._writers)
            done = self._writers.step() if count else []
        except Exception as error:
            self._start_over([*self._writers.clear(), *(job for job, _ in joining)], error)
            done, count = [], 0
        with self._bell:
            if count:
                self.totals.step(count, count, reading=False)
            self._places = (len(self._writers), self._writers.slots.columns)
        self._done(done)

    def _start_over(self, jobs: Sequence[Writing], error: Exception) -> None:
        """After a step that failed, as for lack of memory: everybody is read anew, by and by."""
        if len(jobs) == 1:
            jobs[0].mailbox.fail(error)
            return
        with self._bell:
            self._waiting.extend(jobs)

    def _done(self, texts: Sequence[Finished]) -> None:
        for job, finish, spared in texts:
            spent = job.spent(self._layers, len(job.written), *spared)
            with self._bell:
                self.totals.add(spent)
                self._bell.notify_all()  # there is room again
            job.done(finish, spent)

    def _fail(self, job: Job, error: Exception) -> None:
        with self._bell:
            self._reading = [other for other in self._reading if other is not job]
            self._bell.notify_all()
        job.mailbox.fail(error)
