"""Scores against plain computations, one sequence at a time."""

from typing import Any

import pytest
import torch

from homophily.filtering import TokenFilter
from homophily.filtering.evaluation import Request, Scorer
from tests.filtering import families

LENGTHS = ((30, 4), (7, 1), (45, 20), (1, 3))


def requests(seed: int = 3) -> list[Request]:
    generator = torch.Generator().manual_seed(seed)
    drawn = [torch.randint(3, 97, (a + b,), generator=generator).tolist() for a, b in LENGTHS]
    return [Request(tuple(t[:a]), tuple(t[a:])) for t, (a, _) in zip(drawn, LENGTHS, strict=True)]


def plainly(model: Any, request: Request, settings: TokenFilter | None) -> tuple[float, bool, torch.Tensor]:
    """By the model's own logits, token by token."""
    tokens = torch.tensor([request.context + request.continuation])
    with torch.no_grad():
        if settings is None:
            logits = model(tokens).logits
        else:
            with settings(model):
                logits = model(tokens).logits
    table = torch.log_softmax(logits[0].double(), -1)
    total, greedy = 0.0, True
    for place, token in enumerate(request.continuation, len(request.context)):
        total += float(table[place - 1, token])
        greedy &= int(table[place - 1].argmax()) == token
    return total, greedy, table[len(request.context) - 1 : -1]


@pytest.mark.parametrize("family", ["llama", "mistral", "qwen3", "phi3", "phi"])
@pytest.mark.parametrize("settings", [None, TokenFilter(warmup=4, block=8)], ids=["dense", "filtered"])
def test_a_padded_batch_scores_as_single_sequences_do(family: str, settings: TokenFilter | None) -> None:
    model = families.build(family)
    scored = Scorer(model, length=2048).score(requests(), settings)
    for found, request in zip(scored, requests(), strict=True):
        total, greedy, _ = plainly(model, request, settings)
        assert found.logprob == pytest.approx(total, abs=2e-4)
        assert (found.greedy, found.tokens) == (greedy, len(request.continuation))
    assert any(s.attained > 0 for s in scored) == (settings is not None)


def test_greedy_is_what_greedy_decoding_writes() -> None:
    model = families.build("llama")
    context = families.tokens(1, 20)
    written = model.generate(context, max_new_tokens=5, do_sample=False, eos_token_id=None)[0].tolist()
    right = Request(tuple(written[:20]), tuple(written[20:]))
    wrong = Request(right.context, (*right.continuation[:-1], (right.continuation[-1] + 1) % 97))
    assert [s.greedy for s in Scorer(model, length=2048).score([right, wrong])] == [True, False]


def test_divergence_and_agreement_are_those_of_the_two_distributions() -> None:
    model, settings = families.build("llama"), TokenFilter(warmup=4, block=8)
    scored = Scorer(model, length=2048).score(requests(), settings, beside_dense=True)
    for found, request in zip(scored, requests(), strict=True):
        dense, filtered = (plainly(model, request, each)[2] for each in (None, settings))
        divergence = (dense.exp() * (dense - filtered)).sum()
        assert found.divergence == pytest.approx(float(divergence), abs=1e-4)
        assert found.agreeing == float((dense.argmax(-1) == filtered.argmax(-1)).sum())
    assert sum(s.divergence for s in scored) > 0.01


def test_the_dense_model_agrees_with_itself() -> None:
    scored = Scorer(families.build("llama"), length=2048).score(requests(), beside_dense=True)
    assert all(s.divergence == 0 and s.agreeing == s.tokens for s in scored)


def test_a_context_too_long_is_cut_from_the_left() -> None:
    model = families.build("llama")
    (request,) = requests()[2:3]
    (found,) = Scorer(model, length=24).score([request])
    cut = Request((request.context + request.continuation)[-25:-20], request.continuation)
    assert found.logprob == pytest.approx(plainly(model, cut, None)[0], abs=2e-4)


def test_large_vocabularies_are_scored_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    model = families.build("llama")
    whole = Scorer(model, length=2048).score(requests())
    monkeypatch.setattr("homophily.filtering.evaluation._scorer._CELLS", 97 * 3)
    parts = Scorer(model, length=2048).score(requests())
    assert [s.logprob for s in parts] == pytest.approx([s.logprob for s in whole], abs=1e-6)
