"""Draw the loss over training: ``python -m training.curve loss.csv loss.svg``."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib
import pandas as pd

matplotlib.use("Agg")
from matplotlib import pyplot as plt

__all__ = ["draw"]


def draw(log: Path, image: Path) -> None:
    """Training loss and held-out losses by step, stages marked where the context grows."""
    table = pd.read_csv(log)
    figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
    for text, part in table.groupby("text", sort=False):
        if text == "train":
            axes.plot(part["step"], part["loss"], color="0.75", linewidth=1, label="training batch")
        else:
            axes.plot(part["step"], part["loss"], marker="o", markersize=3, label=f"held out: {text}")
    train = table[table["text"] == "train"]
    for context, start in train.groupby("context")["step"].min().items():
        axes.axvline(start, color="0.88", linewidth=1, zorder=0)
        axes.annotate(f"{context}", (start, 1), xycoords=("data", "axes fraction"), fontsize=8,
                      xytext=(2, -9), textcoords="offset points", color="0.4")  # fmt: skip
    axes.set(
        xlabel="step of 8,192 tokens; the numbers above: context length",
        ylabel="loss, nats a token",
        ylim=(0, 5),
    )
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(image)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
