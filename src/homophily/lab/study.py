"""Studies: a design that expands into sessions, a protocol, tables and an analysis plan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

    from homophily.asks import Ask
    from homophily.lab.codebook import Column
    from homophily.lab.design import Design
    from homophily.lab.session import Session
    from homophily.lab.table import Table
    from homophily.references import Reference

__all__ = ["Outcome", "Shown", "Step", "Study"]


@dataclass(frozen=True, slots=True)
class Step:
    """One planned analysis.

    Attributes:
        analysis: Its name in the catalogue ``homophily/analysis``.
        title: Heading in the report.
        options: Keyword arguments of the analysis.
    """

    analysis: str
    title: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a study measures, for runs of it to be compared on.

    Attributes:
        table: One of the study's tables.
        columns: Its columns, each an outcome.
        keys: Columns that tell its rows apart, the same in every run of one design.
        kind: ``number``, or ``category`` for labels, of each of which the share is compared.
    """

    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ("session", "seat")
    kind: Literal["number", "category"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a person sees around an item, that a model does not need or reads in its role.

    Attributes:
        heading: What this part of the study is called.
        role: The situation, in place of the ask's `system`; empty for none.
        talk: Whether the ask's `history` is shown; not where the pages before have shown it.
    """

    heading: str = ""
    role: str = ""
    talk: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study: all that a runner, an analysis and a report need to know of it.

    Attributes:
        name: As the command line spells it.
        title: As the report prints it.
        design: The design's schema: a pydantic model in which every field has a default and a description.
        sessions: Expands a design into its sessions, in a fixed order.
        play: The protocol; asks through the table and has no other side effect.
        tables: From the run's answers (one row an ask, `homophily.lab.tidy.answers`) and its design to the
            tidy tables its analyses read, by name.
        plan: The analyses, in the order of the report.
        limitations: Sentences the report must print.
        references: Keys of the published sources of the method (`homophily.references`), or whole entries.
        descriptions: What each column of the tables means, for the codebook (`homophily.lab.codebook`).
        balance: The condition whose values people are to finish equally often; empty for none.
        consents: Whether the protocol itself asks for consent: a choice that `measures` ``consent``, in which
            the option ``decline`` ends the session. Otherwise whoever hosts the study asks before it begins.
        shown: From an ask and the design to what a person sees beside the item; else the ask's `system`.
        outcomes: What is measured; runs are compared on these, on missing answers and on the length of texts.
        share: What sessions share that makes their outcomes depend: a column of the first outcome's table, or
            the two columns of the members of a pair.
    """

    name: str
    title: str
    design: type[Design]
    sessions: Callable[[Any], Iterable[Session]]
    play: Callable[[Table], Awaitable[None]]
    tables: Callable[[pd.DataFrame, Any], Mapping[str, pd.DataFrame]]
    plan: tuple[Step, ...]
    limitations: tuple[str, ...] = ()
    references: tuple[str | Reference, ...] = ()
    descriptions: Mapping[str, Column | str] = field(default_factory=dict)
    balance: str = ""
    consents: bool = False
    shown: Callable[[Ask, Any], Shown] | None = None
    outcomes: tuple[Outcome, ...] = ()
    share: tuple[str] | tuple[str, str] = ("session",)
