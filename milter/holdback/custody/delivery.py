"""Deliveries of released mail, as far as the MTA's queue and log prove them."""

from collections.abc import Sequence
from dataclasses import dataclass

from holdback.cases.host_id import Identity
from holdback.cases.model import Hold, HoldState
from holdback.custody.host import is_message_of, queue_now
from holdback.mta.interface import Mta, MtaError, Place


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Recipients of the released mail of a case as the MTA counts them: aliases expanded, with archives."""

    sent: int
    """The log shows the delivery."""
    failed: int
    """The log shows that it bounced."""
    queued: int
    """Not delivered yet: the MTA tries again, or is stopped."""
    unknown: int
    """Released messages of which neither queue nor log of this host show what became of them."""


def deliveries_of(mta: Mta, host: Identity, holds: Sequence[Hold]) -> Deliveries | None:
    """Return what is known of the released ones of these holds of a case; None if none was released."""
    released = [hold for hold in holds if hold.replaces is None and hold.state is HoldState.RELEASED]
    if not released:
        return None
    copies = {hold.replaces: hold for hold in holds if hold.state is HoldState.RELEASED}
    sent_as = [copies.get(hold.id, hold) for hold in released]
    ours = [hold for hold in sent_as if host.owns(hold)]
    try:
        queue = queue_now(mta)
    except MtaError:
        return Deliveries(0, 0, 0, len(released))
    try:
        logged = mta.deliveries([hold.queue_id for hold in ours])
    except MtaError:
        logged = {}
    sent = failed = waiting = unknown = 0
    for hold in ours:
        queued, delivery = queue.get(hold.queue_id), logged.get(hold.queue_id)
        if queued and queued.place is not Place.HELD and is_message_of(hold, queued):
            waiting += queued.recipients
        elif not delivery or not delivery.sent + delivery.failed:
            unknown += 1
        if delivery:
            sent, failed = sent + delivery.sent, failed + delivery.failed
    return Deliveries(sent, failed, waiting, unknown + len(released) - len(ours))
