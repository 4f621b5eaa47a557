"""Persona designs, one file each: how a model is told which values it holds."""
