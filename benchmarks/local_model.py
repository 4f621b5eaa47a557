"""Make a Llama of about nine million parameters, random but for its shape, where no trained one is at hand.

    python -m benchmarks.local_model FOLDER

Twelve layers, hidden size 256, grouped queries, and a tokenizer learnt on the spot from the words of this
project's own instruments and pages, so that prompts have the length they would have.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.tiny_model import TEMPLATE

ROOT = Path(__file__).parents[1]


def make(folder: Path, *, layers: int = 12, hidden: int = 256, vocabulary: int = 2048) -> None:
    """Write the model and its tokenizer into `folder`."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    pairs = Tokenizer(models.BPE())
    pairs.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    pairs.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    files = [*ROOT.glob("src/homophily/instruments/data/*.toml"), *ROOT.glob("docs/**/*.md")]
    pairs.train([str(file) for file in sorted(files)], trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=pairs, bos_token="<s>", eos_token="</s>", pad_token="</s>", model_max_length=4096
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=hidden * 8 // 3,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        num_key_value_heads=hidden // 64,
        max_position_embeddings=4096,
        initializer_range=0.05,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
