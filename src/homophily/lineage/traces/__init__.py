"""Execution patterns: what a run in one's own process tells of the model, by its operations in order."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homophily.lineage.traces.agreement import Agreement, agree, outputs, probes, shared_words
    from homophily.lineage.traces.channels import CHANNELS
    from homophily.lineage.traces.dimensions import Dimensions, read_off
    from homophily.lineage.traces.files import read, write
    from homophily.lineage.traces.making import BROAD, Circumstances, make
    from homophily.lineage.traces.models import DTYPES, open_model
    from homophily.lineage.traces.noise import jitter, lose, merge
    from homophily.lineage.traces.reading import ALPHA, UNKNOWN, Reading, classify
    from homophily.lineage.traces.recorder import record
    from homophily.lineage.traces.running import run
    from homophily.lineage.traces.templates import Templates, load, make_templates, save, shipped
    from homophily.lineage.traces.trace import ABOUT, Trace

__all__ = [
    "ABOUT",
    "ALPHA",
    "BROAD",
    "CHANNELS",
    "DTYPES",
    "UNKNOWN",
    "Agreement",
    "Circumstances",
    "Dimensions",
    "Reading",
    "Templates",
    "Trace",
    "agree",
    "classify",
    "jitter",
    "load",
    "lose",
    "make",
    "make_templates",
    "merge",
    "open_model",
    "outputs",
    "probes",
    "read",
    "read_off",
    "record",
    "run",
    "save",
    "shared_words",
    "shipped",
    "write",
]

_HOMES = {
    "agreement": ("Agreement", "agree", "outputs", "probes", "shared_words"),
    "channels": ("CHANNELS",),
    "dimensions": ("Dimensions", "read_off"),
    "files": ("read", "write"),
    "making": ("BROAD", "Circumstances", "make"),
    "models": ("DTYPES", "open_model"),
    "noise": ("jitter", "lose", "merge"),
    "reading": ("ALPHA", "UNKNOWN", "Reading", "classify"),
    "recorder": ("record",),
    "running": ("run",),
    "templates": ("Templates", "load", "make_templates", "save", "shipped"),
    "trace": ("ABOUT", "Trace"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load what is asked for, and no more: recording needs torch, reading a trace does not."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
