"""Faults: what can go wrong with a request, told apart by whether it may pass."""

from __future__ import annotations

import time

import httpx2

from homophily.errors import RespondentError
from homophily.wire.waiting import moment, retry_after

__all__ = ["Passing", "Rejected", "judge"]

#: What to try when the server's words name a parameter.
_SETTINGS = {
    "max_completion_tokens": "limit = 'max_completion_tokens'",
    "response_format": "structured = 'never'",
    "logprobs": "logprobs = false",
    "temperature": "send_temperature = false",
    "seed": "send_seed = false",
    "alternate": "merge = true",
    "system": "system_role = 'user'",
}


class Rejected(RespondentError):
    """A request that the server will not serve however often it is sent.

    Attributes:
        status: The HTTP status.
        code: The server's own code of the error, empty if it gives none.
        said: What the server said.
    """

    def __init__(self, message: str, status: int, code: str = "", said: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.said = said


class Passing(Exception):
    """A fault that may pass, such as an overload or a cut connection.

    Attributes:
        wait: Seconds for which the server wants to be left alone, None if it did not say.
        busy: Whether the server said that it, or the account, is at its limit.
    """

    def __init__(self, why: str, wait: float | None = None, busy: bool = False) -> None:
        super().__init__(why)
        self.wait = wait
        self.busy = busy


def judge(response: httpx2.Response, url: str, key: str, key_env: str) -> Passing | Rejected:
    """What a response with a status other than 200 means.

    Args:
        response: As it came.
        url: The endpoint, for the message.
        key: The key; struck out where a server quotes it.
        key_env: The variable that holds the key, for the message.
    """
    status = response.status_code
    said, code = _said(response)
    if key:
        said = said.replace(key, "***")
    passing = status in (408, 409, 425, 429) or (status >= 500 and status != 501)
    if passing and code != "insufficient_quota":
        now = moment(response.headers.get("date")) or time.time()  # by the server's own clock, if it tells it
        wait = retry_after(response.headers.get("retry-after"), now)
        return Passing(f"answered {status} ({said})", wait, busy=status in (429, 503, 529))
    return Rejected(f"{url} answered {status} ({said}): {_mend(status, said, key_env)}.", status, code, said)


def _mend(status: int, said: str, key_env: str) -> str:
    if status in (401, 403):
        return (
            f"check the key in ${key_env}" if key_env else "name the variable that holds its key in `key_env`"
        )
    if status == 404:
        return "check `model` and `url`, which usually ends in /v1; `homophily models URL` lists the models"
    if status == 429:
        return "the account's quota is spent; raise it, then resume"
    if 300 <= status < 400:
        return "set `url` to where it redirects"
    for word, setting in _SETTINGS.items():
        if word in said:
            return f"try {setting}"
    return "check the respondent's settings against what this server takes"


def _said(response: httpx2.Response) -> tuple[str, str]:
    """What the server said about an error, in one short line, and its code."""
    code = ""
    try:
        error = response.json()
        if isinstance(error, dict):
            error = error.get("error", error)
        if isinstance(error, dict):
            code = str(error.get("code") or "")
            error = error.get("message", error)
        message = str(error)
    except ValueError:
        message = response.text
    return " ".join(message.split())[:300] or response.reason_phrase, code
