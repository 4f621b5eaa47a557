"""The device path gives what the plain path gives, in models of every family."""

import copy

import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from transformers import DynamicCache  # noqa: E402

from homophily.errors import UsageError  # noqa: E402
from homophily.filtering import TokenFilter  # noqa: E402
from tests.filtering.families import CONFIGS, build, tokens  # noqa: E402

SETTINGS = {"eta": 0.1, "warmup": 8, "block": 16, "window": 40, "where": "all"}
every_family = pytest.mark.parametrize("family", CONFIGS)


def run(path, model, ids, chunks, settings, **kwargs):
    parts, cache, at = [], DynamicCache(config=model.config), 0
    mask, position = kwargs.get("mask"), kwargs.get("position")
    with TokenFilter(ratio=0.5, path=path, **settings)(model) as filtered, torch.no_grad():
        for part in ids.split(chunks, dim=1):
            given, end = {}, at + part.shape[1]
            if mask is not None:
                given = {"attention_mask": mask[:, :end], "position_ids": position[:, at:end]}
            parts.append(model(part, past_key_values=cache, use_cache=True, **given).logits)
            at = end
    assert filtered.on_device == (path == "device")
    return torch.cat(parts, 1), [layer.tallies for layer in filtered.layers.values()], filtered.report()


@every_family
@pytest.mark.parametrize("threshold", ["adaptive", "topk"])
def test_agrees_with_the_plain_path_in_padded_batches(family: str, threshold: str) -> None:
    model, ids = build(family), tokens(3, 72)
    mask = torch.ones_like(ids)
    mask[0, :20] = 0
    mask[1, -20:] = 0
    position = (mask.cumsum(1) - 1).clamp(min=0)
    settings = {**SETTINGS, "threshold": threshold}
    chunks = [40, 25, *[1] * 7]
    expected, plain, _ = run("plain", model, ids, chunks, settings, mask=mask, position=position)
    found, device, report = run("device", model, ids, chunks, settings, mask=mask, position=position)
    real = mask.bool()
    torch.testing.assert_close(found[real], expected[real], atol=2e-5, rtol=1e-4)
    for ours, theirs in zip(device, plain, strict=True):
        assert [tally.sequences for tally in ours] == [tally.sequences for tally in theirs]
        assert [tally.anchor_bytes for tally in ours] == [tally.anchor_bytes for tally in theirs]
    assert report.ratio_of_all_layers > 0.2


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "random"},
        {"keys": "after_rotation"},
        {"threshold": "quantile"},
        {"penalty": 0.5},
        {"rule": "none", "threshold": "topk"},
    ],
    ids=lambda change: "-".join(map(str, change.values())),
)
def test_agrees_with_the_plain_path_under_other_settings(change: dict) -> None:
    model, ids = build("llama"), tokens(2, 300)
    expected, plain, before = run("plain", model, ids, [290, 1, 1, 8], {**SETTINGS, **change})
    found, device, after = run("device", model, ids, [290, 1, 1, 8], {**SETTINGS, **change})
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)
    assert [[t.sequences for t in layer] for layer in device] == [
        [t.sequences for t in layer] for layer in plain
    ]
    assert [layer.cache_bytes for layer in after.layers] == [layer.cache_bytes for layer in before.layers]


STATIC = {"cache_implementation": "static"}


@pytest.mark.parametrize(
    ("family", "how"),
    [
        ("llama", {}),
        ("mistral", {"num_beams": 2}),
        ("llama", {"do_sample": True, "num_return_sequences": 2}),
        ("llama", {**STATIC, "num_beams": 2}),
        ("mistral", STATIC),
        ("qwen2-mixed", STATIC),
    ],
    ids=["greedy", "beams-window", "sampling", "static-beams", "static-window", "static-mixed"],
)
def test_generates_what_the_plain_path_generates(family: str, how: dict) -> None:
    model, ids = build(family), tokens(2, 50)
    ids[0, :9] = 0
    made = []
    for path in ("plain", "device"):
        given = {
            key: value for key, value in how.items() if path == "device" or key != "cache_implementation"
        }
        torch.manual_seed(3)
        with TokenFilter(ratio=0.4, path=path, **SETTINGS)(model) as filtered:
            made.append(
                model.generate(
                    ids, attention_mask=(ids != 0).long(), max_new_tokens=9, min_new_tokens=9, **given
                )
            )
        rate = filtered.report().ratio_of_all_layers
    assert torch.equal(*made)
    assert rate > 0.15


def test_memory_falls_with_what_is_filtered_and_grows_again() -> None:
    model, ids = build("llama"), tokens(2, 803)
    with TokenFilter(ratio=0.5, path="device", **SETTINGS)(model) as filtered, torch.no_grad():
        cache = model(ids[:, :800], use_cache=True).past_key_values
        store = cache.layers[1].store
        assert store.capacity == 800
        for token in ids[:, 800:].split(1, dim=1):
            model(token, past_key_values=cache, use_cache=True)
    kept = [seen - gone for seen, gone, _ in filtered.layers[1].tallies[0].sequences]
    assert store.lengths.tolist() == kept
    assert max(kept) <= store.capacity < max(kept) + 257
    assert store.capacity < 900


def test_a_copied_cache_goes_its_own_way() -> None:
    model, ids = build("llama"), tokens(1, 80)
    with TokenFilter(ratio=0.5, path="device", **SETTINGS)(model) as filtered, torch.no_grad():
        cache = model(ids[:, :60], use_cache=True).past_key_values
        other = copy.deepcopy(cache)
        one = model(ids[:, 60:], past_key_values=cache, use_cache=True).logits
        two = model(ids[:, 60:], past_key_values=other, use_cache=True).logits
    assert torch.equal(one, two)
    assert [tally.seen for tally in filtered.layers[3].tallies] == [80, 80]
    filtered.forget()
    assert filtered.report().layers[3].seen == 0


@pytest.mark.parametrize(
    "change",
    [{"tokens": 40}, {"rule": "recent"}, {"cache_filtered": True}, {"record": True}],
    ids=lambda change: next(iter(change)),
)
def test_what_the_device_path_cannot_do_is_told_or_left_to_the_plain_path(change: dict) -> None:
    with pytest.raises(UsageError, match='path="device" cannot do'):
        TokenFilter(path="device", **change)
    with TokenFilter(**change)(build("llama")) as filtered:
        assert not filtered.on_device


def test_a_cache_goes_on_under_its_own_path() -> None:
    model, ids = build("llama"), tokens(1, 30)
    for begun, other in (("plain", "device"), ("device", "plain")):
        with TokenFilter(path=begun)(model), torch.no_grad():
            cache = model(ids, use_cache=True).past_key_values
        with TokenFilter(path=other)(model), pytest.raises(UsageError, match="needs a dynamic"):
            model(ids, past_key_values=cache)
