"""Documents that ask late for what was said early: facts among stories, lists, copies, whereabouts, sums."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from training.words import COLOURS, NAMES, PLACES, THINGS, TRAITS

__all__ = ["copies", "facts", "lists", "needle", "sums", "whereabouts"]

Filler = Callable[[Random], str]


def needle(rng: Random, filler: Filler, length: int) -> tuple[str, str, str]:
    """One fact early in `length` characters of filler.

    Returns:
        The document up to the question's answer, the answer, and the fact's sentence.
    """
    fact, value = _fact(rng, *rng.sample(NAMES, 1), rng.choice(THINGS))
    before, after = rng.uniform(0, 0.6), filler
    parts = [_cut(filler(rng), int(length * before)), fact]
    while sum(map(len, parts)) < length:
        parts.append(after(rng))
    text = "\n".join(part for part in parts if part)[: max(length, len(parts[0]) + len(fact) + 1)]
    stem = fact[: fact.rindex(" ")]
    return f"{text}\n\nQuestion: {_asked(stem)}\nAnswer: {stem}", f" {value}", fact


def facts(rng: Random, filler: Filler, length: int) -> str:
    """Several facts strewn over `length` characters of stories, then questions about them."""
    count = rng.randint(1, 6)
    names = rng.sample(NAMES, count)
    known = [_fact(rng, name, rng.choice(THINGS))[0] for name in names]
    lines: list[str] = []
    for fact in known:
        if rng.random() < 0.7:
            lines.append(_cut(filler(rng), int(rng.uniform(0.3, 1.7) * length / (count + 1))))
        lines.append(fact)
    if rng.random() < 0.7:
        lines.append(_cut(filler(rng), int(rng.uniform(0.3, 1.7) * length / (count + 1))))
    asked = rng.sample(known, rng.randint(1, count))
    for fact in asked:
        stem = fact[: fact.rindex(" ")]
        lines.append(f"\nQuestion: {_asked(stem)}\nAnswer: {fact}")
    return "\n".join(lines)


def lists(rng: Random) -> str:
    """What several people have, and the same again when asked for one of them."""
    people = rng.sample(NAMES, rng.randint(2, 6))
    has = {
        name: ", ".join(f"a {rng.choice(COLOURS)} {thing}" for thing in rng.sample(THINGS, rng.randint(1, 5)))
        for name in people
    }
    lines = [f"{name} has {things}." for name, things in has.items()]
    for name in rng.sample(people, rng.randint(1, len(people))):
        lines.append(f"What does {name} have? {name} has {has[name]}.")
    return "\n".join(lines)


def copies(rng: Random) -> str:
    """A row of words or digits, once more, and perhaps again."""
    kind = rng.choice((THINGS, NAMES, COLOURS, [str(digit) for digit in range(10)], PLACES + TRAITS))
    row = " ".join(rng.choice(kind) for _ in range(rng.randint(4, 24)))
    return "\n".join([f"Say: {row}", *[f"Again: {row}"] * rng.randint(1, 3)])


def sums(rng: Random) -> str:
    """Small sums and differences, and counting."""
    lines = []
    for _ in range(rng.randint(3, 12)):
        a, b = rng.randint(0, 20), rng.randint(0, 20)
        if rng.random() < 0.5:
            lines.append(f"{a} + {b} = {a + b}")
        else:
            lines.append(f"{max(a, b)} - {min(a, b)} = {abs(a - b)}")
    if rng.random() < 0.4:
        start, by = rng.randint(0, 30), rng.randint(1, 3)
        lines.append(", ".join(str(start + by * k) for k in range(rng.randint(5, 12))))
    return "\n".join(lines)


def whereabouts(rng: Random) -> str:
    """A tale of things carried from place to place, with questions where they are now."""
    people, things = rng.sample(NAMES, rng.randint(2, 4)), rng.sample(THINGS, rng.randint(2, 4))
    at = {thing: rng.choice(PLACES) for thing in things}
    lines = [
        f"{rng.choice(people)} and {rng.choice(NAMES)} were {rng.choice(TRAITS)} today."
        if rng.random() < 0.5
        else "It was a " + rng.choice(("sunny", "rainy", "cold", "warm", "windy")) + " day.",
        *(f"The {thing} was in the {place}." for thing, place in at.items()),
    ]
    for _ in range(rng.randint(2, 10)):
        who, thing, place = rng.choice(people), rng.choice(things), rng.choice(PLACES)
        at[thing] = place
        lines.append(
            rng.choice(
                (
                    f"{who} took the {thing} to the {place}.",
                    f"Then {who} put the {thing} in the {place}.",
                    f"{who} was {rng.choice(TRAITS)} and carried the {thing} to the {place}.",
                )
            )
        )
    text = " ".join(lines)
    for thing in rng.sample(things, rng.randint(1, len(things))):
        text += f"\nWhere is the {thing}? The {thing} is in the {at[thing]}."
    return text


def _fact(rng: Random, name: str, thing: str) -> tuple[str, str]:
    kind = rng.randrange(4)
    if kind == 0:
        value = str(rng.randint(100, 999))
        return f"The number of {name}'s {thing} is {value}.", f"{value}."
    if kind == 1:
        value = rng.choice(COLOURS)
        return f"The colour of {name}'s {thing} is {value}.", f"{value}."
    if kind == 2:
        value = rng.choice(PLACES)
        return f"The {thing} of {name} is in the {value}.", f"{value}."
    value = rng.choice(NAMES)
    return f"The secret friend of {name} is {value}.", f"{value}."


def _asked(stem: str) -> str:
    if stem.endswith("in the"):
        return f"Where is {stem[0].lower()}{stem[1:].removesuffix(' is in the')}?"
    return f"What is {stem[0].lower()}{stem[1:].removesuffix(' is')}?"


def _cut(text: str, length: int) -> str:
    cut = text[:length]
    return cut[: cut.rfind(".") + 1]
