"""Analyses, one file a model family: tidy tables in, estimates with intervals out."""
