"""Families: the architectures and implementations that the shipped templates are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["FAMILIES", "OUTSIDE", "Family", "Sizes", "build"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of a model.

    Attributes:
        layers, heads, width, inner, vocab: Blocks, query heads, width of a head, width of the feed-forward
            network, words.
        groups: Key and value heads, where the family has fewer than query heads.
    """

    layers: int
    heads: int
    groups: int
    width: int
    inner: int
    vocab: int

    @property
    def hidden(self) -> int:
        """Width of the model."""
        return self.heads * self.width

    @classmethod
    def draw(cls, chance: np.random.Generator) -> Sizes:
        """A small shape: 2 to 6 layers, 32 to 256 wide."""
        heads = int(chance.choice([2, 4, 8]))
        width = int(chance.choice([16, 24, 32]))
        inner = int(chance.choice([2, 3, 4])) * heads * width + int(chance.choice([0, 16]))
        groups = heads // int(chance.choice([1, 2]))
        return cls(int(chance.integers(2, 7)), heads, groups, width, inner, int(chance.integers(120, 900)))


@dataclass(frozen=True, slots=True)
class Family:
    """An architecture, and by what implementations it is recorded.

    Attributes:
        config: The model type as Hugging Face transformers names it; ``plain`` or ``torch`` for `_plain`.
        implementations: Names of attention implementations; those of `_plain` say whose code it is.
        heads: Kinds of model: ``base``, ``lm`` (causal or masked), ``classes``.
        names: Its configuration's words where they are not the common ones.
        fixed: Settings of its configuration.
    """

    config: str
    implementations: tuple[str, ...] = ("eager", "sdpa")
    heads: tuple[str, ...] = ("base", "lm", "classes")
    names: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)


_ENDS = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
_DIM = {"head_dim": "head_dim"}
_T5 = {"width": "d_kv", "inner": "d_ff", "layers": "num_layers", "heads": "num_heads", "hidden": "d_model"}

#: Architectures with shipped templates.
FAMILIES = {
    "albert": Family("albert", names={"embed": "embedding_size"}),
    "bert": Family("bert"),
    "bloom": Family("bloom", ("eager",), names={"inner": ""}),
    "distilbert": Family("distilbert", names={"inner": "hidden_dim"}),
    "falcon": Family("falcon", names={"inner": "ffn_hidden_size"}, fixed={"new_decoder_architecture": True}),
    "gemma": Family("gemma", names=_DIM),
    "gemma2": Family("gemma2", ("eager",), names=_DIM),
    "gpt2": Family("gpt2", names={"inner": "n_inner"}),
    "gpt-neox": Family("gpt_neox"),
    "llama": Family("llama"),
    "mistral": Family("mistral", fixed={"sliding_window": 4096}),
    "modernbert": Family("modernbert", heads=("base", "lm"), fixed={"cls_token_id": 1, "sep_token_id": 2}),
    "opt": Family("opt", names={"inner": "ffn_dim", "embed": "word_embed_proj_dim"}),
    "phi": Family("phi"),
    "phi3": Family("phi3"),
    "qwen2": Family("qwen2"),
    "qwen3": Family("qwen3", names=_DIM),
    "roberta": Family("roberta"),
    "t5": Family("t5", ("eager",), heads=("lm",), names=_T5),
    "gpt2-like": Family("plain", ("plain torch, eager", "plain torch, sdpa"), heads=("lm",)),
    "bert-like": Family("plain", ("plain torch, eager", "plain torch, sdpa"), heads=("lm",)),
    "torch encoder": Family("torch", ("torch.nn, fused", "torch.nn"), heads=("lm",)),
}

#: Architectures that no template knows, by which open-set rejection is judged.
OUTSIDE = {
    "biogpt": Family("biogpt", heads=("base", "lm")),
    "cohere": Family("cohere", heads=("base", "lm")),
    "deberta-v2": Family("deberta-v2", ("eager",)),
    "electra": Family("electra", names={"embed": "embedding_size"}),
    "gptj": Family(
        "gptj", ("eager",), heads=("base", "lm"), names={"inner": "n_inner"}, fixed={"rotary_dim": 8}
    ),
    "granite": Family("granite", heads=("base", "lm")),
    "mamba": Family("mamba", ("eager",), heads=("base", "lm"), names={"inner": "intermediate_size"}),
    "mpt": Family("mpt", ("eager",), heads=("base", "lm"), names={"inner": ""}),
    "olmo2": Family("olmo2", heads=("base", "lm")),
    "stablelm": Family("stablelm", heads=("base", "lm")),
    "starcoder2": Family("starcoder2", heads=("base", "lm")),
    "xglm": Family("xglm", ("eager",), heads=("base", "lm"), names={"inner": "ffn_dim"}),
}

_AUTO = {
    "base": ("AutoModel",),
    "lm": ("AutoModelForCausalLM", "AutoModelForMaskedLM", "AutoModelForSeq2SeqLM"),
    "classes": ("AutoModelForSequenceClassification",),
}
_MASKED = ("albert", "bert", "deberta-v2", "distilbert", "electra", "modernbert", "roberta")


def build(name: str, family: Family, implementation: str, sizes: Sizes, *, head: str, positions: int) -> Any:
    """A model of a family with random weights, in evaluation mode.

    Args:
        name: The architecture's, as in `FAMILIES`.
        family: What it is made of.
        implementation: One of the family's.
        sizes: Its shape.
        head: One of the family's.
        positions: Most tokens it takes.
    """
    if family.config in ("plain", "torch"):
        return _built_plain(name, implementation, sizes, positions)
    import transformers

    autos: Any = transformers
    config = autos.AutoConfig.for_model(family.config, **_settings(family, sizes, positions))
    if head == "lm":
        place = 2 if family.config == "t5" else 1 if family.config in _MASKED else 0
        auto = getattr(autos, _AUTO["lm"][place])
    else:
        auto = getattr(autos, _AUTO[head][0])
    return auto.from_config(config, attn_implementation=implementation).eval()


def _settings(family: Family, sizes: Sizes, positions: int) -> dict[str, Any]:
    words = {
        "layers": "num_hidden_layers",
        "heads": "num_attention_heads",
        "hidden": "hidden_size",
        "inner": "intermediate_size",
        "vocab": "vocab_size",
        **family.names,
    }
    sized = {
        "layers": sizes.layers,
        "heads": sizes.heads,
        "hidden": sizes.hidden,
        "inner": sizes.inner,
        "vocab": sizes.vocab,
        "width": sizes.width,
        "embed": sizes.hidden,
        "head_dim": sizes.width,
    }
    told = {words[key]: value for key, value in sized.items() if words.get(key)}
    shared = {"max_position_embeddings": positions, "num_key_value_heads": sizes.groups, "num_labels": 3}
    return {**told, **shared, **_ENDS, **family.fixed}


def _built_plain(name: str, implementation: str, sizes: Sizes, positions: int) -> Any:
    from homophily.lineage.traces import _plain

    kinds: dict[str, Any] = {
        "gpt2-like": _plain.PlainDecoder,
        "bert-like": _plain.PlainEncoder,
        "torch encoder": _plain.TorchEncoder,
    }
    fused = implementation.endswith(("sdpa", "fused"))
    model = kinds[name](
        vocab=sizes.vocab,
        hidden=sizes.hidden,
        heads=sizes.heads,
        inner=sizes.inner,
        layers=sizes.layers,
        positions=positions,
        fused=fused,
    )
    return model.eval()
