"""Put the trained model into its shipped form: ``python -m training.export --help``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from tokenizers.processors import TemplateProcessing
from transformers import AutoTokenizer, GenerationConfig

from homophily.filtering.reference import FOLDER
from training import plan
from training.loop import new_model

__all__ = ["export"]


def export(work: Path, folder: Path) -> None:
    """Write config, weights in bf16, tokenizer and generation defaults into `folder`.

    Args:
        work: Where `training.reference` kept its checkpoint and tokenizer.
        folder: The shipped model's.
    """
    model = new_model()
    model.load_state_dict(torch.load(work / "checkpoint.pt", weights_only=True)["model"])
    model.set_attn_implementation("sdpa")
    model.generation_config = GenerationConfig(
        bos_token_id=1, eos_token_id=[2, 6], pad_token_id=0, do_sample=False, max_new_tokens=128
    )
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(work / "tokenizer")
    tokenizer.model_max_length = plan.shape().max_position_embeddings
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", tokenizer.bos_token_id)]
    )
    tokenizer.save_pretrained(folder)
    _forget_where(folder / "tokenizer_config.json")


def _forget_where(path: Path) -> None:
    """Drop what the file says of where it was loaded from."""
    settings = json.loads(path.read_text(encoding="utf-8"))
    for name in ("is_local", "local_files_only"):
        settings.pop(name, None)
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/reference"))
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args()
    export(given.work, given.folder)


if __name__ == "__main__":
    main()
