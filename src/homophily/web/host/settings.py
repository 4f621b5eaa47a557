"""The settings of hosting: what whoever runs the server decides, and no part of the design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a study is hosted.

    Attributes:
        title: What participants are told the study is called, by language; a neutral word by default.
        consent: What they consent to, by language, where the study itself does not ask; paragraphs apart by
            an empty line.
        contact: Whom they can turn to, such as a mail address.
        participants: How many are to finish; as many as the design has sessions by default.
        patience: Minutes without a sign of life after which a place is given to another.
        idle: Minutes after which a session leaves the memory until its person returns.
        pid: Names of the link's parameter that carries a participant id, in the order looked for.
        need_pid: Whether a link without one is turned away.
        takeover: Whether a link opened again on another device goes on there, instead of being turned away.
        code: Completion code that all are shown; one of their own by default.
        return_url: Where participants are sent at the end; ``{code}`` and ``{pid}`` are filled in.
        behind_proxy: Whether a reverse proxy on this machine says who asks, and how.
        arrivals: Participants that may begin from one address within a minute; 0 for any number.
        requests: Requests a second from one participant; also, tenfold, from one address without one.
        largest: Bytes of a request's body at most.
        preview: Whether nothing is to be kept or counted.
    """

    title: Mapping[str, str] = field(default_factory=dict)
    consent: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    participants: int | None = None
    patience: float = 60.0
    idle: float = 15.0
    pid: tuple[str, ...] = ("pid", "PROLIFIC_PID")
    need_pid: bool = False
    takeover: bool = False
    code: str = ""
    return_url: str = ""
    behind_proxy: bool = False
    arrivals: int = 120
    requests: float = 20.0
    largest: int = 256 << 10
    preview: bool = False
