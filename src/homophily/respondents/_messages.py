"""Messages: an ask as the turns of a chat, in the form a vendor takes."""

from __future__ import annotations

from collections.abc import Iterable

from homophily import wording
from homophily.asks import Ask

__all__ = ["merged", "messages"]

Turn = dict[str, str]


def messages(ask: Ask, *, system_role: str, merge: bool) -> list[Turn]:
    """The turns to send: the role, what was heard and said, and the item.

    The seat's own words are the assistant's; everybody else's are the user's, each after the speaker's name,
    if there is one.

    Args:
        ask: What is asked of whom.
        system_role: The chat role that carries `Ask.system`.
        merge: Join neighbouring turns of one role, and begin with the user, as some chat templates demand.
    """
    turns = [{"role": system_role, "content": ask.system}] if ask.system else []
    if merge and ask.history and ask.history[0].speaker == ask.seat:
        turns.append({"role": "user", "content": wording.opening(ask.item.language)})
    for heard in ask.history:
        if heard.speaker == ask.seat:
            turns.append({"role": "assistant", "content": heard.text})
        else:
            said = f"{heard.name}: {heard.text}" if heard.name else heard.text
            turns.append({"role": "user", "content": said})
    turns.append({"role": "user", "content": wording.render(ask.item)})
    return merged(turns) if merge else turns


def merged(turns: Iterable[Turn]) -> list[Turn]:
    """The turns with neighbours of one role joined by an empty line."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1]["role"] == turn["role"]:
            joined[-1] = {"role": turn["role"], "content": f"{joined[-1]['content']}\n\n{turn['content']}"}
        else:
            joined.append(turn)
    return joined
