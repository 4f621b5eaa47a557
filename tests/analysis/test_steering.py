"""What a goal changes: published counts give published z, with the paired test beside."""

import pandas as pd
import pytest
from scipy import stats

from homophily.analysis.steering import steering
from homophily.errors import DataError
from tests.analysis.by_hand import debate, line, tables

#: Changes of verdict of 1,000 debates under the original and the balanced goal, and z; the first and the
#: second agent of each pair.
PUBLISHED = {
    "claude gpt": ((282, 325, -2.0913), (31, 193, -11.486)),
    "claude gemini": ((333, 446, -5.1816), (341, 394, -2.4581)),
    "gpt gemini": ((6, 115, -10.223), (412, 435, -1.0408)),
}
SHIFT = 40  # so that some change under the first goal alone


def pair(seats: str, goal: str, first: range, second: range, n: int = 1000) -> pd.DataFrame:
    """Debates of two rounds in which the agents change on these dilemmas."""
    replies = []
    for turn in (1, 2):
        for place, (model, changes) in enumerate(zip(seats.split(), (first, second), strict=True), 1):
            verdicts = ["NTA" if k in changes and turn == 2 else "YTA" for k in range(n)]
            replies.append(pd.DataFrame({"dilemma": [f"d{k}" for k in range(n)], "verdict": verdicts,
                                         "round": turn, "position": place, "model": model}))  # fmt: skip
    frame = pd.concat(replies, ignore_index=True)
    frame["session"] = f"{seats}/{goal}/" + frame["dilemma"]
    frame["verdict"] = frame["verdict"].where(frame["position"] == 1, frame["verdict"].map(
        {"YTA": "ESH", "NTA": "NAH"}))  # fmt: skip
    return frame.assign(debate=frame["dilemma"], experiment=f"sync:{seats.replace(' ', '+')}", language="en",
                        protocol="synchronous", goal=goal, replicate=1)  # fmt: skip


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    made = []
    for seats, counts in PUBLISHED.items():
        made.append(pair(seats, "original", *(range(before) for before, _, _ in counts)))
        made.append(pair(seats, "balanced", *(range(SHIFT, SHIFT + after) for _, after, _ in counts)))
    return steering(tables(*made)).estimates


@pytest.mark.parametrize("seats", PUBLISHED)
def test_published_counts_give_published_z_and_the_exact_test_stands_beside(
    published: pd.DataFrame, seats: str
) -> None:
    for position, (before, after, z) in enumerate(PUBLISHED[seats], 1):
        found = line(published, experiment=f"sync:{seats.replace(' ', '+')}", position=position)
        assert found["z"] == pytest.approx(z, abs=6e-4 if abs(z) > 10 else 6e-5)
        assert (found["first"], found["second"]) == (before / 1000, after / 1000)
        assert found["estimate"] == pytest.approx((after - before) / 1000)
        common = max(0, before - SHIFT)
        assert (found["only first"], found["only second"]) == (before - common, after - common)
        exact = stats.binomtest(before - common, before + after - 2 * common).pvalue
        assert found["p"] == pytest.approx(exact)


def test_holm_is_over_every_row(published: pd.DataFrame) -> None:
    tested = published.dropna(subset=["p"]).sort_values("p")
    worst = 0.0
    for rank, (p, corrected) in enumerate(zip(tested["p"], tested["p_holm"], strict=True)):
        worst = min(1.0, max(worst, p * (len(tested) - rank)))
        assert corrected == pytest.approx(worst)


def test_two_languages_on_a_dilemma_are_no_two_cases() -> None:
    made = []
    for language in ("en", "ja"):
        for k in range(4):
            made.append(debate(f"d{k}", "a b", "YN YN", language=language))
            changes = "YN NN" if k < 2 else "YN YN"
            made.append(debate(f"d{k}", "a b", changes, language=language, goal="balanced"))
    found = line(steering(tables(*made)).estimates, model="a")
    assert (found["estimate"], found["n"]) == (0.5, 4)
    assert found["p"] == pytest.approx(stats.ttest_1samp([1, 1, 0, 0], 0).pvalue)


def test_one_goal_is_said_in_one_sentence() -> None:
    with pytest.raises(DataError) as caught:
        steering(tables(debate("d1", "a b", "YN NN")))
    assert (
        str(caught.value) == "every debate had the goal 'original'; a second one shows what a goal changes."
    )


def test_a_baseline_that_was_not_played_is_named() -> None:
    made = tables(debate("d1", "a b", "YY", goal="none"), debate("d1", "a b", "YY", goal="empathy"))
    with pytest.raises(DataError, match="'original' to compare with; played: none, empathy"):
        steering(made)
    assert steering(made, baseline="none").estimates["contrast"].iloc[0] == "empathy − none"
