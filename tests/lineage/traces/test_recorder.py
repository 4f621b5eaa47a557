"""The recorder: what it keeps, and what it must not."""

from __future__ import annotations

import os
import socket

import pytest

torch = pytest.importorskip("torch")

from homophily.errors import UsageError  # noqa: E402
from homophily.lineage.traces import ABOUT, record, write  # noqa: E402


def test_keeps_operations_in_order_with_shapes() -> None:
    x, weight = torch.ones(3, 4), torch.ones(5, 4)
    with record(tokens=3) as trace:
        torch.nn.functional.linear(x, weight).relu()
    outer = [trace.names[i] for i in range(len(trace)) if trace.depth[i] == 0]
    assert outer == ["aten::linear", "aten::relu"]
    assert trace.shapes[0][:2] == ((3, 4), (5, 4))
    assert trace.start[0] == 0
    assert (trace.start[1:] >= trace.start[:-1]).all()
    assert (trace.duration >= 0).all()
    assert trace.about["tokens"] == 3
    assert trace.depth.max() > 0


def test_tells_nothing_of_whose_it_is(tmp_path: object, capfd: pytest.CaptureFixture[str]) -> None:
    library = torch.library.Library("acme_secret", "DEF")
    library.define("project_x(Tensor x) -> Tensor")
    library.impl("project_x", lambda x: x + 1, "CompositeExplicitAutograd")
    with record() as trace, torch.profiler.record_function("/home/alice/victim-of-acme"):
        torch.ops.acme_secret.project_x(torch.ones(2))
    path = write(trace, f"{tmp_path}/trace.json")
    text = path.read_text(encoding="utf-8")
    assert "custom::op" in text
    assert "aten::add" in text
    for secret in ("acme", "project_x", "alice", "home", socket.gethostname(), os.getcwd(), str(tmp_path)):
        assert secret not in text
    assert set(trace.about) <= set(ABOUT)
    assert str(os.getpid()) not in "".join(capfd.readouterr())


def test_is_empty_until_the_block_ends_and_after_an_error() -> None:
    held = []

    def failing() -> None:
        with record() as trace:
            held.append(trace)
            torch.ones(2) + 1
            assert len(trace) == 0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert len(held[0]) == 0


def test_refuses_to_record_within_a_recording() -> None:
    with record() as outer:
        torch.ones(2) + 1
        with pytest.raises(UsageError, match="a profiler already runs"), record():
            pass
    assert len(outer) > 0


def test_refuses_what_a_trace_does_not_hold() -> None:
    with pytest.raises(UsageError, match="holds no user='alice'"), record(user="alice"):
        pass
