"""Estimators over arrays: each pure, each proved on data with known parameters."""
