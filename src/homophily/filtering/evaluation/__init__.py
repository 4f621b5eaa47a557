"""What filtering costs in quality: measures, one file each, and the grid that runs them.

An entry of this catalogue is a measure (`Measure`): its documents, and what each one's scores come to. To
add a suite whose file has a known shape is to add a file of five lines (`winogrande.py`).
"""

from homophily.filtering.evaluation._choice import Choice
from homophily.filtering.evaluation._chunks import Chunks
from homophily.filtering.evaluation._document import Document, Pair, Request, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._grid import Cell, evaluate
from homophily.filtering.evaluation._measure import Measure, Metric, Source
from homophily.filtering.evaluation._records import Record, Records
from homophily.filtering.evaluation._scorer import Scorer
from homophily.filtering.evaluation._summary import Estimate, summarise

__all__ = [
    "Cell",
    "Choice",
    "Chunks",
    "Document",
    "Encoder",
    "Estimate",
    "Measure",
    "Metric",
    "Pair",
    "Record",
    "Records",
    "Request",
    "Scored",
    "Scorer",
    "Source",
    "evaluate",
    "summarise",
]
