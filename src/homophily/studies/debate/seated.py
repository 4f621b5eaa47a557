"""Who sat on the panel, with what an analysis of its independence needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from homophily.studies.debate.design import DebateDesign

__all__ = ["panel"]

#: Settings under which a kind of respondent names the folder of its weights.
_WEIGHTS = ("checkpoint", "path", "model")


def panel(answers: pd.DataFrame, design: DebateDesign) -> pd.DataFrame:
    """One row a respondent.

    Returns:
        ``model``, its name in the design; ``kind``; ``role``, agent or judge; ``served``, the model as the
        server names it; ``checkpoint``, the folder of its weights where they are on this machine.
    """
    import pandas as pd

    served = answers.dropna(subset=["model"]).drop_duplicates("respondent")
    named = served.set_index("respondent")["model"].to_dict()
    rows = [
        {
            "model": name,
            "kind": str(settings.get("kind", "")),
            "role": "judge" if name in design.judges.panel else "agent",
            "served": named.get(name) or None,
            "checkpoint": _checkpoint(settings),
        }
        for name, settings in design.respondents.items()
    ]
    return pd.DataFrame(rows)


def _checkpoint(settings: dict[str, object]) -> str | None:
    for key in _WEIGHTS:
        given = settings.get(key)
        if isinstance(given, str) and (Path(given).expanduser() / "config.json").is_file():
            return str(Path(given).expanduser().resolve())
    return None
