"""What an engine is made of: a checkpoint, how it is loaded, and what it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from homophily.errors import UsageError

__all__ = ["DTypes", "EngineSettings", "need_torch"]

DTypes = Literal["auto", "float64", "float32", "bfloat16", "float16"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Equal settings share one engine in a process.

    Attributes:
        model: The checkpoint's folder: ``config.json``, safetensors, tokenizer, as Hugging Face saves them.
        dtype: Of weights and computation; ``auto`` is float32 on a CPU, where seeds then repeat best, and
            the checkpoint's own elsewhere.
        device: ``auto`` (a GPU if there is one), ``cpu``, ``cuda``, ``cuda:1``, …
        filter: Settings of `homophily.filtering.TokenFilter` as sorted pairs; empty for none.
        batch: Sequences that are written at the same time at most.
        prefill: Tokens read in one step at most, padding included; a longer prompt is read alone. 0 is 2,048
            on a CPU, where more only leave its caches, and 16,384 elsewhere.
        memory: MiB that the keys and values of sequences being written may take.
        prefixes: MiB for beginnings that are kept to be shared; 0 computes each prompt afresh.
        lanes: Threads that read prompts, each on one core; 0 is as many as torch may use, at most 4, for a
            small model without filter on a CPU, else one, which uses all cores.
        waiting: Requests that may wait before further ones are turned away; 0 for any number.
    """

    model: str
    dtype: DTypes = "auto"
    device: str = "auto"
    filter: tuple[tuple[str, Any], ...] = field(default=())
    batch: int = 64
    prefill: int = 0
    memory: int = 4096
    prefixes: int = 2048
    waiting: int = 0
    lanes: int = 0

    def __post_init__(self) -> None:
        if self.dtype not in get_args(DTypes):
            raise UsageError(f"dtype must be one of {', '.join(get_args(DTypes))}, not {self.dtype!r}.")
        for name, low in (
            ("batch", 1),
            ("prefill", 0),
            ("memory", 1),
            ("prefixes", 0),
            ("waiting", 0),
            ("lanes", 0),
        ):
            if getattr(self, name) < low:
                raise UsageError(f"{name} must be at least {low}, not {getattr(self, name)!r}.")
        folder = Path(self.model).expanduser()
        if not (folder / "config.json").is_file():
            raise UsageError(
                f"{self.model!r} is no checkpoint: a folder with config.json, *.safetensors and a tokenizer, "
                "as `save_pretrained` writes it or a model hub's download holds it."
            )

    @staticmethod
    def pairs(filter: float | Mapping[str, Any] | None) -> tuple[tuple[str, Any], ...]:
        """A ratio, or a table of `TokenFilter`'s settings, in the form that `filter` takes.

        Raises:
            UsageError: A setting that `TokenFilter` does not know, or out of its range.
        """
        if filter is None or filter == 0:
            return ()
        settings = dict(filter) if isinstance(filter, Mapping) else {"ratio": float(filter)}
        need_torch()
        from homophily.filtering import TokenFilter

        try:
            TokenFilter(**settings)
        except TypeError as error:
            known = ", ".join(TokenFilter.__dataclass_fields__)
            raise UsageError(f"filter: {error}. TokenFilter's settings are: {known}.") from None
        return tuple(sorted(settings.items()))


def need_torch() -> None:
    """Say in one line what to install where torch or transformers is not.

    Raises:
        UsageError: One of them is missing.
    """
    from importlib.util import find_spec

    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"a local model needs {' and '.join(missing)}, not installed here: "
            "pip install 'homophily[local]'."
        )
