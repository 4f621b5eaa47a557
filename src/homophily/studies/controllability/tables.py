"""The tidy tables of a controllability study: profiles and choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from homophily import instruments, values
from homophily.items import Choice
from homophily.studies import _population
from homophily.studies._scores import centred, score
from homophily.studies.controllability.sessions import SEAT, sessions

if TYPE_CHECKING:
    import pandas as pd

    from homophily.studies.controllability.design import ControllabilityDesign

__all__ = ["tables"]

KEYS = ["session", "respondent", "model", "design", "language", "profile", "replicate"]


def tables(answers: pd.DataFrame, design: ControllabilityDesign) -> dict[str, pd.DataFrame]:
    """The tables that the analyses read.

    Args:
        answers: One row an ask, as `homophily.lab.tidy.answers` gives them.
        design: The design they were gathered under.

    Returns:
        ``profiles``, one row a sitting: target and measured values, centred, items asked and missing;
        ``choices``, one row a forced choice.
    """
    sittings = _sittings(answers, design)
    return {
        "profiles": _profiles(answers, design, sittings),
        "choices": _choices(answers, design, sittings),
    }


def _sittings(answers: pd.DataFrame, design: ControllabilityDesign) -> pd.DataFrame:
    """One row a sitting of which anything is recorded."""
    import pandas as pd

    played = set(answers["session"])
    models = answers.dropna(subset=["model"]).drop_duplicates("session")
    model = models.set_index("session")["model"].to_dict()
    rows = [
        {
            **session.condition,
            "session": session.id,
            "respondent": session.seats[SEAT].respondent,
            "model": model.get(session.id),
            "language": session.language,
        }
        for session in sessions(design)
        if session.id in played
    ]
    return pd.DataFrame(rows, columns=KEYS)


def _targets(design: ControllabilityDesign, sittings: pd.DataFrame) -> np.ndarray:
    """Raw target scores of each sitting, (sittings, 10)."""
    profiles = _population.draw(design.profiles, design.n, design.seed)
    place = sittings["profile"].str.removeprefix("profile-").astype(int).to_numpy() - 1
    return profiles[place]


def _profiles(answers: pd.DataFrame, design: ControllabilityDesign, sittings: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    form = instruments.load(design.instruments.values)
    scored = score(answers[answers["path"].str.startswith("values/")], form)
    keys = [(session, SEAT) for session in sittings["session"]]
    missing = [scored[key].missing if key in scored else len(form.entries) for key in keys]
    target, measured = values.centre(_targets(design, sittings)), centred(scored, keys, form)
    return pd.concat(
        [
            sittings,
            pd.DataFrame(target, columns=[f"target_{code}" for code in values.CODES]),
            pd.DataFrame(measured, columns=[f"measured_{code}" for code in values.CODES]),
            pd.DataFrame({"n_items": len(form.entries), "n_missing": missing}),
        ],
        axis=1,
    )


def _choices(answers: pd.DataFrame, design: ControllabilityDesign, sittings: pd.DataFrame) -> pd.DataFrame:
    """One row a forced choice; the first option is the instrument's first, whatever was shown first."""
    import pandas as pd

    columns = [*KEYS, "item", "first", "second", "target_difference", "chose_first"]
    if not design.instruments.choices:
        return pd.DataFrame(columns=columns)
    options = dict(_options(design.instruments.choices))
    chosen = answers[answers["path"].str.startswith("choices/")]
    rows = chosen[["session", "item", "value"]].merge(sittings, on="session", validate="many_to_one")
    target = values.centre(_targets(design, rows))
    both = [options[item] for item in rows["item"]]
    place = np.array([[values.CODES.index(code) for _, code in pair] for pair in both]).reshape(-1, 2)
    line = np.arange(len(rows))
    rows["first"] = [pair[0][1] for pair in both]
    rows["second"] = [pair[1][1] for pair in both]
    rows["target_difference"] = target[line, place[:, 0]] - target[line, place[:, 1]]
    rows["chose_first"] = [
        {pair[0][0]: 1.0, pair[1][0]: 0.0}.get(value, np.nan)
        for pair, value in zip(both, rows["value"], strict=True)
    ]
    return rows[columns]


def _options(instrument: str) -> Iterator[tuple[str, list[tuple[Any, str]]]]:
    """Each choice's options as (id, value code), in the instrument's own order."""
    form = instruments.load(instrument)
    for item in form.items(form.languages[0]):
        if isinstance(item, Choice):
            yield item.id, [(option.id, option.measures) for option in item.options]
