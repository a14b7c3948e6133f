"""The actual state of a hold: the state on record, corrected by what the queue shows.

The milter stamps a hold with its own clock, the queue a message with that of the MTA. Where they differ much
and the MTA uses queue ids again, the content decides whether the message is that of the hold.
"""

from collections.abc import Iterable
from dataclasses import replace

from holdback.cases.fingerprints import fingerprints_of
from holdback.cases.model import Decision, Hold, HoldState
from holdback.custody.host import Host, Queue, is_held, is_message_of
from holdback.mail import Envelope, Limits, read
from holdback.mta.interface import Place, Queued


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
    hold = identify(host, hold, queue)
    if hold.state is HoldState.RELEASING:
        return hold
    state = HoldState.HELD if is_held(hold, queue) else _state_outside(host, hold, queue)
    return record_state(host, hold, state, at)


def identify(host: Host, hold: Hold, queue: Queue) -> Hold:
    """Return the hold; with its arrival by the clock of the queue if only the clocks differ."""
    queued = queue.get(hold.queue_id)
    unclear = queued and queued.place is Place.HELD and hold.queued is None
    if not queued or not unclear or is_message_of(hold, queued):
        return hold
    same_id = host.book.holds_by_queue_id(host.id, hold.queue_id)
    if any(is_message_of(other, queued) for other in same_id) or not _is_content_of(host, hold, queued):
        return hold
    host.book.set_queued(hold.id, queued.arrived)
    return replace(hold, queued=queued.arrived)


def _is_content_of(host: Host, hold: Hold, queued: Queued) -> bool:
    """Return whether the message has the hold's Message-ID, or its content if it came without one."""
    recorded = host.book.fingerprints(hold.id)
    if recorded.message:
        raw = host.mta.read_header(queued.queue_id)
    else:
        raw = host.mta.read(queued.queue_id).replace(b"\n", b"\r\n")
    message = read(raw, Limits())
    for sender in (queued.sender, host.book.show(hold.case_id).case.sender):
        found = fingerprints_of(host.key, Envelope(sender), message)
        if (found.message if recorded.message else found.content) == (recorded.message or recorded.content):
            return True
    return False


def _state_outside(host: Host, hold: Hold, queue: Queue) -> HoldState:
    """Return the state of a hold that the listing does not show on hold.

    A message has its queue file before the milter sees its end, so that of a pending hold is not yet to come.
    """
    queued = queue.get(hold.queue_id)
    # A message that moved while the listing was made, or came later, is not in it: ask for its place now.
    listed = queued if queued and is_message_of(hold, queued) else None
    place = listed.place if listed else host.mta.place_of(hold.queue_id)
    if place is Place.HELD or (place is Place.ARRIVING and hold.state is HoldState.PENDING):
        return hold.state
    if place is not Place.GONE:
        return HoldState.RELEASED
    if hold.decision is Decision.DROP and hold.due is None:
        # A command died between deleting the message and recording it; or an administrator did.
        return HoldState.DROPPED
    return HoldState.VANISHED
