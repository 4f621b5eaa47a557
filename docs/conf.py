"""The documentation's site: `make docs` builds it; any warning fails the build."""

import shutil
import sys
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "Homophily"
author = "The Homophily authors"
copyright = "2026, The Homophily authors"
release = version = installed("homophily")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
default_role = "py:obj"
html_theme = "furo"
html_title = "Homophily"
html_static_path = []
# A short name in an annotation may be that of several classes; the signature's own link is right.
suppress_warnings = ["ref.python"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_default_options = {"members": True, "show-inheritance": False}
add_module_names = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True


_HERE_TOO = {
    "../../benchmarks/results/": "../measured/",
    "../../src/homophily/filtering/reference/README.md": "../reference/reference-model.md",
}


def _pages(app: Any) -> None:
    import _api
    import _licences
    import _references

    _licences.write(HERE.parent / "pyproject.toml", HERE / "reference/licences.md")
    _references.write(HERE / "reference/references.md")
    _api.write(HERE.parent / "src/homophily", HERE / "reference/api")
    shutil.copytree(HERE.parent / "benchmarks/results", HERE / "measured", dirs_exist_ok=True)


def _links(app: Any, page: str, source: list[str]) -> None:
    """Links that leave the folder lead to the same files where the site has them."""
    for outside, inside in _HERE_TOO.items():
        source[0] = source[0].replace(f"]({outside}", f"]({inside}")


def _bars(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Bars in docstrings are mathematics, not reStructuredText's substitutions."""
    for place, line in enumerate(lines):
        parts = line.split("``")
        parts[::2] = [part.replace("|", "\\|") for part in parts[::2]]
        lines[place] = "``".join(parts)


def setup(app: Any) -> None:
    """Sphinx calls this once."""
    app.connect("builder-inited", _pages)
    app.connect("source-read", _links)
    app.connect("autodoc-process-docstring", _bars)
