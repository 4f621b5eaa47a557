"""Templates: the recognisers of all channels in one file, shipped or of your own making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UnknownName, UsageError
from homophily.lineage.traces._packed import LARGEST, pack, unpack
from homophily.lineage.traces.channels import CHANNELS
from homophily.lineage.traces.recogniser import Recogniser
from homophily.lineage.traces.trace import Trace
from homophily.lineage.traces.training import Tell, train
from homophily.whole import write_whole

__all__ = ["Templates", "load", "make_templates", "save", "shipped"]


@dataclass(frozen=True, slots=True)
class Templates:
    """Recognisers by channel, and what they were made from.

    Attributes:
        recognisers: By channel.
        about: ``traces``, and the versions, dtypes and devices among them.
    """

    recognisers: dict[str, Recogniser]
    about: dict[str, Any] = field(default_factory=dict)

    def channel(self, name: str) -> Recogniser:
        """The recogniser of a channel.

        Raises:
            UnknownName: These templates have none of this name.
        """
        if name not in self.recognisers:
            raise UnknownName("channel of these templates", name, self.recognisers)
        return self.recognisers[name]


def make_templates(
    traces: Sequence[Trace], *, channels: Sequence[str] = tuple(CHANNELS), tell: Tell = lambda _: None
) -> Templates:
    """Train each channel on traces that say what they are of.

    Raises:
        DataError: As `training.train` says.
    """
    about: dict[str, Any] = {"traces": len(traces)}
    for key in ("torch", "transformers", "dtype", "device", "threads"):
        about[key] = sorted({each.about[key] for each in traces if key in each.about}, key=str)
    return Templates({name: train(traces, name, tell=tell) for name in channels}, about)


def shipped() -> Templates:
    """The templates that come with the package."""
    file = files("homophily.lineage.traces").joinpath("data", "templates.npz")
    return Templates(*unpack(file.read_bytes(), "the shipped file"))


def load(path: str | Path) -> Templates:
    """Read templates.

    Raises:
        UsageError: No such file.
        DataError: Not a file of templates, or damaged.
    """
    file = Path(path)
    if not file.is_file():
        raise UsageError(
            f"no such file: {str(file)!r}; wanted templates from 'homophily lineage trace train'."
        )
    if file.stat().st_size > LARGEST:
        raise DataError(f"{str(file)!r} is larger than {LARGEST >> 20} MB; no file of templates is.")
    return Templates(*unpack(file.read_bytes(), str(file)))


def save(templates: Templates, path: str | Path) -> Path:
    """Write templates in one compressed file; whole, or not at all.

    Raises:
        UsageError: The file cannot be written.
    """
    return write_whole(Path(path), pack(templates.recognisers, templates.about))
