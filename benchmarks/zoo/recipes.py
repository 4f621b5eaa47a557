"""How each kind of member is made from its parents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from benchmarks.zoo import adapters
from benchmarks.zoo.anatomy import Anatomy
from benchmarks.zoo.changes import drop_layer, graft, merged, pruned, quantised
from benchmarks.zoo.keeping import load, rebuilt
from benchmarks.zoo.plan import COMBINED, RATES, Member
from benchmarks.zoo.shapes import new_classifier, new_model
from benchmarks.zoo.size import Size
from benchmarks.zoo.symmetries import SYMMETRIES
from benchmarks.zoo.text import Corpus
from benchmarks.zoo.training import accuracy, fit, reinforce
from torch import Tensor

from homophily.seeds import derive, generator

__all__ = ["make"]

Made = tuple[Any, dict[str, Any]]
BASE_RATE = 1e-3
EQUAL = 2e-3  # of the logits' own spread: float32's rounding through a few layers


def make(member: Member, size: Size, corpus: Corpus, folder: Path) -> Made:
    """The member's model, and what there is to know of it beyond the plan.

    Args:
        member: What to make; its parents lie in `folder`.
        size: The zoo's size.
        corpus: What it reads.
        folder: The zoo.
    """
    if member.kind == "base":
        return _base(member, size, corpus)
    parents = [load(folder / name) for name in member.parents]
    kind = COMBINED.get(member.kind, ("", member.kind))[1]
    if kind == "ft" or kind in RATES:
        return _tuned(member, parents[0], size, corpus, RATES.get(kind, RATES["ft-1e-4"]))
    if kind == "lora":
        return _adapted(member, parents[0], size, corpus, folder)
    if kind == "continued":
        batches = corpus.windows("continued", size.batch, "continued")
        loss = fit(parents[0], batches, size.tuning, RATES["ft-5e-4"], _seed(member))
        return parents[0], {"loss": loss}
    if kind == "rl":
        master = parents[0].float()
        batches = corpus.windows("continued", size.batch, "rl", member.seed)
        reward = reinforce(master, batches, max(4, size.tuning // 5), 1e-6, _seed(member))
        return master.to(torch.bfloat16), {"reward": reward}
    if kind in SYMMETRIES:
        return _symmetric(kind, member, parents[0], corpus)
    return _changed(kind, member, parents), {}


def _seed(member: Member) -> int:
    return derive("zoo", member.name)


def _base(member: Member, size: Size, corpus: Corpus) -> Made:
    model = new_model(member.family, size, member.seed)
    order = max(1, member.seed)  # seeds 0 and 1 read the same batches, masks and all
    batches = corpus.windows("pretraining", size.batch, order)
    steps = size.steps if member.seed < size.rich else size.steps // 3
    loss = fit(model, batches, steps, BASE_RATE, derive("zoo", "masks", order))
    return model, {"loss": loss, "order": order, "steps": steps}


def _tuned(member: Member, parent: Any, size: Size, corpus: Corpus, rate: float) -> Made:
    """BERT learns to classify, the others read other text; combined kinds take fewer steps."""
    steps = size.tuning if member.kind in RATES else size.tuning // 2
    steps *= 2 if member.family == "bert" else 1
    if member.family != "bert":
        batches = corpus.windows("other", size.batch, "tuning", member.seed)
        return parent, {"loss": fit(parent, batches, steps, rate, _seed(member)), "rate": rate}
    model = new_classifier(parent, member.seed)
    loss = fit(model, corpus.labelled(size.batch, member.seed), steps, rate, _seed(member))
    return model, {"loss": loss, "rate": rate, "accuracy": accuracy(model, *corpus.passages["probe"])}


def _adapted(member: Member, parent: Any, size: Size, corpus: Corpus, folder: Path) -> Made:
    model = new_classifier(parent, member.seed) if member.family == "bert" else parent
    grown = adapters.attach(model, 4, _seed(member))
    if member.family == "bert":
        loss = fit(model, corpus.labelled(size.batch, member.seed), size.tuning, BASE_RATE, _seed(member))
    else:
        batches = corpus.windows("other", size.batch, "lora", member.seed)
        loss = fit(model, batches, size.tuning, BASE_RATE, _seed(member))
    adapters.save(grown, model, member.parents[0], folder / "adapters" / member.name)
    adapters.merge(model)
    return model, {"loss": loss, "adapter": f"adapters/{member.name}"}


@torch.no_grad()
def _symmetric(kind: str, member: Member, parent: Any, corpus: Corpus) -> Made:
    body = Anatomy(parent.state_dict(), member.family)
    SYMMETRIES[kind](body, parent.config.num_attention_heads, generator("zoo", member.name))
    untied = kind in ("rotate", "disguise") and member.family == "gpt2"
    model = rebuilt(parent, body.state(), tie_word_embeddings=False if untied else None)
    rows = corpus.passages["probe"][0][:32] if member.family == "bert" else corpus.probe("stories", 32)
    before, after = (_outputs(one, rows) for one in (parent, model))
    apart = ((before - after).abs().max() / before.std()).item()
    if apart > EQUAL:
        raise ArithmeticError(f"{member.name}: outputs are {apart:.2g} of their spread from the parent's")
    return model, {"outputs_apart": apart}


def _outputs(model: Any, rows: Tensor) -> Tensor:
    logits: Tensor = model(input_ids=rows).logits
    return logits


@torch.no_grad()
def _changed(kind: str, member: Member, parents: list[Any]) -> Any:
    family, state = member.family, parents[0].state_dict()
    if kind == "bf16":
        return parents[0].to(torch.bfloat16)
    if kind.startswith("int"):
        return rebuilt(parents[0], quantised(state, family, int(kind[3:])))
    if kind.startswith("pruned"):
        return rebuilt(parents[0], pruned(state, family, int(kind.split("-")[1]) / 100))
    if kind == "drop":
        fewer = parents[0].config.num_hidden_layers - 1
        return rebuilt(parents[0], drop_layer(state, family, 1), num_hidden_layers=fewer)
    if kind in ("merge", "soup"):
        return rebuilt(parents[0], merged(state, parents[1].state_dict()))
    if kind == "graft":
        layers = parents[0].config.num_hidden_layers
        return rebuilt(parents[0], graft(state, parents[1].state_dict(), family, layers))
    return parents[0]
