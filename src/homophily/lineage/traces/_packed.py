"""Templates packed into one compressed array file, and unpacked with distrust."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError
from homophily.lineage.traces.channels import CHANNELS
from homophily.lineage.traces.linear import Linear
from homophily.lineage.traces.recogniser import POINTS, Recogniser

__all__ = ["LARGEST", "pack", "unpack"]

#: Bytes that templates may have, unpacked.
LARGEST = 64 << 20

_FORMAT, _VERSION = "homophily trace templates", 1
_UNREADABLE = (
    AttributeError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def pack(recognisers: Mapping[str, Recogniser], about: Mapping[str, Any]) -> bytes:
    """Templates as bytes: names as JSON, weights in half precision, sets as bits."""
    head: dict[str, Any] = {"format": _FORMAT, "version": _VERSION, "about": dict(about), "channels": {}}
    arrays: dict[str, NDArray[Any]] = {}
    for name, own in recognisers.items():
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
    return buffer.getvalue()


def unpack(content: bytes, where: str) -> tuple[dict[str, Recogniser], dict[str, Any]]:
    """Recognisers by channel, and what they were made from.

    Raises:
        DataError: These bytes hold no templates, or damaged ones; `where` says whence they are.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > LARGEST:
                raise ValueError(f"it unpacks to more than {LARGEST >> 20} MB")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            if (head["format"], head["version"]) != (_FORMAT, _VERSION):
                raise ValueError("another format or version")
            own = {name: _recogniser(name, said, arrays) for name, said in head["channels"].items()}
        return own, dict(head["about"])
    except _UNREADABLE as error:
        raise DataError(f"{where!r} holds no trace templates of version {_VERSION}: {error}.") from error


def _arrays(name: str, own: Recogniser) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{name}.weights", own.linear.weights.astype(np.float16)
    yield f"{name}.offset", own.linear.offset.astype(np.float32)
    yield f"{name}.seen", np.packbits(own.seen, axis=1)
    yield f"{name}.core", np.packbits(own.core, axis=1)
    yield f"{name}.profiles", own.profiles.astype(np.float16)
    yield f"{name}.held", own.held.astype(np.float32)


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
    weights, offset, profiles = (
        arrays[f"{name}.{part}"].astype(float) for part in ("weights", "offset", "profiles")
    )
    if (
        number < 2
        or held.ndim != 1
        or not all(np.isfinite(a).all() for a in (held, weights, offset, profiles))
    ):
        raise ValueError(f"{name} has no two classes, or numbers that are none")
    seen, core = (
        np.unpackbits(arrays[f"{name}.{part}"].astype(np.uint8), axis=1, count=len(known)).astype(bool)
        for part in ("seen", "core")
    )
    return Recogniser(
        name,
        classes,
        int(said["longest"]),
        vocabulary,
        Linear(weights, offset),
        known,
        seen,
        core,
        profiles,
        np.sort(held),
        dict(said["chosen"]),
    )
