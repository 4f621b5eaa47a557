"""The tables of a debate: what is true of every debate, whoever speaks."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.dilemmas.verdict import VERDICTS
from homophily.lab.codebook import undescribed
from homophily.studies._length import length
from homophily.studies.debate.outcomes import DEBATE, finished, outcomes
from homophily.studies.debate.tables import VERDICT_COLUMNS
from tests.studies.debating import rehearsed


@pytest.fixture(scope="module")
def played():
    return rehearsed(3, judged=True, panels__sizes=[2, 3])


def test_every_column_is_described(played) -> None:
    study, _, _, tables = played
    assert undescribed(tables, study.descriptions) == []


def test_columns_are_those_of_the_contract(played) -> None:
    tables = played[3]
    assert tuple(tables["verdicts"].columns) == VERDICT_COLUMNS
    assert list(tables["debates"].columns) == [
        *DEBATE, "seats", "rounds", "max_rounds", "consensus", "verdict", "majority", "stopped", "invited",
        "human", *(f"human_{verdict}" for verdict in VERDICTS),
    ]  # fmt: skip
    assert set(tables) == {"debates", "verdicts", "panel", "dilemmas", "judgements", "labels"}


def test_a_row_a_debate_and_a_row_a_reply(played) -> None:
    study, design, answers, tables = played
    sessions = [session.id for session in study.sessions(design)]
    assert sorted(tables["debates"]["session"]) == sorted(sessions)
    assert len(tables["verdicts"]) == (answers["kind"] == "verdict").sum()
    assert not tables["verdicts"].duplicated(["session", "round", "position"]).any()
    # solo × 3, pairs: sync + 2 orders, a trio: sync + 6 orders
    assert tables["debates"]["experiment"].nunique() == 3 + 3 * 3 + 7


def test_consensus_needs_every_verdict_readable_and_the_same(played) -> None:
    tables = played[3]
    debates = tables["debates"].set_index("session")
    for session, replies in tables["verdicts"].groupby("session"):
        last = replies[replies["round"] == replies["round"].max()]
        agreed = last["verdict"].notna().all() and last["verdict"].nunique() == 1
        debate = debates.loc[session]
        assert bool(debate["consensus"]) == agreed
        assert debate["seats"] == len(last)
        assert debate["verdict"] == (last["verdict"].iloc[0] if agreed else None)
        earlier = replies[replies["round"] < replies["round"].max()].groupby("round")["verdict"]
        assert not any(v.notna().all() and v.nunique() == 1 for _, v in earlier)
    assert ((debates["stopped"] == "consensus") == debates["consensus"]).all()
    assert (debates[~debates["consensus"]]["rounds"] == debates[~debates["consensus"]]["max_rounds"]).all()


def test_a_message_is_judged_once_by_each_judge(played) -> None:
    _, _, answers, tables = played
    verdicts, judgements, labels = tables["verdicts"], tables["judgements"], tables["labels"]
    assert len(judgements) == (verdicts["text"] != "").sum()
    where = ["session", "round", "position", "judge"]
    counted = labels.groupby(where).size().reindex(judgements.set_index(where).index, fill_value=0)
    assert (counted.to_numpy() == judgements["n"].to_numpy()).all()
    assert len(labels) > 50
    assert set(judgements["judge"]) == {"judge"}
    said = answers[answers["path"].str.startswith("values/")]
    assert not said["raw"].str.contains("Verdict:").any()


def test_unfinished_debates_are_left_out(played) -> None:
    study, design, answers, tables = played
    long = tables["debates"].query("rounds > 1")["session"].iloc[0]
    cut = answers[(answers["session"] != long) | (answers["path"] == "round-1")]
    less = study.tables(cut, design)
    assert set(tables["debates"]["session"]) - set(less["debates"]["session"]) == {long}
    assert long not in set(less["verdicts"]["session"])
    assert long not in set(less["judgements"]["session"])


def test_nothing_played_gives_empty_tables(played) -> None:
    study, design, answers, tables = played
    empty = study.tables(answers.head(0), design)
    for name in ("debates", "verdicts", "judgements", "labels"):
        assert len(empty[name]) == 0
        assert list(empty[name].columns) == list(tables[name].columns)


def test_text_is_the_explanation_alone(played) -> None:
    verdicts = played[3]["verdicts"]
    told = verdicts[verdicts["verdict"].notna()]
    assert not told["text"].str.contains("Verdict:|[{}]").any()
    assert (told["words"] > 3).all()
    assert length("約束を 守る。", "ja") == 6


CODE = st.sampled_from([*VERDICTS, None])


def debate(session: str, rounds: list[list[str | None]], seats: int) -> pd.DataFrame:
    experiment = "sync:" + "+".join("abcde"[:seats])
    rows = [
        (session, "d/1", experiment, "synchronous", "original", "en", "d", 1, number, place, verdict)
        for number, given in enumerate(rounds, start=1)
        for place, verdict in enumerate(given, start=1)
    ]
    return pd.DataFrame(rows, columns=[*DEBATE, "round", "position", "verdict"]).astype({"verdict": object})


@given(data=st.data(), seats=st.integers(2, 5), count=st.integers(1, 4))
def test_outcomes_hold_for_any_verdicts(data, seats: int, count: int) -> None:
    rounds = [data.draw(st.lists(CODE, min_size=seats, max_size=seats)) for _ in range(count)]
    verdicts = debate("s", rounds, seats)
    known = pd.DataFrame({"session": ["s"], "max_rounds": [count]}).set_index("session")
    (row,) = outcomes(verdicts, known).to_dict("records")
    last = rounds[-1]
    assert row["consensus"] == (None not in last and len(set(last)) == 1)
    assert (row["verdict"] is not None) == row["consensus"]
    most = [code for code in VERDICTS if 2 * last.count(code) > seats]
    assert row["majority"] == (most[0] if most else None)
    assert (row["seats"], row["rounds"]) == (seats, count)
    assert len(finished(verdicts, known["max_rounds"])) == len(verdicts)
    assert finished(verdicts.iloc[:-1], known["max_rounds"]).empty == (len(verdicts) > 1)


def test_two_against_one_is_a_majority_and_no_consensus() -> None:
    known = pd.DataFrame({"session": ["s"], "max_rounds": [1]}).set_index("session")
    (row,) = outcomes(debate("s", [["NTA", "NTA", "YTA"]], 3), known).to_dict("records")
    assert (row["consensus"], row["verdict"], row["majority"]) == (False, None, "NTA")
    (row,) = outcomes(debate("s", [["NTA", "NTA", None]], 3), known).to_dict("records")
    assert (row["consensus"], row["majority"]) == (False, "NTA")
    (row,) = outcomes(debate("s", [["NTA", None]], 2), known).to_dict("records")
    assert (row["consensus"], row["majority"]) == (False, None)
