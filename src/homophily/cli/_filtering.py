"""What the commands of ``filter`` share: how models, filters and measures are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily import catalogue
from homophily.cli import _options as options
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.filtering import TokenFilter
    from homophily.filtering.checkpoint import Checkpoint
    from homophily.filtering.evaluation import Measure, Source

__all__ = [
    "clock_of",
    "contexts_of",
    "every_rule",
    "existing",
    "filters",
    "have_torch",
    "measures_of",
    "names_of",
    "numbers_of",
    "opened",
    "parted",
    "shaped",
    "text_of",
    "told",
    "versions",
]


def have_torch() -> None:
    """Say how to get torch and transformers where they are missing."""
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ModuleNotFoundError as error:
        raise UsageError(f"this needs the package {error.name!r}: pip install 'homophily[local]'.") from error


def opened(model: str | None, *, device: str | None, dtype: str) -> Checkpoint:
    """The checkpoint of a folder or name; the reference model if none is named."""
    have_torch()
    from homophily.filtering.checkpoint import load

    if model is None:
        from homophily.filtering.reference import FOLDER

        return load(FOLDER, device=device, dtype=dtype)
    return load(model, device=device, dtype=dtype)


def shaped(shape: str | None, model: str | None, *, device: str | None, dtype: str, seed: int) -> Checkpoint:
    """A model of a shape with random weights, or the checkpoint of a folder or name."""
    if shape is None:
        return opened(model, device=device, dtype=dtype)
    if model is not None:
        raise UsageError("give a MODEL or a --shape, not both.")
    import torch

    from homophily.filtering.benchmark import random_model
    from homophily.filtering.checkpoint import Checkpoint, device_of, dtype_of

    kind = dtype_of(dtype) or torch.float32
    made = random_model(shape, device=device_of(device), dtype=kind, seed=seed)
    return Checkpoint(f"{shape}, random weights", shape, made, None, made.config.max_position_embeddings)


def contexts_of(text: str | None, length: int, decode: int) -> list[int]:
    """Contexts as told, or doubling from an eighth of what the model takes, of 4,096 tokens at most."""
    if text is not None:
        return [int(context) for context in numbers_of(text, "--contexts")]
    most = min(length - decode, 4096)
    return [most // 8, most // 4, most // 2, most]


def clock_of(text: str) -> Any:
    """The clock's kind."""
    if text not in ("wall", "cpu"):
        raise UnknownName("clock", text, ("wall", "cpu"))
    return text


def text_of(model: str | None, text: Path | None) -> Path | None:
    """The text to predict: the named one, else, for the reference model, the one it ships."""
    if text is not None or model is not None:
        return text
    from homophily.filtering.reference import FOLDER

    return next(iter(sorted(FOLDER.glob("held_out.*"))), None)


def every_rule() -> list[str]:
    """All rules but ``none``, which is the dense model again."""
    return [name for name in catalogue.names("filtering.rules") if name != "none"]


def versions() -> dict[str, str]:
    """Versions that numbers may depend on."""
    import platform

    import torch
    import transformers

    from homophily import __version__

    return {
        "homophily": __version__,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "python": platform.python_version(),
    }


def told(checkpoint: Checkpoint, *, machine: bool = False) -> dict[str, str]:
    """What a page tells of a model and where it ran."""
    from homophily.filtering import benchmark

    weights = next(checkpoint.model.parameters())
    size = sum(parameter.numel() for parameter in checkpoint.model.parameters())
    return {
        "Model": checkpoint.name,
        "Parameters": f"{size:,}, {str(weights.dtype).removeprefix('torch.')}",
        "Layers": str(checkpoint.model.config.num_hidden_layers),
        "Longest sequence": f"{checkpoint.length:,} tokens",
        "Device": str(weights.device),
        **(benchmark.machine(weights.device) if machine else {}),
        "Versions": ", ".join(f"{name} {version}" for name, version in versions().items()),
    }


