"""The zoo's three shapes of model, as transformers knows them."""

from __future__ import annotations

import logging
from typing import Any

import torch
from benchmarks.zoo.size import Size
from benchmarks.zoo.text import BOS, CLASSES, EOS, PAD
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
)

from homophily.seeds import derive

__all__ = ["new_classifier", "new_model"]

# transformers says on every model that its loss has no name of its own.
logging.getLogger("transformers").setLevel(logging.ERROR)


def config(family: str, size: Size) -> Any:
    """The family's configuration: GPT-2's head tied, Llama's not, grouped keys and values in Llama."""
    shape = {"vocab_size": size.vocabulary, "pad_token_id": PAD, "bos_token_id": BOS, "eos_token_id": EOS}
    if family == "bert":
        return BertConfig(
            **shape,
            hidden_size=size.hidden,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            intermediate_size=4 * size.hidden,
            max_position_embeddings=128,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            num_labels=len(CLASSES),
        )
    if family == "gpt2":
        return GPT2Config(
            **shape,
            n_embd=size.hidden,
            n_layer=size.layers,
            n_head=size.heads,
            n_positions=128,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
        )
    return LlamaConfig(
        **shape,
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=max(1, size.heads // 2),
        intermediate_size=8 * size.hidden // 3,
        max_position_embeddings=128,
        tie_word_embeddings=False,
    )


def new_model(family: str, size: Size, seed: int) -> Any:
    """A language model with random weights that depend on the seed alone."""
    torch.manual_seed(derive("zoo", "weights", family, seed))
    kinds = {"bert": BertForMaskedLM, "gpt2": GPT2LMHeadModel, "llama": LlamaForCausalLM}
    return kinds[family](config(family, size))


def new_classifier(encoder: Any, seed: int) -> Any:
    """A BERT with a new head to classify passages, on the encoder of another model."""
    torch.manual_seed(derive("zoo", "head", seed))
    model = BertForSequenceClassification(encoder.config)
    model.load_state_dict(encoder.state_dict() | _own_head(model), strict=False)
    return model


def _own_head(model: Any) -> dict[str, Any]:
    return {name: w for name, w in model.state_dict().items() if name.startswith("classifier")}
