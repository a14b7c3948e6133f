"""`release --bcc`: not the held message leaves but a copy that hides its recipients; once, whatever crashes.

The hold queue is the transaction log. Each step is repeated safely, and the next is taken only when the one
before shows in queue and record:

1. the original becomes `releasing`; a copy is injected under a new token, and the milter puts it on hold, too
2. the copy that waits, recorded and without its token, is chosen: it becomes `releasing`
3. the original is deleted: from here on the copy is the mail
4. the copy is released; both become `released`

Only a chosen copy is ever released, and only one is chosen, so a copy that comes late can do no harm.
"""

import time

from holdback.cases.values import WAITING, Hold, HoldState
from holdback.custody import release_token
from holdback.custody.actual_state import settle, step
from holdback.custody.host import Queue, Site, queue_now, waits
from holdback.custody.orphans import discard_own, unaccounted
from holdback.mta.blind import blinded
from holdback.mta.postfix import HOLD

_LOOK_EVERY = 0.05
"""Seconds."""
_GRACE = 3.0
"""Seconds that a copy of an attempt before this one is given to appear."""
_LOOK_FOR_STRAYS_AFTER = 2.0
"""Seconds without the copy before the whole queue is searched for it."""


def release_blind(site: Site, original: Hold, queue: Queue) -> Hold:
    """Takes the release of `original` as far as it goes now; the original in its new state.

    `releasing` means that the copy has not come back from the milter: the original waits, nothing has left.
    `queue` is as it was under the lock. Raises MtaError.
    """
    copy = _chosen(site, original, queue)
    if copy:
        return _sent(site, original, copy, queue)
    if not waits(queue, original):
        return _without_original(site, original, queue)
    again = original.state is HoldState.RELEASING
    original = step(site, original, HoldState.RELEASING, time.time())
    copy = _ready(site, original, queue) or _fetched(site, original, queue, again)
    if not copy:
        return original
    return _sent(site, original, step(site, copy, HoldState.RELEASING, time.time()), queue_now(site))


def _sent(site: Site, original: Hold, copy: Hold, queue: Queue) -> Hold:
    """With a copy chosen: the original goes, the copy leaves."""
    if waits(queue, original):
        site.mta.delete(original.queue_id)
    if waits(queue, copy):
        site.mta.release(copy.queue_id)
    else:
        site.mta.hasten(copy.queue_id)
    step(site, copy, HoldState.RELEASED, time.time())
    return step(site, original, HoldState.RELEASED, time.time())


def _without_original(site: Site, original: Hold, queue: Queue) -> Hold:
    """Somebody took the original off hold before a copy was chosen."""
    if site.mta.where(original.queue_id):
        # It is on its way as it is. A copy of it must not follow.
        return step(site, original, HoldState.RELEASED, time.time())
    copy = _ready(site, original, queue)
    if copy:
        return _sent(site, original, step(site, copy, HoldState.RELEASING, time.time()), queue)
    return step(site, original, HoldState.VANISHED, time.time())


def discard_copy(site: Site, copy: Hold, queue: Queue) -> Hold:
    """Deletes a copy that is not the one that counts. Raises MtaError."""
    if not waits(queue, copy):
        return settle(site, copy, queue, time.time())
    site.mta.delete(copy.queue_id)
    return step(site, copy, HoldState.DROPPED, time.time())


def is_clean(site: Site, copy: Hold) -> bool:
    """True if the milter took the token out of a copy that waits.

    It may have died after it recorded the copy. Then False, and the copy is deleted: a token never leaves.
    """
    if not release_token.contents(site.mta.header(copy.queue_id)):
        return True
    site.mta.delete(copy.queue_id)
    step(site, copy, HoldState.DROPPED, time.time())
    return False


def _chosen(site: Site, original: Hold, queue: Queue) -> Hold | None:
    """The copy that was chosen, perhaps released, before we died."""
    for copy in site.book.copies_of(original.id):
        if copy.state is HoldState.RELEASED:
            return copy
        if copy.state is not HoldState.RELEASING:
            continue
        if waits(queue, copy) or not waits(queue, original):
            return copy
        # The original goes first, so we did not release this one: somebody deleted it.
        step(site, copy, HoldState.VANISHED, time.time())
    return None


def _copies(site: Site, original: Hold) -> list[Hold]:
    return [copy for copy in site.book.copies_of(original.id) if copy.state in WAITING]


def _ready(site: Site, original: Hold, queue: Queue) -> Hold | None:
    """A copy that waits already, from an attempt that was cut short."""
    waiting = (copy for copy in _copies(site, original) if waits(queue, copy))
    return next((copy for copy in waiting if is_clean(site, copy)), None)


def _fetched(site: Site, original: Hold, queue: Queue, again: bool) -> Hold | None:
    """A new copy, as soon as it waits. None if the milter does not send it back.

    `again`: this is not the first attempt.
    """
    sender, recipients = site.mta.sender_and_recipients(original.queue_id)
    if again:
        # Whoever died may have left a sendmail(1) behind that is still at work; two copies are one too many.
        copy = _awaited(site, original, _GRACE)
        if copy or _is_on_its_way(site, original, sender, queue):
            return copy
    raw = blinded(site.mta.read(original.queue_id))
    nonce = release_token.new_nonce()
    site.book.give_token(original.id, nonce)
    field = f"{release_token.HEADER}: {release_token.make(site.key, original.id, nonce)}\n"
    site.mta.inject(field.encode() + raw, sender, recipients)
    return _awaited(site, original, site.patience)


def _is_on_its_way(site: Site, original: Hold, sender: str, queue: Queue) -> bool:
    """True if what was injected before has not come on hold. With Postfix stopped it lies in `maildrop`."""
    return any(site.mta.where(copy.queue_id) for copy in _copies(site, original)) or any(
        queued.queue in ("maildrop", "incoming")
        and queued.sender == sender
        and queued.arrived >= int(original.changed)
        for queued in queue.values()
    )


def _awaited(site: Site, original: Hold, seconds: float) -> Hold | None:
    """The copy as soon as it waits; None after `seconds`, or when it is clear that this one is of no use."""
    started = time.monotonic()
    search = started + _LOOK_FOR_STRAYS_AFTER
    while time.monotonic() < started + seconds:
        for copy in _copies(site, original):
            if site.mta.where(copy.queue_id) == HOLD and waits(queue_now(site), copy):
                return copy if is_clean(site, copy) else None
        if time.monotonic() > search:
            if discard_own(site, unaccounted(queue_now(site), site.book.waiting(site.host))):
                return None
            search = time.monotonic() + _LOOK_FOR_STRAYS_AFTER
        time.sleep(_LOOK_EVERY)
    return None
