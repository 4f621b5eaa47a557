"""The role of an agent: who it is, what it gives, how the deliberation goes for it, and to what end."""

from __future__ import annotations

from homophily.studies.debate import wording as words

__all__ = ["agents", "role"]


def agents(seats: int, language: str) -> list[str]:
    """The names of a panel's agents, in order."""
    return [words.AGENT[language].format(place=place + 1) for place in range(seats)]


def role(
    place: int, seats: int, *, protocol: str, goal: str, rounds: int, structured: bool, language: str
) -> str:
    """The system prompt of one agent.

    Args:
        place: Its place in the panel, from 0.
        seats: Size of the panel.
        protocol: ``synchronous``, ``round_robin`` or ``solo``.
        goal: A key of `homophily.studies.debate.wording.GOALS`.
        rounds: The limit of rounds.
        structured: Whether an object is asked for, or text.
        language: Of the session.
    """
    names = agents(seats, language)
    agent, others = names[place], words.listed([*names[:place], *names[place + 1 :]] or [""], language)
    output = words.OUTPUT["structured" if structured else "text"][language].replace("<agent>", agent)
    verdict = f"{words.VERDICT[language]}\n{words.verdicts(language)}"
    if protocol == "solo":
        parts = [words.ALONE[language].format(agent=agent), verdict, output, words.EXPLANATION[language]]
        return "\n\n".join(parts)
    parts = [
        words.ROLE[language].format(agent=agent, others=others),
        verdict,
        output,
        _joined([words.EXPLANATION[language], words.ADDRESS[language]], language),
        _joined(
            [*_course(place, names, protocol, language), words.ENDS[language].format(rounds=rounds)], language
        ),
        words.GOALS[goal][language],
    ]
    return "\n\n".join(part for part in parts if part)


def _course(place: int, names: list[str], protocol: str, language: str) -> list[str]:
    if protocol == "synchronous":
        return [words.SYNCHRONOUS[language]]
    order = "、".join(names) if language == "ja" else ", ".join(names)
    if place == 0:
        own = words.FIRST[language]
    else:
        own = words.LATER[language].format(before=words.listed(names[:place], language))
    return [words.IN_TURN[language].format(order=order), own]


def _joined(sentences: list[str], language: str) -> str:
    return ("" if language == "ja" else " ").join(sentences)
