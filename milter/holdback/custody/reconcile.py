"""Synchronise the record of this host with its mail queue.

Holds are looked up in the queue, held messages in the record; open decisions are carried out. The agent
does this every minute; doing it once more changes nothing.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from holdback.cases.model import WAITING, Hold, HoldState, RecordUnavailable
from holdback.custody.actual_state import correct_state, record_state
from holdback.custody.blind_release import delete_copy, delete_unless_clean
from holdback.custody.carry_out import carry_out_decided
from holdback.custody.host import Host, Queue, is_held, locked, queue_now
from holdback.custody.orphans import delete_own_copies, orphans_in, vanished_hold_of
from holdback.custody.results import Done, Reconciled, result_of, text_of_error
from holdback.mta.interface import Queued


def reconcile(host: Host) -> Reconciled:
    """Synchronise, carry out what was decided, and return what was found.

    Raises Busy, RecordUnavailable, OSError (the journal), MtaError.
    """
    with locked(host):
        # In this order: whatever is on hold in the listing was recorded, in database or journal, before.
        queue = queue_now(host.mta)
        imported = host.record.import_journal(host.on_refused)
        host.book.register(host.identity)
        failed: list[Done] = []
        changes = Counter(_correct(host, hold, queue, failed) for hold in host.book.waiting(host.id))
        orphans = _orphans(host, queue)
        deleted = delete_own_copies(host, orphans)
    host.book.end_grace()
    done = carry_out_decided(host)
    with locked(host):
        _finish_copies(host, queue_now(host.mta), failed)
    return Reconciled(
        imported=imported,
        confirmed=changes[HoldState.HELD],
        released_outside=changes[HoldState.RELEASED],
        vanished=changes[HoldState.VANISHED],
        carried_out=sum(one.done for one in done),
        unfinished=tuple(one for one in done if not one.done),
        failed=tuple(failed),
        own_copies_deleted=len(deleted),
        orphans=tuple(queued.queue_id for queued in orphans if queued.queue_id not in deleted),
    )


def _correct(host: Host, hold: Hold, queue: Queue, failed: list[Done]) -> HoldState | None:
    """Correct the hold's state on record; return the new one, None if it did not change."""
    with _each(hold, failed):
        after = correct_state(host, hold, queue, time.time())
        return after.state if after.state is not hold.state else None
    return None


@contextmanager
def _each(hold: Hold, failed: list[Done]) -> Iterator[None]:
    """Add to `failed` what goes wrong with one hold: the others are done all the same."""
    try:
        yield
    except RecordUnavailable:
        # That goes wrong with all of them.
        raise
    except Exception as error:
        failed.append(result_of(hold, False, text_of_error(error)))


def _orphans(host: Host, queue: Queue) -> tuple[Queued, ...]:
    """Return the orphans. A hold that counted as vanished too early becomes held again, and is none."""
    orphans = []
    for queued in orphans_in(queue, host.book.waiting(host.id)):
        hold = vanished_hold_of(host.book, host.id, queued)
        if hold:
            record_state(host, hold, HoldState.HELD, time.time())
        else:
            orphans.append(queued)
    return tuple(orphans)


def _finish_copies(host: Host, queue: Queue, failed: list[Done]) -> None:
    """Delete or release copies whose original is no longer held. Before that `release_blind` does it."""
    for copy in host.book.waiting(host.id):
        with _each(copy, failed):
            _finish_copy(host, copy, queue)


def _finish_copy(host: Host, copy: Hold, queue: Queue) -> None:
    original = host.book.hold(copy.replaces) if copy.replaces else None
    if not original or original.state in WAITING:
        return
    if original.state is HoldState.VANISHED and is_held(copy, queue):
        # An administrator deleted the original while its copy was on the way: the copy is the mail now.
        if delete_unless_clean(host, copy):
            host.mta.release(copy.queue_id)
            record_state(host, copy, HoldState.RELEASED, time.time())
    else:
        delete_copy(host, copy, queue)
