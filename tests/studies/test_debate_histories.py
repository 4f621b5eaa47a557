"""What each seat of a debate sees in each round: golden histories, and nothing before its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from homophily.asks import Answer, Ask
from homophily.items import Verdict
from homophily.lab.loading import load_design
from homophily.lab.rehearse import rehearse
from homophily.respondents._messages import messages
from tests.studies.recording import played

DILEMMA = "My neighbour asked me to water the plants, and I forgot."


def debate(
    tmp_path: Path,
    protocol: str,
    seats: int,
    verdicts: dict[tuple[int, int], str | None],
    *,
    language: str = "en",
    **changes: object,
) -> list[Ask]:
    """The asks of one debate; agent k gives ``verdicts[k, round]``, None for silence, "?" for no verdict."""
    file = tmp_path / "plants.csv"
    text = DILEMMA if language == "en" else "隣人に植木の水やりを頼まれたのに、忘れてしまった。"
    file.write_text(f'id,text\nplants,"{text}"\n', encoding="utf-8")
    members = {name: {"kind": "panelist"} for name in ("ann", "bob", "cat")[:seats]}
    own = ("YTA", "NTA", "ESH")
    recorder = Speaker(lambda place, round_: verdicts.get((place, round_), own[place - 1]))
    study, design = load_design(
        "debate",
        {
            "languages": [language],
            "dilemmas.file": str(file),
            "dilemmas.cleaning": {"above_characters": 0},
            "respondents": members,
            "panels": {"groups": [list(members)], "orders": "given", "solo": False},
            "protocols": [protocol],
            "judges.panel": [],
            **{key.replace("__", "."): value for key, value in changes.items()},
        },
    )
    rehearse(study, design, respondents=dict.fromkeys(members, recorder))
    return recorder.asks


class Speaker:
    """Says who speaks in which round, with the verdict of a script; a silence where that has none."""

    def __init__(self, script: Callable[[int, int], str | None]) -> None:
        self.asks: list[Ask] = []
        self.script = script

    async def answer(self, ask: Ask) -> Answer:
        self.asks.append(ask)
        assert isinstance(ask.item, Verdict)
        place = int(ask.seat[-1])
        verdict = self.script(place, ask.item.round)
        if verdict is None:
            return Answer(missing="empty")
        if verdict == "?":
            return Answer(missing="unreadable", raw=f"<{place} in {ask.item.round}: undecided>")
        return Answer(value=verdict, raw=f"Verdict: {verdict}\n\n<{place} in {ask.item.round}>")

    async def aclose(self) -> None:
        return None

    def describe(self) -> dict[str, object]:
        return {}


def seen(asks: list[Ask], place: int, round_: int) -> list[str]:
    """All that a seat has in view when it is asked, as ``who: words``; M is the moderator."""
    ask = next(a for a in asks if a.seat == f"agent-{place}" and a.path == f"round-{round_}")
    told = [*((m.speaker[-1] if m.name else "M", m.text) for m in ask.history), ("M", ask.item.text)]
    return [f"{who}: {text}" for who, text in told]


SUMMARY_1 = """M: Round 1 is over without a common verdict. The replies:

Agent 1{one}:
Verdict: YTA
<1 in 1>

Agent 2{two}:
Verdict: NTA
<2 in 1>

