"""A header is a stranger's word: every lie gives one clear line, none costs memory."""

import json
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homophily.errors import DataError, HomophilyError
from homophily.lineage.checkpoints import _header as header
from homophily.lineage.checkpoints import open_checkpoint
from tests.lineage.checkpoints.made import entry, file, raw

FAULTS = {
    "too short": (b"", b"", 0, "too few"),
    "longer than the file": (b"{}", b"", 100, "cut short within its header"),
    "longer than any": (b"{}", b"", 1 << 62, "no safetensors file"),
    "no JSON": (b"hello", b"", None, "no JSON"),
    "no UTF-8": (b"\xff\xfe{}", b"", None, "no JSON"),
    "no object": (b"[1]", b"", None, "no JSON object"),
    "deep": (b"[" * 60000, b"", None, "nested too deeply"),
    "a huge integer": (b'{"a":' + b"9" * 9999 + b"}", b"", None, "no JSON"),
    "the same key twice": (b'{"a":1,"a":2}', b"", None, "'a' stands twice"),
    "entry no object": ({"w": 3}, b"", None, "nothing readable of tensor 'w'"),
    "no dtype": ({"w": {"shape": [1], "data_offsets": [0, 4]}}, b"0000", None, "has dtype 'None'"),
    "unknown dtype": ({"w": entry([1], 0, 4, "F31")}, b"0000", None, "has dtype 'F31'; known: F64"),
    "shape no list": (
        {"w": {**entry([1], 0, 4), "shape": 4}},
        b"0000",
        None,
        "shape of tensor 'w' is no list",
    ),
    "negative axis": ({"w": entry([-1, -1], 0, 4)}, b"0000", None, "holds '-1', which is no size"),
    "axis true": ({"w": {**entry([1], 0, 4), "shape": [True]}}, b"0000", None, "holds 'True'"),
    "fraction": ({"w": {**entry([1], 0, 4), "shape": [1.0]}}, b"0000", None, "holds '1.0'"),
    "too many axes": ({"w": entry([1] * 99, 0, 4)}, b"0000", None, "no list of at most 16"),
    "one offset": ({"w": {**entry([1], 0, 4), "data_offsets": [0]}}, b"0000", None, "no start and end"),
    "ends before it starts": ({"w": entry([1], 4, 0)}, b"0000", None, "no start and end"),
    "beyond the file": ({"w": entry([4], 0, 16)}, b"0000", None, "cut short: tensor 'w' ends"),
    "shape and bytes differ": ({"w": entry([2], 0, 4)}, b"0000", None, "does not fill the 4 bytes"),
    "overflow": ({"w": entry([1 << 62, 1 << 62], 0, 4)}, b"0000", None, "does not fill"),
    "overlap": (
        {"a": entry([2], 0, 8), "b": entry([2], 4, 12)},
        b"0" * 12,
        None,
        "tensors 'a' and 'b' overlap",
    ),
    "one within another": (
        {"a": entry([4], 0, 16), "b": entry([1], 4, 8), "c": entry([1], 8, 12)},
        b"0" * 16,
        None,
        "overlap",
    ),
    "metadata no object": ({"__metadata__": [1], "w": entry([1], 0, 4)}, b"0000", None, "'__metadata__'"),
    "nothing in it": ({}, b"", None, "holds no tensors"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_one_line_that_names_the_file(tmp_path: Path, name: str) -> None:
    text, data, length, said = FAULTS[name]
    path = raw(tmp_path / "model.safetensors", text, data, length=length)
    if name == "too short":
        path.write_bytes(b"abc")
    with pytest.raises(DataError, match=re.escape(said)) as told:
        open_checkpoint(path)
    assert "\n" not in str(told.value)
    assert str(path) in str(told.value)
    assert len(str(told.value)) < 400 + len(str(path))


def test_a_lie_about_sizes_costs_no_memory(tmp_path: Path) -> None:
    lies = [
        raw(tmp_path / "a.safetensors", b"{}", length=(1 << 63) + 5),
        raw(tmp_path / "b.safetensors", b"{}", length=header.LONGEST),
        raw(tmp_path / "c.safetensors", {"w": entry([1 << 50], 0, 1 << 52)}, b"0000"),
        raw(tmp_path / "d.safetensors", {"w": entry([0, 1 << 60], 0, 0)}, b""),
        raw(tmp_path / "e.safetensors", {"w": entry([1 << 60, 0], 0, 0)}, b""),
    ]
    tracemalloc.start()
    for path in lies:
        with pytest.raises(DataError):
            open_checkpoint(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20


@pytest.mark.parametrize("shape", [[0], [0, 7], [7, 0], [2, 0, 3]])
def test_empty_tensors_are_read(tmp_path: Path, shape: list[int]) -> None:
    path = raw(tmp_path / "m.safetensors", {"w": entry(shape, 0, 0), "x": entry([1], 0, 4)}, bytes(4))
    with open_checkpoint(path) as checkpoint:
        assert checkpoint.read("w").shape == tuple(shape)
        assert sum(block.size for block in checkpoint.stream("w", 2)) == 0


def test_holes_and_order_of_data_are_taken_as_they_are(tmp_path: Path) -> None:
    numbers = np.arange(6, dtype=np.float32)
    path = raw(
        tmp_path / "m.safetensors", {"b": entry([2], 16, 24), "a": entry([2], 0, 8)}, numbers.tobytes()
    )
    with open_checkpoint(path) as checkpoint:
        assert checkpoint.names == ("a", "b")
        assert checkpoint.read("b").tolist() == [4, 5]


GOOD = {
    "__metadata__": {"format": "pt"},
    "model.embed_tokens.weight": entry([3, 2], 0, 24),
    "model.layers.0.mlp.up_proj.weight": entry([2, 2], 24, 32, "BF16"),
    "model.norm.weight": entry([2], 32, 40),
}


def attempt(path: Path) -> str:
    """Opened and read whole, or refused: the refusal, or nothing."""
    try:
        with open_checkpoint(path) as checkpoint:
            for name in checkpoint.names:
                assert checkpoint.read(name).size <= 40
            assert checkpoint.layout is not None
    except HomophilyError as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "model.safetensors"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_mutation_of_bytes_does_worse_than_a_clear_line(place: Path, data: st.DataObject) -> None:
    text = json.dumps(GOOD).encode()
    content = bytearray(len(text).to_bytes(8, "little") + text + bytes(40))
    for _ in range(data.draw(st.integers(1, 6))):
        where = data.draw(st.integers(0, len(content) - 1))
        what = data.draw(st.sampled_from(["flip", "drop", "insert", "digit", "cut"]))
        if what == "flip":
            content[where] ^= 1 << data.draw(st.integers(0, 7))
        elif what == "drop":
            del content[where : where + data.draw(st.integers(1, 9))]
        elif what == "insert":
            content[where:where] = data.draw(st.binary(max_size=9))
        elif what == "digit":
            content[where] = data.draw(st.sampled_from(list(b'0123456789-.eE"[]{},:')))
        else:
            del content[where:]
        if not content:
            break
    place.write_bytes(bytes(content))
    tracemalloc.start()
    assert "\n" not in attempt(place)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from(["F32", "BF16", "F8_E4M3", "BOOL", "f32"]) | JUNK,
        "shape": st.lists(st.integers(-1, 1 << 64) | st.integers(0, 4), max_size=3) | JUNK,
        "data_offsets": st.lists(st.integers(-4, 1 << 64) | st.integers(0, 40), max_size=3) | JUNK,
    },
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.text(max_size=8), ENTRY | JUNK, max_size=4))
def test_no_header_that_is_json_does_worse(place: Path, told: dict[str, object]) -> None:
    raw(place, told, bytes(40))
    assert "\n" not in attempt(place)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_nor_does_any_file_at_all(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    assert "\n" not in attempt(place)


def test_what_the_safetensors_package_writes_is_read(tmp_path: Path) -> None:
    path = file(tmp_path / "m.safetensors", {"x": np.arange(6, dtype=np.float32).reshape(2, 3)})
    with open_checkpoint(path) as checkpoint:
        assert checkpoint.read("x").tolist() == [[0, 1, 2], [3, 4, 5]]
