"""A frame as a Markdown table."""

from __future__ import annotations

import pandas as pd

__all__ = ["grid"]


def grid(frame: pd.DataFrame) -> str:
    """Header, alignment and rows; numbers to the right."""
    numeric = [pd.api.types.is_numeric_dtype(frame[column]) for column in frame]
    lines = [list(frame.columns), ["---:" if number else "---" for number in numeric]]
    lines += [[str(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"
