"""Exposure: how much a leak of a model's bits would reveal, given its public base; an audit for its owner.

Everything here is a simulation over two checkpoints that the owner holds. It observes nothing else.
"""

from homophily.lineage.exposure.audit import DefenceRow, Exposure, audit
from homophily.lineage.exposure.budget import ORDERS, spend
from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.curve import Point, Strategy, TensorRow, sweep
from homophily.lineage.exposure.defences import DEFENCES, Defence, defence_of
from homophily.lineage.exposure.formats import FLOATS, Codes, Float, Format
from homophily.lineage.exposure.kept import Kept, fingerprint
from homophily.lineage.exposure.measures import bits_to, explained, theory
from homophily.lineage.exposure.pairing import pair
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.probe import Probe, load_probe
from homophily.lineage.exposure.subject import Answers, Subject

__all__ = [
    "DEFENCES",
    "FLOATS",
    "ORDERS",
    "Answers",
    "Channel",
    "Codes",
    "Defence",
    "DefenceRow",
    "Exposure",
    "Float",
    "Format",
    "Kept",
    "Part",
    "Point",
    "Probe",
    "Reading",
    "Strategy",
    "Subject",
    "TensorRow",
    "audit",
    "bits_to",
    "defence_of",
    "explained",
    "fingerprint",
    "load_probe",
    "pair",
    "spend",
    "sweep",
    "theory",
]
