"""The values that models state of themselves in a questionnaire run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from homophily.errors import UnknownName, UsageError
from homophily.values import CODES
from homophily.values.taxonomy import taxonomy

if TYPE_CHECKING:
    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["SOURCES", "beside", "stated"]

#: Studies in which models answer a questionnaire of values.
SOURCES = ("controllability", "dyads")
_OWN = "what it states are its personas' values, not the model's own"


def stated(study: Study, tables: Mapping[str, pd.DataFrame], design: Design) -> pd.DataFrame:
    """One row a sitting in which a model spoke for itself: no persona told it any values.

    Returns:
        ``model`` (the respondent's name in the design), ``served`` (the model as the server names it) and the
        ten values' scores, centred; incomplete sittings are left out.

    Raises:
        UsageError: The study has no questionnaire of values, or no sitting without a persona.
    """
    if study.name == "controllability":
        rows = tables["profiles"]
        rows, prefix, name = rows[rows["design"] == "none"], "measured", "respondent"
        if rows.empty:
            raise UsageError(f"nobody answers the questionnaire without a persona: {_OWN}. Add 'none'.")
    elif study.name == "dyads":
        rows, prefix, name = tables["ratings"], "rater_measured", "respondent"
        told = getattr(design, "persona", None)
        if getattr(told, "design", "") != "none":
            raise UsageError(f'the dyads play with personas: {_OWN}. Play them with persona.design = "none".')
    else:
        raise UsageError(
            f"a run of {study.name!r} holds no questionnaire of a model's own values: take one of "
            f"{' or '.join(SOURCES)}."
        )
    scores = rows[[f"{prefix}_{code}" for code in CODES]].set_axis(list(CODES), axis=1)
    found = pd.concat([rows[[name, "model"]].set_axis(["model", "served"], axis=1), scores], axis=1)
    return found.dropna(subset=list(CODES)).reset_index(drop=True)


def beside(
    tables: Mapping[str, pd.DataFrame],
    design: Design,
    questionnaires: pd.DataFrame,
    same: Mapping[str, str],
) -> dict[str, pd.DataFrame]:
    """A debate study's tables, with ``stated`` and ``basic`` beside them.

    Args:
        tables: Of the debates, with ``panel``.
        design: Names the taxonomy, whose labels speak for basic values.
        questionnaires: From `stated`.
        same: What a model of the debates is called in the questionnaires, where neither its name there nor
            the model that the server names tells.

    Raises:
        UsageError: No model is in both, or a name in `same` is unknown.
    """
    agents = tables["panel"][tables["panel"]["role"] == "agent"]
    known = set(questionnaires["model"])
    for one, other in same.items():
        if one not in set(agents["model"]):
            raise UsageError(str(UnknownName("model of the debates", one, agents["model"].tolist())))
        if other not in known:
            raise UsageError(str(UnknownName("model of the questionnaires", other, sorted(known))))
    called = {}
    for name, served in zip(agents["model"], agents["served"], strict=True):
        by_server = set(questionnaires.loc[questionnaires["served"] == served, "model"])
        if name in same or name in known:
            called[name] = same.get(name, name)
        elif len(by_server) == 1:
            called[name] = by_server.pop()
    if not called:
        raise UsageError(
            f"no model is in both runs: the debates have {', '.join(agents['model'])}, the questionnaires "
            f"{', '.join(sorted(known)) or 'none'}. Say which are the same: --same NAME=NAME."
        )
    frames = [
        questionnaires[questionnaires["model"] == other].assign(model=name) for name, other in called.items()
    ]
    basic = [
        (code, value, weight)
        for code, parts in taxonomy(design.model_dump()["judges"]["taxonomy"]).weights.items()
        for value, weight in parts.items()
    ]
    return {
        **tables,
        "stated": pd.concat(frames, ignore_index=True),
        "basic": pd.DataFrame(basic, columns=["code", "value", "weight"]),
    }