def names_of(text: str | None, known: str, default: list[str]) -> list[str]:
    """Names of a catalogue, separated by commas; `default` if none are given.

    Raises:
        UnknownName: One is not in the catalogue.
    """
    if text is None:
        return default
    found = [name.strip() for name in text.split(",") if name.strip()]
    for name in found:
        if name not in catalogue.names(known):
            raise UnknownName(catalogue.CATALOGUES[known], name, catalogue.names(known))
    if not found:
        raise UsageError(f"name at least one {catalogue.CATALOGUES[known]}.")
    return list(dict.fromkeys(found))


def numbers_of(text: str, option: str) -> list[float]:
    """Numbers separated by commas.

    Raises:
        UsageError: Something else stands there.
    """
    try:
        found = [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        found = []
    if not found:
        raise UsageError(f"{option} {text!r}: write numbers separated by commas, such as .1,.3,.5.")
    return list(dict.fromkeys(found))


def parted(changes: list[str] | None) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """``--set`` of the filter (``field=value``) apart from that of measures (``measure.field=value``)."""
    own: dict[str, Any] = {}
    of_measures: dict[str, dict[str, Any]] = {}
    for name, value in options.settings(changes).items():
        measure, dot, field = name.partition(".")
        if dot:
            of_measures.setdefault(measure, {})[field] = value
        else:
            own[name] = value
    return own, of_measures


def filters(rules: list[str], ratios: list[float], changes: Mapping[str, Any]) -> list[TokenFilter]:
    """A filter for each rule and ratio.

    Raises:
        UsageError: A setting that is not one of a filter's, or out of range.
    """
    from homophily.filtering import TokenFilter

    base = TokenFilter()
    for taken in ("rule", "ratio"):
        if taken in changes:
            raise UsageError(f"--set {taken}: name it with --{taken}s.")
    changed = _changed(base, changes, "filter setting")
    return [replace(changed, rule=rule, ratio=ratio) for rule in rules for ratio in ratios]


def measures_of(
    names: list[str] | None, source: Source, changes: Mapping[str, Mapping[str, Any]]
) -> dict[str, Measure]:
    """The named measures, or all whose data are at hand.

    Raises:
        UsageError: A named one's data are missing; the message says how to give them.
    """
    wanted = names or catalogue.names("filtering.evaluation")
    found: dict[str, Measure] = {}
    for name in wanted:
        measure: Measure = catalogue.get("filtering.evaluation", name)
        missing = measure.at_hand(source)
        if names and missing:
            raise UsageError(f"{name} needs {missing}.")
        if names or (measure.unasked and not missing):
            found[name] = _changed(measure, changes.get(name, {}), f"setting of {name}")
    for name in changes:
        if name not in found:
            raise UnknownName("measure in this run", name, found)
    if not found:
        raise UsageError("nothing to measure: give a text with --text, or suites with --data.")
    return found


def _changed(thing: Any, changes: Mapping[str, Any], kind: str) -> Any:
    """A dataclass with fields changed, their kinds kept."""
    known = {field.name for field in fields(thing)} if is_dataclass(thing) else set()
    for name, value in changes.items():
        if name not in known:
            raise UnknownName(kind, name, known)
        held = getattr(thing, name)
        fits = isinstance(value, type(held)) or (isinstance(held, float) and isinstance(value, int))
        if held is not None and (not fits or isinstance(value, bool) != isinstance(held, bool)):
            if isinstance(held, str):
                changes = {**changes, name: str(value)}
                continue
            raise UsageError(f"{name} must be of the kind of {held!r}, not {value!r}.")
    return replace(thing, **changes)


def existing(path: Path | None, kind: str) -> None:
    """Say plainly that a path is not there.

    Raises:
        UsageError: It is not.
    """
    if path is not None and not (path.is_dir() if kind == "folder" else path.is_file()):
        raise UsageError(f"no such {kind}: {str(path)!r}.")
