"""Profile generators, one file each; the generator decides the range of similarity.

Every generator is ``gen(n, rng, **options)`` and gives raw target scores on 1–6, (n, 10). `draw` calls one by
name and records what it was.
"""

from homophily.values.profiles._draw import Sample, draw
from homophily.values.profiles.extreme import extreme
from homophily.values.profiles.file import file
from homophily.values.profiles.grid import grid
from homophily.values.profiles.human import human
from homophily.values.profiles.uniform import uniform

__all__ = ["Sample", "draw", "extreme", "file", "grid", "human", "uniform"]
