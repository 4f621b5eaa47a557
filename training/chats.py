"""Generated chats: answers by letter or digit, answers from a persona, talk between two people."""

from __future__ import annotations

from functools import cache
from random import Random

from homophily import catalogue
from homophily.instruments import load
from homophily.values import CODES
from homophily.wording import render
from training.words import COLOURS, NAMES, PLACES, THINGS, TRAITS

__all__ = ["Turn", "agreement", "choice", "persona", "rating", "talk"]

Turn = tuple[str, str]  # role, words
PICK = "Answer with the letter of one option ({}) and nothing else."
RATE = "Answer with one whole number from {} to {} and nothing else."


def choice(rng: Random) -> list[Turn]:
    """A question on what was just said, answered by letter."""
    people = rng.sample(NAMES, rng.randint(2, 4))
    pool = rng.choice((COLOURS, PLACES, TRAITS))
    said = dict(zip(people, rng.sample(pool, len(people)), strict=True))
    link = {id(COLOURS): "likes the colour", id(PLACES): "is in the", id(TRAITS): "is"}[id(pool)]
    asked = rng.choice(people)
    options = rng.sample(list(said.values()), len(people))
    letters = "ABCD"[: len(people)]
    question = (
        " ".join(f"{name} {link} {word}." for name, word in said.items())
        + f"\n\nWhich one goes with {asked}?\n\n"
        + "\n".join(f"{letter}. {word}" for letter, word in zip(letters, options, strict=True))
        + "\n\n"
        + PICK.format(" or ".join(letters))
    )
    return [("user", question), ("assistant", letters[options.index(said[asked])])]


def rating(rng: Random) -> list[Turn]:
    """Someone's rating, told and asked for as a number."""
    high = rng.choice((5, 6, 7))
    told = {name: rng.randint(1, high) for name in rng.sample(NAMES, rng.randint(1, 3))}
    thing, asked = rng.choice(THINGS), rng.choice(list(told))
    text = " ".join(f"{name} gives the {thing} {mark} of {high}." for name, mark in told.items())
    question = f"{text}\n\nHow does {asked} rate the {thing}?\n\n{RATE.format(1, high)}"
    return [("user", question), ("assistant", str(told[asked]))]


def agreement(rng: Random) -> list[Turn]:
    """A taste stated in the system's words, then agreement with a sentence about it."""
    likes, hates = rng.sample(THINGS + PLACES + COLOURS, 2)
    liked = rng.random() < 0.5
    labels = ("Strongly disagree", "Disagree", "Slightly disagree", "Neither agree nor disagree")
    labels += ("Slightly agree", "Agree", "Strongly agree")
    scale = "\n".join(f"{point} = {label}" for point, label in enumerate(labels, 1))
    question = f"How far do you agree with this statement?\n\nI like the {likes if liked else hates}."
    answer = rng.choice("67" if liked else "12")
    return [
        ("system", f"You are {rng.choice(NAMES)}. You love the {likes} and you hate the {hates}."),
        ("user", f"{question}\n\n{scale}\n\n{RATE.format(1, 7)}"),
        ("assistant", answer),
    ]


def persona(rng: Random) -> list[Turn]:
    """Ten values as a persona, then portrait items, answered with the step of the value they measure."""
    scores = {code: float(rng.randint(1, 6)) for code in CODES}
    worded = catalogue.get("personas", rng.choice(("scores", "scores", "definitions")))(scores, "en")
    turns: list[Turn] = [("system", worded)]
    for measures, question in rng.sample(_portraits(), rng.randint(1, 3)):
        turns += [("user", question), ("assistant", str(int(scores[measures])))]
    return turns


def talk(rng: Random) -> list[Turn]:
    """Two people speak of what they like; the second takes up what the first said."""
    me, you = rng.sample(NAMES, 2)
    turns: list[Turn] = []
    if rng.random() < 0.5:
        turns.append(("system", f"You are {me}. You talk with {you}."))
    for _ in range(rng.randint(1, 4)):
        thing, place, trait = rng.choice(THINGS), rng.choice(PLACES), rng.choice(TRAITS)
        said, reply = rng.choice(
            (
                (f"Hello, I am {you}. Who are you?", f"Hello {you}, my name is {me}. I am glad to meet you."),
                (f"Do you like the {place}?", f"Yes, I like the {place}. I go there when I feel {trait}."),
                (
                    f"I lost my {thing} in the {place}.",
                    f"Oh no! Let us look for your {thing} in the {place}.",
                ),
                (f"I feel {trait} today.", f"Why do you feel {trait}? Tell me more, {you}."),
                (f"What do you want to do with the {thing}?", f"I want to give the {thing} to a friend."),
                (f"Can you help me find a {thing}?", f"Yes, I can help you find a {thing}, {you}."),
                (f"What matters to you, {me}?", f"To be {trait} matters to me. And to you, {you}?"),
                (f"I think it is good to be {trait}.", f"I agree, {you}. It is good to be {trait}."),
            )
        )
        turns += [("user", said), ("assistant", reply)]
    return turns


@cache
def _portraits() -> list[tuple[str, str]]:
    """Each portrait item's value and the question in full, as the laboratory puts it to a model."""
    known = [load(name) for name in ("portraits-21", "portraits-40")]
    return [
        (entry.measures or "", render(item))
        for instrument in known
        for entry, item in zip(instrument.entries, instrument.items("en"), strict=True)
    ]
