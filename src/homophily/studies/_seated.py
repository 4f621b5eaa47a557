"""Who sits in a study's seats, with what an analysis of their descent needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.design import Design

__all__ = ["checkpoint", "seated"]

#: Settings under which a kind of respondent names the folder of its weights.
_WEIGHTS = ("checkpoint", "path", "model")


def seated(answers: pd.DataFrame, design: Design, judges: Collection[str] = ()) -> pd.DataFrame:
    """One row a respondent.

    Args:
        answers: One row an ask.
        design: Names the respondents.
        judges: Those that judge what others say.

    Returns:
        ``model``, its name in the design; ``kind``; ``role``, agent or judge; ``served``, the model as the
        server names it; ``checkpoint``, the folder of its weights where they are on this machine.
    """
    import pandas as pd

    served = (
        answers.reindex(columns=["model", "respondent"])
        .dropna(subset=["model"])
        .drop_duplicates("respondent")
    )
    named = served.set_index("respondent")["model"].to_dict()
    rows = [
        {
            "model": name,
            "kind": str(settings.get("kind", "")),
            "role": "judge" if name in judges else "agent",
            "served": named.get(name) or None,
            "checkpoint": checkpoint(settings),
        }
        for name, settings in design.respondents.items()
    ]
    return pd.DataFrame(rows)


def checkpoint(settings: Mapping[str, Any]) -> str | None:
    """The folder of a respondent's weights where they are on this machine."""
    if settings.get("kind") == "local" and not settings.get("model"):
        from homophily.filtering.reference import FOLDER

        return str(FOLDER)
    for key in _WEIGHTS:
        given = settings.get(key)
        if isinstance(given, str) and given and (Path(given).expanduser() / "config.json").is_file():
            return str(Path(given).expanduser().resolve())
    return None
