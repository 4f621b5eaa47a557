"""Templates: the recognisers of all channels in one file, shipped or of your own making."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError, UnknownName, UsageError
from homophily.lineage.traces.channels import CHANNELS
from homophily.lineage.traces.linear import Linear
from homophily.lineage.traces.recogniser import POINTS, Recogniser
from homophily.lineage.traces.trace import Trace
from homophily.lineage.traces.training import Tell, train

__all__ = ["Templates", "load", "make_templates", "save", "shipped"]

_FORMAT, _VERSION = "homophily trace templates", 1
_LARGEST = 64 << 20


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
    return _read(files("homophily.lineage.traces").joinpath("data", "templates.npz").read_bytes(), "shipped")


def load(path: str | Path) -> Templates:
    """Read templates.

    Raises:
        UsageError: No such file.
        DataError: Not a file of templates, or damaged.
    """
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"no such file: {str(file)!r}; wanted templates from 'homophily lineage trace train'.")
    if file.stat().st_size > _LARGEST:
        raise DataError(f"{str(file)!r} is larger than {_LARGEST >> 20} MB; no file of templates is.")
    return _read(file.read_bytes(), str(file))


def save(templates: Templates, path: str | Path) -> Path:
    """Write templates in one compressed file; whole, or not at all.

    Raises:
        UsageError: The file cannot be written.
    """
    target = Path(path)
    head: dict[str, Any] = {"format": _FORMAT, "version": _VERSION, "about": templates.about, "channels": {}}
    arrays: dict[str, NDArray[Any]] = {}
    for name, own in templates.recognisers.items():
        head["channels"][name] = {
            "classes": own.classes,
            "longest": own.longest,
            "vocabulary": own.vocabulary,
            "known": own.known,
            "chosen": own.chosen,
        }
        arrays |= dict(_arrays(name, own))
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(head, separators=(",", ":")).encode(), np.uint8)
    np.savez_compressed(buffer, head=text, **arrays)  # type: ignore[arg-type]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=".templates-")
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getvalue())
        Path(part).chmod(0o644)
        Path(part).replace(target)
    except OSError as error:
        raise UsageError(f"{str(target)!r} cannot be written: {error.strerror or error}.") from error
    return target


def _arrays(name: str, own: Recogniser) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{name}.weights", own.linear.weights.astype(np.float16)
    yield f"{name}.offset", own.linear.offset.astype(np.float32)
    yield f"{name}.seen", np.packbits(own.seen, axis=1)
    yield f"{name}.core", np.packbits(own.core, axis=1)
    yield f"{name}.profiles", own.profiles.astype(np.float16)
    yield f"{name}.held", own.held.astype(np.float32)


def _read(content: bytes, where: str) -> Templates:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _LARGEST:
                raise ValueError(f"it unpacks to more than {_LARGEST >> 20} MB")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            if (head["format"], head["version"]) != (_FORMAT, _VERSION):
                raise ValueError("another format or version")
            own = {name: _recogniser(name, said, arrays) for name, said in head["channels"].items()}
        return Templates(own, dict(head["about"]))
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{where!r} holds no trace templates of version {_VERSION}: {error}.") from error


def _recogniser(name: str, said: dict[str, Any], arrays: Any) -> Recogniser:
    if name not in CHANNELS:
        raise ValueError(f"no channel is called {name[:40]!r}")
    classes = tuple((str(a), str(b)) for a, b in said["classes"])
    vocabulary, known = tuple(map(str, said["vocabulary"])), tuple(map(str, said["known"]))
    number, bits = len(classes), (len(known) + 7) // 8
    points = 0 if name in ("names", "shapes") else POINTS
    shapes = {
        "weights": (len(vocabulary) + points, number),
        "offset": (number,),
        "seen": (number, bits),
        "core": (number, bits),
        "profiles": (number, points),
    }
    for part, wanted in shapes.items():
        if arrays[f"{name}.{part}"].shape != wanted:
            raise ValueError(f"{name}.{part} has shape {arrays[f'{name}.{part}'].shape}, not {wanted}")
    held = arrays[f"{name}.held"].astype(float)
    weights, offset, profiles = (arrays[f"{name}.{part}"].astype(float) for part in ("weights", "offset", "profiles"))
    if number < 2 or held.ndim != 1 or not all(np.isfinite(a).all() for a in (held, weights, offset, profiles)):
        raise ValueError(f"{name} has no two classes, or numbers that are none")
    seen, core = (
        np.unpackbits(arrays[f"{name}.{part}"].astype(np.uint8), axis=1, count=len(known)).astype(bool)
        for part in ("seen", "core")
    )
    return Recogniser(
        name, classes, int(said["longest"]), vocabulary, Linear(weights, offset), known, seen, core, profiles,
        np.sort(held), dict(said["chosen"]),
    )
