"""What a filter tells of itself."""

import copy
import dataclasses
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

from homophily.errors import UsageError  # noqa: E402
from homophily.filtering import TokenFilter  # noqa: E402
from tests.filtering.families import build, tokens  # noqa: E402

HALF = TokenFilter(ratio=0.5, warmup=8, block=16, record=True)


@pytest.fixture
def report():
    model = build("llama")
    with HALF(model) as filtered, torch.no_grad():
        model(tokens(2, 200), use_cache=False)
        model(tokens(1, 100, seed=5))
        return filtered.report()


def test_counts_add_up_over_sequences_and_calls(report) -> None:
    for layer in report.layers:
        assert layer.seen == (500 if layer.target else 0)
        assert len(layer.sequences) == (3 if layer.target else 0)
        assert len(layer.scores) == len(layer.thresholds) == len(layer.kept) == layer.seen
        assert (~layer.kept).sum() == layer.filtered
    lengths = np.array([200, 200, 100])
    overall = (np.array(report.sequences) * lengths).sum() / 500
    assert overall == pytest.approx(report.ratio_of_all_layers)
    assert report.spread == pytest.approx(np.std(report.sequences, ddof=1))


def test_what_was_kept_is_what_did_not_exceed_the_threshold(report) -> None:
    for layer in report.layers:
        met = np.nan_to_num(layer.thresholds, nan=np.inf)
        np.testing.assert_array_equal(layer.kept, layer.scores <= met)


def test_cache_and_anchor_bytes_are_of_the_last_cache(report) -> None:
    for layer in report.layers:
        if layer.target:
            assert layer.dense_bytes == 100 * 2 * 2 * 16 * 4
            assert layer.cache_bytes == layer.dense_bytes * (1 - layer.sequences[-1])
            assert layer.anchor_bytes == 2 * 2 * 16 * 4
    assert "of a dense one's bytes" in str(report)


def test_rows_are_one_a_layer_and_plain_numbers(report) -> None:
    rows = report.table()
    assert [row["layer"] for row in rows] == [0, 1, 2, 3]
    assert rows[-1]["attained"] == report.layers[-1].attained
    assert rows[-1]["score_p05"] < rows[-1]["score_median"] < rows[-1]["score_p95"]
    assert "threshold" not in rows[0]


def test_the_figure_shows_every_layer_and_the_scores_of_those_that_filter(report) -> None:
    figure = report.draw()
    filtering = sum(1 for layer in report.layers if layer.target)
    assert len(figure.axes) == 1 + 2 * filtering
    assert len(figure.axes[0].patches) == 4
    figure.canvas.draw()


def test_without_recording_the_figure_shows_rates_alone() -> None:
    model = build("llama")
    with TokenFilter(ratio=0.5)(model) as filtered, torch.no_grad():
        model(tokens(1, 60))
    assert len(filtered.report().draw().axes) == 1


def test_before_any_token_nothing_is_claimed() -> None:
    with HALF(build("llama")) as filtered:
        report = filtered.report()
    assert report.ratio_of_all_layers == report.ratio_of_filtered_layers == 0
    assert report.sequences == ()
    assert np.isnan(report.spread)


def test_a_copied_cache_goes_on_as_a_sequence_of_its_own() -> None:
    model, prefix, ends = build("llama"), tokens(1, 60), [tokens(1, 20, seed=s) for s in (7, 8)]
    with HALF(model) as filtered, torch.no_grad():
        cache = model(prefix, use_cache=True).past_key_values
        for end in ends:
            split = model(end, past_key_values=copy.deepcopy(cache)).logits
            whole = model(torch.cat([prefix, end], 1)).logits[:, 60:]
            torch.testing.assert_close(split, whole, atol=2e-5, rtol=1e-4)
    sequences = filtered.report().layers[-1].sequences
    assert len(sequences) == 5
    assert sequences[1] == sequences[2]


def test_the_reference_page_tells_every_setting_and_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/token-filter.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1:3] for line in page.split("## Thresholds")[0].splitlines() if line.startswith("| `")
    ]
    told = {
        name.strip(" `"): default.strip(" `")
        for names, defaults in rows
        for name, default in zip(names.split(","), defaults.split(","), strict=True)
    }
    assert told == {
        field.name: str(field.default) if not isinstance(field.default, str) else f'"{field.default}"'
        for field in dataclasses.fields(TokenFilter)
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ratio": 1.0}, r"ratio must be in \[0, 1\)"),
        ({"share": 0}, r"share must be in \(0, 1\]"),
        ({"block": 0}, "block must be at least 1 token"),
        ({"eta": -1}, "eta must not be negative"),
        ({"where": "tial"}, "Did you mean 'tail'"),
        ({"tokens": 3}, "more than the 4 sinks"),
        ({"threshold": "topk", "window": 0}, "needs a window"),
        ({"ratio": 0.95}, "cannot be met"),
    ],
)
def test_wrong_settings_are_refused_in_one_line(wrong: dict, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        TokenFilter(**wrong).policies(4)
