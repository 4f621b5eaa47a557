"""Token Filtering's figures, tables and pages: quality against ratio, and time against the ideal."""

from homophily.report.filtering._bench import keep_samples, write_speed
from homophily.report.filtering._files import headline, write_quality
from homophily.report.filtering._tables import NOTE, quality_tables
from homophily.report.filtering._times import brief_tables

__all__ = [
    "NOTE",
    "brief_tables",
    "headline",
    "keep_samples",
    "quality_tables",
    "write_quality",
    "write_speed",
]
