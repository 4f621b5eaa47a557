"""Replies: results in the API's words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from homophily.inference.requests import Spent, Token

__all__ = ["chat_logprobs", "completion_logprobs", "filtered", "usage"]

#: JSON has no infinity; what cannot happen is told as this, as other servers do.
_NEVER = -9999.0


def usage(spent: Sequence[Spent]) -> dict[str, Any]:
    """What the answers to one prompt took together."""
    prompt = spent[0].prompt_tokens if spent else 0
    written = sum(each.completion_tokens for each in spent)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
        "prompt_tokens_details": {"cached_tokens": spent[0].shared_tokens if spent else 0},
    }


def filtered(spent: Sequence[Spent]) -> dict[str, Any]:
    """What Token Filtering did: a field of our own, which other clients leave unread."""
    attended = sum(each.attended for each in spent)
    skipped = sum(each.filtered for each in spent)
    return {
        "attained_ratio": round(skipped / attended, 4) if attended else 0.0,
        "saved_cache_bytes": sum(each.saved_bytes for each in spent),
    }


def chat_logprobs(tokens: Iterable[Token]) -> dict[str, Any]:
    """Log-probabilities as chat completions tell them."""
    return {
        "content": [
            {
                **_one(token.text, token.logprob),
                "top_logprobs": [_one(text, logprob) for text, logprob in token.top],
            }
            for token in tokens
        ],
        "refusal": None,
    }


def completion_logprobs(tokens: Iterable[Token]) -> dict[str, Any]:
    """Log-probabilities as plain completions tell them."""
    tokens = list(tokens)
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token.text)
    return {
        "tokens": [token.text for token in tokens],
        "token_logprobs": [_finite(token.logprob) for token in tokens],
        "top_logprobs": [{text: _finite(value) for text, value in token.top} for token in tokens],
        "text_offset": starts,
    }


def _one(text: str, logprob: float) -> dict[str, Any]:
    return {"token": text, "logprob": _finite(logprob), "bytes": list(text.encode())}


def _finite(logprob: float) -> float:
    return logprob if math.isfinite(logprob) else _NEVER
