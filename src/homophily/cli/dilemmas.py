"""Commands about dilemmas: ``dilemmas list``, ``show``, ``validate``, ``rank``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.cli._files import Columns, Language, Raw, Rules, SkipBad, Words, account, load
from homophily.cli._options import Json
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.dilemmas import Dilemma

__all__ = ["listing", "rank", "show", "validate"]

_group = typer.Typer(
    name="dilemmas",
    help="Everyday dilemmas: list the shipped ones or a file's, show one, check, rank by disagreement.",
    epilog=examples("homophily dilemmas list", "homophily dilemmas show family-diary --language ja"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)
app.add_typer(_group)

_FORMATS = "CSV, TSV, JSON, JSONL, Parquet or TOML"
_SHOWN = 40  # rows of a ranking printed as a table

File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help=f"{_FORMATS}; the shipped dilemmas if left out.", show_default=False),
]
Given = Annotated[Path, typer.Argument(metavar="FILE", help=f"{_FORMATS}.", show_default=False)]


@_group.command(
    "list",
    epilog=examples(
        "homophily dilemmas list",
        "homophily dilemmas list --invites NAH --language ja",
        "homophily dilemmas list posts.csv --column text=selftext",
    ),
)
def listing(
    file: File = None,
    invites: Annotated[
        str | None, typer.Option(metavar="VERDICT", help="Only those written to invite this verdict.")
    ] = None,
    columns: Columns = None,
    words: Words = None,
    language: Language = "en",
    rules: Rules = None,
    raw: Raw = False,
    skip_bad: SkipBad = False,
    json: Json = False,
) -> None:
    """List dilemmas with the verdict each invites and the values in tension, or the votes it got."""
    from homophily.dilemmas import VERDICTS

    if invites is not None and invites not in VERDICTS:
        raise UnknownName("verdict", invites, VERDICTS)
    loaded = load(
        file, columns=columns, words=words, language=language, rules=rules, raw=raw, skip_bad=skip_bad
    )
    found = [each for each in loaded.dilemmas if invites in (None, each.invites)]
    if json:
        output.as_json([_plain(each) for each in found])
    elif found:
        output.table([_line(each, language) for each in found])
    account(loaded)


@_group.command(
    epilog=examples(
        "homophily dilemmas show family-diary",
        "homophily dilemmas show family-diary --language ja",
        "homophily dilemmas show 1gh9r7z posts.csv",
    )
)
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="The dilemma's id.", show_default=False)],
    file: File = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Language to show it in.")] = "en",
    columns: Columns = None,
    raw: Raw = False,
    json: Json = False,
) -> None:
    """Show one dilemma as a panel reads it, and what is known of it."""
    rules = [] if raw else ["above_characters=0", "above_score=none", "flairs=[]"]
    loaded = load(file, columns=columns, language=language, rules=rules, raw=raw, skip_bad=True)
    known = {each.id: each for each in loaded.dilemmas}
    if name not in known:
        if len(known) < 100:
            raise UnknownName("dilemma", name, known)
        raise UsageError(f"no dilemma named {name!r} among {len(known):,}: see `homophily dilemmas list`.")
    dilemma = known[name]
    if json:
        output.as_json(_plain(dilemma))
        return
    output.sentence(dilemma.named(language), dilemma.told(language))
    output.table([{"": key, "known": value} for key, value in _facts(dilemma).items()])


@_group.command(
    epilog=examples(
        "homophily dilemmas validate my-dilemmas.toml",
        "homophily dilemmas validate posts.jsonl --skip-bad --rule above_score=none",
    )
)
def validate(
    file: Given,
    columns: Columns = None,
    words: Words = None,
    language: Language = "en",
    rules: Rules = None,
    raw: Raw = False,
    skip_bad: SkipBad = False,
    json: Json = False,
) -> None:
    """Check a file: which column holds what, what the rules leave out, which rows cannot be read.

    It stops at the first bad row with file and line (exit 3); with --skip-bad it lists them all.
    """
    loaded = load(
        file, columns=columns, words=words, language=language, rules=rules, raw=raw, skip_bad=skip_bad
    )
    told: dict[str, Any] = {
        "kept": len(loaded.dilemmas),
        "languages": dict(Counter(code for each in loaded.dilemmas for code in each.text)),
        "with votes": sum(each.votes is not None for each in loaded.dilemmas),
        "with a verdict": sum((each.verdict or each.invites) is not None for each in loaded.dilemmas),
        "values not in the shipped taxonomy": _unknown(loaded.dilemmas),
    }
    if json:
        told |= {"left out": loaded.left_out, "bad": loaded.bad, "columns": loaded.columns}
        output.as_json(told)
        return
    told |= {f"column of {field}": column for field, column in loaded.columns.items()}
    output.table([{"": key, "found": _short(value)} for key, value in told.items()], title=str(file))
    account(loaded)


@_group.command(
    epilog=examples(
        "homophily dilemmas rank posts.parquet --top 1000 --json > hardest.json",
        "homophily dilemmas rank votes.json --min-votes 10 --correction miller-madow",
    )
)
def rank(
    file: Given,
    columns: Columns = None,
    words: Words = None,
    language: Language = "en",
    top: Annotated[int | None, typer.Option(min=1, help="Only so many, the most disputed.")] = None,
    weight: Annotated[
        Literal["count", "score"],
        typer.Option(help="What a verdict weighs: votes, or the ratings of its comments."),
    ] = "count",
    min_votes: Annotated[float, typer.Option(min=0, help="Leave out dilemmas with fewer votes.")] = 1,
    correction: Annotated[
        Literal["none", "miller-madow", "laplace"], typer.Option(help="For entropies of few votes.")
    ] = "none",
    rules: Rules = None,
    raw: Raw = False,
    skip_bad: SkipBad = False,
    json: Json = False,
) -> None:
    """Rank dilemmas by how much people disagreed: the Shannon entropy of their votes, in bits."""
    from homophily.dilemmas import rank_by_entropy

    loaded = load(
        file,
        columns=columns,
        words=words,
        language=language,
        rules=rules,
        raw=raw,
        skip_bad=skip_bad,
        votes_only=True,
    )
    ranked = rank_by_entropy(
        [each.votes for each in loaded.dilemmas],
        weight=weight,
        min_votes=min_votes,
        correction=correction,
    )
    if not ranked:
        raise UsageError(f"{file}: nothing to rank by {weight}; name columns as votes.NTA=COLUMN.")
    rows = [
        {"rank": number, "id": each.id, "entropy": round(found.entropy, 4), "votes": found.total}
        | (each.votes.by_verdict() if each.votes else {})
        for number, found in enumerate(ranked[:top], 1)
        for each in [loaded.dilemmas[found.place]]
    ]
    if json:
        output.as_json(rows)
    else:
        output.table([{key: _short(cell) for key, cell in row.items()} for row in rows[:_SHOWN]])
        if len(rows) > _SHOWN:
            output.say(f"and {len(rows) - _SHOWN:,} more: --json prints all, --top N fewer")
    output.say(f"{len(ranked):,} of {len(loaded.dilemmas):,} dilemmas could be ranked")
    account(loaded)


def _line(dilemma: Dilemma, language: str) -> dict[str, Any]:
    line: dict[str, Any] = {"id": dilemma.id, "title": dilemma.named(language)[:60]}
    if dilemma.invites:
        return line | {"invites": dilemma.invites, "values in tension": "\n".join(dilemma.values)}
    line |= {"languages": ", ".join(dilemma.text), "verdict": dilemma.verdict}
    if dilemma.votes:
        line |= {verdict: _short(n) for verdict, n in dilemma.votes.by_verdict().items()}
    return line


def _facts(dilemma: Dilemma) -> dict[str, str]:
    facts = {
        "id": dilemma.id,
        "languages": ", ".join(dilemma.text),
        "written to invite": dilemma.invites or "",
        "values in tension": ", ".join(dilemma.values),
        "verdict": dilemma.verdict or "",
        "votes": ", ".join(f"{v} {n:g}" for v, n in dilemma.votes.by_verdict().items())
        if dilemma.votes
        else "",
        "source": dilemma.source,
    }
    return {key: fact for key, fact in facts.items() if fact}


def _plain(dilemma: Dilemma) -> dict[str, Any]:
    return {
        "id": dilemma.id,
        "title": dict(dilemma.title),
        "text": dict(dilemma.text),
        "invites": dilemma.invites,
        "values": list(dilemma.values),
        "votes": dilemma.votes.by_verdict() if dilemma.votes else None,
        "verdict": dilemma.verdict,
        "source": dilemma.source,
    }


def _unknown(dilemmas: tuple[Dilemma, ...]) -> list[str]:
    from homophily.values.taxonomy import taxonomy

    return sorted({code for each in dilemmas for code in each.values} - set(taxonomy().codes))


def _short(cell: Any) -> str:
    if isinstance(cell, dict):
        return ", ".join(f"{key} {number:,}" for key, number in cell.items()) or "none"
    if isinstance(cell, list):
        return ", ".join(cell) or "none"
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
