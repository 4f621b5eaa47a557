"""Token Filtering's figures, tables and pages: quality against ratio, and time against the ideal."""

from homophily.report.filtering._files import write_quality
from homophily.report.filtering._tables import NOTE, quality_tables

__all__ = ["NOTE", "quality_tables", "write_quality"]
