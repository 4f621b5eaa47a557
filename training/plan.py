"""What is trained and for how long: the model's shape, the stages of growing context, the learning rate."""

from __future__ import annotations

from dataclasses import dataclass

from transformers import LlamaConfig

__all__ = ["BATCH", "SEED", "STAGES", "VOCABULARY", "Stage", "rate", "shape", "total"]

SEED = 260
VOCABULARY = 2048
BATCH = 8192  # tokens a step
PEAK = 4e-3
WARM_UP = 60  # steps
DECAY = 0.3  # share of all steps over which the rate falls to nothing


@dataclass(frozen=True, slots=True)
class Stage:
    """Some steps at one context length and mix of text (`training.corpus.MIXES`)."""

    context: int
    steps: int
    mix: str


#: Short contexts first: attention is cheap there, and most of what stories teach lies within reach.
STAGES = (
    Stage(256, 700, "tell"),
    Stage(256, 200, "recall"),
    Stage(512, 150, "recall"),
    Stage(1024, 80, "recall"),
    Stage(2048, 50, "recall"),
)


def shape() -> LlamaConfig:
    """A Llama of 14 layers, deep for its 4.5 million parameters, with four key-value heads."""
    return LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=160,
        intermediate_size=448,
        num_hidden_layers=14,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=2048,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )


def total() -> int:
    """Steps in all."""
    return sum(stage.steps for stage in STAGES)


def rate(step: int) -> float:
    """The learning rate: a short rise, a long level, a straight fall to nothing."""
    left = (total() - step) / (DECAY * total())
    return PEAK * min(1.0, (step + 1) / WARM_UP, left)
