"""Balance: in which order a person meets the agents, so that neither place nor neighbour favours any."""

from __future__ import annotations

__all__ = ["THINGS", "sequences", "shifts"]
__references__ = ("williams1949",)

THINGS = 5
"""Names, greetings and missions that there are; of pictures there are twice as many."""


def sequences(n: int) -> tuple[tuple[int, ...], ...]:
    """Williams' design: orders of `n` things in which each stands equally often in every place.

    Each also follows each other equally often. An even number needs `n` orders, an odd one `2n`: the first
    row 0, 1, n−1, 2, n−2, …, shifted by 1 … n−1 and, where `n` is odd, all of them reversed.

    Source: Williams 1949, Australian Journal of Scientific Research A2, 149–168.

    Args:
        n: How many things; 1 or more.
    """
    first = [0]
    for step in range(1, n):
        first.append((step + 1) // 2 if step % 2 else n - step // 2)
    rows = [tuple((place + shift) % n for place in first) for shift in range(n)]
    return tuple(rows if n % 2 == 0 else rows + [row[::-1] for row in rows])


def shifts(block: int) -> dict[str, int]:
    """By how much names, pictures and missions (``sets``) are shifted in a block of sessions.

    All sequences together make a block, in which each level of similarity stands equally often in every
    place; so whatever is fixed to the place within a block is balanced over the levels, and the shifts
    balance it over the places, too. They run through their pairs at different speeds.
    """
    return {"names": block % THINGS, "pictures": block % (2 * THINGS), "sets": 2 * block % THINGS}
