"""A model that was really trained: stories260K, from beside the checkout."""

import hashlib
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
transformers = pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed")

from homophily.filtering import TokenFilter  # noqa: E402

SHARED = Path(__file__).parents[3] / "shared" / "data"
MODEL, TEXT = SHARED / "models" / "stories260K", SHARED / "text" / "tinystories_sample.txt"
pytestmark = pytest.mark.skipif(
    not (MODEL.is_dir() and TEXT.is_file()),
    reason=f"SKIPPED LOUDLY: {MODEL} or {TEXT} is not there, so nothing is checked on trained weights",
)

#: SHA-256 of the text that the model's author publishes as its greedy sample of 200 tokens.
SAMPLE = "beeb5cb46785efee81a8545300b31e396b595e5ce6f3b77db201545501981d14"


@pytest.fixture(scope="module")
def story():
    model = transformers.AutoModelForCausalLM.from_pretrained(MODEL).eval()
    return model, transformers.AutoTokenizer.from_pretrained(MODEL)


@pytest.mark.parametrize(
    "settings", [TokenFilter(ratio=0), TokenFilter(ratio=0.5, rule="none")], ids=["0", "none"]
)
def test_writes_its_authors_greedy_sample(story, settings: TokenFilter) -> None:
    model, tokenizer = story
    with settings(model):
        out = model.generate(torch.tensor([[1]]), do_sample=False, max_new_tokens=200, eos_token_id=None)
    text = tokenizer.decode(out[0], skip_special_tokens=True).strip()
    assert hashlib.sha256(text.encode()).hexdigest() == SAMPLE, text


@pytest.mark.parametrize("ratio", [0.2, 0.5, 0.7])
@pytest.mark.parametrize("words", ["real", "random"])
def test_every_sequence_of_512_tokens_meets_its_target(story, ratio: float, words: str) -> None:
    model, tokenizer = story
    if words == "real":
        ids = tokenizer(TEXT.read_text(encoding="utf-8")[:8000]).input_ids[: 4 * 512]
        ids = torch.tensor(ids).view(4, 512)
    else:
        ids = torch.randint(3, 512, (4, 512), generator=torch.Generator().manual_seed(0))
    with TokenFilter(ratio=ratio)(model) as filtered, torch.no_grad():
        model(ids)
    report = filtered.report()
    assert all(attained == pytest.approx(ratio, abs=0.02) for attained in report.sequences)
    for layer in report.layers:
        if layer.target:
            assert layer.cache_bytes / layer.dense_bytes == pytest.approx(1 - layer.attained)
