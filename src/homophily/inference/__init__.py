"""Local inference: one checkpoint in this process, many callers, their requests computed together.

Needs the extra ``local``. An `Engine` holds a checkpoint and answers two verbs, *generate* and *score*, from
any number of tasks and event loops; requests that arrive together share each step of the model, and a
beginning that several share is computed once. `lease` hands out one engine per settings and process.
"""

from homophily.inference.settings import EngineSettings

__all__ = ["EngineSettings"]