Round 2 begins. Give your verdict."""


def test_synchronous_pair(tmp_path: Path) -> None:
    asks = debate(tmp_path, "synchronous", 2, {(2, 2): "YTA"})
    assert [(a.seat, a.path) for a in asks] == [
        ("agent-1", "round-1"), ("agent-2", "round-1"), ("agent-1", "round-2"), ("agent-2", "round-2")
    ]  # fmt: skip
    assert seen(asks, 1, 1) == seen(asks, 2, 1) == [f"M: {DILEMMA}"]
    assert seen(asks, 1, 2) == [
        f"M: {DILEMMA}", "1: Verdict: YTA\n\n<1 in 1>", SUMMARY_1.format(one=" (you)", two="")
    ]  # fmt: skip
    assert seen(asks, 2, 2) == [
        f"M: {DILEMMA}", "2: Verdict: NTA\n\n<2 in 1>", SUMMARY_1.format(one="", two=" (you)")
    ]  # fmt: skip


def test_synchronous_trio_is_told_of_all_three(tmp_path: Path) -> None:
    asks = debate(tmp_path, "synchronous", 3, {}, deliberation__rounds=[3])
    assert len(asks) == 9
    for place in (1, 2, 3):
        *_, own, summary = seen(asks, place, 3)
        assert own.startswith(f"{place}: ")
        assert [f"<{other} in 2>" in summary for other in (1, 2, 3)] == [True] * 3
        assert summary.count("(you)") == 1
        assert "in 1>" not in summary
        first = seen(asks, place, 3)[2]
        assert [f"<{other} in 1>" in first for other in (1, 2, 3)] == [True] * 3


def test_nothing_leaks_within_a_synchronous_round(tmp_path: Path) -> None:
    for ask in debate(tmp_path, "synchronous", 3, {}):
        assert isinstance(ask.item, Verdict)
        view = "\n".join([ask.system, ask.item.text, *(message.text for message in ask.history)])
        assert f" in {ask.item.round}>" not in view


def test_in_turn_pair(tmp_path: Path) -> None:
    asks = debate(tmp_path, "round_robin", 2, {(1, 2): "NTA"})
    assert [(a.seat, a.path) for a in asks] == [
        ("agent-1", "round-1"), ("agent-2", "round-1"), ("agent-1", "round-2"), ("agent-2", "round-2")
    ]  # fmt: skip
    assert seen(asks, 1, 1) == [f"M: {DILEMMA}"]
    assert seen(asks, 2, 1) == [
        f"M: {DILEMMA}", "1: Verdict: YTA\n<1 in 1>", "M: Round 1: it is your turn, Agent 2."
    ]  # fmt: skip
    assert seen(asks, 1, 2) == [
        f"M: {DILEMMA}",
        "1: Verdict: YTA\n\n<1 in 1>",
        "2: Verdict: NTA\n<2 in 1>",
        "M: Round 2: it is your turn, Agent 1.",
    ]
    assert seen(asks, 2, 2) == [
        *seen(asks, 2, 1),
        "2: Verdict: NTA\n\n<2 in 1>",
        "1: Verdict: NTA\n<1 in 2>",
        "M: Round 2: it is your turn, Agent 2.",
    ]


def test_in_turn_trio_hears_everyone_once_and_in_order(tmp_path: Path) -> None:
    asks = debate(tmp_path, "round_robin", 3, {}, deliberation__rounds=[2])
    assert [a.seat[-1] for a in asks] == list("123123")
    said = ["<1 in 1>", "<2 in 1>", "<3 in 1>", "<1 in 2>", "<2 in 2>", "<3 in 2>"]
    for turn, ask in enumerate(asks):
        view = "\n".join(message.text for message in ask.history)
        assert [words for words in said if words in view] == said[:turn]
        assert all(view.count(words) == 1 for words in said[:turn])
        assert [view.index(words) for words in said[:turn]] == sorted(view.index(w) for w in said[:turn])


@pytest.mark.parametrize("protocol", ["synchronous", "round_robin"])
def test_later_views_begin_with_the_earlier_ones(tmp_path: Path, protocol: str) -> None:
    asks = debate(tmp_path, protocol, 3, {})
    for place in (1, 2, 3):
        for round_ in (1, 2, 3):
            before, after = seen(asks, place, round_), seen(asks, place, round_ + 1)
            assert after[: len(before)] == before


@pytest.mark.parametrize("protocol", ["synchronous", "round_robin"])
def test_who_gave_no_reply_is_said_to_have_given_none(tmp_path: Path, protocol: str) -> None:
    asks = debate(tmp_path, protocol, 3, {(2, 1): None, (2, 2): "?"}, deliberation__rounds=[3])
    second, third = "\n".join(seen(asks, 1, 2)), "\n".join(seen(asks, 1, 3))
    assert "(no reply)" in second
    assert "<2 in 1" not in third
    assert "(no readable verdict)\n<2 in 2: undecided>" in third
    assert not any(line.startswith("2: ") for line in seen(asks, 2, 2))


@pytest.mark.parametrize("silence", [None, "?"])
def test_a_reply_without_a_verdict_is_never_agreement(tmp_path: Path, silence: str | None) -> None:
    quiet = {(place, round_): silence for place in (1, 2) for round_ in (1, 2, 3, 4)}
    assert len(debate(tmp_path, "synchronous", 2, quiet)) == 8
    one = {(1, round_): silence for round_ in (1, 2, 3, 4)}
    assert len(debate(tmp_path, "round_robin", 2, one)) == 8


def test_it_ends_with_the_first_round_of_one_verdict(tmp_path: Path) -> None:
    same = {(1, 1): "NTA", (2, 1): "NTA"}
    assert len(debate(tmp_path, "synchronous", 2, same)) == 2
    two_of_three = {(1, round_): "NTA" for round_ in (1, 2, 3, 4)}
    assert len(debate(tmp_path, "synchronous", 3, two_of_three)) == 12


def test_who_speaks_first_is_not_told_to_answer_anyone(tmp_path: Path) -> None:
    first, second, *_ = debate(tmp_path, "round_robin", 2, {})
    assert "in round 1 nobody has replied before you" in first.system
    assert "After round 1, address what the other agents have said." in first.system
    assert first.item.text == DILEMMA
    assert first.history == ()
    assert "you have read what Agent 1 replied in the same round" in second.system


def test_a_trios_last_speaker_has_read_both(tmp_path: Path) -> None:
    asks = debate(tmp_path, "round_robin", 3, {})
    assert "in this order: Agent 1, Agent 2, Agent 3" in asks[0].system
    assert "you have read what Agent 1 and Agent 2 replied in the same round" in asks[2].system


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("protocol", ["synchronous", "round_robin"])
def test_no_models_name_and_no_other_language_is_in_view(
    tmp_path: Path, protocol: str, language: str
) -> None:
    for ask in debate(tmp_path, protocol, 3, {}, language=language):
        view = "\n".join([ask.system, ask.item.text, *(m.name + m.text for m in ask.history)])
        assert not any(name in view.lower() for name in ("ann", "bob", "cat", "panelist"))
        told = ask.system + "".join(m.text for m in ask.history if m.speaker == "moderator")
        assert any("\u3040" <= sign <= "\u30ff" for sign in told) == (language == "ja")


def test_japanese_pair(tmp_path: Path) -> None:
    asks = debate(tmp_path, "round_robin", 2, {}, language="ja", deliberation__rounds=[1])
    assert seen(asks, 2, 1)[1:] == [
        "1: 判定：YTA\n<1 in 1>",
        "M: 第1ラウンド：エージェント2、あなたの番です。",
    ]
    assert "あなたはエージェント2です。" in asks[1].system
    assert "同じラウンドでエージェント1が述べたこと" in asks[1].system


def test_alone_one_is_told_of_nobody(tmp_path: Path) -> None:
    asks = debate(tmp_path, "synchronous", 2, {}, panels__solo=True)
    alone = [ask for ask in asks if ask.session.startswith("en/solo:")]
    assert len(alone) == 2
    for ask in alone:
        assert seen([ask], 1, 1) == [f"M: {DILEMMA}"]
        assert not any(word in ask.system for word in ("other agent", "round 1", "deliberat", "common"))


@pytest.mark.parametrize(
    ("goal", "words"),
    [("original", "a right one comes first"), ("balanced", "count equally"), ("adversarial", "to win"),
     ("empathy", "to understand")],
)  # fmt: skip
def test_the_goal_is_told(tmp_path: Path, goal: str, words: str) -> None:
    systems = {ask.system for ask in debate(tmp_path, "synchronous", 2, {}, goals=[goal])}
    assert all(words in system for system in systems)
    bare = {ask.system for ask in debate(tmp_path, "synchronous", 2, {}, goals=["none"])}
    assert {system.rpartition("\n\n")[0] for system in systems} == bare


def test_the_form_is_told_as_it_is_read(tmp_path: Path) -> None:
    structured = debate(tmp_path, "synchronous", 2, {})[0]
    assert '{"agent": "Agent 1", "round": <number of the round>, "verdict":' in structured.system
    assert structured.item.schema()["properties"]["agent"]["enum"] == ["Agent 1"]
    text = debate(tmp_path, "synchronous", 2, {}, deliberation__output="text")[0]
    assert "“Verdict: <code>”" in text.system
    assert text.item.schema() == {}


@pytest.mark.parametrize("protocol", ["synchronous", "round_robin"])
def test_a_chat_server_gets_turns_that_alternate(tmp_path: Path, protocol: str) -> None:
    for ask in debate(tmp_path, protocol, 3, {}):
        roles = [turn["role"] for turn in messages(ask, system_role="system", merge=True)]
        assert roles == ["system", *["user", "assistant"] * 4][: len(roles)]
        assert roles[-1] == "user"


def test_passed_on_replies_bear_their_agents_name(tmp_path: Path) -> None:
    last = debate(tmp_path, "round_robin", 2, {})[1]
    (_, user) = messages(last, system_role="system", merge=True)
    assert user["content"] == (
        f"{DILEMMA}\n\nAgent 1: Verdict: YTA\n<1 in 1>\n\nRound 1: it is your turn, Agent 2."
    )


def test_settings_of_the_deliberation_reach_the_ask(tmp_path: Path) -> None:
    ask = debate(tmp_path, "synchronous", 2, {}, deliberation__temperature=0.3, deliberation__max_tokens=77)[
        0
    ]
    assert (ask.temperature, ask.max_tokens) == (0.3, 77)


def test_shipped_panel_plays(tmp_path: Path) -> None:
    *_, asks, answers = played("debate", lambda ask: "NTA", dilemmas__number=1, judges__panel=[])
    assert {ask.item.kind for ask in asks} == {"verdict"}
    assert len(answers) == len(asks)
