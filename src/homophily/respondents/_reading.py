"""Reading a reply: what a model meant for others, and whether it answers the item."""

from __future__ import annotations

from homophily.items import Item, Reason, Unreadable, Value
from homophily.reading import spoken
from homophily.wire import Reply

__all__ = ["read", "spoken"]


def read(item: Item, reply: Reply) -> tuple[Value | None, Reason | None, str]:
    """The answer in a reply, or why there is none: the reason and a line of detail."""
    if reply.refusal:
        return None, "refusal", reply.refusal
    if reply.finish == "content_filter":
        return None, "blocked", "the server's content filter stopped the answer"
    if reply.finish == "length":
        return None, "truncated", "the answer reached max_tokens"
    try:
        return item.read(spoken(reply.text)), None, ""
    except Unreadable as error:
        return None, error.reason, str(error)
