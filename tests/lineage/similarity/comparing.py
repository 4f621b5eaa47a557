"""Two files, compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homophily.lineage.checkpoints import open_checkpoint
from homophily.lineage.similarity import Comparison, compare


def run(a: Path, b: Path, control: Path | None = None, **settings: Any) -> Comparison:
    with open_checkpoint(a) as one, open_checkpoint(b) as other:
        if control is None:
            return compare(one, other, **settings)
        with open_checkpoint(control) as third:
            return compare(one, other, control=third, **settings)
