"""Debates to browse: every transcript in the page, laid out by the reader's browser when it is opened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from homophily import seeds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST", "Browser", "browser", "browsing", "line"]

#: Characters of transcripts that one page carries; beyond them, the debates on a sample of the dilemmas.
MOST = 8_000_000


@dataclass(frozen=True, slots=True)
class Browser:
    """What the page holds of a study's debates.

    Attributes:
        text: What is shown, and where the rest is.
        index: JSON: models, and of each debate its conditions, outcome and verdicts.
        lines: A line a debate, in the index's order: JSON of its replies, each a text and the values that
            the first judge named; then a line a dilemma, JSON of its text.
        script: Lays a debate out when it is opened; asks no network.
    """

    text: str
    index: str
    lines: str
    script: str


def browser(tables: Mapping[str, pd.DataFrame], *, seed: int, most: int = MOST) -> Browser | None:
    """The debates of a study's tables; None where the study has none.

    Where there are more than a page should carry, all debates on some of the dilemmas are taken, drawn with
    the seed, so that experiments can still be compared on the same dilemma; of a single dilemma's, as many as
    fit.

    Args:
        tables: With ``debates`` and ``verdicts``.
        seed: The run's.
        most: Characters of transcripts at most.
    """
    if not {"debates", "verdicts"} <= set(tables) or tables["debates"].empty:
        return None
    debates, verdicts = tables["debates"], tables["verdicts"]
    told = verdicts["text"].str.len().groupby(verdicts["dilemma"]).sum()
    shown = _within(told, seed, most)
    chosen = debates[debates["dilemma"].isin(shown)].sort_values(["dilemma", "replicate"], kind="stable")
    verdicts = verdicts[verdicts["dilemma"].isin(shown)]
    held = len(chosen)
    if len(shown) == 1:
        chosen = _fitting(chosen, verdicts, seed, most)
        verdicts = verdicts[verdicts["session"].isin(set(chosen["session"]))]
    replies = _replies(verdicts)
    models = sorted(tables["verdicts"]["model"].unique())
    voiced = _voiced(tables, shown)
    index, lines = [], []
    for debate in chosen.to_dict("records"):
        said = replies[debate["session"]]
        index.append(_debate(debate, said, models))
        where = ((each.text, (debate["session"], each.round, each.position)) for each in said)
        lines.append(line([[text, voiced.get(place, "")] for text, place in where]))
    dilemmas = _dilemmas(tables, shown)
    whole = {"models": models, "debates": index, "dilemmas": [[key, title] for key, title, _ in dilemmas]}
    script = browsing("debates.js")
    return Browser(
        text=_sentence(len(chosen), len(debates), len(shown), len(told), whole=len(chosen) == held),
        index=line(whole),
        lines="\n".join([*lines, *(line(text) for _, _, text in dilemmas)]),
        script=script,
    )


def _within(told: pd.Series[int], seed: int, most: int) -> set[str]:
    """The dilemmas whose debates fit, in an order drawn with the seed."""
    names = [str(name) for name in told.index]
    order = seeds.generator(seed, "report", "debates").permutation(len(names))
    if int(told.sum()) <= most:
        return set(names)
    shown: set[str] = set()
    left = most
    for place in order:
        left -= int(told.iloc[place])
        if left < 0 and shown:
            break
        shown.add(names[place])
    return shown


def _fitting(debates: pd.DataFrame, verdicts: pd.DataFrame, seed: int, most: int) -> pd.DataFrame:
    """As many of a dilemma's debates as fit, drawn with the seed, in their order; one at least."""
    told = verdicts["text"].str.len().groupby(verdicts["session"]).sum()
    sizes = told.reindex(debates["session"]).to_numpy()
    if sizes.sum() <= most:
        return debates
    order = seeds.generator(seed, "report", "debates", "few").permutation(len(debates))
    fitting = int(np.searchsorted(np.cumsum(sizes[order]), most, side="right"))
    return debates.iloc[np.sort(order[: max(fitting, 1)])]


class _Reply(NamedTuple):
    round: int
    position: int
    model: str
    verdict: str | None
    missing: str | None
    text: str


def _replies(verdicts: pd.DataFrame) -> dict[str, list[_Reply]]:
    """Each debate's replies, in the table's order, which is theirs."""
    found: dict[str, list[_Reply]] = {}
    columns = [verdicts[name] for name in _Reply._fields]
    for session, *reply in zip(verdicts["session"], *columns, strict=True):
        found.setdefault(session, []).append(_Reply(*reply))
    return found


def _debate(debate: Mapping[Any, Any], said: Sequence[_Reply], models: Sequence[str]) -> list[Any]:
    """Conditions and outcome, then the models in order and their verdicts, round by round."""
    place = {model: number for number, model in enumerate(models)}
    rounds: dict[int, list[str]] = {}
    for each in said:
        rounds.setdefault(each.round, []).append(each.verdict or f"?{each.missing or ''}")
    return [
        debate["dilemma"],
        int(debate["replicate"]),
        debate["language"],
        debate["experiment"],
        debate["protocol"],
        debate["goal"],
        bool(debate["consensus"]),
        debate.get("invited") or debate.get("human") or "",
        [place[each.model] for each in said if each.round == 1],
        [rounds[number] for number in sorted(rounds)],
    ]


def _voiced(tables: Mapping[str, pd.DataFrame], shown: set[str]) -> dict[tuple[Any, ...], str]:
    """The values that the first judge named, by session, round and position."""
    if "labels" not in tables or tables["labels"].empty:
        return {}
    labels = tables["labels"]
    labels = labels[(labels["judge"] == labels["judge"].iloc[0]) & labels["dilemma"].isin(shown)]
    found: dict[tuple[Any, ...], list[str]] = {}
    for *place, value in labels[["session", "round", "position", "value"]].itertuples(index=False):
        found.setdefault(tuple(place), []).append(str(value).replace("-", " "))
    return {place: ", ".join(values) for place, values in found.items()}


def _dilemmas(tables: Mapping[str, pd.DataFrame], shown: set[str]) -> list[tuple[str, str, str]]:
    """Language and id, title and text of each dilemma that is shown, where the study tells them."""
    if "dilemmas" not in tables:
        return []
    found = tables["dilemmas"][tables["dilemmas"]["dilemma"].isin(shown)]
    columns = zip(found["language"], found["dilemma"], found["title"], found["text"], strict=True)
    return [(f"{language}/{dilemma}", title, text) for language, dilemma, title, text in columns]


def _sentence(debates: int, of: int, dilemmas: int, of_dilemmas: int, *, whole: bool) -> str:
    marked = "Verdicts that differ from the agent's last one are marked."
    if debates == of:
        return f"All {of:,} debates, on {of_dilemmas:,} dilemmas. {marked}"
    all_ = "all " if whole else ""
    return (
        f"{debates:,} of {of:,} debates: {all_}on {dilemmas:,} of {of_dilemmas:,} dilemmas, drawn with the "
        "run's seed, since more would make this file slow. Every debate is in the run's exports (homophily "
        f"export, homophily debate export). {marked}"
    )


def browsing(name: str) -> str:
    """A page's script that lists things to open, with what all such scripts share before it."""
    folder = files("homophily.report").joinpath("page")
    return "\n".join(folder.joinpath(each).read_text(encoding="utf-8") for each in ("browser.js", name))


def line(thing: Any) -> str:
    """Compact JSON that cannot end the script element it stands in."""
    told = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return told.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
