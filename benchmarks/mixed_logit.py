"""Our mixed logit beside glmer of R's lme4: the same data, the same estimates?

python -m benchmarks.mixed_logit
python -m benchmarks.mixed_logit --reference    # prints the figures kept in tests/…/glmer.json
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import pandas as pd
from benchmarks import _tally
from benchmarks._beside import from_r, row

from homophily.analysis._estimators.mixed_logit import MixedLogit, mixed_logit

SCRIPT = """
library(lme4); nodes <- as.integer(given[1])
control <- glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5, rhoend = 1e-8))
told <- timed(function() glmer(y ~ x1 + x2 + x3 + (1 | cluster), d, family = binomial, nAGQ = nodes,
  control = control)); f <- told[[1]]
cat(sprintf('{"estimate":%s,"se":%s,"sd":%.10g,"deviance":%.10g,"seconds":%.3f}\\n', show(fixef(f)),
  show(sqrt(diag(as.matrix(vcov(f))))), sqrt(unlist(VarCorr(f)))[[1]], -2 * as.numeric(logLik(f)), told[[2]]))
"""

#: Settings of `data`, and the nodes of the quadrature.
SIZES = {
    "60 clusters of 12, 15 nodes": ({"clusters": 60, "size": 12, "sd": 1.0}, 15),
    "200 clusters of 4, 15 nodes": ({"clusters": 200, "size": 4, "sd": 1.5}, 15),
    "300 clusters of 30, 7 nodes": ({"clusters": 300, "size": 30, "sd": 0.6}, 7),
}


def data(clusters: int, size: int, sd: float, seed: int = 5) -> pd.DataFrame:
    """Answers with a random intercept by cluster: one binary, one rare binary and one numeric column."""
    rng = np.random.default_rng(seed)
    n = clusters * size
    cluster = np.repeat(np.arange(clusters), size)
    x = np.column_stack([rng.random(n) < 0.4, rng.random(n) < 0.12, rng.normal(size=n)]).astype(float)
    logit = -0.8 + x @ [0.7, -0.9, 0.4] + rng.normal(0, sd, clusters)[cluster]
    y = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    return pd.DataFrame({"y": y, "x1": x[:, 0], "x2": x[:, 1], "x3": x[:, 2], "cluster": cluster})


def ours(frame: pd.DataFrame, nodes: int) -> MixedLogit:
    x = np.column_stack([np.ones(len(frame)), frame[["x1", "x2", "x3"]].to_numpy()])
    return mixed_logit(x, frame["y"].to_numpy(float), frame["cluster"].to_numpy(), nodes=nodes)


def beside(frame: pd.DataFrame, nodes: int) -> dict:
    """Our fit under R's names, with its seconds."""
    began = time.perf_counter()
    mine = ours(frame, nodes)
    took = time.perf_counter() - began
    se = np.sqrt(np.diag(mine.covariance))
    return {"estimate": mine.beta, "se": se, "sd": mine.sd, "deviance": -2 * mine.likelihood, "seconds": took}


def theirs(frame: pd.DataFrame, nodes: int) -> dict | None:
    told = from_r(SCRIPT, frame, str(nodes))
    return told[0] if told else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", action="store_true", help="print R's figures")
    given = parser.parse_args()
    if given.reference:
        print(
            json.dumps({name: theirs(data(**how), nodes) for name, (how, nodes) in SIZES.items()}, indent=1)
        )
        return
    lines = [
        "# Mixed logit beside lme4's glmer",
        "",
        "`python -m benchmarks.mixed_logit`. Largest relative differences; of −2 log likelihood absolute.",
        "",
        "| data | ours, s | glmer, s | estimates | se | sd | deviance |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (how, nodes) in SIZES.items():
        frame = data(**how)
        lines.append(
            row(name, beside(frame, nodes), theirs(frame, nodes), ("estimate", "se", "sd", "deviance"))
        )
    _tally.save("mixed_logit.md", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
