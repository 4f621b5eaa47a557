"""The agents of a dyad study and the pairs they form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from homophily import catalogue, seeds, values
from homophily.errors import UsageError
from homophily.studies import _population

if TYPE_CHECKING:
    from homophily.studies.dyads.design import DyadDesign

__all__ = ["Population", "populate"]

#: Pairs of a bin compared when one is chosen: enough to seat agents evenly, few enough for large pools.
_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Agents and pairs, fixed by a design.

    Attributes:
        profiles: Target scores on the 1–6 scale, (agents, 10).
        pairs: Which agents meet, (pairs, 2): places in `profiles`, first seat first.
        similarity: Of each pair's target profiles by the design's measure, (pairs,).
        bins: Which similarity bin (or target) a pair fills, (pairs,), lowest first.
        pool: How many agents the pool has; agents beyond it were constructed for one pair each.
    """

    profiles: np.ndarray
    pairs: np.ndarray
    similarity: np.ndarray
    bins: np.ndarray
    pool: int

    @property
    def rounds(self) -> np.ndarray:
        """How many pairs of the same bin come before each pair, (pairs,).

        What alternates from pair to pair alternates by this number, lest it go together with similarity.
        """
        return np.arange(len(self.bins)) // (int(self.bins.max()) + 1)

    def agent(self, place: int) -> str:
        """An agent's id."""
        return f"agent-{place + 1:04d}" if place < self.pool else f"made-{place - self.pool + 1:04d}"


def populate(design: DyadDesign) -> Population:
    """Draw a design's agents and pairs; the first pairs stay the same when `pairs.n` grows.

    Raises:
        UsageError: The pool has too few pairs, overall or in one of the similarity bins.
    """
    pool = _population.draw(design.profiles, design.agents, design.seed)
    if design.pairs.rule == "target":
        return _constructed(design, pool)
    first, second = np.triu_indices(design.agents, k=1)
    similarity = catalogue.get("values.similarity", design.similarity)(pool[first], pool[second])
    chosen, bins = _stratified(design, first, second, similarity)
    pairs = np.stack([first[chosen], second[chosen]], axis=1)
    turned = seeds.generator(design.seed, "seats").random(len(pairs)) < 0.5
    pairs[turned] = pairs[turned][:, ::-1]
    return Population(
        profiles=pool, pairs=pairs, similarity=similarity[chosen], bins=bins, pool=design.agents
    )


def _stratified(
    design: DyadDesign, first: np.ndarray, second: np.ndarray, similarity: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places of the chosen pairs among all pairs, and their bins; pair i fills bin i modulo bins."""
    count = design.pairs.bins if design.pairs.rule == "stratified" else 1
    bin_of = _bins(similarity, count, design.pairs.trim)
    lot = seeds.generator(design.seed, "pairs").random(len(similarity))
    by_lot = np.argsort(lot)
    members = [by_lot[bin_of[by_lot] == which] for which in range(count)]
    for which, among in enumerate(members):
        needed = len(range(which, design.pairs.n, count))
        if len(among) < needed:
            raise UsageError(
                f"similarity bin {which + 1} of {count} holds {len(among)} of the pool's pairs, "
                f"{needed} are needed: raise agents = {design.agents}, or lower pairs.n or pairs.bins."
            )
    bins = np.arange(design.pairs.n) % count
    if design.pairs.rule == "random":
        return members[0][: design.pairs.n], bins
    return _evenly(design, members, first, second, lot), bins


def _evenly(
    design: DyadDesign, members: list[np.ndarray], first: np.ndarray, second: np.ndarray, lot: np.ndarray
) -> np.ndarray:
    """Of each bin in turn, the pair whose two agents have been seated least so far, ties by lot.

    Args:
        design: How many pairs, of how many agents.
        members: Each bin's pairs, in the order of their lots; they are looked at so many at a time.
        first: First agent of every pair of the pool.
        second: Second agent.
        lot: Of every pair, in [0, 1), so that it decides between equal whole numbers alone.
    """
    shown = [among[:_AT_A_TIME] for among in members]
    behind = [iter(among[_AT_A_TIME:].tolist()) for among in members]
    seated = np.zeros(design.agents)
    chosen = np.empty(design.pairs.n, dtype=int)
    for place in range(design.pairs.n):
        which = place % len(members)
        among = shown[which]
        least = int(np.argmin(seated[first[among]] + seated[second[among]] + lot[among]))
        chosen[place] = best = among[least]
        seated[[first[best], second[best]]] += 1
        following = next(behind[which], None)
        if following is None:
            shown[which] = np.delete(among, least)
        else:
            among[least] = following
    return chosen


def _bins(similarity: np.ndarray, count: int, trim: float) -> np.ndarray:
    low, high = np.quantile(similarity, [trim, 1 - trim])
    inner = np.linspace(low, high, count + 1)[1:-1]
    return np.searchsorted(inner, similarity, side="right")


def _constructed(design: DyadDesign, pool: np.ndarray) -> Population:
    """Partners at the target similarities for agents of the pool, who take turns in a drawn order."""
    targets = np.asarray(design.pairs.targets)
    places = np.arange(design.pairs.n)
    order = seeds.generator(design.seed, "pairs").permutation(design.agents)
    # One step further after each common multiple crosses agents with targets whatever their numbers.
    agents = order[(places + places // np.lcm(design.agents, len(targets))) % design.agents]
    bins = places % len(targets)
    made = values.partner(pool[agents], targets[bins], seeds.generator(design.seed, "partners"))
    return Population(
        profiles=np.concatenate([pool, made]),
        pairs=np.stack([agents, design.agents + places], axis=1),
        similarity=catalogue.get("values.similarity", design.similarity)(pool[agents], made),
        bins=bins,
        pool=design.agents,
    )
