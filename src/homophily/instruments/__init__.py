"""Questionnaires as data, in English and Japanese."""

from homophily.instruments.files import load, names
from homophily.instruments.instrument import Instrument

__all__ = ["Instrument", "load", "names"]
