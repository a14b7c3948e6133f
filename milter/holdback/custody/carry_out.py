"""Decisions become deeds: every hold of a case on this host is released, deleted or given back.

Each deed can be repeated: it looks where the message is, does what is left to do, and looks again.
"""

import time

from holdback.cases.values import WAITING, Decision, Hold, HoldState
from holdback.custody.actual_state import settle, step
from holdback.custody.blind_release import release_blind
from holdback.custody.host import Queue, Site, queue_now, sole, waits
from holdback.custody.values import Done
from holdback.mta.postfix import MtaError

_SAID = {
    HoldState.RELEASED: "released",
    HoldState.DROPPED: "deleted",
    HoldState.RETURNED: "returned to its sender",
    HoldState.VANISHED: "left the hold queue without Holdback",
    HoldState.PENDING: "not in the hold queue yet; holdback reconcile carries it out",
    HoldState.HELD: "still held",
    HoldState.RELEASING: "still held: no copy came back; does the milter run? holdback reconcile goes on",
}


def carry_out(site: Site, case_id: str, only: int | None = None) -> tuple[Done, ...]:
    """Does what was decided about a case, or about its one hold `only`; what happened to each hold.

    Holds of other hosts are told, not touched. Raises NoSuchCase, Busy, RecordUnavailable, or MtaError if
    the queue cannot be listed.
    """
    with sole(site):
        queue = queue_now(site)
        # Read under the lock: another command may have been here first.
        holds = site.book.show(case_id).holds
        wanted = (hold for hold in holds if hold.replaces is None and only in (None, hold.id))
        return tuple(carry_out_one(site, hold, queue) for hold in wanted)


def carry_out_one(site: Site, hold: Hold, queue: Queue) -> Done:
    """Does what was decided about one hold. For whoever has the lock; `queue` as it was under it."""
    if hold.state not in WAITING:
        done = hold.state is not HoldState.VANISHED
        return _told(hold, done, f"was {_SAID[hold.state]} before" if done else _SAID[hold.state])
    if hold.host != site.host:
        return _told(hold, False, f"waits for {hold.host} to carry it out")
    try:
        after = settle(site, hold, queue, time.time())
        if after.state in (HoldState.HELD, HoldState.RELEASING):
            after = _done(site, after, queue)
    except MtaError as error:
        return _told(hold, False, str(error))
    done = after.state not in (*WAITING, HoldState.VANISHED)
    return _told(after, done, _SAID[after.state])


def _done(site: Site, hold: Hold, queue: Queue) -> Hold:
    match hold.decision:
        case Decision.RELEASE:
            return _release(site, hold, queue)
        case Decision.RELEASE_BCC:
            return release_blind(site, hold, queue)
        case Decision.DROP:
            site.mta.delete(hold.queue_id)
            return step(site, hold, HoldState.DROPPED, time.time())
        case Decision.RETURN:
            site.mta.give_back(hold.queue_id)
            return step(site, hold, HoldState.RETURNED, time.time())
        case None:
            return hold


def _release(site: Site, hold: Hold, queue: Queue) -> Hold:
    """Marked before and after: a hold that is `releasing` and no longer on hold was released by us."""
    hold = step(site, hold, HoldState.RELEASING, time.time())
    if waits(queue, hold):
        if time.time() - hold.arrived > site.mta.lifetime() / 2:
            site.mta.requeue(hold.queue_id)
        else:
            site.mta.release(hold.queue_id)
    else:
        # We may have died between taking it off hold and having it delivered.
        site.mta.hasten(hold.queue_id)
    return step(site, hold, HoldState.RELEASED, time.time())


def _told(hold: Hold, done: bool, text: str) -> Done:
    return Done(hold.id, hold.queue_id, hold.host, done, hold.state, text)
