"""What filtering gains in time and memory, beside the dense model and beside an ideal that only skips."""

from homophily.filtering.benchmark.arms import ARMS, arm
from homophily.filtering.benchmark.bench import Runs, bench
from homophily.filtering.benchmark.clock import Clock
from homophily.filtering.benchmark.ideal import ideal
from homophily.filtering.benchmark.machine import machine
from homophily.filtering.benchmark.row import Row, Spread, tabulate
from homophily.filtering.benchmark.sample import Sample, run_once
from homophily.filtering.benchmark.shapes import SHAPES, random_model

__all__ = [
    "ARMS",
    "SHAPES",
    "Clock",
    "Row",
    "Runs",
    "Sample",
    "Spread",
    "arm",
    "bench",
    "ideal",
    "machine",
    "random_model",
    "run_once",
    "tabulate",
]
