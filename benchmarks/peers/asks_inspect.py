"""The job in Inspect AI: an eval whose log holds every answer as a score.

Either each ask is a sample, or each agent is one whose solver puts the statements one after another (``how``
is ``ask`` or ``agent``). As Inspect's pages on concurrency advise, connections and samples are as many as the
server takes; nothing is displayed, and the live view of samples is off, which costs a database of its own.

Runs in an environment of its own: ``PYTHON -m benchmarks.peers.asks_inspect JOB``.
"""

from __future__ import annotations

import re

from benchmarks.peers._child import MODEL, Job, Kept, done, role, text
from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import list_eval_logs, read_eval_log
from inspect_ai.model import ChatMessage, ChatMessageSystem, ChatMessageUser, get_model
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver


def messages(agent: int, item: int) -> list[ChatMessage]:
    return [ChatMessageSystem(content=role(agent)), ChatMessageUser(content=text(item))]


def scale(said: str) -> int:
    """A whole number from 1 to 7; 0 for anything else."""
    found = re.fullmatch(r"\s*([1-7])\s*", said)
    return int(found[1]) if found else 0


@solver
def questionnaire(items: int) -> Solver:
    """Puts every statement to one agent."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        said = {}
        for item in range(items):
            output = await get_model().generate(messages(int(state.sample_id), item))
            said[str(item)] = output.completion
        state.metadata["said"] = said
        return state

    return solve


@scorer(metrics=[mean()])
def one() -> Scorer:
    """The answer to an ask."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=scale(state.output.completion), answer=state.output.completion)

    return score


@scorer(metrics={"*": [mean()]})
def all_of_them() -> Scorer:
    """An agent's answers by statement."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value={item: scale(said) for item, said in state.metadata["said"].items()})

    return score


def task(job: Job) -> Task:
    agents, items = range(job.agents), range(job.items)
    if job.how == "agent":
        samples = [Sample(id=str(agent), input=role(agent)) for agent in agents]
        return Task(dataset=MemoryDataset(samples), solver=questionnaire(job.items), scorer=all_of_them())
    asks = [(agent, item) for agent in agents for item in items]
    samples = [Sample(id=f"{agent}/{item}", input=messages(agent, item)) for agent, item in asks]
    return Task(dataset=MemoryDataset(samples), solver=generate(), scorer=one())


def run(job: Job) -> None:
    (log,) = eval(
        task(job),
        model=f"openai-api/peer/{MODEL}",
        model_base_url=job.url,
        model_args={"api_key": "none"},
        max_connections=job.concurrency,
        max_samples=2 * job.concurrency,
        log_dir=job.folder,
        log_realtime=False,
        display="none",
        max_tokens=16,
        temperature=0.0,
    )
    if log.status != "success":
        raise SystemExit(f"the eval ended with {log.status}: {log.error}")


def read(job: Job) -> Kept:
    kept: Kept = {}
    (found,) = list_eval_logs(job.folder, recursive=False)
    for sample in read_eval_log(found).samples or []:
        agent, _, item = str(sample.id).partition("/")
        (score,) = (sample.scores or {}).values()
        values = score.value if isinstance(score.value, dict) else {item: score.value}
        kept |= {(int(agent), int(number)): int(value) for number, value in values.items()}  # type: ignore[arg-type]
    return kept


if __name__ == "__main__":
    done(run, read, "inspect-ai", "openai")
