"""Lineage: how similar are two models' weights, does one descend from the other, what would a leak reveal?"""
