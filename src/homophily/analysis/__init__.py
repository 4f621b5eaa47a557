"""Analyses, one file a model family: tidy tables in, estimates with intervals out."""

from homophily.analysis._codebook import Theme, codebook
from homophily.analysis._finding import Finding
from homophily.analysis._plan import run
from homophily.analysis._power import power

__all__ = ["Finding", "Theme", "codebook", "power", "run"]
__references__ = ("harris2020", "mckinney2010", "virtanen2020")
