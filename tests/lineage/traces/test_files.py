"""Trace files: there and back, and refusals in one line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.errors import DataError, UsageError
from homophily.lineage.traces import Trace, files, read, write

GOOD: dict[str, Any] = {
    "format": "homophily trace",
    "version": 1,
    "about": {"torch": "2.13.0", "threads": 1},
    "names": ["aten::mm"],
    "shapes": [[[2, 3], [3, 4]]],
    "events": {"name": [0, 0], "shapes": [0, 0], "depth": [0, 1], "start": [0, 2.5], "duration": [1.5, 0]},
}


def bad(tmp_path: Path, content: bytes, name: str = "trace.json") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert name in message
    return message


@pytest.mark.parametrize("name", ["trace.json", "deep/er/trace.json.gz"])
def test_there_and_back(tmp_path: Path, name: str) -> None:
    trace = Trace(
        {"dtype": "float32", "batch": 2},
        ["aten::addmm", "aten::view", "aten::addmm"],
        [((4,), (), (2, 4)), (), ((4,), (), (2, 4))],
        np.array([0, 1, -1], np.int16),
        np.array([0.0, 1.25, 7.0]),
        np.array([3.0, 0.5, 1e6]),
    )
    again = read(write(trace, tmp_path / name))
    assert (again.about, again.names, again.shapes) == (trace.about, trace.names, trace.shapes)
    for column in ("depth", "start", "duration"):
        np.testing.assert_array_equal(getattr(again, column), getattr(trace, column))
    assert (
        write(again, tmp_path / "twice.json").read_bytes() == write(trace, tmp_path / "o.json").read_bytes()
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "format"),
        ({"version": 2}, "version"),
        ({"about": {"host": "h"}}, "'about' knows no 'host'"),
        ({"about": {"threads": "many"}}, "about.threads"),
        ({"about": {"torch": "x" * 101}}, "about.torch"),
        ({"names": ["aten::mm; rm -rf /"]}, "names.0"),
        ({"names": []}, "points past the 0 names"),
        ({"shapes": [[[2**60]]]}, "shapes.0.0.0"),
        ({"shapes": [[[-1]]]}, "shapes.0.0.0"),
        ({"extra": 1}, "extra"),
    ],
)
def test_hostile_files_are_refused_in_one_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    assert said in bad(tmp_path, json.dumps({**GOOD, **change}).encode())


@pytest.mark.parametrize(
    ("column", "value"),
    [("name", [-1, 0]), ("depth", [0, 10**6]), ("start", [0, -1]), ("duration", [1]), ("shapes", [0, 9])],
)
def test_hostile_columns_are_refused(tmp_path: Path, column: str, value: list[int]) -> None:
    bad(tmp_path, json.dumps({**GOOD, "events": {**GOOD["events"], column: value}}).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\x1f\x8b\x00", b"\xff\xfe", b'{"events": NaN}'])
def test_what_is_no_trace_is_refused(tmp_path: Path, content: bytes) -> None:
    bad(tmp_path, content)


def test_infinite_times_and_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(GOOD)
    bad(tmp_path, text.replace("2.5", "1e999").encode())
    monkeypatch.setattr(files, "LARGEST", 1 << 20)
    packed = gzip.compress(b" " * (4 << 20))
    assert len(packed) < 10_000
    assert "unpacks to more than 1 MB" in bad(tmp_path, packed, "bomb.json.gz")
    bad(tmp_path, gzip.compress(text.encode())[:-9], "cut.json.gz")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_trace_or_refused(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        path.write_bytes(content)
        with pytest.raises(DataError):
            read(path)


def test_missing_and_unwritable(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read(tmp_path / "none.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write(Trace(), tmp_path / "file" / "trace.json")
