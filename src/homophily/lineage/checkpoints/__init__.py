"""Checkpoints: the weights of a model on disk, read as a stream and named by role."""

from homophily.lineage.checkpoints._open import open_checkpoint
from homophily.lineage.checkpoints.checkpoint import Checkpoint, Spec
from homophily.lineage.checkpoints.layout import Layout, Part

__all__ = ["Checkpoint", "Layout", "Part", "Spec", "open_checkpoint"]
