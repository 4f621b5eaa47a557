"""Debates in the published form: Parquet files, one an experiment, one row a debate.

Columns of every file, k being the speaking position: ``n_rounds``, ``final_verdict``, ``Agent_{k}_verdicts``,
``Agent_{k}_messages`` and ``Agent_{k}_values``, each of the last three a list with one element a round. Which
protocol and which models a file holds is told by its name: ``sync_h2h_a_vs_b``,
``round_robin_3way_a_vs_b_vs_c``. Files written here have further columns that tell the rest, unless they
are asked to be plain.
"""

from homophily.studies.debate.published._read import Published, read
from homophily.studies.debate.published._write import write

__all__ = ["Published", "read", "write"]
