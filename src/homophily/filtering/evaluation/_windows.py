"""Windows over a text: which tokens are scored, and which only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homophily.filtering.evaluation._document import Document, Request
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._files import texts
from homophily.filtering.evaluation._measure import Source

__all__ = ["missing_text", "sliding", "windows"]

#: Texts from which on whole texts are drawn when intervals are made, and not their windows.
MANY = 30


def sliding(tokens: Sequence[int], window: int, stride: int) -> Iterator[tuple[int, Request]]:
    """Windows of at most `window` tokens, each scoring those that the one before did not reach.

    Every token but the first is scored once; from the second window on with at least ``window - stride``
    tokens before it.

    Yields:
        The place of the first scored token, and the request.
    """
    done = 1
    for begin in range(0, len(tokens), stride):
        end = min(begin + window, len(tokens))
        if end > done:
            yield done, Request(tuple(tokens[begin:done]), tuple(tokens[done:end]))
        done = max(done, end)
        if end == len(tokens):
            return


def windows(source: Source, encoder: Encoder, *, window: int, stride: int) -> list[Document]:
    """The sliding windows of every text, each from the token that starts one, if there is such."""
    assert source.text is not None  # asked by `missing_text` before
    found = [
        (number, place, request)
        for number, text in enumerate(texts(source.text))
        for place, request in sliding(encoder.tokens(text), window, stride)
    ]
    by_text = len({number for number, _, _ in found}) >= MANY
    return [
        Document(f"{number}:{place}", (request,), cluster=str(number) if by_text else "")
        for number, place, request in found
    ]


def missing_text(source: Source) -> str:
    """What a measure of prediction lacks."""
    return "" if source.text is not None else "a text to predict: give one with --text"
