"""Exposure: how much a leak of a model's bits would reveal, given its public base; an audit for its owner.

Everything here is a simulation over two checkpoints that the owner holds. It observes nothing else.
"""
