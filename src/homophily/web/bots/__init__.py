"""Bots: synthetic participants who walk a hosted study through its real pages."""

from homophily.web.bots.bot import Bot, Walked
from homophily.web.bots.crowd import crowd
from homophily.web.bots.rehearsal import rehearsal

__all__ = ["Bot", "Walked", "crowd", "rehearsal"]
