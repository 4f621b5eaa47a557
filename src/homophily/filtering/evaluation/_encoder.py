"""From words to tokens, as lm-evaluation-harness does it."""

from __future__ import annotations

from typing import Any

from homophily.errors import DataError
from homophily.filtering.evaluation._document import Pair, Request

__all__ = ["Encoder"]


class Encoder:
    """A tokenizer that splits context from continuation.

    Context and continuation are encoded in one piece and parted by the context's length in tokens; spaces at
    the context's end go to the continuation (the rule of lm-evaluation-harness, Gao et al. 2024, version
    0.4, which the published tables of this field are made with).

    Args:
        tokenizer: Of Hugging Face transformers.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        prefix = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
        self.prefix: int | None = prefix
        self._before: tuple[str, list[int]] = ("", [])

    def tokens(self, text: str, *, special: bool = True) -> list[int]:
        """A text's tokens, with the ones that the tokenizer sets before a sequence if `special`."""
        written = self._tokenizer.bos_token
        if special and written and text.startswith(written):
            special = False
        return [int(t) for t in self._tokenizer.encode(text, add_special_tokens=special, verbose=False)]

    def text(self, tokens: list[int]) -> str:
        """The text of tokens."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def request(self, asked: Pair | Request) -> Request:
        """A request in tokens.

        Raises:
            DataError: The continuation has no token of its own, or there is neither a context nor a token
                that could stand for the start of a text.
        """
        if isinstance(asked, Request):
            return asked
        context, continuation = asked.context, asked.continuation
        spaces = len(context) - len(context.rstrip())
        if 0 < spaces < len(context):
            context, continuation = context[:-spaces], context[-spaces:] + continuation
        if not context:
            return self._bare(continuation)
        if self._before[0] != context:  # the choices of one item share it
            self._before = (context, self.tokens(context))
        whole, before = self.tokens(context + continuation), self._before[1]
        if len(whole) <= len(before):
            raise DataError(f"{continuation!r} after {context[-30:]!r} gives no token of its own.")
        return Request(tuple(whole[: len(before)]), tuple(whole[len(before) :]))

    def _bare(self, continuation: str) -> Request:
        tokens = self.tokens(continuation, special=False)
        start = [] if self.prefix is None or tokens[:1] == [self.prefix] else [self.prefix]
        tokens = start + tokens
        if len(tokens) < 2:
            raise DataError(f"{continuation!r} cannot be scored: nothing stands before it.")
        return Request(tuple(tokens[:1]), tuple(tokens[1:]))
