"""Savings: what Token Filtering spared the models that answered in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, select

__all__ = ["savings"]
__references__ = ("own",)

_NEEDED = ["respondent", "kind", "asked", "attended", "skipped", "saved_bytes", "shared_tokens", "computed"]
_MIB = 2**20


def savings(tables: Mapping[str, pd.DataFrame]) -> Finding:
    """Attention that was skipped, cache that was not kept, and time that was computed, as recorded.

    All are counted ask by ask, so that no interval is needed; the spread over asks stands beside the share.
    Time is what the model computed, each step shared among the asks it served; waiting is not in it. What the
    same asks would have taken without a filter a single run cannot tell; `equivalence` of a pair can.

    Args:
        tables: With ``savings``, one row an answer (`homophily.lab.spent`).

    Returns:
        A row a respondent and way of answering (texts, or options scored): the share of attention skipped.

    Raises:
        DataError: No filtered answer is recorded.
    """
    frame = select(tables, "savings", _NEEDED)
    texts = frame["kind"].isin(["text", "verdict"])
    frame = frame.assign(answers=np.where(texts, "written", "scored"))
    rows = [
        _row(part) | {"respondent": name, "answers": how}
        for (name, how), part in frame.groupby(["respondent", "answers"], sort=True)
    ]
    return Finding(
        name="savings",
        title="What filtering saved",
        text=_text(frame),
        estimates=estimates(rows, "respondent", "answers"),
        warnings=_warnings(frame),
    )


def _row(part: pd.DataFrame) -> dict[str, Any]:
    known = part.dropna(subset=["attended", "skipped"])
    each = known["skipped"] / known["attended"]
    return {
        "term": "share skipped",
        "asked": part["asked"].mean(),
        "from": each.quantile(0.05),
        "to": each.quantile(0.95),
        "steps_skipped": known["skipped"].sum(),
        "MiB_saved": part["saved_bytes"].mean() / _MIB,
        "ms_per_answer": 1000 * part["computed"].mean(),
        "estimate": known["skipped"].sum() / known["attended"].sum() if len(known) else np.nan,
        "n": len(part),
        "method": "counted ask by ask; “from” and “to” hold nine tenths of the asks",
    }


def _text(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["attended", "skipped"])
    share = 100 * known["skipped"].sum() / known["attended"].sum() if len(known) else np.nan
    shared = 100 * frame["shared_tokens"].sum() / max(frame["prompt_tokens"].sum(), 1)
    asked, saved = 100 * frame["asked"].mean(), frame["saved_bytes"].mean() / _MIB
    return (
        f"Over {len(frame):,} answers the filter skipped {share:.1f} % of all attention (asked for: "
        f"{asked:.0f} %) and kept {saved:,.2f} MiB of keys and values an answer out of the cache. The models "
        f"computed for {frame['computed'].sum():,.1f} s; {shared:.0f} % of what was to be read had been read "
        "for other asks. Whether any outcome changed, and how long the same takes without the filter, a "
        "paired run tells: `homophily compare RUN --play-dense`."
    )


def _warnings(frame: pd.DataFrame) -> tuple[str, ...]:
    lost = int(frame["attended"].isna().sum())
    if not lost:
        return ()
    return (f"{lost} answers were recorded before attention steps were counted; left out of the share.",)
