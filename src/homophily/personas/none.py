"""Tell the model nothing about values: the control."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["none"]
__references__ = ("own",)


def none(profile: Mapping[str, float], language: str) -> str:
    """No paragraph at all, whatever the profile."""
    return ""
