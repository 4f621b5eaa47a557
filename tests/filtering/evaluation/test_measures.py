"""Each measure's documents and values against computations by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from homophily import catalogue
from homophily.errors import DataError, UsageError
from homophily.filtering.evaluation import Document, Encoder, Measure, Scored, Scorer, Source
from tests.filtering.evaluation import tiny

MEASURES = catalogue.names("filtering.evaluation")


def named(name: str) -> Measure:
    found: Measure = catalogue.get("filtering.evaluation", name)
    return found


@pytest.fixture
def source(text: Path, data: Path) -> Source:
    return Source(text=text, data=data, length=tiny.LENGTH)


def values(measure: Measure, source: Source, model: Any, encoder: Encoder) -> list[dict[str, float]]:
    scorer = Scorer(model, length=source.length)
    return [
        dict(measure.tally(document, scorer.score([encoder.request(r) for r in document.requests])))
        for document in measure.documents(source, encoder)
    ]


def logprob(model: Any, tokens: list[int], start: int) -> float:
    """Of ``tokens[start:]``, by the model's logits in one plain call."""
    with torch.no_grad():
        table = torch.log_softmax(model(torch.tensor([tokens])).logits[0].double(), -1)
    return sum(float(table[at - 1, tokens[at]]) for at in range(start, len(tokens)))


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_says_what_it_reports_and_what_it_lacks(name: str) -> None:
    measure, nothing = named(name), Source()
    assert measure.metrics
    assert {m.form for m in measure.metrics} <= {"mean", "exp"}
    assert measure.at_hand(nothing) == "" if name == "needle" else "--" in measure.at_hand(nothing)


def test_perplexity_is_that_of_a_plain_sliding_window(source: Source, model: Any, tokenizer: Any) -> None:
    window, stride = 96, 40
    tokens = tokenizer.encode(tiny.TEXT)
    total, scored = 0.0, 1
    for begin in range(0, len(tokens), stride):
        end = min(begin + window, len(tokens))
        total -= logprob(model, tokens[begin:end], scored - begin) if end > scored else 0.0
        scored = max(scored, end)
    measure = type(named("perplexity"))(window=window, stride=stride)
    found = values(measure, source, model, Encoder(tokenizer))
    assert sum(v["tokens"] for v in found) == len(tokens) - 1
    assert sum(v["nll"] for v in found) == pytest.approx(total, rel=1e-5)


