"""Estimates and their intervals: against plain formulae, and their coverage on data that are known."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from homophily.filtering import TokenFilter
from homophily.filtering.evaluation import Cell, Estimate, Metric, Record, Records, summarise

RATE = Metric("rate", "top", "bottom", "Rate")
EXP = Metric("perplexity", "top", "bottom", "Perplexity", "exp", "lower")
JOINT, RANDOM = TokenFilter(ratio=0.5), TokenFilter(ratio=0.5, rule="random")


@dataclass(frozen=True)
class Measured:
    metrics: tuple[Metric, ...] = (RATE, EXP)
    beside_dense: bool = False
    unasked: bool = True


def summed(
    tmp_path: Path, tops: dict[TokenFilter | None, list[float]], bottoms: list[float], **named: object
) -> list[Estimate]:
    records, cells = Records(tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"), []
    ids = tuple(f"d{place}" for place in range(len(bottoms)))
    for number, (settings, values) in enumerate(tops.items()):
        cells.append(Cell(f"c{number}", "m", settings, ids))
        records.add(
            Record(
                cell=f"c{number}",
                id=id,
                values={"top": top, "bottom": bottom},
                attained=0.4 if settings else 0.0,
                groups=("even",) if place % 2 == 0 else (),
                cluster=str(named.get("clusters", [""] * len(ids))[place]),  # type: ignore[index]
            )
            for place, (id, top, bottom) in enumerate(zip(ids, values, bottoms, strict=True))
        )
    return summarise(cells, {"m": Measured()}, records, draws=int(str(named.get("draws", 400))))  # type: ignore[dict-item]


def of(found: list[Estimate], metric: str, rule: str, group: str = "") -> Estimate:
    (one,) = [e for e in found if (e.metric, e.rule, e.group) == (metric, rule, group)]
    return one


def test_metrics_are_quotients_of_sums(tmp_path: Path) -> None:
    found = summed(tmp_path, {None: [1.0, 4.0, 1.0], JOINT: [2.0, 4.0, 3.0]}, [1.0, 2.0, 5.0])
    assert of(found, "rate", "dense").value[0] == pytest.approx(6 / 8)
    assert of(found, "perplexity", "joint").value[0] == pytest.approx(np.exp(9 / 8))
    assert of(found, "rate", "joint").to_dense[0] == pytest.approx(3 / 8)
    assert of(found, "rate", "joint", "even").value[0] == pytest.approx(5 / 6)
    assert of(found, "rate", "joint", "even").n == 2
    assert of(found, "rate", "joint").headline
    assert not of(found, "perplexity", "joint").headline


def test_random_is_compared_at_the_same_settings_alone(tmp_path: Path) -> None:
    rows = [1.0, 0.0, 1.0]
    other = replace(RANDOM, gamma=0.8)
    found = summed(tmp_path, {JOINT: rows, RANDOM: [0.0, 0.0, 1.0]}, [1.0] * 3)
    assert of(found, "rate", "joint").to_random[0] == pytest.approx(1 / 3)
    assert np.isnan(of(found, "rate", "random").to_random[0])
    assert np.isnan(of(found, "rate", "joint").to_dense[0])
    found = summed(tmp_path, {JOINT: rows, other: rows}, [1.0] * 3)
    assert np.isnan(of(found, "rate", "joint").to_random[0])


def test_differences_are_paired(tmp_path: Path) -> None:
    """A difference that is the same in every document has no spread, however much documents differ."""
    rng = np.random.default_rng(5)
    hard = rng.normal(3.0, 2.0, 60)
    found = summed(tmp_path, {None: hard.tolist(), JOINT: (hard + 0.25).tolist()}, [1.0] * 60)
    one = of(found, "rate", "joint")
    assert one.to_dense == pytest.approx((0.25, 0.25, 0.25))
    assert one.value[2] - one.value[1] > 0.5


def test_only_documents_that_all_have_are_compared(tmp_path: Path) -> None:
    records = Records(tmp_path / "r.jsonl")
    records.add(
        Record(cell=c, id=i, values={"top": 1.0, "bottom": 1.0}, attained=0.0) for c in "ab" for i in "xy"
    )
    records.add([Record(cell="a", id="z", values={"top": 9.0, "bottom": 1.0}, attained=0.0)])
    cells = [Cell("a", "m", None, ("x", "y", "z")), Cell("b", "m", JOINT, ("x", "y", "z"))]
    found = summarise(cells, {"m": Measured()}, records)  # type: ignore[dict-item]
    assert of(found, "rate", "dense").n == 2
    assert of(found, "rate", "dense").value[0] == 1.0


def test_one_document_tells_no_spread(tmp_path: Path) -> None:
    found = summed(tmp_path, {None: [1.0, 2.0]}, [1.0, 1.0], clusters=["a", "a"])
    assert of(found, "rate", "dense").value[0] == 1.5
    assert np.isnan(of(found, "rate", "dense").value[1])


def test_the_bootstrap_has_the_spread_of_the_mean(tmp_path: Path) -> None:
    rows = np.random.default_rng(2).normal(0.0, 1.0, 200)
    one = of(summed(tmp_path, {None: rows.tolist()}, [1.0] * 200, draws=4000), "rate", "dense")
    error = rows.std() / np.sqrt(200)
    assert one.value[1:] == pytest.approx(rows.mean() + np.array([-1.96, 1.96]) * error, abs=0.25 * error)


@pytest.mark.parametrize("clustered", [False, True])
def test_intervals_cover_the_truth(tmp_path: Path, clustered: bool) -> None:
    """95 % intervals of a paired difference, windows of one text going together."""
    rng, hits, studies = np.random.default_rng(11), 0, 150
    for _ in range(studies):
        texts = np.repeat(rng.normal(0, 1.0, 40), 3)
        change = 0.3 + (texts if clustered else 0.0) + rng.normal(0, 0.5, 120)
        base = rng.normal(2.0, 1.0, 120)
        clusters = [f"t{place // 3}" if clustered else "" for place in range(120)]
        found = summed(
            tmp_path, {None: base.tolist(), JOINT: (base + change).tolist()}, [1.0] * 120, clusters=clusters
        )
        _, low, high = of(found, "rate", "joint").to_dense
        hits += low <= 0.3 <= high
    assert 0.88 <= hits / studies <= 0.99
