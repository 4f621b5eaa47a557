"""The page holds no fault that is not tried, and says of each what is kept and what to do."""

from __future__ import annotations

from pathlib import Path

from tests.faults._harness import page


def test_every_fault_of_the_page_is_tried() -> None:
    sources = [file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py")]
    rows = page()
    assert len(rows) >= 40
    for fault, cells in rows.items():
        assert any(f'"{fault}"' in source for source in sources), f"{fault!r} is tried by no test"
        assert len(cells) == 4, fault
        assert all(cells), fault
