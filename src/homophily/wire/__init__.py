"""The wire: one thin client for every server that speaks the OpenAI-compatible chat API."""

from homophily.wire.endpoint import Endpoint, Patience, lease, share, within
from homophily.wire.faults import Rejected
from homophily.wire.probe import Abilities, models, probe
from homophily.wire.reply import Reply, Tally

__all__ = [
    "Abilities",
    "Endpoint",
    "Patience",
    "Rejected",
    "Reply",
    "Tally",
    "lease",
    "models",
    "probe",
    "share",
    "within",
]
