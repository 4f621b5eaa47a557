"""One sequence's memory, taken out of a batch and put into another, is as if it had been alone."""

from __future__ import annotations

import pytest
import torch

from homophily.errors import UsageError
from homophily.filtering import TokenFilter, rows
from homophily.filtering.adapter_shared import SharedPasts
from homophily.inference.decoder import Decoder, Segment
from tests.filtering.families import CONFIGS, build, tokens

LENGTHS, PASTS = (70, 33, 90), (40, 10, 60)


def alone(model, filtered, ids):
    """Logits after a sequence and its first token again."""
    cache = rows.empty(model, filtered, 1)
    model(ids[None], past_key_values=cache, use_cache=True)
    return model(ids[None, :1], past_key_values=cache, use_cache=True).logits[0, -1]


@torch.no_grad()
@pytest.mark.parametrize("ratio", [0, 0.5])
@pytest.mark.parametrize("family", CONFIGS)
def test_a_row_goes_from_batch_to_batch_unharmed(family, ratio):
    model = build(family)
    sequences = [tokens(1, length, seed=length)[0] for length in LENGTHS]
    with TokenFilter(ratio=ratio)(model) as on:
        filtered = frozenset(on.layers)
        expected = [alone(model, filtered, ids) for ids in sequences]
        begun = []
        for ids, past in zip(sequences, PASTS, strict=True):
            cache = rows.empty(model, filtered, 1)
            model(ids[None, :past], past_key_values=cache, use_cache=True)
            begun.append(rows.read(cache, 0, 0, past))
        before, width = max(PASTS), max(n - p for n, p in zip(LENGTHS, PASTS, strict=True))
        cache = rows.stacked(model, filtered, begun)
        unread = torch.zeros(3, width, dtype=torch.int64)
        mask = torch.zeros(3, before + width, dtype=torch.int64)
        positions = torch.zeros_like(unread)
        for row, (ids, past, length) in enumerate(zip(sequences, PASTS, LENGTHS, strict=True)):
            unread[row, : length - past] = ids[past:]
            mask[row, before - past : before + length - past] = 1
            positions[row] = past + torch.arange(width)
        model(unread, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True)
        read = [
            rows.read(cache, row, before - past, before - past + length)
            for row, (past, length) in enumerate(zip(PASTS, LENGTHS, strict=True))
        ]
        order = [2, 0, 1]
        batch = rows.stacked(model, filtered, [read[row] for row in order])
        rows.shift(batch, 7)
        seen = torch.zeros(3, max(LENGTHS) + 8, dtype=torch.int64)
        for place, row in enumerate(order):
            seen[place, seen.shape[1] - LENGTHS[row] - 1 :] = 1
        logits = model(
            torch.stack([sequences[row][:1] for row in order]),
            attention_mask=seen,
            position_ids=torch.tensor([[LENGTHS[row]] for row in order]),
            past_key_values=batch,
            use_cache=True,
        ).logits[:, -1]
    for place, row in enumerate(order):
        torch.testing.assert_close(logits[place], expected[row], atol=2e-5, rtol=1e-4)


@torch.no_grad()
def test_rows_are_kept_and_replaced_in_place():
    model = build("llama")
    with TokenFilter(ratio=0.4)(model) as on:
        filtered = frozenset(on.layers)
        sequences = [tokens(1, 50, seed=seed)[0] for seed in range(3)]
        caches = []
        for ids in sequences:
            cache = rows.empty(model, filtered, 1)
            model(ids[None], past_key_values=cache, use_cache=True)
            caches.append(rows.read(cache, 0, 0, 50))
        batch = rows.stacked(model, filtered, caches[:2])
        rows.keep(batch, [1, 0, 0])
        rows.write(batch, 2, caches[2])
        logits = model(
            torch.stack([sequences[row][:1] for row in (1, 0, 2)]), past_key_values=batch, use_cache=True
        ).logits[:, -1]
        for place, row in enumerate((1, 0, 2)):
            torch.testing.assert_close(
                logits[place], alone(model, filtered, sequences[row]), atol=2e-5, rtol=1e-4
            )


