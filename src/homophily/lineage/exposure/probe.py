"""Probe data: the inputs on which a reconstruction is held against the victim."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UsageError
from homophily.seeds import generator

__all__ = ["Probe", "load_probe"]


@dataclass(frozen=True, slots=True)
class Probe:
    """Inputs, and what is right where that is known.

    Attributes:
        texts: To be turned into tokens by the victim's tokenizer; empty where there are `tokens`.
        tokens: Token ids, as the model takes them.
        labels: The right class of each input, a number or a name; empty where none is given.
    """

    texts: Sequence[str] = ()
    tokens: Sequence[Sequence[int]] = ()
    labels: Sequence[int | str] = ()

    def __len__(self) -> int:
        return len(self.texts) or len(self.tokens)


def load_probe(path: str | Path, *, limit: int | None = None, seed: int = 0) -> Probe:
    """Read probe data.

    Args:
        path: A plain text, whose texts are its lines, or what lines ``<|endoftext|>`` part; or JSON lines,
            each an object with ``text`` or ``tokens`` (or ``input_ids``) and maybe ``label``, or a list of
            token ids.
        limit: At most so many inputs, drawn; all if left out.
        seed: Of the draw.

    Raises:
        UsageError: No such file, or it cannot be opened.
        DataError: Nothing in it, or a line that is none of these.
    """
    path = Path(path)
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"the probe {str(path)!r} is not UTF-8 text (byte {error.start:,}).") from None
    except OSError as error:
        raise UsageError(f"the probe {str(path)!r} cannot be opened: {error.strerror or error}.") from None
    rows = _lines(path, content) if path.suffix in (".jsonl", ".ndjson", ".json") else _plain(content)
    if not rows:
        raise DataError(f"the probe {str(path)!r} is empty; it needs a text or a list of tokens a line.")
    if limit is not None and limit < len(rows):
        chosen = sorted(generator("exposure", "probe", seed).permutation(len(rows))[:limit])
        rows = [rows[place] for place in chosen]
    return _probe(path, rows)


def _plain(content: str) -> list[dict[str, Any]]:
    lines = content.splitlines()
    if any(line.strip() == "<|endoftext|>" for line in lines):
        texts: Iterable[str] = "\n".join(
            "\0" if line.strip() == "<|endoftext|>" else line for line in lines
        ).split("\0")
    else:
        texts = lines
    return [{"text": text.strip()} for text in texts if text.strip()]


def _lines(path: Path, content: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise DataError(f"{path}, line {number}: no JSON; write one object a line.") from None
        row = {"tokens": row} if isinstance(row, list) else row
        if not isinstance(row, dict):
            raise DataError(f"{path}, line {number}: neither an object nor a list of token ids.")
        row = {"tokens": row.pop("input_ids"), **row} if "input_ids" in row else row
        _see(path, number, row)
        rows.append(row)
    return rows


def _see(path: Path, number: int, row: dict[str, Any]) -> None:
    tokens, text, label = row.get("tokens"), row.get("text"), row.get("label")
    listed = isinstance(tokens, list) and all(type(token) is int and token >= 0 for token in tokens)
    if not listed and not isinstance(text, str):
        raise DataError(f"{path}, line {number}: needs a 'text', or 'tokens' that are a list of ids.")
    if label is not None and type(label) not in (int, str):
        raise DataError(f"{path}, line {number}: the label {label!r} is neither a number nor a name.")


def _probe(path: Path, rows: Sequence[dict[str, Any]]) -> Probe:
    by_token = sum("tokens" in row for row in rows)
    labelled = sum(row.get("label") is not None for row in rows)
    for what, number in (("tokens", by_token), ("a label", labelled)):
        if number not in (0, len(rows)):
            raise DataError(f"{path}: {number:,} of {len(rows):,} lines have {what}; give it in all or none.")
    labels = [row["label"] for row in rows] if labelled else []
    if by_token:
        return Probe(tokens=[row["tokens"] for row in rows], labels=labels)
    return Probe(texts=[row["text"] for row in rows], labels=labels)
