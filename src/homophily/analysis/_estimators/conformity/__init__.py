"""The inertia–conformity model of debates: rows, forms, fit, simulation, held-out prediction."""

from homophily.analysis._estimators.conformity.fit import Estimator, Fit, fit
from homophily.analysis._estimators.conformity.form import EFFECTS, FORMS, Form
from homophily.analysis._estimators.conformity.heldout import Unit, calibration, foretold, scores
from homophily.analysis._estimators.conformity.likelihood import Likelihood, maximum
from homophily.analysis._estimators.conformity.prior import Prior
from homophily.analysis._estimators.conformity.process import Process
from homophily.analysis._estimators.conformity.rows import Rows, rows
from homophily.analysis._estimators.conformity.simulate import simulate

__all__ = [
    "EFFECTS",
    "FORMS",
    "Estimator",
    "Fit",
    "Form",
    "Likelihood",
    "Prior",
    "Process",
    "Rows",
    "Unit",
    "calibration",
    "fit",
    "foretold",
    "maximum",
    "rows",
    "scores",
    "simulate",
]
