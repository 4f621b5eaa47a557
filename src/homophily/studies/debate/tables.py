"""The tidy tables of a debate study: debates, verdicts, judgements, labels, and who sat on the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily import reading
from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import UsageError
from homophily.studies._length import length
from homophily.studies._seated import seated
from homophily.studies.debate.cases import cases
from homophily.studies.debate.labels import judged
from homophily.studies.debate.outcomes import DEBATE, finished, outcomes
from homophily.studies.debate.wording import AGENT

if TYPE_CHECKING:
    import pandas as pd

    from homophily.studies.debate.design import DebateDesign

__all__ = ["VERDICT_COLUMNS", "tables"]

_FACTS = ("max_rounds", "invited", "human", *(f"human_{verdict}" for verdict in VERDICTS))
VERDICT_COLUMNS = (
    *DEBATE,
    "round",
    "position",
    "seat",
    "model",
    "agent",
    "verdict",
    "missing",
    "words",
    "text",
)


def tables(answers: pd.DataFrame, design: DebateDesign) -> dict[str, pd.DataFrame]:
    """The tables that the analyses read; debates that are not over yet are left out.

    Args:
        answers: One row an ask, as `homophily.lab.tidy.answers` gives them.
        design: The design they were gathered under.

    Returns:
        ``debates``, one row a debate; ``verdicts``, one row a reply; ``panel``, one row a respondent;
        ``dilemmas``, one row a dilemma and language (none where their file is gone); where the design has
        judges, ``judgements``, one row a message and judge, and ``labels``, one row a value
        named.
    """
    answers = answers.reindex(columns=list(dict.fromkeys([*answers.columns, *DEBATE, *_FACTS])))
    verdicts = finished(_verdicts(answers), answers.groupby("session")["max_rounds"].first())
    known = answers.drop_duplicates("session").set_index("session").reindex(columns=list(_FACTS))
    found = {
        "debates": outcomes(verdicts, known),
        "verdicts": verdicts,
        "panel": seated(answers, design, design.judges.panel),
    }
    found["dilemmas"] = _dilemmas(found["debates"], design)
    if design.judges.panel:
        found["judgements"], found["labels"] = judged(answers, verdicts, design)
    return found


def _dilemmas(debates: pd.DataFrame, design: DebateDesign) -> pd.DataFrame:
    """The texts that were deliberated on."""
    import pandas as pd

    try:
        known = {dilemma.id: dilemma for dilemma in cases(design)}
    except UsageError:
        known = {}
    played = debates[["dilemma", "language"]].drop_duplicates().itertuples(index=False)
    rows = [
        (name, language, known[name].named(language), known[name].told(language))
        for name, language in played
        if name in known
    ]
    return pd.DataFrame(rows, columns=["dilemma", "language", "title", "text"])


def _verdicts(answers: pd.DataFrame) -> pd.DataFrame:
    """One row a reply, in the order they were given."""
    import pandas as pd

    asked = answers[answers["kind"] == "verdict"]
    place = asked["seat"].str.extract(r"(\d+)$", expand=False).astype(int)
    spoken = zip(asked["raw"], place, asked["language"], strict=True)
    texts = [
        reading.explained(raw, VERDICTS, agent=AGENT[language].format(place=number))
        if isinstance(raw, str)
        else ""
        for raw, number, language in spoken
    ]
    frame = pd.DataFrame(
        {
            **{name: asked[name] for name in DEBATE},
            "round": asked["path"].str.extract(r"(\d+)$", expand=False).astype(int),
            "position": place,
            "seat": asked["seat"],
            "model": asked["respondent"],
            "agent": [f"Agent {number}" for number in place],
            "verdict": asked["value"].astype(object).where(asked["value"].notna(), None),
            "missing": asked["missing"].astype(object).where(asked["missing"].notna(), None),
            "words": [
                length(text, language) for text, language in zip(texts, asked["language"], strict=True)
            ],
            "text": texts,
        },
        columns=list(VERDICT_COLUMNS),
    )
    return frame.sort_values(["session", "round", "position"], kind="stable").reset_index(drop=True)
