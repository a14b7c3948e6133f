"""Record and queue, compared both ways.

What was recorded is looked for, what is held is accounted for, what was decided or interrupted is finished. A
timer runs this every minute; running it once more changes nothing.
"""

import time
from collections import Counter

from holdback.cases.values import WAITING, Hold, HoldState
from holdback.custody.actual_state import settle, step
from holdback.custody.blind_release import discard_copy, is_clean
from holdback.custody.carry_out import carry_out_one
from holdback.custody.host import Queue, Site, queue_now, sole, waits
from holdback.custody.orphans import discard_own, given_up, unaccounted
from holdback.custody.values import Reconciled
from holdback.mta.postfix import Queued


def reconcile(site: Site) -> Reconciled:
    """Brings record and queue of this host together.

    Raises Busy, RecordUnavailable, OSError (the journal), MtaError.
    """
    with sole(site):
        # In this order: whatever is on hold in the listing was recorded, in database or journal, before.
        queue = queue_now(site)
        imported = site.record.import_journal()
        changes = Counter(_settled(site, hold, queue) for hold in site.book.waiting(site.host))
        strays = _strays(site, queue)
        deleted = discard_own(site, strays)
        done = [
            carry_out_one(site, hold, queue)
            for hold in site.book.to_carry_out(site.host)
            if not hold.replaces
        ]
        _finish_copies(site, queue)
    return Reconciled(
        imported=imported,
        confirmed=changes[HoldState.HELD],
        released_outside=changes[HoldState.RELEASED],
        vanished=changes[HoldState.VANISHED],
        carried_out=sum(one.done for one in done),
        unfinished=tuple(one for one in done if not one.done),
        own_copies_deleted=len(deleted),
        orphans=tuple(queued.queue_id for queued in strays if queued.queue_id not in deleted),
    )


def _settled(site: Site, hold: Hold, queue: Queue) -> HoldState | None:
    """The hold's new state; None if it stays in the one it was in."""
    settled = settle(site, hold, queue, time.time())
    return settled.state if settled.state is not hold.state else None


def _strays(site: Site, queue: Queue) -> tuple[Queued, ...]:
    """Held mail without a record. A hold that was given up too early is taken back, and is none."""
    strays = []
    for queued in unaccounted(queue, site.book.waiting(site.host)):
        hold = given_up(site.book, site.host, queued)
        if hold:
            step(site, hold, HoldState.HELD, time.time())
        else:
            strays.append(queued)
    return tuple(strays)


def _finish_copies(site: Site, queue: Queue) -> None:
    """Copies whose original is settled. While it waits, `release_blind` sees to them."""
    for copy in site.book.waiting(site.host):
        original = site.book.hold(copy.replaces) if copy.replaces else None
        if not original or original.state in WAITING:
            continue
        if original.state is HoldState.VANISHED and waits(queue, copy):
            # Somebody deleted the original while its copy was on the way: the copy is the mail now.
            if is_clean(site, copy):
                site.mta.release(copy.queue_id)
                step(site, copy, HoldState.RELEASED, time.time())
        else:
            discard_copy(site, copy, queue)
