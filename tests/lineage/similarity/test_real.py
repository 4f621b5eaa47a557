"""Real weights: a family of fine-tunes whose cosines are known, and a real small Llama."""

from pathlib import Path

import pytest

from homophily.lineage.checkpoints import open_checkpoint
from homophily.lineage.similarity import compare

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
FAMILY, STORIES = DATA / "lineage" / "bert_tiny_family", DATA / "models" / "stories260K"

COSINES = {
    ("sst2_distilled", "emotion_intent"): 0.9945,
    ("sst2_distilled", "early_weights"): 0.9982,
    ("emotion_intent", "early_weights"): 0.9960,
}


@pytest.mark.skipif(not FAMILY.is_dir(), reason=f"no real fine-tunes at {FAMILY}")
@pytest.mark.parametrize(("one", "other"), COSINES)
def test_a_real_family_is_as_near_as_is_known(one: str, other: str) -> None:
    with (
        open_checkpoint(FAMILY / f"{one}.safetensors") as a,
        open_checkpoint(FAMILY / f"{other}.safetensors") as b,
    ):
        assert a.layout.family == "bert"
        assert a.layout.unmatched == ()
        found = compare(a, b)
    assert found.cosine == pytest.approx(COSINES[one, other], abs=5e-5)
    assert abs(found.overall.null.cosine) < 0.01
    measures = found.overall.tally.measures()
    assert 0.95 < measures["sign"] < 0.99
    assert measures["mantissa"][5] == pytest.approx(0.5, abs=0.01)


@pytest.mark.skipif(not STORIES.is_dir(), reason=f"no real Llama at {STORIES}")
def test_a_real_llama_is_known_whole() -> None:
    with open_checkpoint(STORIES) as checkpoint:
        layout = checkpoint.layout
        assert (layout.family, layout.layers, layout.unmatched, layout.tied) == ("llama", 5, (), True)
        assert checkpoint.weights(["k"], [4])["k", 4].shape == (32, 64)
        assert compare(checkpoint, checkpoint).cosine == 1.0
