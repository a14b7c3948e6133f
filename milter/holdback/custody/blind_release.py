"""`release --bcc`: send a copy that hides its recipients instead of the held message; once, whatever crashes.

The hold queue is the transaction log. Each step can be repeated safely, and the next one begins only when
queue and record show the one before:

1. the original becomes `releasing`; a copy is injected with a new token, and the milter puts it on hold, too
2. the copy that is on hold and on record, without its token, is chosen: it becomes `releasing`
3. the original is deleted: from here on the copy is the mail
4. the copy is released; both become `released`

Only a chosen copy is ever released, and only one is chosen, so a copy that comes late can do no harm.
"""

import time

from holdback.cases.model import WAITING, Hold, HoldState
from holdback.custody import release_token
from holdback.custody.actual_state import correct_state, identify, record_state
from holdback.custody.host import Host, Queue, is_held, queue_now
from holdback.custody.orphans import delete_own_copies, orphans_in
from holdback.mta.blind import blinded
from holdback.mta.interface import Place, Submission

_POLL_INTERVAL = 0.05
"""Seconds between two looks for the copy."""
_EARLIER_COPY_TIMEOUT = 3.0
"""Seconds to wait for the copy of an earlier attempt."""
_SEARCH_INTERVAL = 2.0
"""Seconds without the copy after which the whole queue is searched for it."""


def release_blind(host: Host, original: Hold, queue: Queue) -> Hold:
    """Take the release of `original` as far as possible now; return the original in its new state.

    `releasing` means that the copy has not come back from the milter: the original is held, nothing has left.
    The caller has the lock, and listed `queue` under it. Raises MtaError.
    """
    copy = _chosen_copy(host, original, queue)
    if copy:
        return _send_copy(host, original, copy, queue)
    if not is_held(original, queue):
        return _without_original(host, original, queue)
    again = original.state is HoldState.RELEASING
    original = record_state(host, original, HoldState.RELEASING, time.time())
    copy = _held_copy(host, original, queue)
    copy = _complete(host, original, copy) if copy else _inject_copy(host, original, queue, again)
    if not copy:
        return original
    copy = record_state(host, copy, HoldState.RELEASING, time.time())
    return _send_copy(host, original, copy, queue_now(host.mta))


def _send_copy(host: Host, original: Hold, copy: Hold, queue: Queue) -> Hold:
    """Delete the original and release the chosen copy."""
    if is_held(original, queue):
        host.mta.delete(original.queue_id)
    if is_held(copy, queue):
        host.mta.release(copy.queue_id)
    else:
        host.mta.flush(copy.queue_id)
    record_state(host, copy, HoldState.RELEASED, time.time())
    return record_state(host, original, HoldState.RELEASED, time.time())


def _without_original(host: Host, original: Hold, queue: Queue) -> Hold:
    """Finish after an administrator took the original off hold before a copy was chosen."""
    if host.mta.place_of(original.queue_id) is not Place.GONE:
        # It is being delivered with visible recipients. A copy of it must not follow.
        return record_state(host, original, HoldState.RELEASED, time.time())
    copy = _held_copy(host, original, queue)
    if copy:
        return _send_copy(host, original, record_state(host, copy, HoldState.RELEASING, time.time()), queue)
    return record_state(host, original, HoldState.VANISHED, time.time())


def delete_copy(host: Host, copy: Hold, queue: Queue) -> Hold:
    """Delete a copy that was not chosen. Raises MtaError."""
    if not is_held(copy, queue):
        return correct_state(host, copy, queue, time.time())
    return _delete(host, copy)


def delete_unless_clean(host: Host, copy: Hold) -> bool:
    """Return True if the milter removed the token from this copy; otherwise delete it and return False.

    The milter may have died after it recorded the copy. A token never leaves this host.
    """
    if not release_token.contents(host.mta.read_header(copy.queue_id)):
        return True
    _delete(host, copy)
    return False


def _delete(host: Host, copy: Hold) -> Hold:
    host.mta.delete(copy.queue_id)
    return record_state(host, copy, HoldState.DROPPED, time.time())