def test_sliding_windows_score_every_token_once(source: Source, tokenizer: Any) -> None:
    measure = type(named("perplexity"))()
    documents = measure.documents(source, Encoder(tokenizer))
    tokens = tokenizer.encode(tiny.TEXT)
    read = [(d.requests[0].context, d.requests[0].continuation) for d in documents]
    assert [*read[0][0], *(token for _, part in read for token in part)] == tokens
    assert all(len(context) + len(part) <= tiny.LENGTH for context, part in read)
    assert all(len(context) >= tiny.LENGTH // 2 for context, _ in read[1:])


def test_short_sequences_are_read_from_nothing(source: Source, model: Any, tokenizer: Any) -> None:
    tokens = tokenizer.encode(tiny.TEXT)
    found = values(named("perplexity_128"), source, model, Encoder(tokenizer))
    assert len(found) == len(tokens) // 128
    assert all(v["tokens"] == 127 for v in found)
    assert found[1]["nll"] == pytest.approx(-logprob(model, tokens[128:256], 1), rel=1e-5)


def test_short_sequences_at_random_places_are_the_same_every_time(source: Source, tokenizer: Any) -> None:
    encoder, base = Encoder(tokenizer), named("perplexity_128")
    drawn = [type(base)(length=32, offsets="random", seed=seed) for seed in (1, 1, 2)]
    first, again, other = ([d.id for d in m.documents(source, encoder)] for m in drawn)
    assert first == again != other


def test_a_sequence_longer_than_model_or_text_is_refused(source: Source, tokenizer: Any) -> None:
    with pytest.raises(UsageError, match="256, the model's length"):
        named("perplexity_1024").documents(source, Encoder(tokenizer))


def test_choices_are_scored_as_by_hand(source: Source, model: Any, tokenizer: Any) -> None:
    found = values(named("arc_easy"), source, model, Encoder(tokenizer))
    for value, item in zip(found, tiny.ITEMS, strict=True):
        prompt = item["query"].rstrip() + "\nAnswer:"
        start = len(tokenizer.encode(prompt))
        logs = [logprob(model, tokenizer.encode(f"{prompt} {c}"), start) for c in item["choices"]]
        plain = max(range(len(logs)), key=lambda i: logs[i])
        by_length = max(range(len(logs)), key=lambda i: logs[i] / len(item["choices"][i]))
        assert value == {
            "right": float(plain == item["gold"]),
            "right_norm": float(by_length == item["gold"]),
            "one": 1.0,
        }
    assert {v["right"] for v in found} == {0.0, 1.0}


def test_length_decides_between_plain_and_normalised() -> None:
    document = Document("x", (), gold=1, lengths=(2, 10))
    scored = [Scored(logprob=-4.0, greedy=False, tokens=1), Scored(logprob=-9.0, greedy=False, tokens=4)]
    assert named("piqa").tally(document, scored) == {"right": 0.0, "right_norm": 1.0, "one": 1.0}


def test_contexts_are_compared_by_the_same_continuation(source: Source, model: Any, tokenizer: Any) -> None:
    found = values(named("winogrande"), source, model, Encoder(tokenizer))
    for value, item in zip(found, tiny.CONTEXTS, strict=True):
        logs = [
            logprob(model, tokenizer.encode(f"{c} {item['continuation']}"), len(tokenizer.encode(c)))
            for c in item["context_options"]
        ]
        assert value["right"] == float(logs.index(max(logs)) == item["gold"])


def test_a_last_word_counts_by_its_log_probability(source: Source, model: Any, tokenizer: Any) -> None:
    found = values(named("lambada"), source, model, Encoder(tokenizer))
    item = tiny.WORDS[0]
    whole, start = tokenizer.encode(f"{item['context']} {item['continuation']}"), len(item["context"]) + 1
    assert found[0]["nll"] == pytest.approx(-logprob(model, whole, start), rel=1e-5)
    assert found[0]["right"] == 0.0


def test_mmlu_shows_worked_examples_and_groups(source: Source, tokenizer: Any) -> None:
    documents = named("mmlu").documents(source, Encoder(tokenizer))
    assert [d.groups[0] for d in documents] == ["STEM"] * 3 + ["humanities"] * 3
    pair: Any = documents[1].requests[2]
    assert pair.continuation == " C"
    assert pair.context.startswith(
        "The following are multiple choice questions (with answers) about anatomy.\n\n"
        'Which of anatomy is number 0?\nA. one 0\nB. two 0\nC. three, or so 0\nD. four "big" 0\nAnswer: A\n\n'
    )
    assert pair.context.count("Answer:") == 6
    assert pair.context.endswith('number 1?\nA. one 1\nB. two 1\nC. three, or so 1\nD. four "big" 1\nAnswer:')
    bare: Any = named("mmlu_zero_shot").documents(source, Encoder(tokenizer))[1].requests[2]
    assert bare.context.count("Answer:") == 1


def test_needles_stand_where_they_should(tokenizer: Any) -> None:
    measure = type(named("needle"))(lengths="250", depths="0,1", repeats=2)
    encoder = Encoder(tokenizer)
    documents = measure.documents(Source(length=256), encoder)
    assert len(documents) == 4
    for document in documents:
        pair: Any = document.requests[0]
        digits = pair.continuation.strip()
        assert pair.context.count(digits) == 1
        assert sum(c.isdigit() for c in pair.context) == len(digits)
        assert (pair.context.startswith("The number of")) == ("depth 0," in document.id)
        request = encoder.request(pair)
        assert 150 < len(request.context) + len(request.continuation) <= 250


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("arc_easy.jsonl", "{broken", "line 2: no JSON"),
        ("arc_easy.jsonl", json.dumps({"query": "q", "choices": ["a", "b"]}), "line 2: lacks gold"),
        ("arc_easy.jsonl", json.dumps({"query": "q", "choices": "ab", "gold": 0}), "line 2: wanted query"),
        ("arc_easy.jsonl", json.dumps({"query": "q", "choices": ["a", "b"], "gold": 2}), "line 2: gold 2"),
        ("lambada_openai.jsonl", json.dumps({"context": "c", "continuation": 3}), "line 2: context and"),
    ],
)
def test_a_line_of_another_shape_is_named(
    tmp_path: Path, tokenizer: Any, name: str, line: str, told: str
) -> None:
    good = tiny.WORDS[0] if "lambada" in name else tiny.ITEMS[0]
    (tmp_path / name).write_text(json.dumps(good) + "\n" + line + "\n", encoding="utf-8")
    measure = named(name.split("_openai")[0].removesuffix(".jsonl"))
    with pytest.raises(DataError, match=told) as error:
        measure.documents(Source(data=tmp_path), Encoder(tokenizer))
    assert str(tmp_path / name) in str(error.value)


def test_a_table_with_another_heading_is_named(tmp_path: Path, tokenizer: Any) -> None:
    (tmp_path / "anatomy_test.csv").write_text("q,a,b,c,d,answer\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"anatomy_test.csv, line 1: the heading"):
        named("mmlu_zero_shot").documents(Source(data=tmp_path), Encoder(tokenizer))
    with pytest.raises(UsageError, match="for worked examples"):
        named("mmlu").documents(Source(data=tmp_path), Encoder(tokenizer))


def test_an_empty_context_begins_with_the_start_token(tokenizer: Any) -> None:
    from homophily.filtering.evaluation import Pair

    request = Encoder(tokenizer).request(Pair("", "Hi"))
    assert (request.context, len(request.continuation)) == ((tokenizer.bos_token_id,), 2)
