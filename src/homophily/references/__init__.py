"""References: the published sources of methods and instruments, as data, in BibTeX and in APA's form.

The entries lie in ``data/``. A module names those that it rests on beside its ``__all__``::

    __references__ = ("kenny1994",)

and an instrument's file and a study in a field ``references``. `OWN` stands for what is this project's own.
"""

from homophily.references.apa import apa
from homophily.references.bibtex import bibtex
from homophily.references.reference import Reference
from homophily.references.shelf import OWN, find, known
from homophily.references.within import named_within

__all__ = ["OWN", "Reference", "apa", "bibtex", "find", "known", "named_within"]
