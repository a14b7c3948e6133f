"""Find what happened to the held messages of canary hits."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdback.cases.database import Database
from holdback.cases.model import Hold
from holdback.cases.queries import holds_where
from holdback.cases.schema import holds, storable
from holdback.trail.canaries import CanaryHit
from holdback.verdict import Action

_AT_ONCE = 500
"""Queue ids in one query."""
_SLACK = 86_400.0
"""Seconds between a note of a message and its hold, at most: MTAs use queue ids again."""


@dataclass(frozen=True, slots=True)
class HitOutcome:
    """The case and the state of the hold of a hit; both empty if it was not held or is not recorded."""

    case: str = ""
    state: str = ""


def outcomes_of(database: Database, hits: Sequence[CanaryHit]) -> tuple[HitOutcome, ...]:
    """Return the outcome of each hit, in their order. Raises RecordUnavailable."""
    queued = sorted({storable(hit.queue_id) for hit in hits if hit.action == Action.HOLD})
    found: dict[tuple[str, str], list[Hold]] = {}
    with database.reading() as connection:
        for start in range(0, len(queued), _AT_ONCE):
            some = holds.c.queue_id.in_(queued[start : start + _AT_ONCE])
            for hold in holds_where(connection, some):
                found.setdefault((hold.host, hold.queue_id), []).append(hold)
    return tuple(_outcome(hit, found.get((hit.host, hit.queue_id), [])) for hit in hits)


def _outcome(hit: CanaryHit, same_id: Sequence[Hold]) -> HitOutcome:
    hold = nearest_hold(hit.at, same_id) if hit.action == Action.HOLD else None
    return HitOutcome(hold.case_id, hold.state) if hold else HitOutcome()


def nearest_hold(at: float, same_id: Sequence[Hold]) -> Hold | None:
    """Return the hold of a message that arrived at `at` (unix time), among those with its queue id."""
    near = [hold for hold in same_id if abs(hold.arrived - at) <= _SLACK]
    return min(near, key=lambda hold: abs(hold.arrived - at), default=None)
