"""An ask as the turns of a chat."""

from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.asks import Ask, Message
from homophily.items import Text
from homophily.respondents._messages import messages

ITEM = Text(id="t", text="Your turn.")


def ask(*said: str, system: str = "You are Ann.") -> Ask:
    """An ask to seat ``a`` that heard and said `said`, each written ``seat:text``."""
    history = tuple(Message(seat, seat.upper(), text) for seat, text in (turn.split(":") for turn in said))
    return Ask(session="s", seat="a", path="p", item=ITEM, system=system, history=history)


def test_own_words_are_the_assistants_and_others_are_named() -> None:
    turns = messages(ask("b:hello", "a:hi", "b:so?"), system_role="system", merge=True)
    assert turns == [
        {"role": "system", "content": "You are Ann."},
        {"role": "user", "content": "B: hello"},
        {"role": "assistant", "content": "hi"},
        {"role": "user", "content": "B: so?\n\nYour turn."},
    ]


def test_turns_stay_apart_where_merging_is_off() -> None:
    turns = messages(ask("a:hi", "b:x", "c:y"), system_role="developer", merge=False)
    assert [turn["role"] for turn in turns] == ["developer", "assistant", "user", "user", "user"]


def test_the_role_may_be_told_by_the_user() -> None:
    turns = messages(ask("b:x"), system_role="user", merge=True)
    assert turns == [{"role": "user", "content": "You are Ann.\n\nB: x\n\nYour turn."}]


def test_no_role_no_turn() -> None:
    assert [turn["role"] for turn in messages(ask(system=""), system_role="system", merge=True)] == ["user"]


def test_whoever_spoke_first_hears_a_stage_direction() -> None:
    turns = messages(ask("a:hi", "b:x"), system_role="system", merge=True)
    assert [turn["role"] for turn in turns] == ["system", "user", "assistant", "user"]
    assert turns[1]["content"] == "(The conversation begins.)"


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a:own", "b:one", "c:two"]), max_size=8))
def test_merged_turns_alternate_from_the_user_and_lose_nothing(said: list[str]) -> None:
    _, *turns = messages(ask(*said), system_role="system", merge=True)
    roles = [turn["role"] for turn in turns]
    assert roles == ["user" if place % 2 == 0 else "assistant" for place in range(len(roles))]
    assert roles[-1] == "user"
    text = "\n".join(turn["content"] for turn in turns)
    for seat, word in (("a", "own"), ("b", "one"), ("c", "two")):
        assert text.count(word) == sum(turn.startswith(seat) for turn in said)
