"""Models to run: a checkpoint's folder, or a configuration alone with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homophily.errors import DataError, UnknownName, UsageError

__all__ = ["DTYPES", "open_model"]

DTYPES = ("auto", "float32", "bfloat16", "float16")


def open_model(
    where: str | Path, *, attention: str | None = None, dtype: str = "auto", weights: bool = True
) -> Any:
    """A Hugging Face model from disk, in evaluation mode; nothing is fetched, no code of the folder is run.

    Args:
        where: A folder with ``config.json`` and weights; without weights wanted, also the file itself.
        attention: ``eager``, ``sdpa`` or another that the family has; its default where None.
        dtype: One of `DTYPES`.
        weights: Read them; else they are random, which runs alike.

    Raises:
        UsageError: No such folder, no such implementation, weights missing, or no transformers.
        DataError: The folder cannot be read as a checkpoint.
    """
    if dtype not in DTYPES:
        raise UnknownName("dtype", dtype, DTYPES)
    place = Path(where).expanduser()
    config_file = place if place.is_file() else place / "config.json"
    if not config_file.is_file() or (weights and place.is_file()):
        wanted = "a checkpoint's folder with config.json" if weights else "a config.json or a folder with one"
        raise UsageError(f"no model at {str(where)!r}; wanted {wanted}.")
    try:
        import transformers
    except ModuleNotFoundError as error:
        raise UsageError("running a model needs transformers: pip install 'homophily[local]'.") from error
    logging: Any = transformers.utils.logging
    shown, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        return _opened(transformers, place, config_file, attention, dtype, weights)
    except (OSError, ValueError, KeyError, RuntimeError, AttributeError, ImportError, TypeError) as error:
        reason = " ".join(str(error).split())[:240]
        raise DataError(f"{str(where)!r} cannot be loaded as a model: {reason}") from error
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()


def _opened(
    transformers: Any, place: Path, config_file: Path, attention: str | None, dtype: str, weights: bool
) -> Any:
    import torch

    config = transformers.AutoConfig.from_pretrained(
        config_file, local_files_only=True, trust_remote_code=False
    )
    named = (getattr(config, "architectures", None) or [""])[0]
    kind: Any = getattr(transformers, named, None) if named.isidentifier() else None
    known = isinstance(kind, type) and issubclass(kind, transformers.PreTrainedModel)
    chosen = {"attn_implementation": attention} if attention else {}
    if weights:
        kind = kind if known else transformers.AutoModel
        model = kind.from_pretrained(
            place, dtype=dtype, local_files_only=True, use_safetensors=True, trust_remote_code=False, **chosen
        )
        return model.eval()
    model = (
        kind._from_config(config, **chosen) if known else transformers.AutoModel.from_config(config, **chosen)
    )
    return (model if dtype == "auto" else model.to(getattr(torch, dtype))).eval()
