"""Lineage's figures, tables and pages."""

from homophily.report.lineage._audit import write_candidates, write_descent, write_family
from homophily.report.lineage._comparison import rows_of, write_comparison
from homophily.report.lineage._descent_tables import (
    candidate_table,
    difference_table,
    edge_table,
    power,
    score_table,
)
from homophily.report.lineage._similarity_tables import overall_table, role_table, sentence
from homophily.report.lineage._trace import trace_sentence, write_trace
from homophily.report.lineage._tree import branches

__all__ = [
    "branches",
    "candidate_table",
    "difference_table",
    "edge_table",
    "overall_table",
    "power",
    "role_table",
    "rows_of",
    "score_table",
    "sentence",
    "trace_sentence",
    "write_candidates",
    "write_comparison",
    "write_descent",
    "write_family",
    "write_trace",
]
