"""Comparing two checkpoints of any size in one pass over their files."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError, UnknownName, UsageError
from homophily.lineage.checkpoints import Checkpoint
from homophily.lineage.checkpoints import _dtypes as dtypes
from homophily.lineage.checkpoints._dtypes import Dtype
from homophily.lineage.similarity._side import Buffer, Side
from homophily.lineage.similarity.comparison import Comparison, Group, Row
from homophily.lineage.similarity.meter import Meter
from homophily.lineage.similarity.null import NULLS, unrelated
from homophily.lineage.similarity.pairing import Pair, pair
from homophily.lineage.similarity.tally import Tally
from homophily.seeds import generator

__all__ = ["compare"]

#: Pairs of weights read at once: 8 MB a side of bfloat16.
_CHUNK = 1 << 22
#: Of every stretch of so many pairs the first part is held against the null.
_PERIOD, _SAMPLE = 1 << 20, 1 << 16
#: Chunks handed out ahead of those under way.
_AHEAD = 4

#: Told of each chunk: weights done, weights in all, and the role at hand.
Progress = Callable[[int, int, str], None]


def compare(
    a: Checkpoint,
    b: Checkpoint,
    *,
    control: Checkpoint | None = None,
    null: str | None = "turned",
    seed: int = 0,
    threads: int = 2,
    progress: Progress | None = None,
) -> Comparison:
    """Every measure of similarity between two checkpoints, tensor by tensor and over all matrices.

    Both are read once, in chunks: memory does not grow with the checkpoints. Sums over blocks, roles and all
    are over matrices only, since gains of norms lie near 1 in every model and raise the cosine of strangers;
    the sum over all leaves out poolers and classifiers, which belong to a task.

    Args:
        a: The first; relative measures are relative to it.
        b: The second.
        control: A model of the same architecture known to be unrelated to A, compared with A in the same way.
        null: One of `NULLS`, measured beside on a sixteenth of the weights (all of small tensors); None for
            none.
        seed: Of the null.
        threads: Chunks measured at once.
        progress: Told how far it is.

    Raises:
        DataError: The two have no tensor to compare, or a file cannot be read.
        UsageError: A setting is out of range.
    """
    if null is not None and null not in NULLS:
        raise UnknownName("null", null, NULLS)
    if threads < 1:
        raise UsageError(f"threads={threads}: at least one is needed.")
    work = [_Work(a, b, null, seed)]
    if control is not None:
        work.append(_Work(a, control, None, seed))
    for each in work:
        if not each.pairs:
            raise DataError(
                f"{each.a.path} and {each.b.path} have no tensor in common; are they of one architecture? "
                "A mapping file tells which names play the same role."
            )
    total = sum(each.weights for each in work)
    done = [0]

    def tell(number: int, role: str) -> None:
        done[0] += number
        if progress is not None:
            progress(done[0], total, role)

    first, *others = (each.run(threads, tell) for each in work)
    return replace(first, control=others[0]) if others else first


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Rows of a pair."""

    place: int
    one: Side
    other: Side
    start: int
    stop: int


