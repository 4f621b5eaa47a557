"""Checkpoints: a folder of weights and tokenizer, loaded once, and known by what is in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import DataError, UsageError
from homophily.inference.settings import need_torch

if TYPE_CHECKING:
    from homophily.inference.settings import EngineSettings

__all__ = ["Checkpoint", "digest"]

#: A model of at most so many parameters has steps too short to share one among cores; and around each is so
#: much Python, of which one thread runs at a time, that more lanes than this gain nothing.
SMALL, MOST = 50_000_000, 4

#: What shapes answers; other files of a folder, such as a card, do not.
_SHAPING = (
    "*.safetensors",
    "config.json",
    "generation_config.json",
    "tokenizer*",
    "*.jinja",
    "vocab*",
    "merges*",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model ready to compute.

    Attributes:
        folder: Where it came from.
        model: The Hugging Face decoder, in evaluation mode.
        tokenizer: Its tokenizer.
        context: Tokens that a sequence may have, prompt and answer together.
        ends: Tokens that end a text.
        device: Where it computes, as torch names it.
        dtype: In what, as torch names it.
    """

    folder: Path
    model: Any
    tokenizer: Any
    context: int
    ends: frozenset[int]
    device: str
    dtype: str

    @classmethod
    def load(cls, settings: EngineSettings) -> Checkpoint:
        """Read a folder; nothing is fetched from anywhere.

        Raises:
            UsageError: torch is missing, or there is no such device.
            DataError: The folder cannot be read as a checkpoint of a decoder.
        """
        need_torch()
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        folder, device = Path(settings.model).expanduser(), _device(settings.device)
        if settings.dtype != "auto":
            dtype: Any = getattr(torch, settings.dtype)
        else:
            dtype = torch.float32 if device.type == "cpu" else "auto"
        known = {"local_files_only": True, "trust_remote_code": False}
        bars = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, **known)
            model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, use_safetensors=True, **known)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise DataError(f"{str(folder)!r} cannot be loaded as a checkpoint: {error}") from error
        finally:
            if bars:
                logging.enable_progress_bar()  # type: ignore[no-untyped-call]
        model = model.to(device).eval().requires_grad_(False)
        return cls(
            folder,
            model,
            tokenizer,
            int(getattr(model.config.get_text_config(decoder=True), "max_position_embeddings", 0) or 1 << 20),
            _ends(model, tokenizer),
            str(device),
            str(model.dtype).removeprefix("torch."),
        )

    @property
    def lanes(self) -> int:
        """Steps that are best computed side by side, each on one core: what a small model has on a CPU."""
        import torch

        small = sum(part.numel() for part in self.model.parameters()) <= SMALL
        return min(torch.get_num_threads(), MOST) if small and self.device == "cpu" else 1

    def spell(self, token: int) -> str:
        """A token's text."""
        return str(self.tokenizer.decode([token]))


def digest(folder: str | Path) -> str:
    """SHA-256 over a checkpoint's weights, configuration and tokenizer; equal only for equal content.

    Raises:
        DataError: The folder holds no weights that could be read.
    """
    root = Path(folder).expanduser()
    files = sorted({file for pattern in _SHAPING for file in root.glob(pattern) if file.is_file()})
    if not any(file.suffix == ".safetensors" for file in files):
        raise DataError(f"{str(root)!r} holds no *.safetensors.")
    whole = hashlib.sha256()
    for file in files:
        about = file.stat()
        whole.update(f"{file.name}\0{_content(file, about.st_size, about.st_mtime_ns)}\n".encode())
    return whole.hexdigest()


@cache
def _content(file: Path, size: int, changed: int) -> str:
    """A file's hash; read again only if its size or time has changed."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _device(name: str) -> Any:
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(f"device {name!r} is not there: {str(error).splitlines()[0]}") from None
    return device


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    told = (model.generation_config.eos_token_id, model.config.eos_token_id, tokenizer.eos_token_id)
    found: set[int] = set()
    for each in told:
        found |= set(each) if isinstance(each, list | tuple) else {each} - {None}
    return frozenset(int(token) for token in found)
