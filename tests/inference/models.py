"""Tiny random checkpoints with a tokenizer of their own, saved as Hugging Face saves them."""

from __future__ import annotations

from pathlib import Path

import torch
from benchmarks.tiny_model import TEMPLATE
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedConfig, PreTrainedTokenizerFast

WORDS = (
    "Someone asks how much you agree: 1 2 3 4 5 6 7 8 9 10. Answer with one whole number and nothing else. "
    "User: I like the sea. Assistant: So do I, and the hills. Once upon a time there was a little girl. "
) * 4


def tokenizer(template: str | None = TEMPLATE) -> PreTrainedTokenizerFast:
    """Byte-level pairs learnt from a few sentences; 0–9 and 10 are tokens of their own or pairs."""
    pairs = Tokenizer(models.BPE())
    pairs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pairs.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    pairs.train_from_iterator(
        [WORDS],
        trainers.BpeTrainer(
            vocab_size=300, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
        ),
    )
    made = PreTrainedTokenizerFast(
        tokenizer_object=pairs, bos_token="<s>", eos_token="</s>", pad_token="</s>", model_max_length=1024
    )
    made.chat_template = template
    return made


def checkpoint(
    folder: Path,
    config: PreTrainedConfig | None = None,
    *,
    template: str | None = TEMPLATE,
    seed: int = 0,
    context: int = 1024,
) -> Path:
    """Write a random model and its tokenizer into `folder`."""
    words = tokenizer(template)
    torch.manual_seed(seed)
    shape = {
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": context,
        "initializer_range": 0.12,
    }
    config = config or LlamaConfig(**shape)
    config.vocab_size, config.bos_token_id, config.eos_token_id, config.pad_token_id = len(words), 0, 1, 1
    model = AutoModelForCausalLM.from_config(config)
    from transformers.utils import logging

    logging.disable_progress_bar()
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder
