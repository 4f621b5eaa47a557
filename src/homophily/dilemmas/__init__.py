"""Everyday dilemmas and the verdicts given on them."""
