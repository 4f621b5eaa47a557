"""The published counts give the published z statistics; McNemar's test is the binomial one."""

import numpy as np
import pytest
from scipy import stats

from homophily.analysis._estimators.twoshares import mcnemar, unpaired

#: Changes of verdict of 1,000 debates, original and balanced goal, with the published z.
PUBLISHED = [
    (282, 325, -2.0913),
    (31, 193, -11.486),
    (333, 446, -5.1816),
    (341, 394, -2.4581),
    (6, 115, -10.223),
    (412, 435, -1.0408),
]


@pytest.mark.parametrize(("first", "second", "z"), PUBLISHED)
def test_published_counts_give_published_z(first: int, second: int, z: float) -> None:
    found = unpaired(first, 1000, second, 1000)
    assert found.z == pytest.approx(z, abs=6e-4 if abs(z) > 10 else 6e-5)
    assert found.p == pytest.approx(2 * stats.norm.cdf(z), rel=1e-2)


def test_shares_that_cannot_vary_have_no_z() -> None:
    assert np.isnan(unpaired(0, 10, 0, 10).z)


def test_mcnemar_counts_discordant_cases_alone() -> None:
    first = np.repeat([True, True, False, False], [30, 12, 3, 55])
    second = np.repeat([True, False, True, False], [30, 12, 3, 55])
    found = mcnemar(first, second)
    assert (found.only_first, found.only_second) == (12, 3)
    # 2 · P(X ≤ 3), X binomial of 15 with 1/2: 2 · 576 / 32768
    assert found.p == pytest.approx(2 * 576 / 32768)


def test_nothing_discordant_is_no_evidence() -> None:
    assert mcnemar(np.ones(4, bool), np.ones(4, bool)).p == 1
