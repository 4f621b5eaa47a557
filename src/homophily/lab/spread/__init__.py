"""Scale-out: one run's sessions played by the processes of a Ray cluster, kept in one PostgreSQL store.

A **director** (`director.py`) on one machine hands sessions out to **workers** (`worker.py`), each a process
that plays many sessions at once as `homophily.lab.runner` does. All that passes between them are **turns**
(`turns.py`): orders there, a report back. A worker that dies, or is not heard of, is struck off the store's
**roll** (`roll.py`) before its sessions are handed out again, so that it writes no more should it come back.
Only `hands.py` knows Ray, and imports it when a cluster is joined.
"""

from homophily.lab.spread.playing import play

__all__ = ["play"]
