"""The fit against a general optimiser, against slopes taken numerically, and on data with known truth."""

import numpy as np
import pytest
from benchmarks.debates import PUBLISHED, Debates
from scipy import optimize

from homophily.analysis._estimators.conformity import FORMS, Fit, Form, Prior, Rows, fit, maximum, rows
from homophily.analysis._estimators.conformity.newton import solve
from homophily.analysis._estimators.conformity.problem import Problem, contrasts
from homophily.analysis._estimators.conformity.system import system, value

SIZES = {"models": 3, "dilemmas": 12, "protocols": 2}


def some(dilemmas: int = 12, seed: int = 1, **changes: object) -> Rows:
    return rows(Debates(dilemmas=dilemmas, **changes).panel(np.random.default_rng(seed)))  # type: ignore[arg-type]


def plain(found: Rows, form: Form, prior: Prior) -> tuple[float, np.ndarray]:
    """The same model written down plainly, all parameters free, by a general optimiser; the effects alone."""
    kinds, models, dilemmas = found.kinds, SIZES["models"], SIZES["dilemmas"]
    columns = form.columns(found)
    effects = columns.shape[2]
    per_model = "model" in form.shared.values()
    wide = effects * (models if per_model else 1)
    each = np.arange(len(found))

    def parts(at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        base, rest = np.split(at, [models * kinds])
        leaning, effect = np.split(rest, [dilemmas * kinds])
        return (
            base.reshape(models, kinds),
            leaning.reshape(dilemmas, kinds),
            effect.reshape(models if per_model else 1, effects),
        )

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        base, leaning, effect = parts(at)
        who = found.model if per_model else np.zeros(len(found), int)
        logits = base[found.model] + leaning[found.dilemma]
        logits = logits + np.einsum("nke,ne->nk", columns, effect[who])
        top = logits.max(axis=1, keepdims=True)
        chance = np.exp(logits - top)
        norm = chance.sum(axis=1, keepdims=True)
        likelihood = (logits - top - np.log(norm))[each, found.verdict].sum()
        rest = -chance / norm
        rest[each, found.verdict] += 1
        slopes = [np.zeros((models, kinds)), np.zeros((dilemmas, kinds)), np.zeros(effect.shape)]
        np.add.at(slopes[0], found.model, rest)
        np.add.at(slopes[1], found.dilemma, rest)
        np.add.at(slopes[2], who, np.einsum("nke,nk->ne", columns, rest))
        spread = np.concatenate(
            [
                np.full(base.size, prior.base),
                np.full(leaning.size, prior.leaning),
                np.full(wide, prior.effect),
            ]
        )
        slope = np.concatenate([s.ravel() for s in slopes]) - at / spread**2
        return -(likelihood - (at**2 / spread**2).sum() / 2), -slope

    size = (models + dilemmas) * kinds + wide
    options = {"maxiter": 5000, "ftol": 1e-14, "gtol": 1e-7}
    end = optimize.minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options=options)
    return -end.fun, parts(end.x)[2]


@pytest.mark.parametrize("name", ["fixed effects", "pooled", "both", "model", "interactions", "latest"])
def test_newton_ends_where_a_general_optimiser_does(name: str) -> None:
    found, prior = some(), Prior()
    mine = fit(found, FORMS[name], prior=prior, **SIZES)
    objective, effects = plain(found, FORMS[name], prior)
    assert mine.solution.converged
    assert mine.solution.objective == pytest.approx(objective, rel=1e-9)
    order = list(FORMS[name].shared)
    for (effect, model, _), value_ in zip(mine.problem.names, mine.effects, strict=True):
        assert value_ == pytest.approx(effects[max(model, 0), order.index(effect)], abs=2e-4)


def test_priors_are_what_they_are_called() -> None:
    found, prior = some(), Prior(base=0.5, leaning=0.3, effect=0.1)
    mine = fit(found, FORMS["model"], prior=prior, **SIZES)
    assert mine.solution.objective == pytest.approx(plain(found, FORMS["model"], prior)[0], rel=1e-9)


def test_a_dilemma_drawn_twice_counts_as_two() -> None:
    found = some()
    single = fit(found, FORMS["model"], **SIZES)
    weights = np.array([2, 0, 1, 1, 3, 0, 1, 1, 1, 1, 0, 1], dtype=float)
    pieces, number = [], 0
    for dilemma, times in enumerate(weights.astype(int)):
        for _ in range(times):
            piece = found.take(np.flatnonzero(found.dilemma == dilemma))
            piece.dilemma[:] = number
            pieces.append(piece)
            number += 1
    names = Rows.__dataclass_fields__
    copied = Rows(**{name: np.concatenate([getattr(p, name) for p in pieces]) for name in names})
    copy = fit(copied, FORMS["model"], **{**SIZES, "dilemmas": number})
    again = solve(single.problem, single.prior, weights=weights)
    assert again.beta == pytest.approx(copy.solution.beta, abs=1e-6)
    assert single.resampled(weights[None])[0] == pytest.approx(copy.solution.beta, abs=1e-4)


