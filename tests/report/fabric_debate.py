"""What the figures of debates ask for, made up from nothing."""

import numpy as np
import pandas as pd

MODELS = ("claude", "gpt", "a-model-with-a-long-name-2026-04")
VERDICTS = ("YTA", "NTA", "ESH", "NAH", "INFO")
VALUES = ("honest-communication", "personal-autonomy", "empathy-and-understanding", "child-welfare")


def _frame(columns: str, rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def _about(rng: np.random.Generator) -> tuple[float, float, float]:
    middle = rng.uniform(0.2, 0.8)
    return middle, middle - 0.1, middle + 0.12


def calibration(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (form, x, x + rng.normal(0, 0.03), rng.integers(50, 900))
        for form in ("model", "pooled")
        for x in np.linspace(0.05, 0.95, 8)
    ]
    return _frame("form foretold seen n", rows)


def consensus(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for experiment in ("synchronous: claude + gpt", "round robin: gpt > claude"):
        shares = rng.dirichlet(np.ones(5))
        rows += [("consensus in round", turn, share, experiment) for turn, share in enumerate(shares[:4], 1)]
        rows.append(("no consensus", np.nan, shares[4], experiment))
    return _frame("term round estimate experiment", rows)


def contrasts(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (panel, line, *_about(rng), p)
        for panel in ("First against second", "Round robin against synchronous")
        for line, p in zip(MODELS, (0.001, 0.2, 0.04), strict=True)
    ]
    return _frame("panel line estimate low high p_holm", rows)


def flow(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (turn, now, then, int(rng.integers(1, 60)), experiment)
        for experiment in ("synchronous: claude + gpt", "round robin: gpt > claude")
        for turn in (1, 2)
        for now in (*VERDICTS, "unreadable")
        for then in (*VERDICTS, "ended")
    ]
    return _frame("round verdict next n experiment", rows)


def parameters(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (term, model, "all", kind, *_about(rng))
        for term in ("inertia", "previous", "within")
        for model in MODELS
        for kind in ("map", "marginal")
    ]
    return _frame("term model protocol estimator estimate low high", rows)


def persuasion(rng: np.random.Generator) -> pd.DataFrame:
    rows = [("moved by", a, b, *_about(rng)) for a in MODELS for b in MODELS if a != b]
    rows += [("strength", a, None, *_about(rng)) for a in MODELS]
    return _frame("term model by estimate low high", rows)


def predictive(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for form in ("model", "protocol"):
        for protocol in ("synchronous", "round_robin"):
            for term, model in (
                ("change of verdict", "gpt"),
                ("consensus in round 1", ""),
                ("no consensus", ""),
            ):
                middle, low, high = _about(rng)
                rows.append((term, model, protocol, form, rng.uniform(0.1, 0.9), middle, low, high))
    return _frame("term model protocol form seen estimate low high", rows)


def revision(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (model, beside, protocol, position, *_about(rng))
        for model in MODELS
        for beside in MODELS
        if beside != model
        for protocol, position in (("synchronous", 1), ("round_robin", 1), ("round_robin", 2))
    ]
    return _frame("model beside protocol position estimate low high", rows)


def value_differences(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (value, contrast, *(x - 0.5 for x in _about(rng)), p)
        for contrast in ("claude − gpt", f"claude − {MODELS[2]}")
        for value, p in zip(VALUES, (0.001, 0.3, 0.04, 1.0), strict=True)
    ]
    return _frame("value contrast estimate low high p_holm", rows)


def value_wheel(rng: np.random.Generator) -> pd.DataFrame:
    rows = [(model, value, rng.uniform(0, 0.6)) for model in MODELS for value in VALUES]
    return _frame("model value estimate", rows)


MADE = {
    make.__name__: make
    for make in (
        calibration, consensus, contrasts, flow, parameters, persuasion, predictive, revision,
        value_differences, value_wheel,
    )
}  # fmt: skip
