"""Words, options, sampling and prefixes on their own."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from homophily.errors import UsageError
from homophily.filtering.rows import Row
from homophily.inference.options import Options
from homophily.inference.prefixes import Beginnings, Prefixes
from homophily.inference.prompts import Prompts
from homophily.inference.requests import Sampling, Scored
from homophily.inference.sampling import Sampler, choose, told
from homophily.inference.words import Words
from tests.inference.models import tokenizer


def written(text: str, stops=(), lead="") -> tuple[list[str], Words]:
    words = Words(tokenizer(), stops, lead)
    pieces = []
    for token in tokenizer()(text)["input_ids"]:
        pieces.append(words.add(token))
        if words.stopped:
            break
    return [*pieces, words.end()], words


@pytest.mark.parametrize("text", ["I like the sea.", "価値観は人それぞれ。", "naïve 🌊 sea", ""])
def test_pieces_make_the_text_and_never_half_a_character(text):
    pieces, words = written(text)
    assert "".join(pieces) == words.text == text
    assert not any("\ufffd" in piece for piece in pieces)


@pytest.mark.parametrize(
    ("stops", "left"),
    [(("sea",), "I like the "), (("e s",), "I like th"), (("zzz",), "I like the sea."), (("ke", "I"), "")],
)
def test_a_stop_string_ends_the_text_wherever_tokens_end(stops, left):
    pieces, words = written("I like the sea.", stops)
    assert "".join(pieces) == words.text == left


def test_what_may_begin_a_stop_string_is_held_back():
    pieces, _ = written("abcabd", ("abd",))
    so_far = "".join(pieces[:-1])
    assert so_far == "abc"


def test_the_space_before_an_answer_is_no_part_of_it():
    assert written("  So do I", lead=" ")[1].text == "So do I"


def test_options_share_their_beginnings_and_the_longer_is_taken_off_the_shorter():
    one, ten, two = (1,), (1, 0), (2,)
    options = Options((one, ten, two))
    assert options.paths() == [(1,)]
    first, second = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([[0.5, 0.1, -3.0]])
    logs = options.logprobs(first, [(1,)], [second])
    p, q = first.double().softmax(-1), second[0].double().softmax(-1)
    expected = [p[1] * (1 - q[0]), p[1] * q[0], p[2]]
    assert np.exp(logs) == pytest.approx([float(each) for each in expected])


def test_nested_options_partition_the_whole():
    options = Options(((1,), (1, 2), (1, 2, 3), (2,)))
    assert options.paths() == [(1, 2)]
    tables = torch.randn(2, 4, generator=torch.Generator().manual_seed(1)) * 2
    logs = options.logprobs(torch.zeros(4), [(1, 2)], [tables])
    assert sum(np.exp(logs)) == pytest.approx(0.5)
    assert min(np.exp(logs)) > 0


def test_options_that_cannot_be_told_apart_are_refused():
    with pytest.raises(UsageError, match="same tokens"):
        Options(((1,), (1,)))


def test_a_distribution_sums_to_one_and_follows_temperature():
    scored = Scored(logprobs=[math.log(0.1), math.log(0.3), -math.inf])
    assert scored.mass == pytest.approx(0.4)
    assert scored.distribution() == pytest.approx([0.25, 0.75, 0.0])
    assert scored.distribution(0.5) == pytest.approx([0.1, 0.9, 0.0])
    assert Scored(logprobs=[-math.inf] * 2).distribution() == [0.5, 0.5]


def test_the_race_draws_from_the_model_s_distribution():
    logits = torch.tensor([[0.0, 1.0, 2.0, -1.0]])
    counts = np.zeros(4)
    for seed in range(4000):
        counts[choose(logits, [Sampler(Sampling(seed=seed, temperature=0.7))])[0]] += 1
    expected = (logits[0].double() / 0.7).softmax(-1).numpy() * counts.sum()
    assert stats.chisquare(counts, expected).pvalue > 1e-4


def test_top_p_leaves_the_likeliest_alone():
    logits = torch.tensor([[math.log(0.5), math.log(0.3), math.log(0.15), math.log(0.05)]])
    drawn = {choose(logits, [Sampler(Sampling(seed=s, top_p=0.7))])[0] for s in range(200)}
    assert drawn == {0, 1}
    assert {choose(logits, [Sampler(Sampling(seed=s, top_p=0.01))])[0] for s in range(20)} == {0}


def test_a_draw_depends_on_its_own_row_and_seed_alone():
    logits = torch.randn(5, 40, generator=torch.Generator().manual_seed(0))
    settings = [Sampling(seed=row, temperature=0.0 if row == 2 else 1.0, top_p=0.9) for row in range(5)]
    together = choose(logits, [Sampler(each) for each in settings])
    single = [choose(logits[row : row + 1], [Sampler(settings[row])])[0] for row in range(5)]
    assert together == single
    assert together[2] == int(logits[2].argmax())


def test_nearly_equal_distributions_hardly_ever_part():
    """At most 2d / (1 + d) of the draws, d the distance in total variation."""
    noise = torch.Generator().manual_seed(0)
    one = torch.randn(1, 50, generator=noise)
    other = one + 0.05 * torch.randn(1, 50, generator=noise)
    distance = float((one.softmax(-1) - other.softmax(-1)).abs().sum() / 2)
    parted = sum(
        choose(one, [Sampler(Sampling(seed=s))]) != choose(other, [Sampler(Sampling(seed=s))])
        for s in range(3000)
    )
    assert parted / 3000 < 2 * distance / (1 + distance) + 3 * math.sqrt(distance / 3000)


def test_logprobs_are_told_before_temperature():
    token = told(torch.tensor([0.0, 1.0, 2.0]), 1, 2, str)
    assert token.logprob == pytest.approx(math.log(math.e / (1 + math.e + math.e**2)), abs=1e-6)
    assert [text for text, _ in token.top] == ["2", "1"]


def row(length: int) -> Row:
    return Row(((torch.zeros(1, length, 2), torch.zeros(1, length, 2)),), length)


def test_the_longest_beginning_is_found_and_the_oldest_leaves():
    kept = Prefixes(limit=row(20).bytes + row(40).bytes)
    prompt = Beginnings.of(range(100), (20, 40))
    assert prompt.marks == (20, 40)
    kept.keep(prompt, row(20))
    kept.keep(prompt, row(40))
    assert kept.longest(Beginnings.of([*range(45), 7, 7], ())).length == 40
    assert kept.longest(Beginnings.of([*range(30), 7, 7], ())).length == 20
    assert kept.longest(Beginnings.of([7, *range(60)], ())) is None
    assert kept.longest(Beginnings.of(range(40), ())).length == 20  # its last token is to be read anew
    kept.keep(Beginnings.of(range(200, 300), ()), row(30))
    assert kept.bytes <= kept.limit
    assert kept.longest(Beginnings.of([*range(45), 7, 7], ())).length == 20  # 40 was used longest ago


def test_a_part_of_what_is_kept_can_be_had_where_rows_can_be_cut():
    kept = Prefixes(limit=1 << 20, cuts=True)
    prompt = Beginnings.of(range(100), (60, 80))
    assert kept.missing(prompt, 0) == [80]
    kept.keep(prompt, row(80))
    assert kept.longest(Beginnings.of([*range(45), 7, 7], ())).length == 45
    assert kept.longest(Beginnings.of([*range(10), 7, 7], ())) is None  # too little to be worth it
    assert kept.longest(Beginnings.of(range(33), ())).length == 32
    longer = Beginnings.of(range(150), (120,))
    assert kept.reach(longer) == 80
    kept.keep(longer, row(120))
    assert len(kept) == 1  # the shorter one can be cut off the longer
    assert kept.reach(prompt) == 99
    kept.keep(Beginnings.of([*range(64), *range(500, 600)], ()), row(90))
    kept._drop(longer.key(120))
    assert kept.reach(longer) == 64


def test_one_waits_for_what_another_reads():
    kept = Prefixes(limit=1 << 20, cuts=True)
    first, second = Beginnings.of(range(100), (80,)), Beginnings.of([*range(64), *range(200, 240)], (90,))
    assert set(kept.coming(first, 0)) & set(kept.useful(second, 0))
    assert not set(kept.coming(first, 0)) & set(kept.useful(second, 64))
    assert not kept.coming(Beginnings.of(range(100), ()), 0)  # read, and not kept


def test_what_was_met_before_is_worth_keeping():
    kept = Prefixes(limit=1)
    assert kept.met(Beginnings.of(range(100), ())) == 0
    assert kept.met(Beginnings.of([*range(50), *range(200, 250)], ())) == 48


def test_a_chat_says_where_it_can_be_shared():
    prompts = Prompts(tokenizer())
    system, first = {"role": "system", "content": "I like the sea. " * 6}, {"role": "user", "content": "How?"}
    prompt = prompts.chat([system, first])
    (border,) = prompt.borders
    other = prompts.chat([system, {"role": "user", "content": "And the hills?"}])
    assert prompt.ids[:border] == other.ids[:border]
    assert border > 20
    assert prompt.lead == ""


def test_a_model_without_a_template_gets_a_plain_one():
    prompts = Prompts(tokenizer(template=None))
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello."}]
    assert prompts.render(turns) == "Be brief.\n\nUser: Hello.\nAssistant:"
    prompt = prompts.chat(turns)
    assert (prompt.lead, prompt.stops) == (" ", ("\nUser:",))
    assert tokenizer().decode(prompts.option(prompt, "4")) == " 4"


def test_a_template_without_a_system_turn_gets_the_words_with_the_first_user_s():
    template = (
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "<{{ m.role }}>{{ m.content }}{% endfor %}"
    )
    prompts = Prompts(tokenizer(template))
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello."}]
    assert prompts.render(turns) == "<user>Be brief.\n\nHello."
    with pytest.raises(UsageError, match="no role 'tool'"):
        prompts.chat([{"role": "tool", "content": "x"}])
