"""The house style of every figure: type, colours, grids; the same in light, dark and print.

Colours are those of Okabe and Ito, told apart under the common kinds of colour blindness. Figures are drawn
with the fonts matplotlib ships, kept as text in the SVG, and shown by the reader's browser in its own fonts,
Japanese ones among them: no font has to be installed where a report is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "HIGHER",
    "LANGUAGES",
    "THEME",
    "WIDTH",
    "apart",
    "canvas",
    "colour",
    "label",
    "language",
    "note",
    "style",
    "tidy",
]

#: Width of a figure in inches; the report's text column.
WIDTH = 8.2

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6B4C9A", "#7F7F7F")

#: Colours of the four higher-order values, in circle order.
HIGHER = {
    "openness": "#E69F00",
    "enhancement": "#D55E00",
    "conservation": "#0072B2",
    "transcendence": "#009E73",
}

LANGUAGES = {"en": "English", "ja": "Japanese (日本語)"}
_LANGUAGE_COLOURS = {"en": COLOURS[0], "ja": COLOURS[1], "all": COLOURS[6]}

#: Inks of the figures, and the CSS variables of the report that take their place in its SVG.
THEME = {"#1d2733": "--ink", "#5f6b78": "--quiet", "#d5dae0": "--rule", "#fdfdfc": "--paper"}
INK, QUIET, RULE, PAPER = THEME

_LABELS = {
    "trust": "Trust",
    "trust_global": "Trust, one item",
    "trust_predictability": "Predictability",
    "trust_dependability": "Dependability",
    "trust_faith": "Faith",
    "closeness": "Closeness",
    "circles": "Overlapping circles",
    "subjective": "Felt similarity",
    "similarity": "Value similarity",
    "trust_risk": "Trust: risk",
    "trust_benevolence": "Trust: benevolence",
    "trust_competence": "Trust: competence",
    "trust_reciprocity": "Trust: reciprocity",
    "similarity_rated": "Rated similarity",
    "similarity_designed": "Designed similarity",
    "alone": "Send in alone, 0–100",
    "followed": "Suggestions followed",
    "rank": "Final rank, 1 is best",
    "actor": "Rater (actor)",
    "rater": "Rater (actor)",
    "partner": "Partner",
    "pair": "Relationship (pair)",
    "relationship": "Relationship (pair)",
    "residual": "Residual",
    "en": "English",
    "ja": "Japanese",
    "all": "All languages",
    "slope": "Slope",
    "controlled slope": "Controlled slope",
    "naive slope": "Naive slope",
    "pearson": "Pearson's r",
    "spearman": "Spearman's rho",
    "a": "a, designed to felt similarity",
    "b": "b, felt similarity to outcome",
    "a1": "a1, slope along agreement",
    "a2": "a2, curvature along agreement",
    "a3": "a3, slope across",
    "a4": "a4, curvature across",
    "a5": "a5, ridge",
}

_RC: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "homophily",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 9,
    "axes.labelsize": 9.5,
    "axes.labelpad": 5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 2,
    "lines.solid_capstyle": "round",
    "axes.unicode_minus": True,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house style for as long as the context lasts; the caller's own settings return after."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        yield


def canvas(height: float, *, width: float = WIDTH) -> Figure:
    """An empty figure of the report's width, in inches, that finds its own margins."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def apart(figure: Figure, gap: float = 0.05) -> None:
    """Keep panels apart by a share of their size, so that titles side by side do not touch."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(wspace=gap)  # type: ignore[call-arg]


def tidy(axes: Axes, *, grid: Literal["x", "y"] = "y") -> Axes:
    """Quiet axes: a grid along one direction behind the data, no frame where the grid already leads."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis=grid)
    axes.spines["left" if grid == "y" else "bottom"].set_visible(False)
    axes.tick_params(axis=grid, length=0)
    return axes


def note(figure: Figure, axes: Axes, message: str = "No data to draw.") -> Figure:
    """Say in an otherwise empty figure why nothing is drawn."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, message, ha="center", va="center", color=QUIET, transform=axes.transAxes)
    return figure


def colour(name: object, place: int = 0) -> str:
    """The colour of a language, or the `place`-th of the palette for anything else."""
    return _LANGUAGE_COLOURS.get(str(name), COLOURS[place % len(COLOURS)])


def language(code: object) -> str:
    """A language's name in English, with its own beside it."""
    return LANGUAGES.get(str(code), str(code))


def label(name: object) -> str:
    """A column's name as people read it."""
    text = str(name)
    if text in _LABELS:
        return _LABELS[text]
    words = text.replace("_", " ").replace(".", ", ")
    return words if "−" in words else words[:1].upper() + words[1:]
