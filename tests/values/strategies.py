"""What hypothesis draws: answers, and profiles as questionnaires give them."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homophily.values import keys, score_items

#: Answers to the 21 items, few enough points that ties are common.
answers = arrays(float, 21, elements=st.integers(1, 6).map(float))

#: Raw scores that 21 answers can give.
scored = answers.map(lambda given: score_items(given[None], keys.PVQ21, max_identical=21).raw[0])

#: Any raw scores on 1–6 with differences that matter.
raw = arrays(float, 10, elements=st.integers(100, 600).map(lambda n: n / 100))


def flat(profile: np.ndarray) -> bool:
    return bool(np.ptp(profile) < 1e-6)
