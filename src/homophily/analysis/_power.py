"""Power: how often would a study find an effect of a given size?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from homophily import catalogue, seeds
from homophily.errors import DataError, UsageError
from homophily.lab.complaint import complaint

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["power"]

_APART = (
    "term",
    "outcome",
    "language",
    "contrast",
    "condition",
    "component",
    "value",
    "level",
    "theme",
    "design",
    "method",
)


def power(
    study: Study,
    design: Design,
    *,
    grid: Mapping[str, Sequence[Any]],
    replicates: int = 200,
    analysis: str = "partner_control",
    options: Mapping[str, Any] | None = None,
    seed: int = 1,
    workers: int = 1,
) -> pd.DataFrame:
    """Play a study many times in memory, analyse each play as its plan would, and count what is found.

    Args:
        study: Any study.
        design: Its design; its respondents must be synthetic for the answers to mean anything.
        grid: Settings to vary, by dotted path into the design, each with the values to try; all combinations
            are played. For example ``{"pairs.n": [50, 100],
            "respondents.synthetic.similarity_slope": [0.3, 0.6]}``.
        replicates: Plays per combination, each with new profiles, pairs and answers.
        analysis: The analysis whose estimates are judged.
        options: Keyword arguments of that analysis.
        seed: Seed of the replicates; equal seeds give equal tables, whatever `workers`.
        workers: Processes side by side. More than one needs a study from the catalogue.

    Returns:
        One row a combination and estimate: the settings, what tells the estimate from others, ``mean`` of the
        estimates, ``power`` (share of replicates whose 95 % interval excludes 0), its Monte-Carlo interval
        ``low``, ``high`` (Wilson), ``positive`` (share with the interval above 0), ``degenerate`` (share in
        which nothing could be estimated, counted as not found), ``replicates``, and ``n``, the first varied
        setting that is a number.

    Raises:
        UsageError: The grid is empty or names a setting that the design does not have.
    """
    import pandas as pd

    if not grid or replicates < 1:
        raise UsageError("nothing to vary: give at least one setting with its values, and one replicate.")
    settings = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    for setting in settings:
        _varied(study, design, setting, seed)
    name = study.name if catalogue.names("studies").count(study.name) else None
    if workers > 1 and name is None:
        raise UsageError(f"the study {study.name!r} is not in the catalogue: play it with workers=1.")
    one = partial(_replicate, name or study, design.model_dump(), analysis, dict(options or {}), seed)
    jobs = [(place, setting, r) for place, setting in enumerate(settings) for r in range(replicates)]
    found = pd.concat(list(_spread(one, jobs, workers)), ignore_index=True)
    return _summary(found, settings, replicates)


def _spread(one: Any, jobs: Sequence[Any], workers: int) -> Iterator[pd.DataFrame]:
    if workers == 1:
        yield from map(one, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, jobs, chunksize=max(1, len(jobs) // (8 * workers)))


def _replicate(
    study: str | Study,
    design: Mapping[str, Any],
    analysis: str,
    options: Mapping[str, Any],
    seed: int,
    job: tuple[int, Mapping[str, Any], int],
) -> pd.DataFrame:
    """One play: its estimates, or one row without an estimate where nothing could be estimated."""
    from threadpoolctl import threadpool_limits

    from homophily.analysis._rows import estimates
    from homophily.lab import rehearse

    place, setting, replicate = job
    played: Study = catalogue.get("studies", study) if isinstance(study, str) else study
    varied = _varied(played, played.design.model_validate(design), setting, seeds.derive(seed, replicate))
    answers = rehearse(played, varied)
    tables = {**played.tables(answers, varied), "answers": answers}
    try:
        with threadpool_limits(1, user_api="blas"):
            table: pd.DataFrame = catalogue.get("analysis", analysis)(tables, **options).estimates
    except DataError:
        table = estimates([{"term": "not estimable"}])
    return table.assign(_place=place, _replicate=replicate)


def _varied(study: Study, design: Design, setting: Mapping[str, Any], seed: int) -> Design:
    """The design with settings changed by dotted path, and every seed derived from one."""
    values = design.model_dump()
    for path, value in setting.items():
        *folders, last = path.split(".")
        part: Any = values
        for folder in folders:
            part = part.get(folder) if isinstance(part, dict) else None
            if not isinstance(part, dict):
                raise UsageError(f"the design has no setting {path!r}: {folder!r} is not a part of it.")
        part[last] = value
    values["seed"] = seed % 2**31
    for name, respondent in values["respondents"].items():
        if respondent["kind"] in ("synthetic", "random", "volunteer"):
            respondent["seed"] = seeds.derive(seed, name) % 2**31
    try:
        return study.design.model_validate(values)
    except ValidationError as error:
        raise UsageError(complaint(error, study.design, within="the design as varied")) from None


def _summary(found: pd.DataFrame, settings: Sequence[Mapping[str, Any]], replicates: int) -> pd.DataFrame:
    import pandas as pd

    apart = [name for name in _APART if name in found.columns]
    found, rows = _one_method(found, apart), []
    for place, setting in enumerate(settings):
        played = found[found["_place"] == place]
        known = played[played["low"].notna()]
        parts = (
            known.groupby(apart, sort=False, dropna=False) if len(known) else [(("not estimable",), known)]
        )
        rows += [
            {**_printed(setting), **dict(zip(apart, key, strict=False)), **_share(part, replicates)}
            for key, part in parts
        ]
    return pd.DataFrame(rows)


def _one_method(found: pd.DataFrame, apart: Sequence[str]) -> pd.DataFrame:
    """Each estimate under its most frequent method, where methods do not tell estimates of one play apart.

    A model that drops a variance in some plays says so in its method; it is still the same estimate.
    """
    others = [name for name in apart if name != "method"]
    if "method" not in apart or found.duplicated(["_place", "_replicate", *others]).any():
        return found
    usual = found.groupby(others, dropna=False)["method"].transform(
        lambda said: said.mode(dropna=False).iat[0]
    )
    return found.assign(method=usual)


def _printed(setting: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as columns, the first that is a number as ``n`` too."""
    numbers = [value for value in setting.values() if isinstance(value, int | float)]
    shown = {path: str(value) if isinstance(value, dict) else value for path, value in setting.items()}
    return {**shown, "n": numbers[0] if numbers else float("nan")}


def _share(part: pd.DataFrame, replicates: int) -> dict[str, float]:
    """How often one estimate was found, over all replicates played."""
    from scipy import stats

    above, below = int((part["low"] > 0).sum()), int((part["high"] < 0).sum())
    ends = stats.binomtest(above + below, replicates).proportion_ci(method="wilson")
    return {
        "mean": float(part["estimate"].mean()),
        "power": (above + below) / replicates,
        "low": float(ends.low),
        "high": float(ends.high),
        "positive": above / replicates,
        "degenerate": 1 - part["_replicate"].nunique() / replicates,
        "replicates": replicates,
    }
