"""A tiny random checkpoint with a tokenizer of bytes, and suites of a few items in every shape."""

import csv
import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

LENGTH = 256

TEXT = "\n".join(
    f"Day {day}: the ferry left at {hour} past, and {who} carried {what} to the far shore."
    for day, (hour, who, what) in enumerate(
        zip(
            ["five", "ten", "a quarter", "half", "twenty"] * 6,
            ["Mira", "Tom", "the miller", "nobody", "Ann", "a stranger"] * 5,
            ["apples", "a letter", "two lamps", "bread", "news"] * 6,
            strict=True,
        )
    )
)

ITEMS = [
    {"query": "Question: What floats on water?", "choices": ["a stone wall", "cork", "an anvil"], "gold": 1},
    {"query": "Question: What do bees make?", "choices": ["honey", "glass bottles"], "gold": 0},
    {"query": "Question: What is cold?\n", "choices": ["fire", "ice", "noon sun", "steam"], "gold": 1},
    {"query": "Question: Which has wheels?", "choices": ["a cart", "a cat", "a cloud"], "gold": 0},
    {"query": "Question: Where do ships rest?", "choices": ["in a harbour", "on a roof"], "gold": 0},
    {"query": "Question: What is written with?", "choices": ["soup", "a pencil"], "gold": 1},
]

CONTEXTS = [
    {
        "context_options": ["Ann thanked Mira because Ann", "Ann thanked Mira because Mira"],
        "continuation": "had helped.",
        "gold": 1,
    },
    {
        "context_options": [
            "The cup fell off the shelf as the cup",
            "The cup fell off the shelf as the shelf",
        ],
        "continuation": "was round.",
        "gold": 0,
    },
]

WORDS = [
    {"context": "He looked for his hat, and under the chair lay the", "continuation": "hat"},
    {"context": "She rang the bell twice, but no one had heard the", "continuation": "bell"},
    {"context": "They baked all night; by dawn the house smelt of", "continuation": "bread"},
]


def tokenizer() -> PreTrainedTokenizerFast:
    """Bytes, with a start token set before each text."""
    marks = ["<s>", "</s>"]
    vocabulary = {mark: place for place, mark in enumerate(marks)}
    vocabulary |= {byte: place for place, byte in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()), 2)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    return PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>", eos_token="</s>")


def model(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=258,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=LENGTH,
        bos_token_id=0,
        eos_token_id=1,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(config).eval()


def checkpoint(folder: Path) -> Path:
    """The model and its tokenizer, saved."""
    model().save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


def suites(folder: Path) -> Path:
    """Files of every shape, under the names that the measures look for."""
    lines(folder / "deep" / "arc_easy.jsonl", ITEMS)
    lines(folder / "winogrande.jsonl", CONTEXTS)
    lines(folder / "lambada_openai.jsonl", WORDS)
    for part, count in (("dev", 5), ("test", 3)):
        for subject in ("anatomy", "philosophy"):
            questions(folder / "mmlu" / part / f"{subject}_{part}.csv", subject, count)
    return folder


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def questions(path: Path, subject: str, count: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "choice0", "choice1", "choice2", "choice3", "answer"])
        for number in range(count):
            choices = [f"{word} {number}" for word in ("one", "two", "three, or so", 'four "big"')]
            writer.writerow([f"Which of {subject} is number {number}?", *choices, number % 4])
