"""Filtering rules, one file each: what makes a token redundant.

A rule is a function ``rule(keys, values, *, position, seed, penalty)`` from the likeness of each token's key
and value to their anchors, both ``(batch, heads, tokens)``, to its redundancy ``(batch, tokens)``; the
highest are filtered first, minus infinity never. A rule that has a method ``capacity(rate)`` meets its rate
by taking old tokens out of the cache (`homophily.filtering.capacity`).
"""
