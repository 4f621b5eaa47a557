"""The training loop: compiled bf16 steps on a CPU, held-out loss, checkpoints to resume from."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AttentionInterface, LlamaForCausalLM

from training import plan
from training.optimiser import optimisers, set_rate

__all__ = ["new_model", "train"]

EVERY = 100  # steps between checkpoints and held-out losses


def new_model() -> LlamaForCausalLM:
    """The untrained model; what writes to the residual stream starts small, as the model is deep."""
    torch.manual_seed(plan.SEED)
    AttentionInterface.register("float32", _attention)
    model = LlamaForCausalLM(plan.shape())
    model.set_attn_implementation("float32")
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                weight /= (2 * model.config.num_hidden_layers) ** 0.5
    return model


def train(
    model: LlamaForCausalLM,
    batches: Callable[[int, plan.Stage], Iterator[Tensor]],
    held_out: dict[str, Tensor],
    folder: Path,
) -> None:
    """Train to the plan's end, from the last checkpoint in `folder` where there is one.

    Args:
        model: As `new_model` made it.
        batches: Batches without end for a stage's number and the stage.
        held_out: Rows of held-out tokens by name; their losses go to the log.
        folder: For ``checkpoint.pt`` and ``loss.csv``.
    """
    muon, adam = optimisers(model)
    saved, done = folder / "checkpoint.pt", 0
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        model.load_state_dict(state["model"])
        muon.load_state_dict(state["muon"])
        adam.load_state_dict(state["adam"])
        done = state["step"]
    _forget(folder / "loss.csv", done)
    step = 0
    for number, stage in enumerate(plan.STAGES):
        if step + stage.steps > done:
            forward = torch.compile(_loss, dynamic=False)
            start = max(0, done - step)
            for rows in islice(batches(number, stage), start, stage.steps):
                _step(model, forward, rows, (muon, adam), step + start, folder)
                start += 1
                if (step + start) % EVERY == 0 or step + start == plan.total():
                    _keep(model, (muon, adam), step + start, held_out, folder)
            torch.compiler.reset()
        step += stage.steps


def _step(
    model: nn.Module,
    forward: Callable[[nn.Module, Tensor], Tensor],
    rows: Tensor,
    chosen: tuple[torch.optim.Optimizer, ...],
    step: int,
    folder: Path,
) -> None:
    began = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16):
        loss = forward(model, rows)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimiser in chosen:
        set_rate(optimiser, plan.rate(step))
        optimiser.step()
        optimiser.zero_grad()
    if step % 10 == 0:
        spent = time.perf_counter() - began
        _log(folder / "loss.csv", step, "train", rows.shape[1], loss.item())
        print(f"{step} context {rows.shape[1]} loss {loss.item():.3f} {spent:.2f} s", flush=True)


def _keep(
    model: nn.Module,
    chosen: tuple[torch.optim.Optimizer, ...],
    step: int,
    held_out: dict[str, Tensor],
    folder: Path,
) -> None:
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for name, rows in held_out.items():
            losses = [_loss(model, part).item() for part in rows.split(8)]
            mean = sum(losses) / len(losses)
            _log(folder / "loss.csv", step, name, rows.shape[1], mean)
            print(f"{step} held out {name} {mean:.3f}", flush=True)
    muon, adam = (optimiser.state_dict() for optimiser in chosen)
    state = {"model": model.state_dict(), "muon": muon, "adam": adam, "step": step}
    torch.save(state, folder / "next.pt")
    (folder / "next.pt").replace(folder / "checkpoint.pt")


def _loss(model: nn.Module, rows: Tensor) -> Tensor:
    logits = model(input_ids=rows, use_cache=False).logits[:, :-1].float()
    return functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())


def _attention(
    module: nn.Module, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, **kwargs: object
) -> tuple[Tensor, None]:
    """Plain causal attention in float32, whose backward pass is the fastest of torch's on a CPU."""
    with torch.autocast("cpu", enabled=False):
        heads = functional.scaled_dot_product_attention(
            queries.float(), keys.float(), values.float(), is_causal=True
        )
    return heads.transpose(1, 2).contiguous(), None


def _forget(path: Path, done: int) -> None:
    """Drop what was logged after the checkpoint: those steps are taken again."""
    if path.exists():
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        ends = {row for row in rows if int(row.split(",")[0]) == done and ",train," not in row}
        kept = [row for row in rows if int(row.split(",")[0]) < done or row in ends]
        path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")


def _log(path: Path, step: int, what: str, context: int, loss: float) -> None:
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(("step", "text", "context", "loss"))
        writer.writerow((step, what, context, f"{loss:.4f}"))
