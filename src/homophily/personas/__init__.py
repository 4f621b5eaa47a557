"""Persona designs, one file each: how a model is told which values it holds.

A design is a function ``f(profile, language) -> str``: the paragraph of a system prompt that gives a model
its values. `profile` holds the ten target scores on the 1–6 scale by value code.
"""
