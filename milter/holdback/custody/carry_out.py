"""Carry out decisions: release, delete or return the held messages of a case on this host.

Each step can be repeated: it asks for the message's place, does what is left to do, and asks again.
"""

import time

from holdback.cases.model import WAITING, Decision, Hold, HoldState
from holdback.custody.actual_state import correct_state, record_state
from holdback.custody.blind_release import release_blind
from holdback.custody.host import Host, Queue, is_held, locked, queue_now
from holdback.custody.results import Done
from holdback.mta.interface import MtaError

_TEXTS = {
    HoldState.RELEASED: "released",
    HoldState.DROPPED: "deleted",
    HoldState.RETURNED: "returned to its sender",
    HoldState.VANISHED: "left the hold queue without Holdback",
    HoldState.PENDING: "not in the hold queue yet; holdback reconcile will carry it out",
    HoldState.HELD: "still held",
    HoldState.RELEASING: "still held: the milter returned no copy; is it running? holdback reconcile retries",
}


def carry_out(host: Host, case_id: str, only: int | None = None) -> tuple[Done, ...]:
    """Carry out what was decided about a case, or about its one hold `only`; return a result for each hold.

    Holds of other hosts are listed, not touched. Raises NoSuchCase, Busy, RecordUnavailable, or MtaError if
    the queue cannot be listed.
    """
    with locked(host):
        queue = queue_now(host.mta)
        # Read under the lock: another command may have been here first.
        holds = host.book.show(case_id).holds
        wanted = (hold for hold in holds if hold.replaces is None and only in (None, hold.id))
        return tuple(carry_out_one(host, hold, queue) for hold in wanted)


def carry_out_one(host: Host, hold: Hold, queue: Queue) -> Done:
    """Carry out what was decided about one hold. The caller has the lock, and listed `queue` under it."""
    if hold.state not in WAITING:
        done = hold.state is not HoldState.VANISHED
        return _result(hold, done, f"already {_TEXTS[hold.state]}" if done else _TEXTS[hold.state])
    if hold.host != host.name:
        return _result(hold, False, f"{hold.host} has to carry it out")
    try:
        after = correct_state(host, hold, queue, time.time())
        if after.state in (HoldState.HELD, HoldState.RELEASING):
            after = _act(host, after, queue)
    except MtaError as error:
        return _result(hold, False, str(error))
    done = after.state not in (*WAITING, HoldState.VANISHED)
    return _result(after, done, _TEXTS[after.state])


def _act(host: Host, hold: Hold, queue: Queue) -> Hold:
    match hold.decision:
        case Decision.RELEASE:
            return _release(host, hold, queue)
        case Decision.RELEASE_BCC:
            return release_blind(host, hold, queue)
        case Decision.DROP:
            host.mta.delete(hold.queue_id)
            return record_state(host, hold, HoldState.DROPPED, time.time())
        case Decision.RETURN:
            host.mta.return_to_sender(hold.queue_id)
            return record_state(host, hold, HoldState.RETURNED, time.time())
        case None:
            return hold


def _release(host: Host, hold: Hold, queue: Queue) -> Hold:
    """Release the message. A hold that is `releasing` and no longer on hold was released by us."""
    hold = record_state(host, hold, HoldState.RELEASING, time.time())
    if is_held(hold, queue):
        send(host, hold.queue_id, hold.arrived)
    else:
        # A command may have died between taking it off hold and having it delivered.
        host.mta.flush(hold.queue_id)
    return record_state(host, hold, HoldState.RELEASED, time.time())


def send(host: Host, queue_id: str, arrived: float) -> None:
    """Take a held message off hold and have it delivered. Raises MtaError if it is still held."""
    if time.time() - arrived > host.mta.lifetime() / 2:
        host.mta.requeue(queue_id)
    else:
        host.mta.release(queue_id)


def _result(hold: Hold, done: bool, text: str) -> Done:
    return Done(hold.id, hold.queue_id, hold.host, done, hold.state, text)
