"""Similarity measures between value profiles, one pure function a file."""
