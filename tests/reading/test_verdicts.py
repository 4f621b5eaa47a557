"""Verdicts in words, decorated and hidden in argument; never one that was not given."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import reading
from homophily.dilemmas.verdict import VERDICTS
from homophily.items import Verdict
from homophily.reading import Unreadable
from homophily.reading._signs import fold

ITEM = Verdict(id="verdict/x", text="", agent="Agent 1")

NTA = {
    # form: explanation left
    "NTA": "",
    "nta": "",
    "ＮＴＡ": "",
    "NTA.": "",
    "**NTA**": "",
    "__NTA__": "",
    "[NTA]": "",
    "「NTA」": "",
    "`NTA`": "",
    "NTAです": "",
    "NTA (not at fault)": "",
    "ＮＴＡ（投稿者に非はない）": "",
    "Not the asshole": "",
    "Verdict: NTA": "",
    "Verdict - NTA": "",
    "FINAL VERDICT: NTA!": "",
    "Verdict (round 2): NTA": "",
    "**Verdict:** NTA\n\nYou did fine.": "You did fine.",
    "### Verdict: **NTA**\nYou did fine.": "You did fine.",
    "> Verdict: `NTA`\n\nYou did fine.": "You did fine.",
    "# Verdict\n\nNTA\n\n# Explanation\n\nYou did fine.": "You did fine.",
    "You did fine.\n\nVerdict: NTA": "You did fine.",
    "Verdict: NTA\n\nExplanation: You did fine.": "You did fine.",
    "Verdict: Not the asshole\nYou did fine.": "You did fine.",
    "Verdict: NTA, not YTA.": "not YTA.",
    "Verdict: NTA (not at fault)\nAgent 2's YTA overlooks this.": "Agent 2's YTA overlooks this.",
    "My verdict remains NTA. Agent 2's verdict is YTA, and wrong.": "Agent 2's verdict is YTA, and wrong.",
    "My initial verdict was YTA.\nVerdict: NTA": "My initial verdict was YTA.",
    "Verdict: NTA\n\nIf she had lied, I'd say ESH.": "If she had lied, I'd say ESH.",
    "Verdict: NTA\nYTA would need malice, ESH two culprits.": "YTA would need malice, ESH two culprits.",
    "NTA. You were right to ask.": "You were right to ask.",
    "NTA because you paid.": "because you paid.",
    "Agent 1: NTA": "",
    "Agent 1 (round 2): NTA": "",
    "I stay with NTA.": "I stay with NTA.",
    "I'd say NTA, though Agent 2 says YTA.": "I'd say NTA, though Agent 2 says YTA.",
    "I change my verdict from YTA to NTA.": "I change my verdict from YTA to NTA.",
    "After reading Agent 2, I switch to NTA.": "After reading Agent 2, I switch to NTA.",
    "Unlike Agent 2, my verdict is NTA.": "Unlike Agent 2, my verdict is NTA.",
    "You're NTA here.": "You're NTA here.",
    "<think>YTA? No.</think>Verdict: NTA": "",
    "判定：NTA": "",
    "判定: ＮＴＡ": "",
    "【判定】NTA": "",
    "最終判定：NTA": "",
    "判定はNTAです。": "",
    "判定：「NTA」\n\n約束を守っています。": "約束を守っています。",
    "**判定**：NTA（非はない）\n理由：約束を守っています。": "約束を守っています。",
    "判定：NTA。エージェント2のYTAには同意できません。": "エージェント2のYTAには同意できません。",
    "私はNTAだと思います。": "私はNTAだと思います。",
    "NTAを維持します。": "NTAを維持します。",
}


@pytest.mark.parametrize(("raw", "left"), NTA.items(), ids=[repr(raw)[:50] for raw in NTA])
def test_the_verdict_and_its_explanation(raw: str, left: str) -> None:
    assert ITEM.read(raw) == "NTA"
    assert ITEM.explanation(raw) == left


SEALED = [
    '{"agent": "Agent 1", "round": 1, "verdict": "NTA", "explanation": "You paid."}',
    '```json\n{"verdict": "**NTA**", "explanation": "You paid."}\n```',
    '{"verdict": "NTA (not at fault)", "explanation": "You paid."}',
    '{"Verdict": "ＮＴＡ", "Explanation": "You paid."}',
    'Here it is: {"verdict": "NTA", "explanation": "You paid."}',
    '{"判定": "NTA", "説明": "You paid."}',
    '<think>{"verdict": "YTA"}</think>{"verdict": "NTA", "explanation": "You paid."}',
    'Verdict: NTA\n{"verdict": "NTA", "explanation": "You paid."}',
]


@pytest.mark.parametrize("raw", SEALED)
def test_an_object_is_opened(raw: str) -> None:
    assert ITEM.read(raw) == "NTA"
    assert ITEM.explanation(raw) == "You paid."


def test_line_breaks_within_an_object_are_kept() -> None:
    assert (
        ITEM.explanation('{"verdict": "NTA", "explanation": "You paid.\n\nTwice."}') == "You paid.\n\nTwice."
    )


MISSING = [
    ("empty", " \n"),
    ("empty", '{"verdict": "", "explanation": "x"}'),
    ("unreadable", "I agree with Agent 2."),
    ("unreadable", "Agent 2's verdict is NTA."),
    ("unreadable", "Agent 2: NTA"),
    ("unreadable", "エージェント2の判定はNTAです"),
    ("unreadable", "My initial verdict was NTA."),
    ("unreadable", "Verdict: not NTA"),
    ("unreadable", "判定はNTAではない。"),
    ("unreadable", "NTA?"),
    ("unreadable", "I don't think you're NTA."),
    ("unreadable", "If he had lied, my verdict would be NTA."),
    ("unreadable", "More information is needed on both sides."),
    ("unreadable", "The verdict is clear."),
    ("unreadable", "Verdict: GUILTY"),
    ("unreadable", "INFORMATION matters, and so do the NTAs."),
    ("unreadable", '{"explanation": "You paid."}'),
    ("unreadable", '{"verdict": null}'),
    ("unreadable", '{"verdict": ["NTA"]}'),
    ("unreadable", '{"agent": "Agent 1", "verdict": "NTA", "explanation": "cut o'),
    ("off_scale", '{"verdict": "GUILTY"}'),
    ("ambiguous", '{"verdict": "NTA or YTA"}'),
    ("ambiguous", '{"verdict": "NTA", "verdict": "YTA"}'),
    ("ambiguous", '{"verdict": "NTA"}\n{"verdict": "YTA"}'),
    ("ambiguous", '{"verdict": "NTA", "explanation": "x"}\nVerdict: YTA'),
    ("ambiguous", "NTA or YTA"),
    ("ambiguous", "NTAかYTA"),
    ("ambiguous", "NTA\nYTA"),
    ("ambiguous", "NTA for this, YTA for that."),
    ("ambiguous", "Verdict: NTA/YTA"),
    ("ambiguous", "Verdict: YTA → NTA"),
    ("ambiguous", "Verdict: NTA, but also ESH."),
    ("ambiguous", "Verdict: NTA\nVerdict: YTA"),
    ("ambiguous", "Verdict: NTA\n\nYTA"),
    ("ambiguous", "Verdict: YTA/NTA/ESH/NAH/INFO"),
    ("ambiguous", "判定：NTAまたはESH"),
    ("ambiguous", "判定：NTA\n判定：ESH"),
    ("refusal", "I'm sorry, I cannot answer that."),
    ("refusal", "申し訳ありませんが、お答えできません。"),
]


@pytest.mark.parametrize(("reason", "raw"), MISSING, ids=[repr(raw)[:50] for _, raw in MISSING])
def test_missing_with_its_reason(reason: str, raw: str) -> None:
    with pytest.raises(Unreadable) as fault:
        ITEM.read(raw)
    assert fault.value.reason == reason


def test_all_words_are_kept_where_there_is_no_verdict() -> None:
    assert ITEM.explanation("  I agree with Agent 2.\n") == "I agree with Agent 2."
    assert ITEM.explanation('{"verdict": null, "explanation": "Hard to say."}') == "Hard to say."


def test_another_agents_name_is_another_agents_verdict() -> None:
    second = Verdict(id="verdict/x", text="", agent="Agent 2")
    assert second.read("Agent 2: NTA") == "NTA"
    twelfth = Verdict(id="verdict/x", text="", agent="Agent 12")
    with pytest.raises(Unreadable):
        twelfth.read("Agent 2's verdict: NTA")


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}<>"), max_size=60
).filter(lambda text: not any(code in fold(text).upper() for code in VERDICTS))


@given(
    code=st.sampled_from(VERDICTS),
    form=st.sampled_from(
        ["{}", "**{}**", "Verdict: {}", "判定：{}", "「{}」", "My verdict is {}.", "({})", "{}です。"]
    ),
    case=st.sampled_from([str, str.lower]),
)
def test_every_code_reads_back_in_every_form(code: str, form: str, case: type[str]) -> None:
    assert ITEM.read(form.format(case(code))) == code


@given(code=st.sampled_from(VERDICTS), words=WORDS, structured=st.booleans())
def test_what_is_asked_for_reads_back(code: str, words: str, structured: bool) -> None:
    told = {"agent": "Agent 1", "round": 1, "verdict": code, "explanation": words}
    raw = json.dumps(told, ensure_ascii=False) if structured else f"Verdict: {code}\n\n{words}"
    assert ITEM.read(raw) == code
    if structured:
        assert ITEM.explanation(raw) == words.strip()


PIECES = st.sampled_from(
    [*VERDICTS, *map(str.lower, VERDICTS), "Verdict:", "判定：", "Agent 2", " ", "\n", ".", ",", "not", "or",
     "I say", "?", "is", "だと思います", "**", "(", ")", '{"verdict": "', '"}', "my", "if"]
)  # fmt: skip


@given(raw=st.text() | st.lists(PIECES, max_size=14).map(" ".join))
def test_no_text_yields_what_it_does_not_name(raw: str) -> None:
    try:
        ruling = reading.verdict(raw, VERDICTS, agent="Agent 1")
    except Unreadable:
        return
    assert ruling.verdict in VERDICTS
    assert ruling.verdict in fold(raw).upper() or re.search(r"a.{0,2}holes?|sucks|info", fold(raw).casefold())


@given(first=st.sampled_from(VERDICTS), second=st.sampled_from(VERDICTS), words=WORDS)
def test_two_labelled_verdicts_are_one_only_if_the_same(first: str, second: str, words: str) -> None:
    raw = f"Verdict: {first}\n{words}\nVerdict: {second}"
    if first == second:
        assert ITEM.read(raw) == first
    else:
        with pytest.raises(Unreadable) as fault:
            ITEM.read(raw)
        assert fault.value.reason == "ambiguous"


def test_the_schema_asks_for_what_is_read() -> None:
    schema = ITEM.schema()
    assert schema["required"] == ["agent", "round", "verdict", "explanation"]
    assert schema["properties"]["verdict"]["enum"] == list(VERDICTS)
    assert Verdict(id="verdict/x", text="", structured=False).schema() == {}
