"""Which mixed model is fitted where the data cannot bear the richest."""

import numpy as np
import pytest

from homophily.analysis._persons import fit


def people(
    intercept: float, slope: float, *, tied: float = 0.0, n: int = 40
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Answers over five levels; `tied` is what a person's intercept adds to its slope."""
    rng = np.random.default_rng(2)
    at = np.tile(np.arange(-2.0, 3), n)
    own, steep = rng.normal(0, 1, (2, n))
    person = np.repeat(np.arange(n), 5)
    # Residuals without mean and slope in any person, so that nothing but the plan varies between people.
    shape = np.array([[1.0, -2, 0, 2, -1], [1, -4, 6, -4, 1]]) / 4
    rest = (rng.normal(0, 1, (n, 2)) @ shape).ravel()
    y = (intercept * own)[person] + (0.3 + slope * steep + tied * own)[person] * at + rest
    return y, np.column_stack([np.ones_like(at), at]), person.tolist()


@pytest.mark.parametrize(
    ("given", "form", "words"),
    [
        ({"intercept": 1.0, "slope": 0.6}, "correlated", ()),
        ({"intercept": 1.0, "slope": 0.0, "tied": 0.5}, "independent", ("perfectly correlated",)),
        ({"intercept": 1.0, "slope": 0.0}, "intercepts", ("one slope for all",)),
        ({"intercept": 0.0, "slope": 0.6}, "independent", ("do not differ in their means",)),
        (
            {"intercept": 0.0, "slope": 0.0},
            "intercepts",
            ("one slope for all", "do not differ in their means"),
        ),
    ],
)
def test_the_richest_model_that_the_data_bear(
    given: dict[str, float], form: str, words: tuple[str, ...]
) -> None:
    y, x, person = people(**given)
    fitted, said = fit(y, x, x, person)
    assert fitted.form == form
    assert len(said) == len(words)
    assert all(word in text for word, text in zip(words, said, strict=True))


def test_slopes_that_vary_are_kept_where_means_do_not() -> None:
    y, x, person = people(0.0, 0.6)
    each = y.reshape(-1, 5) @ np.arange(-2, 3) / 10
    found = fit(y, x, x, person)[0].contrast([0, 1])
    assert found.se == pytest.approx(each.std(ddof=1) / np.sqrt(40), rel=0.01)
