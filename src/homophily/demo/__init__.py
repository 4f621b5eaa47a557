"""The demonstration: every system at work offline, what was planted beside what was found."""

from homophily.demo.index import write
from homophily.demo.part import Part
from homophily.demo.tour import PARTS, tour

__all__ = ["PARTS", "Part", "tour", "write"]
