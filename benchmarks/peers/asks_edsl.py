"""The job in EDSL: a survey of linear scales for a list of agents, its results saved to a file.

EDSL's cache commits each reply to a database on the disk unless it is given one in memory (``how`` is
``disk`` or ``memory``). Nothing is sent elsewhere: remote inference is off, prices are not fetched, and the
limits of requests and tokens a minute are set out of the way.

Runs in an environment of its own: ``PYTHON -m benchmarks.peers.asks_edsl JOB``.
"""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.peers._child import MODEL, Job, Kept, done, role, text

os.environ["EDSL_FETCH_TOKEN_PRICES"] = "False"  # read when EDSL is imported

from edsl import Agent, AgentList, Cache, Model, QuestionLinearScale, Results, Survey

UNLIMITED = 1_000_000_000


def question(item: int) -> QuestionLinearScale:
    scale = list(range(1, 8))
    return QuestionLinearScale(question_name=f"s{item}", question_text=text(item), question_options=scale)


def run(job: Job) -> None:
    agents = AgentList([Agent(name=f"a{agent}", instruction=role(agent)) for agent in range(job.agents)])
    model = Model(
        MODEL,
        service_name="openai_compatible",
        base_url=job.url,
        rpm=UNLIMITED,
        tpm=UNLIMITED,
        max_tokens=16,
        temperature=0.0,
    )
    jobs = Survey([question(item) for item in range(job.items)]).by(agents).by(model)
    results = jobs.run(
        disable_remote_inference=True,
        progress_bar=False,
        max_concurrency=job.concurrency,
        cache=Cache() if job.how == "memory" else None,
    )
    results.save(str(Path(job.folder, "results")))


def read(job: Job) -> Kept:
    kept: Kept = {}
    (file,) = Path(job.folder).glob("results*")
    for row in Results.load(str(file)):
        agent = int(row.agent.name.removeprefix("a"))
        kept |= {(agent, int(name.removeprefix("s"))): value for name, value in row.answer.items()}
    return kept


if __name__ == "__main__":
    done(run, read, "edsl", "openai")
