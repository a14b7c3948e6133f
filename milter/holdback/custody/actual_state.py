"""Where a hold really stands: its state on record, corrected by what the queue shows."""

from dataclasses import replace

from holdback.cases.values import Decision, Hold, HoldState
from holdback.custody.host import Queue, Site, is_of, waits
from holdback.mta.postfix import HOLD

PENDING_FOR = 900.0
"""Seconds after which a pending hold is given up: longer than any MTA waits for the end of a message."""

_ARRIVING = ("incoming", "maildrop")
_LEAVING = ("active", "deferred")


def step(site: Site, hold: Hold, state: HoldState, at: float) -> Hold:
    """The hold, moved to `state` on record; through `held` where that lies between."""
    if hold.state is state:
        return hold
    if hold.state is HoldState.PENDING and state not in (HoldState.HELD, HoldState.VANISHED):
        hold = step(site, hold, HoldState.HELD, at)
    # Under the lock nobody else moves a hold, except that housekeeping may have confirmed it meanwhile.
    site.book.mark(hold.id, hold.state, state, at)
    return replace(hold, state=state, changed=at)


def settle(site: Site, hold: Hold, queue: Queue, at: float) -> Hold:
    """The hold in the state it is really in.

    A release that has begun is left to `carry_out`, which knows how far it got.
    """
    if hold.state is HoldState.RELEASING:
        return hold
    if waits(queue, hold):
        return step(site, hold, HoldState.HELD, at)
    return step(site, hold, _state_outside(site, hold, queue, at), at)


def _state_outside(site: Site, hold: Hold, queue: Queue, at: float) -> HoldState:
    """State of a hold that the listing does not show on hold."""
    queued = queue.get(hold.queue_id)
    # A file that moved while the listing was made, or that came since, is not in it: look once more.
    place = queued.queue if queued and is_of(queued, hold) else site.mta.where(hold.queue_id)
    if place == HOLD or (place in _ARRIVING and hold.state is HoldState.PENDING):
        return hold.state
    if place in _LEAVING or place in _ARRIVING:
        return HoldState.RELEASED
    if hold.state is HoldState.PENDING and at - hold.arrived < PENDING_FOR:
        return HoldState.PENDING
    if hold.state is HoldState.HELD and hold.decision is Decision.DROP:
        # We died between deleting it and saying so; or somebody did our work.
        return HoldState.DROPPED
    return HoldState.VANISHED
