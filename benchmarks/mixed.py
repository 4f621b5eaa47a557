"""Our mixed models beside lme4 and lmerTest: estimates, degrees of freedom, time.

    python -m benchmarks.mixed
    python -m benchmarks.mixed --reference    # the fixed numbers that the tests hold us to

Needs R with lmerTest (Debian: r-cran-lmertest) for the comparison; without it, ours alone are timed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks import _tally

from homophily.analysis._estimators import reml
from homophily.analysis._estimators.terms import matrix

FACTORS = ("rater", "partner", "pair")
#: Name, what is simulated, random factors fitted.
SIZES: dict[str, tuple[dict, tuple[str, ...]]] = {
    "800 ratings, 60 agents": ({}, FACTORS),
    "800 ratings, boundary": ({"sds": (0.5, 0.0, 0.0, 0.0, 0.0, 0.8), "seed": 2}, FACTORS),
    "720 ratings, five factors": ({"missing": 0.1}, (*FACTORS, "direction", "session")),
    "20,000 ratings, 1,000 agents": ({"agents": 1000, "pairs": 5000}, FACTORS),
}
SCRIPT = """
suppressMessages(library(lmerTest)); given <- commandArgs(TRUE)
d <- read.csv(given[1]); d$language <- factor(d$language); contrasts(d$language) <- contr.sum(2)
f <- as.formula(paste("trust ~ similarity * language +",
                      paste0("(1|", strsplit(given[2], ",")[[1]], ")", collapse = " + ")))
start <- proc.time()[["elapsed"]]
m <- suppressMessages(suppressWarnings(lmer(f, d, control = lmerControl(calc.derivs = FALSE,
  optimizer = "bobyqa", optCtrl = list(rhoend = 1e-8)))))
fitted <- proc.time()[["elapsed"]] - start
s <- coef(summary(m)); v <- as.data.frame(VarCorr(m)); whole <- proc.time()[["elapsed"]] - start
show <- function(x) paste0("[", paste(sprintf("%.10g", x), collapse = ","), "]")
cat(sprintf('{"estimate":%s,"se":%s,"df":%s,"groups":["%s"],"variances":%s,"deviance":%.10g,"fit":%.3f,"all":%.3f}',
  show(s[, 1]), show(s[, 2]), show(s[, 3]), paste(v$grp, collapse = '","'), show(v$vcov),
  -2 * as.numeric(logLik(m)), fitted, whole))
"""


def data(
    agents: int = 60,
    pairs: int = 200,
    sds: tuple[float, ...] = (0.5, 0.4, 0.3, 0.4, 0.2, 0.6),
    missing: float = 0.0,
    seed: int = 1,
) -> pd.DataFrame:
    """Ratings in two languages, the same wherever NumPy's generators are.

    Args:
        agents: Pool of agents.
        pairs: Pairs, each meeting in both languages.
        sds: Of rater, partner, pair, direction, session, residual.
        missing: Share of the ratings left out.
        seed: Seed of everything.
    """
    rng = np.random.default_rng(seed)
    every = np.column_stack(np.triu_indices(agents, 1))
    members = every[rng.permutation(len(every))[:pairs]]
    similarity = rng.uniform(-0.5, 1, pairs)
    pair, seat, language = (part.ravel() for part in np.meshgrid(np.arange(pairs), [0, 1], [0, 1]))
    rater, partner = members[pair, seat], members[pair, 1 - seat]
    effects = [rng.normal(0, 1, size) for size in (agents, agents, pairs, 2 * pairs, 2 * pairs, pair.size)]
    places = (rater, partner, pair, 2 * pair + seat, 2 * pair + language, np.arange(pair.size))
    mean = 4 + (0.6 + 0.3 * language) * similarity[pair] + 0.2 * language
    trust = mean + sum(sd * effect[place] for sd, effect, place in zip(sds, effects, places, strict=True))
    frame = pd.DataFrame(
        {
            "trust": trust,
            "similarity": similarity[pair],
            "language": np.where(language == 1, "ja", "en"),
            "rater": rater,
            "partner": partner,
            "pair": pair,
            "direction": places[3],
            "session": places[4],
        }
    )
    return frame[rng.random(len(frame)) >= missing].reset_index(drop=True)


def ours(frame: pd.DataFrame, factors: tuple[str, ...]) -> dict:
    start = time.perf_counter()
    design = matrix(frame, "similarity * language")
    fit = reml.fit(
        frame["trust"].to_numpy(), design.columns, {name: frame[name].tolist() for name in factors}
    )
    found = [fit.contrast(weights) for weights in np.eye(len(design.names))]
    return {
        "estimate": [c.estimate for c in found],
        "se": [c.se for c in found],
        "df": [c.df for c in found],
        "variances": fit.variances,
        "deviance": fit.deviance,
        "all": time.perf_counter() - start,
    }


def theirs(frame: pd.DataFrame, factors: tuple[str, ...]) -> dict | None:
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder, "data.csv"), Path(folder, "fit.R")
        frame.to_csv(table, index=False)
        script.write_text(SCRIPT, encoding="utf-8")
        command = ["Rscript", str(script), str(table), ",".join(factors)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    named = dict(zip(found.pop("groups"), found.pop("variances"), strict=True))
    named["residual"] = named.pop("Residual")
    return {**found, "variances": named}


def compare(name: str, mine: dict, other: dict | None) -> str:
    if other is None:
        return f"| {name} | {mine['all']:.2f} | – | – | – | – | – | – |"
    apart = [np.max(np.abs(np.array(mine[k]) / np.array(other[k]) - 1)) for k in ("estimate", "se", "df")]
    variance = max(abs(mine["variances"][k] - value) for k, value in other["variances"].items())
    figures = [*apart, variance, mine["deviance"] - other["deviance"]]
    times = f"{mine['all']:.2f} | {other['all']:.2f}"
    return f"| {name} | {times} | {' | '.join(f'{figure:.1e}' for figure in figures)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", action="store_true", help="print R's figures for the small sizes")
    given = parser.parse_args()
    lines = [
        f"# Mixed models beside lmerTest ({os.cpu_count()} cores)\n",
        "Largest relative differences of estimates, standard errors, df; absolute of variances and deviance "
        "(below 0: ours fits better).\n",
        "| data | ours, s | lmerTest, s | estimates | se | df | variances | deviance |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (settings, factors) in SIZES.items():
        frame = data(**settings)
        if given.reference and len(frame) > 1000:
            continue
        other = theirs(frame, factors)
        if given.reference:
            print(json.dumps({name: other}))
            continue
        ours(frame[:400], ("rater",))  # what is imported late is imported now
        lines.append(compare(name, ours(frame, factors), other))
    if not given.reference:
        _tally.save("mixed.md", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
