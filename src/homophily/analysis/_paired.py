"""Two runs of one design, matched case by case on every outcome of their study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from homophily.errors import DataError
from homophily.lab.study import Outcome
from homophily.studies._length import length

if TYPE_CHECKING:
    from homophily.lab.study import Study

__all__ = ["paired"]

Tables = Mapping[str, pd.DataFrame]
_ASK = ("session", "seat", "path")
_NUMBERS = ("likert", "number")
_CLOSED = (*_NUMBERS, "choice", "several", "ranking", "verdict")
#: What every run has: the share of missing answers, texts' lengths, and how many answers are the very same.
_MISSING, _LENGTH = "missing answers", "length of texts"
_SAME = {"every closed answer": _CLOSED, "every text": ("text",)}


def paired(study: Study, run: Tables, reference: Tables) -> dict[str, pd.DataFrame]:
    """Every outcome of two runs of one design, matched case by case.

    Beside the study's declared outcomes (or, where it declares none, its answers' numbers by what they
    measure) these are the length of texts, missing answers, and whether answers are the very same.

    Args:
        study: Declares its outcomes.
        run: Tables of the one run, with ``answers``.
        reference: Those of the other.

    Returns:
        ``paired``: ``outcome``, ``kind`` (number, category, or same), ``run`` and ``reference`` (what each
        measured; missing where it did not), ``first`` and ``second`` (what the case shares with others, the
        same twice where that is one thing). ``unpaired``: asks that one run alone has, and ``only`` which.

    Raises:
        DataError: No ask of the one is an ask of the other, or one key was asked different items.
    """
    one, other = _general(run), _general(reference)
    alone, shared = _unpaired(one["answers"], other["answers"]), _shared(study, reference)
    outcomes = [*study.outcomes, *_outcomes(study, one)]
    frames = [frame for each in outcomes for frame in _matched(each, one, other, study.share, shared)]
    return {"paired": pd.concat(frames, ignore_index=True), "unpaired": alone}


def _general(tables: Tables) -> dict[str, pd.DataFrame]:
    """The tables, with those of the outcomes that every run has."""
    asks = tables["answers"]
    texts = asks[(asks["kind"] == "text") & asks["value"].notna()]
    lengths = [length(*each) for each in zip(texts["value"], texts["language"], strict=True)]
    found = {
        **tables,
        _MISSING: asks.assign(**{_MISSING: asks["missing"].notna().astype(float)}),
        _LENGTH: texts.assign(**{_LENGTH: pd.Series(lengths, index=texts.index, dtype=float)}),
    }
    for name, kinds in _SAME.items():
        chosen = asks[asks["kind"].isin(kinds)]
        found[name] = chosen.assign(**{name: chosen["value"]})
    for measure, rows in asks[asks["kind"].isin(_NUMBERS)].groupby("measures"):
        found[f"answers/{measure}"] = rows.rename(columns={"number": str(measure)})
    return found


def _outcomes(study: Study, tables: Tables) -> Iterator[Outcome]:
    if not study.outcomes:
        for name in [name for name in tables if name.startswith("answers/")]:
            yield Outcome(name, (name.removeprefix("answers/"),), _ASK)
    for name in (_LENGTH, _MISSING, *_SAME):
        yield Outcome(name, (name,), _ASK)


def _matched(
    outcome: Outcome,
    run: Tables,
    reference: Tables,
    share: tuple[str, ...],
    shared: Mapping[str, tuple[str, str]],
) -> Iterator[pd.DataFrame]:
    """The cases that both runs have, a frame a column of the outcome that was measured."""
    if outcome.table not in run or outcome.table not in reference:
        return
    keys, one, other = list(outcome.keys), run[outcome.table], reference[outcome.table]
    columns = [name for name in outcome.columns if name in one and name in other]
    both = one.merge(other[[*keys, *columns]], on=keys, suffixes=("", "\n"))
    if "session" not in both or (set(share) <= set(both) and share != ("session",)):
        ends = [both[share[0]].tolist(), both[share[-1]].tolist()]
    else:
        named = [shared.get(session, (session, session)) for session in both["session"]]
        ends = [[pair[place] for pair in named] for place in (0, 1)]
    for column in columns:
        values = {"run": both[column].astype(object), "reference": both[f"{column}\n"].astype(object)}
        if pd.isna(values["run"]).all() and pd.isna(values["reference"]).all():
            continue  # not asked for in this design
        kind = "same" if column in _SAME else outcome.kind
        yield pd.DataFrame({"outcome": column, "kind": kind, **values, "first": ends[0], "second": ends[1]})


def _shared(study: Study, tables: Tables) -> dict[str, tuple[str, str]]:
    """What each session shares with others, where the study's first outcome tells."""
    for outcome in study.outcomes[:1]:
        rows = tables.get(outcome.table)
        if rows is not None and {"session", *study.share} <= set(rows):
            rows = rows.drop_duplicates("session")
            ends = zip(rows[study.share[0]], rows[study.share[-1]], strict=True)
            return dict(zip(rows["session"], ends, strict=True))
    return {}


def _unpaired(run: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    keys = list(_ASK)
    asked = reference[[*keys, "item"]].rename(columns={"item": "other"})
    both = run[[*keys, "item"]].merge(asked, on=keys, how="outer", indicator=True)
    paired_ = both[both["_merge"] == "both"]
    if paired_.empty:
        raise DataError(
            "the two runs do not pair: no ask of the one is an ask of the other "
            f"({_named(run)}; {_named(reference)})."
        )
    differ = paired_[paired_["item"] != paired_["other"]]
    if len(differ):
        first = differ.iloc[0]
        raise DataError(
            f"the two runs do not pair: at {'/'.join(first[keys])} one was asked {first['item']!r}, the "
            f"other {first['other']!r}; {len(differ)} asks differ so."
        )
    alone = both[both["_merge"] != "both"]
    only = alone["_merge"].map({"left_only": "run", "right_only": "reference"}).astype(str)
    return pd.DataFrame({"ask": ["/".join(key) for key in alone[keys].to_numpy()], "only": only.to_numpy()})


def _named(answers: pd.DataFrame) -> str:
    """An ask of a run, to show what its asks look like."""
    if answers.empty:
        return "one run has none"
    return "one has " + "/".join(answers.iloc[0][list(_ASK)])