class _Work:
    """One comparison under way."""

    def __init__(self, a: Checkpoint, b: Checkpoint, null: str | None, seed: int) -> None:
        self.a, self.b, self._null, self._seed = a, b, null, seed
        self._pairing = pair(a, b)
        self.pairs = self._pairing.pairs
        self.weights = sum(int(np.prod(each.shape)) for each in self.pairs)
        self._own = threading.local()

    def run(self, threads: int, tell: Callable[[int, str], None]) -> Comparison:
        """Measure every pair."""
        rows: list[Row] = []
        overall, layers, roles = Group(), dict[int, Group](), dict[str, Group]()
        for place, tally, null, bits in self._tallies(threads, tell):
            each = self.pairs[place]
            rows.append(self._row(each, tally, null, bits))
            if not each.matrix:
                continue
            groups = [roles.setdefault(each.role, Group())]
            if each.counts:
                groups.append(overall)
            if each.layer is not None:
                groups.append(layers.setdefault(each.layer, Group()))
            for group in groups:
                group.tally += tally
                group.null += null
        only_a, only_b = self._pairing.only_a, self._pairing.only_b
        paths, layers = (str(self.a.path), str(self.b.path)), dict(sorted(layers.items()))
        family = self.a.layout.family
        return Comparison(
            *paths, family, tuple(rows), overall, layers, roles, only_a, only_b, self._null or ""
        )

    def _row(self, each: Pair, tally: Tally, null: Tally, bits: str) -> Row:
        return Row(
            role=each.role,
            layer=each.layer,
            name_a=each.a.name,
            name_b=each.b.name,
            shape=each.shape,
            dtype_a=self.a.tensor(each.a.name).kind,
            dtype_b=self.b.tensor(each.b.name).kind,
            bits=bits,
            matrix=each.matrix,
            counts=each.counts,
            note=each.note,
            measures=tally.measures(),
            null=null.measures() if null.words else {},
        )

    def _tallies(
        self, threads: int, tell: Callable[[int, str], None]
    ) -> Iterator[tuple[int, Tally, Tally, str]]:
        """Each pair's tally and null, in order; chunks are added in order too, whoever is done first."""
        tally, null, last, bits = Tally(), Tally(), 0, ""
        pool = ThreadPoolExecutor(threads, thread_name_prefix="compare")
        waiting: deque[tuple[_Chunk, Future[tuple[Tally, Tally]]]] = deque()
        chunks = self._chunks()
        try:
            while True:
                while len(waiting) < threads + _AHEAD and (chunk := next(chunks, None)) is not None:
                    chunk.one.expect(chunk.start, chunk.stop)
                    chunk.other.expect(chunk.start, chunk.stop)
                    waiting.append((chunk, pool.submit(self._measure, chunk)))
                if not waiting:
                    break
                chunk, future = waiting.popleft()
                found, beside = future.result()
                if chunk.place != last:
                    yield last, tally, null, bits
                    tally, null, last = Tally(), Tally(), chunk.place
                bits = _coarse(chunk.one.bits, chunk.other.bits).name
                tally += found
                null += beside
                tell((chunk.stop - chunk.start) * chunk.one.width, self.pairs[chunk.place].role)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        yield last, tally, null, bits

    def _chunks(self) -> Iterator[_Chunk]:
        for place, each in enumerate(self.pairs):
            turn = each.a.transposed != each.b.transposed
            rows = each.rows or (None, None)
            one = Side(self.a, each.a, rows[0], turn=turn)
            other = Side(self.b, each.b, rows[1], turn=turn)
            if one.flat and other.flat:
                one.flatten()
                other.flatten()
            step = max(1, _CHUNK // max(1, one.width))
            for start in range(0, max(1, one.number), step):
                yield _Chunk(place, one, other, start, min(one.number, start + step))

    def _measure(self, chunk: _Chunk) -> tuple[Tally, Tally]:
        """A chunk's tally and its null's; runs in a thread of the pool."""
        own = self._own
        if not hasattr(own, "meter"):
            own.meter, own.buffers = Meter(), (Buffer(), Buffer())
        one = chunk.one.block(chunk.start, chunk.stop, own.buffers[0])
        other = chunk.other.block(chunk.start, chunk.stop, own.buffers[1])
        tally, null = Tally(), Tally()
        add = _adder(own.meter, chunk.one, chunk.other)
        add(one, other, tally)
        if self._null and self.pairs[chunk.place].matrix:
            random = generator(self._seed, "null", chunk.place, chunk.start)
            for start in range(0, len(one), _PERIOD):
                stretch = other[start : start + _SAMPLE]
                against = unrelated(stretch, chunk.other.dtype, self._null, chunk.one.columns, random)
                if against is not None:
                    add(one[start : start + _SAMPLE], against, null)
        return tally, null


def _adder(meter: Meter, one: Side, other: Side) -> Callable[[NDArray[Any], NDArray[Any], Tally], None]:
    """How blocks of two sides are added: as stored where both are stored alike, else widened."""
    bits = _coarse(one.bits, other.bits)
    if one.dtype == other.dtype == bits:
        return lambda a, b, into: meter.add(a, b, bits, into)
    return lambda a, b, into: meter.add_mixed(
        dtypes.widen(a, one.dtype), dtypes.widen(b, other.dtype), bits, into
    )


def _coarse(one: Dtype, other: Dtype) -> Dtype:
    """The dtype as whose words two are compared: the one that holds no more than the other, else float32."""
    if one == other:
        return one
    wide, narrow = sorted((one, other), key=lambda dtype: (-dtype.mantissa, -dtype.exponent))
    fits = narrow.exponent <= wide.exponent and narrow.size >= 2
    return narrow if fits else dtypes.BY_NAME["float32"]
