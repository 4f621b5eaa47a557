"""The tidy tables of a teammates study: ratings, decisions, people and open answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from homophily import instruments, values
from homophily.studies._scores import centred, score
from homophily.studies.teammates.balance import THINGS
from homophily.studies.teammates.protocol import COMPLETE
from homophily.studies.teammates.texts import pictures, texts

if TYPE_CHECKING:
    import pandas as pd

    from homophily.studies.teammates.design import TeammatesDesign

__all__ = ["OPEN", "tables"]

_MET = r"^mission-(\d+)/"
_SESSION = ("session", "participant", "language", "sequence")
OPEN = ("trusted", "noticed", "final")
"""The open questions."""


def tables(answers: pd.DataFrame, design: TeammatesDesign) -> dict[str, pd.DataFrame]:
    """The tables that the analyses read; of a session under way, what has been answered so far.

    Args:
        answers: One row an ask, as `homophily.lab.tidy.answers` gives them.
        design: The design they were gathered under.

    Returns:
        ``ratings``, one row a participant and agent met; ``decisions``, one row a decision point; ``people``,
        one row a participant who consented; ``open_answers``, one row an open question.
    """
    answers = answers.rename(columns={"agent": "participant"})
    answers = answers.reindex(
        columns=list(dict.fromkeys([*answers.columns, "sequence", "names", "pictures", "sets"]))
    )
    met = answers[answers["path"].str.match(_MET)].copy()
    met["position"] = met["path"].str.extract(_MET, expand=False).astype(int)
    met["level"] = met["partner"].str.extract(r"(\d+)$", expand=False).astype(float)
    met["within"] = met["path"].str.replace(_MET, "", regex=True)
    decisions = _decisions(met)
    return {
        "ratings": _ratings(answers, met, decisions, design),
        "decisions": decisions.drop(columns="session"),
        "people": _people(answers, design),
        "open_answers": _open(answers, met),
    }


def _decisions(met: pd.DataFrame) -> pd.DataFrame:
    """One row a decision point that was reached."""
    import pandas as pd

    path = r"^decision-(?P<point>\d+)/(?P<step>\w+)$"
    asked = met[met["within"].str.match(path)]
    parts = asked["within"].str.extract(path)
    asked = asked.assign(point=parts["point"].astype(int), step=parts["step"])
    keys = ["session", "position", "point"]

    def of(step: str, column: str) -> pd.Series[Any]:
        return asked[asked["step"] == step].set_index(keys)[column]

    first = asked[asked["step"] == "choice"]
    found = first[[*_SESSION, "level", "position", "point"]].set_index(keys, drop=False)
    chosen, after = of("choice", "value"), of("after", "value")
    why = (chosen == "why").reindex(found.index).fillna(False).astype(bool)
    decided = chosen.where(~why, after.reindex(chosen.index))
    found = found.assign(
        choice=decided.where(decided.notna(), None),
        asked_why=why,
        confidence=pd.to_numeric(of("confidence", "number").reindex(found.index)),
    )
    columns = [*_SESSION, "level", "position", "point", "choice", "asked_why", "confidence"]
    return found.reset_index(drop=True)[columns]


def _ratings(
    answers: pd.DataFrame, met: pd.DataFrame, decisions: pd.DataFrame, design: TeammatesDesign
) -> pd.DataFrame:
    """One row a participant and agent that was introduced."""
    import pandas as pd

    forms = design.forms
    introduced = met[met["within"] == "introduction"]
    found = introduced[[*_SESSION, "position", "level"]].reset_index(drop=True)
    found.insert(5, "agent", introduced["partner"].to_numpy())
    keys = list(zip(found["session"], found["position"].astype(str), strict=True))
    noted = answers[answers["item"] == "teammates/agent-similarity"]
    agent = noted["path"].str.extract(r"^agents/(.+)/", expand=False)
    attained = dict(zip(zip(noted["session"], agent, strict=True), noted["number"], strict=True))
    pairs = zip(found["session"], found["agent"], strict=True)
    found["similarity_designed"] = [attained.get(pair, np.nan) for pair in pairs]
    for column, name, phase in (
        ("similarity_rated", forms.similarity, "similarity"),
        ("trust", forms.trust, "trust"),
        ("closeness", forms.closeness, "closeness"),
        ("alone", forms.alone, "alone"),
    ):
        if name:
            scored = _scored(met, name, phase)
            whole, *facets = instruments.load(name).measures
            named = {column: whole} | {f"{column}_{facet.partition('.')[2]}": facet for facet in facets}
            for called, measure in named.items():
                found[called] = [scored.get(key, {}).get(measure, np.nan) for key in keys]
        elif column == "alone":
            found[column] = np.nan
    grouped = decisions.assign(
        followed=(decisions["choice"] == "follow").where(decisions["choice"].notna()).astype(float)
    ).groupby(["session", "position"])[["followed", "confidence"]]
    shares = grouped.mean().reindex(pd.MultiIndex.from_frame(found[["session", "position"]]))
    found[["followed", "confidence"]] = shares.to_numpy(dtype=float)
    found["rank"] = _ranks(answers, found)
    return _named(found, introduced).drop(columns="session")


def _scored(met: pd.DataFrame, name: str, phase: str) -> dict[tuple[str, str], dict[str, float]]:
    """Scores of an instrument by session and position."""
    own = met[met["within"].str.startswith(f"{phase}/{instruments.load(name).name}/")]
    by_position = own.assign(seat=own["position"].astype(str))
    return {key: dict(each.scores) for key, each in score(by_position, instruments.load(name)).items()}


def _ranks(answers: pd.DataFrame, found: pd.DataFrame) -> list[float]:
    given = answers[(answers["path"] == "final/rank") & answers["value"].notna()]
    orders = dict(zip(given["session"], given["value"].str.split(","), strict=True))
    return [
        orders[session].index(agent) + 1.0 if session in orders else np.nan
        for session, agent in zip(found["session"], found["agent"], strict=True)
    ]


def _named(found: pd.DataFrame, introduced: pd.DataFrame) -> pd.DataFrame:
    """The agents' names, pictures and missions, which follow from the session's conditions."""
    place = found["position"].to_numpy() - 1
    shift = introduced[["names", "pictures", "sets"]].astype(int).reset_index(drop=True)
    said = {language: texts(language) for language in found["language"].unique()}
    names = (place + shift["names"].to_numpy()) % THINGS
    missions = (place + shift["sets"].to_numpy()) % THINGS
    return found.assign(
        name=[said[lang].names[k] for lang, k in zip(found["language"], names, strict=True)],
        picture=(2 * place + shift["pictures"].to_numpy()) % len(pictures()) + 1,
        mission=[said[lang].missions[k].key for lang, k in zip(found["language"], missions, strict=True)],
    )


def _people(answers: pd.DataFrame, design: TeammatesDesign) -> pd.DataFrame:
    """One row a participant who consented."""
    import pandas as pd

    consents = answers[(answers["path"] == "consent") & (answers["value"] == "agree")]
    found = consents[list(_SESSION)].reset_index(drop=True)
    sessions = found["session"]

    def of(path: str, column: str = "value") -> pd.Series[Any]:
        given = answers[answers["path"] == path].set_index("session")[column]
        return given.reindex(sessions).reset_index(drop=True)

    found["age"] = pd.to_numeric(of("demographics/age", "number"))
    found["gender"] = of("demographics/gender")
    form = instruments.load(design.forms.values)
    own = answers[answers["path"].str.startswith(f"values/{form.name}/")]
    scored = score(own, form)
    sittings = [(session, "participant") for session in sessions]
    found[list(values.CODES)] = centred(scored, sittings, form)
    found["ranking"], found["ties"] = of("values/ranking"), of("values/ties")
    counts = own.dropna(subset="number").groupby(["session", "number"]).size().groupby("session").max()
    found["identical"] = counts.reindex(sessions).to_numpy(dtype=float)
    checks = answers[answers["measures"].str.startswith("attention.")]
    wanted = checks["measures"].str.removeprefix("attention.").astype(float)
    passed = (checks["number"] == wanted).groupby(checks["session"]).mean()
    found["attention"] = passed.reindex(sessions).to_numpy(dtype=float)
    found["ended"] = of("ended")
    found["complete"] = found["ended"] == COMPLETE
    return found.drop(columns="session")


def _open(answers: pd.DataFrame, met: pd.DataFrame) -> pd.DataFrame:
    """One row an open question that was put, with what was answered or why not."""
    import pandas as pd

    asked = pd.concat(
        [met[met["within"].str.startswith("open/")], answers[answers["path"] == "final/open"]]
    ).reindex(columns=[*_SESSION, "level", "position", "item", "path", "value", "missing"])
    question = asked["item"].str.removeprefix("teammates/open-")
    asked = asked.assign(question=question, text=asked["value"])
    asked = asked.sort_values(["session", "position"], kind="stable", na_position="last")
    columns = [*_SESSION, "level", "position", "question", "path", "text", "missing"]
    return asked.reset_index(drop=True)[columns]
