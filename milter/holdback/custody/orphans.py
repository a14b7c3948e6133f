"""Held mail that no hold on record accounts for: orphans, and among them superfluous copies of our own."""

from collections.abc import Iterable, Sequence

from holdback.cases.casebook import Casebook
from holdback.cases.values import Hold, HoldState
from holdback.custody import release_token
from holdback.custody.host import Queue, Site, is_of
from holdback.mta.postfix import HOLD, MtaError, Queued

_AT_ONCE = 200
"""Messages whose headers are read by one program."""


def unaccounted(queue: Queue, waiting: Iterable[Hold]) -> tuple[Queued, ...]:
    """Queue files on hold that none of the holds `waiting` means.

    The listing must be older than the holds: a hold is recorded before its queue file comes on hold.
    """
    expected = {hold.queue_id: hold for hold in waiting}
    return tuple(
        queued
        for queued in queue.values()
        if queued.queue == HOLD
        and not (queued.queue_id in expected and is_of(queued, expected[queued.queue_id]))
    )


def given_up(book: Casebook, host: str, queued: Queued) -> Hold | None:
    """The hold that was taken for vanished although its queue file is there: it came late."""
    holds = book.holds_by_queue_id(host, queued.queue_id)
    fitting = (hold for hold in holds if hold.state is HoldState.VANISHED and is_of(queued, hold))
    return next(fitting, None)


def discard_own(site: Site, strays: Sequence[Queued]) -> tuple[str, ...]:
    """Deletes those of `strays` that carry a token of ours; their queue ids.

    The milter takes the token out when it records a copy. With the token still in, the milter or the record
    was down: the original, or a copy on record, is what counts.
    """
    ids = [queued.queue_id for queued in strays]
    batches = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    suspects = (queue_id for batch in batches if _may_be_own(site, batch) for queue_id in batch)
    return tuple(queue_id for queue_id in suspects if _discarded(site, queue_id))


def _may_be_own(site: Site, queue_ids: list[str]) -> bool:
    """False if none of them has such a field: a night without a milter leaves thousands of orphans."""
    try:
        return bool(release_token.contents(site.mta.header(*queue_ids)))
    except MtaError:
        # One of them is gone since the listing, and the others were not read.
        return True


def _discarded(site: Site, queue_id: str) -> bool:
    try:
        header = site.mta.header(queue_id)
    except MtaError:
        return False
    if not any(release_token.verify(site.key, content) for content in release_token.contents(header)):
        return False
    site.mta.delete(queue_id)
    return True
