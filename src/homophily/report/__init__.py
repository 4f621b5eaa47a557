"""Figures and the self-contained HTML report of a study."""

from homophily.report._page import headline
from homophily.report._planted import NOTE, note, planted
from homophily.report._published import published
from homophily.report._record import Record
from homophily.report._style import style
from homophily.report._write import record, save, write

__all__ = ["NOTE", "Record", "headline", "note", "planted", "published", "record", "save", "style", "write"]
__references__ = ("hunter2007",)
