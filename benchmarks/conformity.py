"""The inertia–conformity model at the published size: our fit beside a general optimiser, and its bootstrap.

    python -m benchmarks.conformity > benchmarks/results/conformity.md
    python -m benchmarks.conformity --dilemmas 100 --draws 20     # quickly

The data are drawn from the published coefficients over the fifteen published experiments. The general
optimiser is torch's L-BFGS with a strong Wolfe line search in float64, on the same likelihood and priors,
every parameter free, in the same run; fits take turns, each on one thread. The refits to resampled dilemmas
run in two processes.
"""

from __future__ import annotations

import argparse
import platform
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch
from benchmarks.debates import MODELS, Debates
from threadpoolctl import threadpool_limits

from homophily.analysis._agreement import counts
from homophily.analysis._estimators.conformity import FORMS, Fit, Prior, Rows, fit, rows

FORM = FORMS["model"]


def data(dilemmas: int) -> Rows:
    return rows(Debates(dilemmas=dilemmas).panel(np.random.default_rng(7)))


def ours(found: Rows, dilemmas: int) -> Fit:
    return fit(found, FORM, models=len(MODELS), dilemmas=dilemmas, protocols=2)


def theirs(found: Rows, dilemmas: int) -> tuple[float, np.ndarray]:
    """The objective at its end, and the coefficients, (models, effects)."""
    prior = Prior()
    columns = torch.from_numpy(FORM.columns(found))
    verdict, model, dilemma = (
        torch.from_numpy(np.asarray(part, dtype=np.int64))
        for part in (found.verdict, found.model, found.dilemma)
    )
    base = torch.zeros((len(MODELS), found.kinds), dtype=torch.float64, requires_grad=True)
    leaning = torch.zeros((dilemmas, found.kinds), dtype=torch.float64, requires_grad=True)
    effects = torch.zeros((len(MODELS), columns.shape[2]), dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS(
        [base, leaning, effects],
        max_iter=2000,
        history_size=20,
        tolerance_grad=1e-6,
        tolerance_change=1e-12,
        line_search_fn="strong_wolfe",
    )

    def loss() -> torch.Tensor:
        logits = base[model] + leaning[dilemma] + torch.einsum("nke,ne->nk", columns, effects[model])
        fitted = torch.nn.functional.cross_entropy(logits, verdict, reduction="sum")
        held = (base**2).sum() / prior.base**2 + (leaning**2).sum() / prior.leaning**2
        return fitted + (held + (effects**2).sum() / prior.effect**2) / 2

    def closure() -> torch.Tensor:
        search.zero_grad()
        value = loss()
        value.backward()
        return value

    search.step(closure)
    with torch.no_grad():
        return -float(loss()), effects.detach().numpy()


def refits(weights: np.ndarray, dilemmas: int) -> tuple[int, float]:
    """How many refits to resampled dilemmas converged, in a process of its own, and its CPU seconds."""
    with threadpool_limits(1):
        fitted = ours(data(dilemmas), dilemmas)
        began = time.process_time()
        found = fitted.resampled(weights)
    return int(np.isfinite(found).all(axis=1).sum()), time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--dilemmas", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    torch.set_num_threads(1)
    found = data(given.dilemmas)
    fitted, objective, effects, seconds = _race(found, given.dilemmas, given.repeats)
    began = time.perf_counter()
    weights = counts(given.dilemmas, given.draws, np.random.default_rng(1))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        halves = pool.map(partial(refits, dilemmas=given.dilemmas), np.array_split(weights, 2))
        converged, cpus = zip(*halves, strict=True)
    boot = time.perf_counter() - began
    order = list(FORM.shared)
    mine = np.zeros_like(effects)
    for (effect, model, _), value in zip(fitted.problem.names, fitted.effects, strict=True):
        mine[model, order.index(effect)] = value
    print(f"# Conformity\n\n{__doc__.split(chr(10), 2)[2].strip(chr(10))}\n")
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, torch {torch.__version__}, "
        f"{platform.machine()}; {len(found):,} verdicts on {given.dilemmas:,} dilemmas, "
        f"{given.repeats} fits each in turn.\n"
    )
    print("| fit | CPU seconds, median (range) | seconds, median | objective |\n| --- | ---: | ---: | ---: |")
    for name, (cpu, wall), value in (
        ("ours (Newton, leanings eliminated)", seconds["ours"], fitted.solution.objective),
        ("torch L-BFGS", seconds["torch"], objective),
    ):
        spread = f"{np.median(cpu):.2f} ({min(cpu):.2f}–{max(cpu):.2f})"
        print(f"| {name} | {spread} | {np.median(wall):.2f} | {value:.6f} |")
    ratio = np.median(np.array(seconds["torch"][0]) / np.array(seconds["ours"][0]))
    print(f"\n- torch takes {ratio:.1f} times our CPU time (median of the paired ratios).")
    print(f"- Difference of the objectives: {abs(fitted.solution.objective - objective):.1e}.")
    print(f"- Largest difference of a coefficient: {np.abs(mine - effects).max():.1e}.")
    print(
        f"- {given.draws} refits to resampled dilemmas, two processes: {max(cpus):.0f} CPU seconds in each, "
        f"{boot:.0f} seconds by the clock, with starting them; {sum(converged)} converged."
    )


def _race(
    found: Rows, dilemmas: int, repeats: int
) -> tuple[Fit, float, np.ndarray, dict[str, tuple[list[float], list[float]]]]:
    seconds: dict[str, tuple[list[float], list[float]]] = {"ours": ([], []), "torch": ([], [])}
    with threadpool_limits(1):
        for _ in range(repeats):
            began = time.process_time(), time.perf_counter()
            fitted = ours(found, dilemmas)
            _note(seconds["ours"], began)
            began = time.process_time(), time.perf_counter()
            objective, effects = theirs(found, dilemmas)
            _note(seconds["torch"], began)
    return fitted, objective, effects, seconds


def _note(into: tuple[list[float], list[float]], began: tuple[float, float]) -> None:
    into[0].append(time.process_time() - began[0])
    into[1].append(time.perf_counter() - began[1])


if __name__ == "__main__":
    main()
