from pathlib import Path

import numpy as np
import pytest

from homophily import catalogue, values
from homophily.errors import DataError, UnknownName, UsageError
from homophily.values import norms, profiles, similarity

DRAWN = ["human", "uniform", "extreme", "grid"]


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def of_pairs(people: np.ndarray, measure=similarity.pearson) -> np.ndarray:
    return measure(people[::2], people[1::2])


def summary(similarities: np.ndarray) -> list[float]:
    return [similarities.mean(), similarities.std(), *np.percentile(similarities, [5, 50, 95])]


def test_the_catalogue_holds_the_promised_generators() -> None:
    assert {*DRAWN, "file"} <= set(catalogue.names("values.profiles"))
    assert profiles.human is catalogue.get("values.profiles", "human")


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("n", [0, 1, 7, 200])
def test_profiles_lie_on_the_scale(name: str, n: int) -> None:
    scores = catalogue.get("values.profiles", name)(n, generator())
    assert scores.shape == (n, 10)
    assert ((scores >= 1) & (scores <= 6)).all()


@pytest.mark.parametrize("name", DRAWN)
def test_equal_seeds_draw_equal_profiles(name: str) -> None:
    make = catalogue.get("values.profiles", name)
    assert (make(20, generator(3)) == make(20, generator(3))).all()


# What real people have (values.md, ESS 9 Germany, n = 2,316); a normal distribution comes this near.
@pytest.mark.parametrize(
    ("measure", "published", "within"),
    [
        (similarity.pearson, [0.418, 0.300, -0.15, 0.47, 0.82], 0.02),
        (similarity.spearman, [0.412, 0.302, -0.16, 0.46, 0.83], 0.025),
        (similarity.distinctive, [0.002, 0.379, -0.62, 0.00, 0.63], 0.02),
    ],
)
def test_two_random_people_are_as_alike_as_in_the_survey(measure, published, within) -> None:
    people = profiles.human(100_000, generator())
    assert summary(of_pairs(people, measure)) == pytest.approx(published, abs=within)


def test_two_random_people_are_as_far_apart_as_in_the_survey() -> None:
    """Published distance of centred profiles: 3.66 ± 1.09; 2.07 / 3.55 / 5.63."""
    people = values.centre(profiles.human(100_000, generator()))
    distances = np.linalg.norm(people[::2] - people[1::2], axis=1)
    mean, sd, low, median, high = summary(distances)
    assert [mean, sd, low, median] == pytest.approx([3.66, 1.09, 2.07, 3.55], abs=0.12)
    assert high == pytest.approx(5.63, abs=0.25)  # a normal distribution has fewer far pairs


def test_people_have_the_surveyed_means_and_spread() -> None:
    people = values.centre(profiles.human(100_000, generator()))
    germany = norms.population()
    assert people.mean(axis=0) == pytest.approx(germany.mean, abs=0.03)
    assert np.cov(people.T) == pytest.approx(germany.covariance, abs=0.05)


@pytest.mark.parametrize("name", ["ESS11-FI", "ESS11-BG", "ESS-all"])
def test_other_populations_have_their_own_means(name: str) -> None:
    people = values.centre(profiles.human(50_000, generator(), population=name))
    assert people.mean(axis=0) == pytest.approx(values.centre(norms.population(name).mean), abs=0.04)


def test_the_level_is_as_wished_where_the_scale_allows() -> None:
    people = profiles.human(5000, generator(), level=4.2)
    levels = values.mrat(people)
    assert np.median(levels) == pytest.approx(4.2)
    same = profiles.human(5000, generator(), level=3.5)
    assert similarity.pearson(people, same) == pytest.approx(1)


def test_uniform_profiles_have_mean_0_and_sd_a_third() -> None:
    similarities = of_pairs(profiles.uniform(100_000, generator()))
    assert similarities.mean() == pytest.approx(0, abs=0.005)
    assert similarities.std() == pytest.approx(0.333, abs=0.003)


def test_extreme_profiles_hold_one_quadrant_against_its_opposite() -> None:
    people = profiles.extreme(8, generator(), noise=0)
    highs = [tuple(np.flatnonzero(row == 5.5)) for row in people]
    lows = [tuple(np.flatnonzero(row == 1.5)) for row in people]
    assert sorted(highs) == sorted([(0, 1, 2), (3, 4), (5, 6, 7), (8, 9)] * 2)
    opposite = {(0, 1, 2): (5, 6, 7), (3, 4): (8, 9), (5, 6, 7): (0, 1, 2), (8, 9): (3, 4)}
    assert [opposite[high] for high in highs] == lows


def test_grid_similarity_is_the_cosine_of_the_angle() -> None:
    people = profiles.grid(12, generator())
    steps = np.arange(12)
    assert similarity.pearson(people[0], people) == pytest.approx(np.cos(2 * np.pi * steps / 12), abs=1e-12)
    assert people.min() == 1
    assert people.max() == 6


def test_a_file_s_people_come_in_order(tmp_path: Path) -> None:
    rows = profiles.uniform(5, generator())
    path = tmp_path / "people.csv"
    path.write_text(
        ",".join(values.CODES) + "\n" + "\n".join(",".join(map(repr, map(float, r))) for r in rows)
    )
    assert (profiles.file(5, generator(), path=path) == rows).all()
    three = profiles.file(3, generator(), path=path)
    places = [np.flatnonzero((rows == row).all(axis=1)).item() for row in three]
    assert places == sorted(set(places))
    with pytest.raises(DataError, match="holds 5 profiles, 6 are needed"):
        profiles.file(6, generator(), path=path)


def test_a_file_s_faults_are_named(tmp_path: Path) -> None:
    path = tmp_path / "people.tsv"
    path.write_text("\t".join(values.CODES[:9]) + "\n" + "\t".join("3" * 9))
    with pytest.raises(DataError, match="no column for UN"):
        profiles.file(1, generator(), path=path)
    path.write_text(
        "\t".join(values.CODES) + "\n" + "\t".join("3" * 10) + "\n" + "\t".join([*"333333333", "7"])
    )
    with pytest.raises(DataError, match=r"column 'UN', row 2: '7' is no score"):
        profiles.file(1, generator(), path=path)


def test_a_draw_records_what_it_was() -> None:
    sample = profiles.draw("human", 300, generator(), population="ESS11-FI")
    assert sample.scores.shape == (300, 10)
    assert sample.record["generator"] == "human"
    assert sample.record["options"] == {"population": "ESS11-FI", "level": 3.5}
    assert "European Social Survey" in sample.record["what"]
    assert sample.record["n"] == 300
    assert -0.4 < sample.record["pearson"]["p5"] < sample.record["pearson"]["p95"] < 1


def test_a_draw_of_one_has_no_similarity_to_record() -> None:
    assert profiles.draw("uniform", 1, generator()).record["pearson"] == {}


def test_wrong_names_and_options_are_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'human'"):
        profiles.draw("humans", 3, generator())
    with pytest.raises(UsageError, match=r"no option 'country'\. Known: population, level"):
        profiles.draw("human", 3, generator(), country="DE")
    with pytest.raises(UsageError, match="need the option 'path'"):
        profiles.draw("file", 3, generator())


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("uniform", {"low": 4, "high": 3}),
        ("uniform", {"high": 7}),
        ("extreme", {"noise": -1}),
        ("grid", {"amplitude": 3}),
        ("human", {"population": "Mars"}),
    ],
)
def test_settings_out_of_range_are_refused(name: str, options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        profiles.draw(name, 3, generator(), **options)
