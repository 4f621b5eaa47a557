"""Prompts: the turns of a chat in the model's own template, or a plain one where it has none.

The plain template, for base models::

    {system}

    User: {words}
    Assistant: {words}
    User: {words}
    Assistant:

The answer then begins with a space and ends where the next ``User:`` would begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from homophily.errors import UsageError
from homophily.inference.requests import Prompt

__all__ = ["Prompts", "Turn"]

Turn = dict[str, str]
"""``{"role": "system" | "user" | "assistant", "content": …}``."""

_NAMES = {"system": "", "user": "User: ", "assistant": "Assistant: "}
_OTHER = "\u241f"

#: Texts whose tokens are remembered, a few kilobytes each.
ENCODED = 1024


class Prompts:
    """Writes prompts for one tokenizer.

    Args:
        tokenizer: A Hugging Face tokenizer.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        # Beginnings come again with each item of a questionnaire.
        self._known = lru_cache(ENCODED)(self._encode)
        self.templated = bool(getattr(tokenizer, "chat_template", None))

    def chat(self, turns: Sequence[Turn], other: Sequence[Turn] | None = None) -> Prompt:
        """A chat up to where the assistant speaks.

        Args:
            turns: Roles ``system`` (or ``developer``), ``user`` and ``assistant``.
            other: The turns that another prompt of the same conversation would have; what both begin with is
                kept to be shared. By default: all but the last turn's words.

        Raises:
            UsageError: A role that there is not, or turns that the model's template refuses.
        """
        turns = [_known(turn) for turn in turns]
        if not turns:
            raise UsageError("a chat needs at least one message.")
        text = self.render(turns)
        ids = self._encode(text)
        others = [*turns[:-1], {**turns[-1], "content": _OTHER}] if other is None else [*map(_known, other)]
        borders = {_common(ids, self._known(self.render(others)))}
        if turns[0]["role"] == "system" and len(turns) > 2:
            opened = [turns[0], {"role": "user", "content": _OTHER}]
            borders.add(_common(ids, self._known(self.render(opened))))
        return Prompt(
            ids,
            tuple(sorted(border for border in borders if 0 < border < len(ids))),
            "" if self.templated else " ",
            () if self.templated else ("\nUser:",),
        )

    def plain(self, text: str) -> Prompt:
        """A text to go on from, special tokens added as the tokenizer does."""
        ids = tuple(self._tokenizer(text, verbose=False)["input_ids"])
        if not ids:
            raise UsageError("the prompt is empty.")
        return Prompt(ids)

    def option(self, prompt: Prompt, text: str) -> tuple[int, ...]:
        """The tokens of an option, said as an answer's first words."""
        words = prompt.lead + text
        # Some tokenizers put a space before a text; behind a mark that no pair crosses they cannot.
        mark = self._known("\n")
        joined = self._known("\n" + words)
        ids = joined[len(mark) :] if joined[: len(mark)] == mark else self._known(words)
        if not ids:
            raise UsageError(f"the option {text!r} has no tokens.")
        return ids

    def render(self, turns: Sequence[Turn]) -> str:
        """The chat as the model reads it."""
        if not self.templated:
            lines = [_NAMES[turn["role"]] + turn["content"].strip() for turn in turns]
            if turns[0]["role"] == "system":
                lines[0] += "\n"
            return "\n".join([*lines, "Assistant:"])
        try:
            return self._template(turns)
        except Exception as error:
            if turns[0]["role"] == "system" and len(turns) > 1:  # some templates know no system's turn
                return self._folded(turns)
            raise UsageError(f"the model's chat template refuses these messages: {error}") from error

    def _folded(self, turns: Sequence[Turn]) -> str:
        system, first, *rest = turns
        words = f"{system['content']}\n\n{first['content']}"
        try:
            return self._template([{"role": "user", "content": words}, *rest])
        except Exception as error:
            raise UsageError(f"the model's chat template refuses these messages: {error}") from error

    def _template(self, turns: Sequence[Turn]) -> str:
        text: str = self._tokenizer.apply_chat_template(
            list(turns), tokenize=False, add_generation_prompt=True
        )
        return text

    def _encode(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer(text, add_special_tokens=not self.templated, verbose=False)["input_ids"])


def _known(turn: Turn) -> Turn:
    role = {"developer": "system"}.get(turn["role"], turn["role"])
    if role not in _NAMES:
        raise UsageError(f"no role {turn['role']!r}; the roles are system, user and assistant.")
    return {"role": role, "content": turn["content"]}


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    place = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        place += 1
    return place
