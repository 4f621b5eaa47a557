"""kvpress in its own interpreter: ``python benchmarks/_presses.py < job.json > losses.json``.

The job names the model's folder, the presses, the share of the cache that each takes away, and pairs of
prefix and continuation tokens. A press works on the prefix; the continuation is then read densely over what
is left. Needs nothing of this project, since kvpress asks for an older transformers.
"""

import json
import sys
import time

import kvpress
import torch
from transformers import AutoModelForCausalLM, DynamicCache


@torch.no_grad()
def losses(model, press, pairs):
    """Each continuation's tokens' log-probabilities, whether each is the likeliest; seconds of prefill."""
    told, spent = [], 0.0
    for prefix, continuation in pairs:
        cache, ids = DynamicCache(), torch.tensor([prefix])
        began = time.process_time()
        if press is None:
            model(ids, past_key_values=cache)
        else:
            with press(model):
                model(ids, past_key_values=cache)
        spent += time.process_time() - began
        # The first continuation token is given: its prediction belongs to the prefix, which all read alike.
        rest = torch.tensor([continuation])
        # Rotation by true places; the mask by the pressed cache's own length, so no cache_position: with it a
        # token would see those after it.
        places = torch.arange(len(prefix), len(prefix) + rest.shape[1])
        out = model(rest, past_key_values=cache, position_ids=places[None])
        logs = out.logits[0, :-1].float().log_softmax(-1)
        likely = logs.gather(-1, rest[0, 1:, None])[:, 0]
        told.append([likely.tolist(), (logs.argmax(-1) == rest[0, 1:]).tolist()])
    return told, spent


def main():
    job = json.load(sys.stdin)
    torch.set_num_threads(1)
    model = AutoModelForCausalLM.from_pretrained(job["folder"], dtype=torch.float32).eval()
    losses(model, None, job["pairs"][:2])  # warm
    dense, seconds = losses(model, None, job["pairs"])
    answer = {"version": kvpress.__version__ if hasattr(kvpress, "__version__") else "", "dense": dense}
    for name in job["presses"]:
        press = getattr(kvpress, name)(compression_ratio=job["ratio"])
        _again, beside = losses(model, None, job["pairs"][:8])
        told, spent = losses(model, press, job["pairs"])
        _told, near = losses(model, press, job["pairs"][:8])
        answer[name] = {"told": told, "seconds": spent, "time": near / beside}
    answer["seconds"] = seconds
    json.dump(answer, sys.stdout)


main()
