"""The actual state of a hold: the state on record, corrected by what the queue shows."""

from collections.abc import Iterable
from dataclasses import replace

from holdback.cases.model import Decision, Hold, HoldState
from holdback.custody.host import Host, Queue, is_held, is_message_of
from holdback.mta.interface import Place

PENDING_FOR = 900.0
"""Seconds until a pending hold counts as vanished: longer than any MTA waits for the end of a message."""


def record_state(host: Host, hold: Hold, state: HoldState, at: float) -> Hold:
    """Record a state of the hold, and `held` before it where that lies between; return the hold in it."""
    return record_states(host, (hold,), state, at)[0]


def record_states(host: Host, holds: Iterable[Hold], state: HoldState, at: float) -> tuple[Hold, ...]:
    """As `record_state`, for many holds in few transactions."""
    holds = tuple(holds)
    pending = [hold for hold in holds if hold.state is HoldState.PENDING]
    if pending and state not in (HoldState.PENDING, HoldState.HELD, HoldState.VANISHED):
        record_states(host, pending, HoldState.HELD, at)
        holds = tuple(replace(hold, state=HoldState.HELD) if hold in pending else hold for hold in holds)
    # Under the lock only housekeeping may change a hold, too: it may have confirmed it meanwhile.
    for was in dict.fromkeys(hold.state for hold in holds if hold.state is not state):
        host.book.mark_all([hold.id for hold in holds if hold.state is was], was, state, at)
    return tuple(hold if hold.state is state else replace(hold, state=state, changed=at) for hold in holds)


def correct_state(host: Host, hold: Hold, queue: Queue, at: float) -> Hold:
    """Record the state that the queue shows; return the hold in it.

    A release that has begun is left to `carry_out`, which knows how far it got.
    """
    if hold.state is HoldState.RELEASING:
        return hold
    state = HoldState.HELD if is_held(hold, queue) else _state_outside(host, hold, queue, at)
    return record_state(host, hold, state, at)


def _state_outside(host: Host, hold: Hold, queue: Queue, at: float) -> HoldState:
    """Return the state of a hold that the listing does not show on hold."""
    queued = queue.get(hold.queue_id)
    # A message that moved while the listing was made, or came later, is not in it: ask for its place now.
    listed = queued if queued and is_message_of(hold, queued) else None
    place = listed.place if listed else host.mta.place_of(hold.queue_id)
    if place is Place.HELD or (place is Place.ARRIVING and hold.state is HoldState.PENDING):
        return hold.state
    if place is not Place.GONE:
        return HoldState.RELEASED
    if hold.state is HoldState.PENDING and at - hold.arrived < PENDING_FOR:
        return HoldState.PENDING
    if hold.state is HoldState.HELD and hold.decision is Decision.DROP:
        # A command died between deleting the message and recording it; or somebody else deleted it.
        return HoldState.DROPPED
    return HoldState.VANISHED
