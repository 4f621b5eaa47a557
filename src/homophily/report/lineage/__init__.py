"""Lineage's figures, tables and pages."""

from homophily.report.lineage._comparison import rows_of, write_comparison
from homophily.report.lineage._similarity_tables import overall_table, role_table, sentence
from homophily.report.lineage._trace import trace_sentence, write_trace

__all__ = [
    "overall_table",
    "role_table",
    "rows_of",
    "sentence",
    "trace_sentence",
    "write_comparison",
    "write_trace",
]
