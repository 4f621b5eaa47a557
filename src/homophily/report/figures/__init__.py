"""Figures of the report, one file each: `draw(finding)` gives a matplotlib figure in the house style."""
