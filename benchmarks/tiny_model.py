"""Make a tiny Llama that mostly answers with one character; needs torch and transformers.

    python -m benchmarks.tiny_model FOLDER

Weights are random (seed 0) but for two nudges: at the start of an answer the characters 1–7, A and B are
likely, and after one of them so is the end. So a questionnaire gets readable and unreadable answers, which
depend on the prompt. The tokenizer knows bytes alone and therefore every language. It says nothing of
interest: it is there to try the wire, the reading and the bookkeeping against a server not written here.
"""

from __future__ import annotations

import sys
from pathlib import Path

TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def make(folder: Path) -> None:
    """Write the model and its tokenizer into `folder`."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: place for place, token in enumerate(["<s>", "</s>", *alphabet])}
    bytewise = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytewise, bos_token="<s>", eos_token="</s>", pad_token="</s>", model_max_length=8192
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=8192,
        initializer_range=0.12,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    said = [vocabulary[token] for token in "1234567AB"]
    with torch.no_grad():
        words = model.model.embed_tokens.weight
        words[:, :2] = torch.tensor([6.0, 0.0])
        words[said, :2] = torch.tensor([0.0, 6.0])
        out = model.lm_head.weight
        out[:, :2] = 0.0
        out[said, 0] = 1.2
        out[1, 1] = 2.0
    model.save_pretrained(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
