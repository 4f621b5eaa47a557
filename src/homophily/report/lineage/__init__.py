"""Lineage's figures, tables and pages."""

from homophily.report.lineage._comparison import rows_of, write_comparison
from homophily.report.lineage._exposure import exposure_plain, write_exposure
from homophily.report.lineage._exposure_tables import defence_table, exposure_sentence, strategy_table
from homophily.report.lineage._similarity_tables import overall_table, role_table, sentence
from homophily.report.lineage._trace import trace_sentence, write_trace

__all__ = [
    "defence_table",
    "exposure_plain",
    "exposure_sentence",
    "overall_table",
    "role_table",
    "rows_of",
    "sentence",
    "strategy_table",
    "trace_sentence",
    "write_comparison",
    "write_exposure",
    "write_trace",
]
