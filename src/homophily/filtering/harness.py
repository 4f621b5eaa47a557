"""Token Filtering as a model of lm-evaluation-harness, for those who have it installed.

    homophily filter harness --model_args pretrained=./model,rule=joint,ratio=0.5 --tasks hellaswag

or, from Python, `register` and then ``lm_eval.simple_evaluate(model="homophily", model_args=...)``. Every
field of `TokenFilter` is a model argument beside those of the harness's own ``hf`` model.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from homophily.errors import UsageError
from homophily.filtering.filter import TokenFilter

__all__ = ["register", "run"]

NAME = "homophily"


def register() -> type:
    """Make ``homophily`` a model that the harness knows; once, however often it is called.

    Raises:
        UsageError: The harness is not installed.
    """
    try:
        from lm_eval import models  # noqa: F401 - its own models register first
        from lm_eval.api.registry import get_model, register_model
        from lm_eval.models.huggingface import HFLM
    except ModuleNotFoundError as error:
        raise UsageError(
            f"this needs the package {error.name!r}: pip install 'homophily[harness]'."
        ) from error
    try:
        known: type = get_model(NAME)
        return known
    except ValueError:
        made: type = register_model(NAME)(_model(HFLM))
        return made


def run(arguments: Sequence[str]) -> None:
    """Run the harness's own command line, with this model unless another is named.

    Args:
        arguments: As after ``lm_eval``.

    Raises:
        UsageError: The harness is not installed.
    """
    register()
    from lm_eval.__main__ import cli_evaluate

    named = any(argument.split("=", 1)[0] in ("--model", "-M") for argument in arguments)
    given = list(arguments)
    if not named and "--help" not in given and "-h" not in given:
        given = ["--model", NAME, *given]
    before = sys.argv
    sys.argv = ["lm_eval", *given]
    try:
        cli_evaluate()
    finally:
        sys.argv = before


def _model(base: Any) -> Any:
    """The harness's model for Hugging Face checkpoints, with every call made under the filter."""
    names = {field.name for field in fields(TokenFilter)}

    class Filtered(base):  # type: ignore[misc]
        """A Hugging Face checkpoint under a Token Filter."""

        def __init__(self, pretrained: Any, **arguments: Any) -> None:
            own = {name: arguments.pop(name) for name in names & set(arguments)}
            try:
                self.token_filter = TokenFilter(**own)
            except TypeError as error:
                raise UsageError(f"a filter's setting among the model arguments is wrong: {error}") from error
            super().__init__(pretrained, **arguments)

        def _model_call(self, *given: Any, **named: Any) -> Any:
            with self.token_filter(self.model):
                return super()._model_call(*given, **named)

        def _model_generate(self, *given: Any, **named: Any) -> Any:
            with self.token_filter(self.model):
                return super()._model_generate(*given, **named)

    Filtered.__name__ = Filtered.__qualname__ = "FilteredHFLM"
    return Filtered
