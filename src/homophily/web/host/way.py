"""The way through a session: how far along it a person is, whichever turns they take."""

from __future__ import annotations

from collections.abc import Collection, Iterable

__all__ = ["Way"]


class Way:
    """What a walk without anybody was asked, in its order.

    Asks of one form or one decision are a stretch, since their order may be drawn. What a person is asked
    beyond the walk takes them no further along, and what they are spared does not keep them back: a stretch
    that they have left lies behind them whole.

    Args:
        paths: Of the walk's asks.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = dict.fromkeys(paths)
        self._behind: dict[str, int] = {}
        stretches: dict[str, int] = {}
        for path in self._paths:
            stretches[_stretch(path)] = stretches.get(_stretch(path), 0) + 1
        behind = 0
        for stretch, size in stretches.items():
            self._behind[stretch] = behind
            behind += size

    def __len__(self) -> int:
        return len(self._paths)

    def share(self, waiting: Iterable[str], recorded: Collection[str]) -> float:
        """The share of the way that lies behind whoever is asked these, 0–1; 0 where the walk met none of it.

        Args:
            waiting: Paths of the present page.
            recorded: Paths of all that was answered.
        """
        known = [stretch for stretch in map(_stretch, waiting) if stretch in self._behind]
        if not known:
            return 0.0
        now = min(known, key=self._behind.__getitem__)
        here = sum(path in self._paths and _stretch(path) == now for path in recorded)
        return (self._behind[now] + here) / len(self._paths)


def _stretch(path: str) -> str:
    """A path without its last part."""
    return path.rpartition("/")[0]
