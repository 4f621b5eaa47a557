"""Triton kernels of `homophily.filtering.device.fused`; importable without Triton, but not to be run."""

from __future__ import annotations

from homophily.filtering.device._triton import jit, tl

__all__ = ["attend_span", "decide_row"]


@jit
def decide_row(
    scores,
    counts,
    skip,
    seen_of,
    filtered_of,
    pending_of,
    value_of,
    start_of,
    unit_of,
    recent,
    tokens,
    width,
    METHOD: tl.constexpr,
    RATE: tl.constexpr,
    ETA: tl.constexpr,
    BLOCK: tl.constexpr,
    WARMUP: tl.constexpr,
    WINDOW: tl.constexpr,
    QUOTA: tl.constexpr,
    STEPS: tl.constexpr,
    WIDE: tl.constexpr,
):
    """Decide on one row's tokens, block by block, and move its threshold on."""
    row = tl.program_id(0)
    count = tl.load(counts + row)
    seen, filtered = tl.load(seen_of + row), tl.load(filtered_of + row)
    pending, value = tl.load(pending_of + row), tl.load(value_of + row)
    start, unit = tl.load(start_of + row), tl.load(unit_of + row)
    rate, eta = tl.full((), RATE, tl.float64), tl.full((), ETA, tl.float64)
    steps, place = tl.arange(0, STEPS), tl.arange(0, WIDE)
    at = count * 0
    while at < count:
        border = seen * 0 + WARMUP
        if seen >= WARMUP:
            border = WARMUP + ((seen - WARMUP) // BLOCK + 1) * BLOCK
        length = tl.minimum(border - seen, count - at)
        real = steps < length
        part = tl.load(scores + row * tokens + at + steps, mask=real, other=float("-inf"))
        over = (part.to(tl.float64) > value).to(tl.int32)
        if METHOD == "topk":
            # Whichever of the two quotas runs out first settles the rest of the block.
            ahead, owed = tl.cumsum(over, 0) - over, QUOTA - pending
            spent = (steps - ahead >= border - seen - owed).to(tl.int32)
            over = ((over * (ahead < owed).to(tl.int32)) | spent) * (part > float("-inf")).to(tl.int32)
        gone = tl.where(real & (seen >= WARMUP), over, 0)
        tl.store(skip + row * tokens + at + steps, gone.to(tl.int8), mask=real)
        tl.store(recent + row * width + (seen + steps) % width, part, mask=real)
        many = tl.sum(gone, 0)
        filtered, pending, seen, at = filtered + many, pending + many, seen + length, at + length
        if seen == border:
            if (WINDOW > 0) | (seen == WARMUP):
                # What other threads of this program have stored must be there to be read.
                tl.debug_barrier()
                held = tl.load(recent + row * width + place, mask=place < width, other=float("-inf"))
                newest = seen - 1
                token = newest - (newest + width - place) % width
                first = seen - WINDOW - BLOCK
                if seen == WARMUP:
                    first = seen * 0
                there = (place < width) & (held > float("-inf")) & (token >= first) & (token >= (WARMUP > 1))
                some = tl.sum(there.to(tl.int32), 0)
                start = tl.full((), float("inf"), tl.float64)
                if some > 0:
                    ranked = tl.sort(tl.where(there, held, float("inf"))).to(tl.float64)
                    share = rate
                    if METHOD == "quantile":
                        owing = rate * seen.to(tl.float64) - filtered.to(tl.float64)
                        share = tl.minimum(tl.maximum(rate + owing / WINDOW, 0.0), 1.0)
                    below = (1.0 - share) * (some - 1).to(tl.float64)
                    low = below.to(tl.int32)
                    high = tl.minimum(low + 1, some - 1)
                    lower = tl.sum(tl.where(place == low, ranked, 0.0), 0)
                    upper = tl.sum(tl.where(place == high, ranked, 0.0), 0)
                    start = lower + (below - low.to(tl.float64)) * (upper - lower)
                    mean = tl.sum(tl.where(place < some, ranked, 0.0), 0) / some.to(tl.float64)
                    far = tl.where(place < some, ranked - mean, 0.0)
                    unit = tl.maximum(tl.sqrt(tl.sum(far * far, 0) / some.to(tl.float64)), 1e-3)
            value = start
            if METHOD == "adaptive":
                value = start + eta * unit * (filtered.to(tl.float64) - rate * seen.to(tl.float64))
            pending = pending * 0
    tl.store(seen_of + row, seen)
    tl.store(filtered_of + row, filtered)
    tl.store(pending_of + row, pending)
    tl.store(value_of + row, value)
    tl.store(start_of + row, start)
    tl.store(unit_of + row, unit)


@jit
def attend_span(
    queries,
    keys,
    values,
    positions,
    lengths,
    keep,
    before,
    summed,
    top,
    total,
    capacity,
    span,
    scaling,
    window,
    HEADS: tl.constexpr,
    GROUPS: tl.constexpr,
    GROUPS_WIDE: tl.constexpr,
    DIM: tl.constexpr,
    DIM_WIDE: tl.constexpr,
    TILE: tl.constexpr,
    WINDOWED: tl.constexpr,
):
    """One KV head's queries of one row over one span of slots; nothing is read for a row that skips."""
    row, head, part = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    group, dim, steps = tl.arange(0, GROUPS_WIDE), tl.arange(0, DIM_WIDE), tl.arange(0, TILE)
    first = part * span
    end = tl.minimum(tl.minimum(tl.load(lengths + row), capacity), first + span)
    end = tl.where(tl.load(keep + row) != 0, end, 0)
    place = tl.load(before + row)
    wide = (group < GROUPS)[:, None] & (dim < DIM)[None, :]
    query = row * HEADS + head * GROUPS + group
    asked = tl.load(queries + query[:, None] * DIM + dim[None, :], mask=wide, other=0.0)
    highest = tl.full((GROUPS_WIDE,), float("-inf"), tl.float32)
    weight = tl.zeros((GROUPS_WIDE,), tl.float32)
    found = tl.zeros((GROUPS_WIDE, DIM_WIDE), tl.float32)
    # A long cache has more elements than 32 bits can count.
    base = (row * (HEADS // GROUPS) + head).to(tl.int64) * (capacity + 1)
    for at in range(first, end, TILE):
        slot = at + steps
        sight = slot < end
        if WINDOWED:
            then = tl.load(positions + row * (capacity + 1) + slot, mask=sight, other=0)
            sight = sight & (place - then < window)
        index = (base + slot)[:, None] * DIM + dim[None, :]
        held = (slot < end)[:, None] & (dim < DIM)[None, :]
        key = tl.load(keys + index, mask=held, other=0.0)
        value = tl.load(values + index, mask=held, other=0.0)
        likely = tl.dot(asked, tl.trans(key), input_precision="ieee") * scaling
        likely = tl.where(sight[None, :], likely, float("-inf"))
        higher = tl.maximum(highest, tl.max(likely, 1))
        # A tile that lies out of sight leaves minus infinity, of which no difference can be taken.
        level = tl.where(higher == float("-inf"), 0.0, higher)
        fade, likely = tl.exp(highest - level), tl.exp(likely - level[:, None])
        weight = weight * fade + tl.sum(likely, 1)
        found = found * fade[:, None] + tl.dot(likely.to(value.dtype), value, input_precision="ieee")
        highest = higher
    out = query * tl.num_programs(2) + part
    tl.store(summed + out[:, None] * DIM + dim[None, :], found, mask=wide)
    tl.store(top + out, highest, mask=group < GROUPS)
    tl.store(total + out, weight, mask=group < GROUPS)
