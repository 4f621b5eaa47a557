"""The reference model: a small, deep Llama of our own, shipped here; its card is ``README.md``."""

from __future__ import annotations

from pathlib import Path

__all__ = ["FOLDER"]

#: A checkpoint in Hugging Face's form, for ``AutoModelForCausalLM.from_pretrained``.
FOLDER = Path(__file__).parent