def _chosen_copy(host: Host, original: Hold, queue: Queue) -> Hold | None:
    """Return the copy that an interrupted release chose, and perhaps released."""
    for copy in host.book.copies_of(original.id):
        if copy.state is HoldState.RELEASED:
            return copy
        if copy.state is not HoldState.RELEASING:
            continue
        if is_held(copy, queue) or not is_held(original, queue):
            return copy
        # The original is deleted first, so we did not release this copy: an administrator deleted it.
        record_state(host, copy, HoldState.VANISHED, time.time())
    return None


def _copies(host: Host, original: Hold) -> list[Hold]:
    return [copy for copy in host.book.copies_of(original.id) if copy.state in WAITING]


def _held_copy(host: Host, original: Hold, queue: Queue) -> Hold | None:
    """Return a copy on hold from an attempt that was interrupted."""
    identified = (identify(host, copy, queue) for copy in _copies(host, original))
    waiting = (copy for copy in identified if is_held(copy, queue))
    return next((copy for copy in waiting if delete_unless_clean(host, copy)), None)


def _inject_copy(host: Host, original: Hold, queue: Queue, again: bool) -> Hold | None:
    """Inject a copy and return it when it is on hold; None if it does not come back from the milter.

    `again`: this is not the first attempt.
    """
    if again:
        # An interrupted command may have left a program that still submits; two copies are one too many.
        copy = _wait_for_copy(host, original, _EARLIER_COPY_TIMEOUT)
        if copy:
            return _complete(host, original, copy)
        if _is_arriving(host, original, queue):
            return None
    copy = _submit(host, original, host.mta.submission(original.queue_id))
    return _complete(host, original, copy) if copy else None


def _submit(host: Host, original: Hold, envelope: Submission) -> Hold | None:
    """Submit a copy with a new token, and return it when it is on hold."""
    raw = blinded(host.mta.read(original.queue_id))
    nonce = release_token.new_nonce()
    host.book.give_token(original.id, nonce)
    field = f"{release_token.HEADER}: {release_token.make(host.key, original.id, nonce)}\n"
    host.mta.inject(field.encode() + raw, envelope)
    return _wait_for_copy(host, original, host.timeout)


def _complete(host: Host, original: Hold, copy: Hold) -> Hold | None:
    """Return the copy, or another one in its place if the MTA did not give it every recipient again.

    So it is if the MTA adds fewer recipients by itself than when the original arrived.
    """
    envelope = host.mta.submission(original.queue_id)
    missing = _missing(host, copy, envelope)
    if not missing:
        return copy
    _delete(host, copy)
    another = _submit(host, original, envelope.with_recipients(missing))
    return another if another and not _missing(host, another, envelope) else None


def _missing(host: Host, copy: Hold, envelope: Submission) -> frozenset[str]:
    return envelope.delivered_to - host.mta.submission(copy.queue_id).delivered_to


def _is_arriving(host: Host, original: Hold, queue: Queue) -> bool:
    """Return whether a copy injected before may still come on hold, as it does once a stopped MTA runs."""
    copies = (copy.queue_id for copy in _copies(host, original))
    sender = queue[original.queue_id].sender
    return any(host.mta.place_of(queue_id) is not Place.GONE for queue_id in copies) or any(
        queued.place is Place.ARRIVING and queued.sender == sender and queued.arrived >= int(original.changed)
        for queued in queue.values()
    )


def _wait_for_copy(host: Host, original: Hold, timeout: float) -> Hold | None:
    """Return the copy when it is on hold; None after `timeout` seconds, or if it had to be deleted."""
    started = time.monotonic()
    search = started + _SEARCH_INTERVAL
    while time.monotonic() < started + timeout:
        for copy in _copies(host, original):
            if host.mta.place_of(copy.queue_id) is not Place.HELD:
                continue
            queue = queue_now(host.mta)
            copy = identify(host, copy, queue)
            if is_held(copy, queue):
                return copy if delete_unless_clean(host, copy) else None
        if time.monotonic() > search:
            if delete_own_copies(host, orphans_in(queue_now(host.mta), host.book.waiting(host.id))):
                return None
            search = time.monotonic() + _SEARCH_INTERVAL
        time.sleep(_POLL_INTERVAL)
    return None
