"""Small debates for tests: synthetic panels, played in memory."""

from __future__ import annotations

from typing import Any

import pandas as pd

from homophily.lab.design import Design
from homophily.lab.loading import load_design
from homophily.lab.rehearse import rehearse
from homophily.lab.study import Study

PANEL: dict[str, dict[str, Any]] = {
    "ann": {"kind": "panelist", "seed": 1, "inertia": 2.0, "missing_rate": 0.05},
    "bob": {"kind": "panelist", "seed": 2, "inertia": 0.5},
    "cat": {"kind": "panelist", "seed": 3, "conformity": 1.0},
    "judge": {"kind": "random"},
}


def rehearsed(
    members: int = 2, *, judged: bool = False, **changes: Any
) -> tuple[Study, Design, pd.DataFrame, dict[str, pd.DataFrame]]:
    """A small study with its design, answers and tables."""
    names = list(PANEL)[:members] + (["judge"] if judged else [])
    study, design = load_design(
        "debate",
        {
            "languages": ["en"],
            "dilemmas.number": 6,
            "respondents": {name: PANEL[name] for name in names},
            "judges.panel": ["judge"] if judged else [],
            **{key.replace("__", "."): value for key, value in changes.items()},
        },
    )
    answers = rehearse(study, design)
    return study, design, answers, dict(study.tables(answers, design))
