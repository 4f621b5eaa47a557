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
from homophily.report.lineage._exposure import exposure_plain, write_exposure
from homophily.report.lineage._exposure_tables import defence_table, exposure_sentence, strategy_table
from homophily.report.lineage._similarity_tables import overall_table, role_table, sentence
from homophily.report.lineage._trace import trace_sentence, write_trace
from homophily.report.lineage._tree import branches

__all__ = [
    "branches",
    "candidate_table",
    "defence_table",
    "difference_table",
    "edge_table",
    "exposure_plain",
    "exposure_sentence",
    "overall_table",
    "power",
    "role_table",
    "rows_of",
    "score_table",
    "sentence",
    "strategy_table",
    "trace_sentence",
    "write_candidates",
    "write_comparison",
    "write_descent",
    "write_exposure",
    "write_family",
    "write_trace",
]
