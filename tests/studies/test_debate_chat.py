"""Debates over the wire: two models behind a chat server, one held to a schema, one free to write."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from homophily.lab.loading import load_design
from homophily.lab.runner import play
from homophily.lab.runs import create
from homophily.lab.tidy import answers
from tests.tools.chat_server import ChatServer, serving
from tests.tools.faults import Reaction, http

ROUND = re.compile(r"Round (\d) (?:begins|:)|Round (\d): it is your turn")


def speaker(body: dict[str, Any], nth: int) -> Reaction:
    """`strict` keeps to NTA in the object it is held to; `free` writes YTA, then gives way in round 2."""
    turns = body["messages"]
    told = [int(a or b) for a, b in ROUND.findall(turns[-1]["content"])]
    number = told[-1] if told else 1
    if body["model"] == "strict":
        fields = body["response_format"]["json_schema"]["schema"]["properties"]
        said = {"agent": fields["agent"]["enum"][0], "round": fields["round"]["enum"][0], "verdict": "NTA"}
        words = json.dumps({**said, "explanation": f"A promise was kept, I say in round {said['round']}."})
    elif "could not be read" in turns[-1]["content"] or number > 1:
        words = f"**Verdict: {'NTA' if number > 1 else 'YTA'}**\n\nHe lied.\nAgent 1's view is noted."
    else:
        words = "Hard to say; both have a point."
    message = {"role": "assistant", "content": words}
    choice = {"message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 10}
    return Reaction(http(200, {"model": f"{body['model']}-1", "choices": [choice], "usage": usage}))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], dict[str, pd.DataFrame]]:
    """What the server was sent, and the tables."""
    root: Path = tmp_path_factory.mktemp("runs")

    async def run() -> tuple[list[dict[str, Any]], dict[str, pd.DataFrame]]:
        async with serving(ChatServer(speaker)) as server:
            chat = {"kind": "chat", "url": server.url}
            study, design = load_design(
                "debate",
                {
                    "languages": ["en"],
                    "dilemmas.number": 2,
                    "judges.panel": [],
                    "respondents": {
                        "strict": {**chat, "model": "strict", "price": {"input": 1.0, "output": 2.0}},
                        "free": {**chat, "model": "free", "structured": "never"},
                    },
                },
            )
            run = create(study, design, root=root)
            await play(run, study, design)
            bodies = server.bodies
        table = await asyncio.to_thread(answers, run)
        return bodies, {**study.tables(table, design), "answers": table}

    return asyncio.run(run())


def test_turns_alternate_and_begin_with_the_role(played: Any) -> None:
    for body in played[0]:
        roles = [turn["role"] for turn in body["messages"]]
        assert roles == ["system", *["user", "assistant"] * 9][: len(roles)]
        assert roles[-1] == "user"
        assert body["messages"][0]["content"].startswith("You are Agent ")


def test_who_can_is_held_to_the_schema(played: Any) -> None:
    strict = [body for body in played[0] if body["model"] == "strict"]
    free = [body for body in played[0] if body["model"] == "free"]
    assert all(body["response_format"]["json_schema"]["strict"] for body in strict)
    assert not any("response_format" in body for body in free)
    assert {body["temperature"] for body in played[0]} == {1.0}


def test_no_model_is_named_to_another(played: Any) -> None:
    for body in played[0]:
        told = json.dumps(body["messages"])
        assert not any(name in told for name in ("strict", "free-1", '"free"'))


def test_an_unreadable_reply_is_asked_again_and_then_passed_on(played: Any) -> None:
    bodies, tables = played
    again = [body for body in bodies if "could not be read" in body["messages"][-1]["content"]]
    assert again
    assert all(
        "Give one verdict (YTA or NTA or ESH or NAH or INFO)" in b["messages"][-1]["content"] for b in again
    )
    verdicts = tables["verdicts"]
    assert verdicts["missing"].isna().all()
    first = verdicts.query("round == 1").groupby("model")["verdict"].unique()
    assert {model: list(given) for model, given in first.items()} == {"strict": ["NTA"], "free": ["YTA"]}
    assert set(verdicts.query("model == 'free'")["text"]) == {"He lied.\nAgent 1's view is noted."}


def test_they_agree_in_round_two(played: Any) -> None:
    debates = played[1]["debates"]
    panels = debates[debates["protocol"] != "solo"]
    assert panels["rounds"].tolist() == [2] * 6
    assert panels["verdict"].tolist() == ["NTA"] * 6
    assert played[1]["panel"].set_index("model")["served"].to_dict() == {
        "strict": "strict-1",
        "free": "free-1",
    }


def test_usage_and_cost_are_kept(played: Any) -> None:
    asked = played[1]["answers"].query("respondent == 'strict'")
    assert asked["cost"].tolist() == pytest.approx([100e-6 + 20e-6] * len(asked))
    free = played[1]["answers"].query("respondent == 'free' and path == 'round-1'")
    assert set(free["requests"]) == {2}