def test_leanings_are_integrated_out_by_laplace() -> None:
    """The marginal fit is the top of its own objective, inner modes and determinants worked out anew."""
    found, prior = some(), Prior()
    mine = fit(found, FORMS["model"], prior=prior, estimator="marginal", **SIZES)
    problem, counted = mine.problem, np.ones(12)

    def objective(beta: np.ndarray) -> float:
        leaning = np.zeros((12, problem.free))
        for _ in range(50):
            leaning = leaning + system(problem, prior, counted, beta, leaning, marginal=False).away
        bend = system(problem, prior, counted, beta, leaning, marginal=False).inner
        return value(problem, prior, counted, beta, leaning)[1] - np.linalg.slogdet(bend)[1].sum() / 2

    beta = mine.solution.beta
    for unit in np.eye(beta.size)[12:]:
        up, down = objective(beta + 1e-3 * unit), objective(beta - 1e-3 * unit)
        assert (up - down) / 2e-3 == pytest.approx(0, abs=2e-3)
        assert objective(beta) > max(up, down)


def recovered(dilemmas: int, seed: int) -> Fit:
    found = some(dilemmas, seed)
    return fit(found, FORMS["model"], models=3, dilemmas=dilemmas, protocols=2, estimator="marginal")


def test_published_parameters_come_back() -> None:
    planted = np.concatenate([PUBLISHED[name] for name in ("inertia", "previous", "within")])
    gaps = []
    for seed in range(3):
        found = recovered(150, seed)
        se = np.sqrt(np.diag(found.solution.sandwich()))[12:]
        gaps.append((found.effects - planted) / se)
    # 27 standardised errors: their spread is that of a normal, and none is far out.
    assert np.abs(gaps).max() < 3.7
    assert 0.6 < np.std(gaps) < 1.45


def test_the_mode_shrinks_and_the_marginal_fit_does_not() -> None:
    found = some(400, 2)
    sizes = {"models": 3, "dilemmas": 400, "protocols": 2}
    mode, marginal = (
        fit(found, FORMS["model"], estimator=e, **sizes).effects[0] for e in ("map", "marginal")
    )
    assert mode < marginal
    assert marginal == pytest.approx(PUBLISHED["inertia"][0], abs=0.11)


def test_contrasts_are_orthonormal_and_sum_to_nothing() -> None:
    found = contrasts(5)
    assert found.T @ found == pytest.approx(np.eye(4))
    assert found.sum(axis=0) == pytest.approx(np.zeros(4))


def test_the_likelihood_at_its_bound() -> None:
    """Verdicts never given on a dilemma drop out; what is left has a maximum that no prior moves."""
    found = some()
    top = maximum(found, FORMS["model"], models=3, dilemmas=12)
    seen = np.zeros((12, 5), bool)
    seen[found.dilemma, found.verdict] = True
    assert top.unseen == (~seen).sum() > 0
    assert top.finite
    assert top.parameters == 3 * 4 + int((seen.sum(axis=1) - 1).sum()) + 9 - 4
    assert top.aic == pytest.approx(2 * top.parameters - 2 * top.value)
    loose = fit(found, FORMS["model"], prior=Prior(base=300, leaning=300, effect=300), **SIZES)
    assert top.value > fit(found, FORMS["model"], **SIZES).solution.likelihood
    assert loose.solution.likelihood == pytest.approx(top.value, abs=0.2)
    order = ("fixed effects", "inertia", "pooled", "both", "model", "interactions")
    nested = [maximum(found, FORMS[name], models=3, dilemmas=12).value for name in order]
    assert nested == sorted(nested)


def test_no_finite_maximum_is_said() -> None:
    """Agents that never leave their first verdict have endless inertia."""
    found = some(effects={"inertia": (60.0, 60.0, 60.0)})
    top = maximum(found, FORMS["inertia"], models=3, dilemmas=12)
    assert not top.finite
    assert np.isnan(top.aic)


def test_an_effect_that_never_shows_has_no_coefficient() -> None:
    pairs = [("synchronous", (0, 1))]
    found = some(experiments=pairs, models=("a", "b"), effects={k: v[:2] for k, v in PUBLISHED.items()})
    problem = Problem.of(found, FORMS["model"], models=2, dilemmas=12)
    assert {name for name, _, _ in problem.names} == {"inertia", "previous"}
