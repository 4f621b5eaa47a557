"""The demonstration: every system at work offline, what was found beside what was planted."""

from homophily.demo.part import Check, Part, table
from homophily.demo.tour import PARTS, tour

__all__ = ["PARTS", "Check", "Part", "table", "tour"]
