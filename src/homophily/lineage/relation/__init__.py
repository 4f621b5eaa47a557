"""From two models' arrays to a relation: alignment, pairing of layers, differences, rules."""