@torch.no_grad()
def test_memory_is_taken_over_by_longer_rows_and_more_of_them():
    model, none = build("llama"), frozenset()
    used, begun = None, []
    for length in (20, 200, 300, 30):
        ids = tokens(1, length, seed=length)
        cache = rows.stacked(model, none, [None], reuse=used)
        model(ids, past_key_values=cache, use_cache=True)
        begun.append(rows.read(cache, 0, 0, length))
        used = cache
    small = rows.empty(model, none, 1)
    model(tokens(1, 20), past_key_values=small, use_cache=True)
    batch = rows.stacked(model, none, begun, reuse=small)
    mask = torch.zeros(4, 301, dtype=torch.int64)
    for place, row in enumerate(begun):
        mask[place, 300 - row.length :] = 1
    logits = model(
        torch.full((4, 1), 5),
        attention_mask=mask,
        position_ids=torch.tensor([[row.length] for row in begun]),
        past_key_values=batch,
        use_cache=True,
    ).logits[:, -1]
    for place, row in enumerate(begun):
        ids = torch.cat([tokens(1, row.length, seed=row.length), torch.tensor([[5]])], 1)
        torch.testing.assert_close(logits[place], model(ids).logits[0, -1], atol=2e-5, rtol=1e-4)


@torch.no_grad()
def test_a_row_knows_its_bytes_and_a_cache_what_was_spared():
    model = build("llama")
    ids = tokens(1, 300, seed=3)
    dense = rows.empty(model, frozenset(), 1)
    model(ids, past_key_values=dense, use_cache=True)
    whole = rows.read(dense, 0, 0, 300).bytes
    assert whole == 4 * 2 * 2 * 16 * 300 * 4
    with TokenFilter(ratio=0.5)(model) as on:
        cache = rows.empty(model, frozenset(on.layers), 1)
        model(ids, past_key_values=cache, use_cache=True)
        filtered, saved = rows.spared(cache, 0)
        report = on.report()
    assert filtered / (4 * 300) == pytest.approx(report.ratio_of_all_layers)
    assert saved == filtered * 2 * 2 * 16 * 4
    with pytest.raises(UsageError, match="does not fit"):
        rows.write(rows.empty(model, frozenset(), 1), 0, rows.read(dense, 0, 0, 300))


@torch.no_grad()
@pytest.mark.parametrize(
    "family", [name for name in CONFIGS if "mistral" not in name and "mixed" not in name]
)
def test_pasts_read_where_they_lie_are_as_if_copied(family):
    model = build(family).double()
    decoder = Decoder(model, frozenset(), "cpu")
    ids = [tokens(1, 90, seed=n)[0].tolist() for n in range(3)]
    begun = decoder.read([Segment(None, row[:50], (49,), (20, 50)) for row in ids])
    for found in (begun, decoder._read_stacked([Segment(None, row[:50], (49,), (20, 50)) for row in ids])):
        pasts = [found[0].kept[1], found[1].kept[0], None]
        segments = [
            Segment(past, row[start : start + 15 + n], (3, 14), (start + 9,))
            for n, (past, row, start) in enumerate(zip(pasts, ids, (50, 20, 0), strict=True))
        ]
        for one, other in zip(decoder.read(segments), decoder._read_stacked(segments), strict=True):
            torch.testing.assert_close(one.logits, other.logits)
            assert one.kept[0].length == other.kept[0].length
            for layer, same in zip(one.kept[0].layers, other.kept[0].layers, strict=True):
                torch.testing.assert_close(layer, same)
    decoder.close()
    assert not any("forward" in vars(module) for module in model.modules())


@pytest.mark.parametrize("family", ["mistral", "qwen2-mixed"])
def test_a_window_is_read_in_one_cache(family):
    assert not SharedPasts.possible(build(family), frozenset(), "cpu")
