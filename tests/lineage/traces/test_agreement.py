"""Agreement of outputs: a child agrees with its base, models trained apart do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from homophily.errors import UsageError  # noqa: E402
from homophily.lineage.traces import agree, outputs, probes, shared_words  # noqa: E402
from homophily.lineage.traces.agreement import Outputs  # noqa: E402


def model(seed: int, *, width: int = 32, words: int = 90) -> Any:
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        hidden_size=width,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        vocab_size=words,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    return transformers.LlamaForCausalLM(config).eval()


def child(base: Any, size: float) -> Any:
    """The base with every weight moved by noise of a share of its spread."""
    made = model(0)
    made.load_state_dict(base.state_dict())
    with torch.no_grad():
        for weight in made.parameters():
            weight += size * weight.std().nan_to_num(0.01) * torch.randn_like(weight)
    return made


def test_a_child_agrees_and_a_stranger_does_not() -> None:
    base, stranger = model(1), model(2)
    own = child(base, 0.1)
    drawn = probes(shared_words([own, base, stranger]), many=8, tokens=12)
    ours = outputs(own, drawn)
    near, far = agree(ours, outputs(base, drawn)), agree(ours, outputs(stranger, drawn))
    assert near.cosine is not None
    assert near.cosine > 0.9
    assert near.p == 1 / 1000
    assert near.first is not None
    assert near.first > 0.7
    assert far.cosine is not None
    assert abs(far.cosine) < 0.15
    assert far.p is not None
    assert far.p > 0.01
    assert near.places == 96


def test_p_is_uniform_among_strangers() -> None:
    chance = np.random.default_rng(5)
    values = []
    for seed in range(200):
        x, y = (Outputs(chance.normal(size=(40, 12)) @ chance.normal(size=(12, 12))) for _ in range(2))
        values.append(agree(x, y, rounds=199, seed=seed).p)
    assert np.mean(np.array(values, float) <= 0.05) == pytest.approx(0.05, abs=0.045)
    assert np.mean(np.array(values, float)) == pytest.approx(0.5, abs=0.07)


def test_other_widths_have_cka_alone() -> None:
    drawn = probes(80, many=4, tokens=8)
    found = agree(outputs(model(1), drawn), outputs(model(1, width=64, words=100), drawn))
    assert found.cosine is None
    assert found.p is None
    assert 0 <= found.cka <= 1
    same = outputs(model(1), drawn)
    assert agree(same, same).cka == pytest.approx(1)


def test_different_probes_are_refused() -> None:
    with pytest.raises(UsageError, match="the same probes"):
        agree(Outputs(np.ones((3, 2))), Outputs(np.ones((4, 2))))
