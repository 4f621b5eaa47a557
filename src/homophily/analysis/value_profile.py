"""Value profile: which values does each model voice, and which go with each verdict?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._clusters import BOOTSTRAP, Clusters
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._voices import Rule, Voices, voices
from homophily.dilemmas.verdict import VERDICTS

__all__ = ["value_profile"]
__references__ = ("efron1993", "wilson1927")


def value_profile(
    tables: Mapping[str, pd.DataFrame], *, rule: Rule = "majority", draws: int = 1000, seed: int = 1
) -> Finding:
    """Share of messages that voice each value, by model and by the verdict that the message gives.

    Args:
        tables: With ``verdicts``, ``judgements`` and ``labels``.
        rule: When several judges agree on a value.
        draws: Bootstrap resamples of dilemmas.
        seed: Seed of the resampling.
    """
    found = voices(tables, rule=rule)
    panel = found.debates.panel
    clusters = Clusters(len(found.debates.dilemmas), draws, seed, "value profile")
    rows: list[dict[str, Any]] = []
    seated = np.broadcast_to(panel.models[:, None, :], panel.verdicts.shape)
    for number, model in enumerate(found.debates.models):
        rows += [{**line, "model": model} for line in _shares(found, seated == number, clusters)]
    for number, verdict in enumerate(VERDICTS):
        rows += [{**line, "verdict": verdict} for line in _shares(found, panel.verdicts == number, clusters)]
    table = estimates(rows, "value", "model", "verdict")
    by_model = table[table["model"].notna()]
    top = by_model.sort_values("estimate", ascending=False, kind="stable").drop_duplicates("model")
    spoken = "; ".join(f"{x['model']} {x['value']} {spelled(x)}" for _, x in top.iterrows())
    return Finding(
        name="value_profile",
        title="Values voiced",
        text=f"The value each voices most, as a share of its messages: {spoken}.",
        estimates=table,
        warnings=_warnings(found),
        figure="value_wheel",
        data=by_model.reset_index(drop=True),
    )


def _shares(found: Voices, chosen: NDArray[np.bool_], clusters: Clusters) -> list[dict[str, Any]]:
    where = np.nonzero(chosen & found.judged)
    if not where[0].size:
        return []
    dilemma, said = found.debates.panel.dilemma[where[0]], found.labels[where]
    return [
        {
            **row(
                "share of messages",
                clusters.mean(said[:, place], dilemma, share=True),
                len(said),
                BOOTSTRAP,
            ),
            "value": code,
        }
        for place, code in enumerate(found.codes)
    ]


def _warnings(found: Voices) -> tuple[str, ...]:
    asked = found.debates.panel.asked
    lost = int((asked & ~found.judged).sum())
    if not lost:
        return ()
    return (f"{lost} of {int(asked.sum())} messages have no judgement; left out.",)
