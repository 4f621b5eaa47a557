"""Our mixed models beside lme4 and lmerTest: estimates, degrees of freedom, time.

    python -m benchmarks.mixed
    python -m benchmarks.mixed --reference    # the fixed numbers that the tests hold us to

Needs R with lme4 for the comparison (Debian: r-cran-lme4), and lmerTest (r-cran-lmertest) for degrees of
freedom; without R, ours alone are timed.
"""

from __future__ import annotations

import argparse
import json
import os
import time

import numpy as np
import pandas as pd
from benchmarks import _tally
from benchmarks._beside import from_r, row

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
library(lme4); d$language <- factor(d$language); contrasts(d$language) <- contr.sum(2)
f <- as.formula(paste("trust ~ similarity * language +",
                      paste0("(1|", strsplit(given[1], ",")[[1]], ")", collapse = " + ")))
with <- function(lmer) quiet(lmer(f, d, control = lmerControl(calc.derivs = FALSE,
  optimizer = "bobyqa", optCtrl = list(rhoend = 1e-8))))
told <- timed(function() with(lme4::lmer)); m <- told[[1]]; took <- told[[2]]; df <- c()
if (given[2] == "df" && requireNamespace("lmerTest", quietly = TRUE)) {
  start <- proc.time()[["elapsed"]]; df <- coef(summary(with(lmerTest::lmer)))[, 3]
  took <- proc.time()[["elapsed"]] - start
}
s <- coef(summary(m)); v <- as.data.frame(VarCorr(m))
named <- paste0('"', sub("Residual", "residual", v$grp), '":', sprintf("%.10g", v$vcov), collapse = ",")
cat(sprintf('{"estimate":%s,"se":%s,"df":%s,"variances":{%s},"deviance":%.10g,"seconds":%.3f}\\n',
  show(s[, 1]), show(s[, 2]), show(df), named, -2 * as.numeric(logLik(m)), took))
"""
GAPS = ("estimate", "se", "df", "variances", "deviance")
#: Data for which lmerTest's degrees of freedom take many minutes: there lme4 alone is asked.
LARGE = 10_000


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
        "seconds": time.perf_counter() - start,
    }


def theirs(frame: pd.DataFrame, factors: tuple[str, ...], *, df: bool = True) -> dict | None:
    told = from_r(SCRIPT, frame, ",".join(factors), "df" if df else "fit")
    return told[0] if told else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", action="store_true", help="print R's figures for the small sizes")
    given = parser.parse_args()
    lines = [
        f"# Mixed models beside lmerTest ({os.cpu_count()} cores)\n",
        "Largest relative differences of estimates, standard errors, df; absolute of variances and deviance "
        "(below 0: ours fits better). Times of both with degrees of freedom, where those are compared.\n",
        "| data | ours, s | lmerTest, s | estimates | se | df | variances | deviance |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (settings, factors) in SIZES.items():
        frame = data(**settings)
        if given.reference and len(frame) > 1000:
            continue
        other = theirs(frame, factors, df=len(frame) < LARGE)
        if given.reference:
            print(json.dumps({name: other}))
            continue
        ours(frame[:400], ("rater",))  # what is imported late is imported now
        lines.append(row(name, ours(frame, factors), other, GAPS))
    if not given.reference:
        _tally.save("mixed.md", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
