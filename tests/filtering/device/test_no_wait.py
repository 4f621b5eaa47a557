"""Nothing that the device path does depends on what the device has found.

Fake tensors have shapes and no contents: whatever would read a number, or make a shape of one, raises.
"""

import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402
from transformers import AutoModelForCausalLM, DynamicCache, StaticCache  # noqa: E402

from homophily.filtering import TokenFilter, anchor  # noqa: E402
from homophily.filtering.device.store import StaticStore  # noqa: E402
from tests.filtering.families import CONFIGS  # noqa: E402


@pytest.fixture(autouse=True)
def no_weights_kept():
    """The anchors' weights are kept from call to call; fake ones must not be."""
    anchor._weights.cache_clear()
    yield
    anchor._weights.cache_clear()


def walk(family: str, path: str, threshold: str, static: bool) -> None:
    """A padded prompt in two parts, then tokens one by one, all without contents."""
    with FakeTensorMode(), torch.no_grad():
        model = AutoModelForCausalLM.from_config(CONFIGS[family]).eval()
        cache = StaticCache(config=model.config, max_cache_len=200) if static else DynamicCache()
        settings = TokenFilter(ratio=0.5, path=path, where="all", threshold=threshold)
        with settings(model):
            past = 0
            for new in (70, 20, 1, 1):
                keys = 200 if static else past + new
                # A mask of four dimensions, for transformers itself asks whether one of two is all ones.
                mask = torch.ones(2, 1, new, keys, dtype=torch.bool) if path == "device" else None
                position = torch.arange(past, past + new)[None].expand(2, -1)
                ids = torch.zeros(2, new, dtype=torch.long)
                model(ids, attention_mask=mask, position_ids=position, past_key_values=cache)
                past += new


@pytest.mark.parametrize(
    ("family", "threshold"),
    [*((family, "adaptive") for family in CONFIGS), ("llama", "topk"), ("phi3", "topk")],
)
def test_under_a_static_cache_the_host_never_waits(family: str, threshold: str) -> None:
    walk(family, "device", threshold, static=True)


@pytest.mark.parametrize("family", ["llama", "mistral"])
def test_under_a_growing_cache_it_waits_only_for_room(family: str, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(StaticStore, "longest", lambda store: asked.append(store) or 60)
    walk(family, "device", "adaptive", static=False)
    # Four layers, each for the prompt's second part and not for the tokens after it.
    assert len(asked) == (4 if family == "llama" else 0)


def test_the_plain_path_does_wait() -> None:
    with pytest.raises(RuntimeError, match=r"numpy\(\)"):
        walk("llama", "plain", "adaptive", static=False)
