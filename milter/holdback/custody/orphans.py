"""Messages on hold without a hold on record (orphans), and copies of our own among them."""

from collections.abc import Iterable, Sequence

from holdback.cases.casebook import Casebook
from holdback.cases.model import Hold, HoldState
from holdback.custody import release_token
from holdback.custody.host import Host, Queue, is_message_of
from holdback.mta.interface import MtaError, Place, Queued

_BATCH = 200
"""Messages whose headers are read with one program."""


def orphans_in(queue: Queue, holds: Iterable[Hold]) -> tuple[Queued, ...]:
    """Return the messages on hold that belong to none of `holds`.

    The listing must be older than the holds: a hold is recorded before its message comes on hold.
    """
    expected = {hold.queue_id: hold for hold in holds}
    return tuple(
        queued
        for queued in queue.values()
        if queued.place is Place.HELD
        and not (queued.queue_id in expected and _may_be_message_of(expected[queued.queue_id], queued))
    )


def _may_be_message_of(hold: Hold, queued: Queued) -> bool:
    try:
        return is_message_of(hold, queued)
    except TypeError:
        # A damaged row: rather leave the message on hold than take it for one without a record.
        return True


def vanished_hold_of(book: Casebook, host: str, queued: Queued) -> Hold | None:
    """Return the hold that is on record as vanished although its message came on hold later."""
    holds = book.holds_by_queue_id(host, queued.queue_id)
    return next(
        (hold for hold in holds if hold.state is HoldState.VANISHED and is_message_of(hold, queued)), None
    )


def delete_own_copies(host: Host, orphans: Sequence[Queued]) -> tuple[str, ...]:
    """Delete the orphans that carry a release token of ours; return their queue ids.

    The milter removes the token when it records a copy. A token that is still there means that the milter or
    the record was down; the original, or a copy on record, is what counts.
    """
    ids = [queued.queue_id for queued in orphans]
    batches = (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
    suspects = (queue_id for batch in batches if _may_have_token(host, batch) for queue_id in batch)
    return tuple(queue_id for queue_id in suspects if _delete_if_own(host, queue_id))


def _may_have_token(host: Host, queue_ids: list[str]) -> bool:
    """Return False if none of them has a token: a night without a milter leaves thousands of orphans."""
    try:
        return bool(release_token.contents(host.mta.read_header(*queue_ids)))
    except MtaError:
        # One of them is gone since the listing, and the others were not read.
        return True


def _delete_if_own(host: Host, queue_id: str) -> bool:
    try:
        header = host.mta.read_header(queue_id)
    except MtaError:
        return False
    if not any(release_token.verify(host.key, content) for content in release_token.contents(header)):
        return False
    host.mta.delete(queue_id)
    return True
