"""Deliveries that Sendmail's log proves: for whom a message was sent or failed since its release."""

import re
from collections.abc import Collection, Iterable, Mapping

from holdback.mta.interface import Delivery

_LINE = re.compile(rb"\[\d+\]: ([0-9A-Za-z]{14,40}): (.*)")
_SPLIT = re.compile(rb"split: .*\bids=([0-9A-Za-z; ]+)")
_TO = re.compile(rb"to=(.*?), (?:ctladdr=.*?, )?delay=.*?, stat=(\w+)")
_UNQUARANTINED = (b"unquarantine", b"delivery forced")
_SENT = b"Sent"
_WAITING = (b"Deferred", b"queued", b"quarantined")


def deliveries_in(lines: Iterable[bytes], queue_ids: Collection[str]) -> Mapping[str, Delivery]:
    """Return the deliveries of the messages whose release the log shows. Raises what `lines` raises."""
    wanted = {queue_id.encode(): queue_id for queue_id in queue_ids}
    parts: dict[bytes, str] = dict(wanted)
    outcomes: dict[str, dict[bytes, bytes]] = {}
    for match in filter(None, map(_LINE.search, lines)):
        own_id, text = match[1], match[2]
        queue_id = parts.get(own_id)
        if not queue_id:
            continue
        if divided := _SPLIT.match(text):
            parts |= dict.fromkeys(divided[1].replace(b" ", b"").split(b";"), queue_id)
        elif text.startswith(_UNQUARANTINED):
            outcomes.setdefault(queue_id, {})
        elif queue_id in outcomes and (found := _TO.match(text)):
            # A line may name several recipients.
            outcomes[queue_id] |= dict.fromkeys(re.findall(rb"<[^>]*>", found[1]) or [found[1]], found[2])
    return {queue_id: _delivery(by_recipient) for queue_id, by_recipient in outcomes.items()}


def _delivery(by_recipient: dict[bytes, bytes]) -> Delivery:
    sent = sum(status == _SENT for status in by_recipient.values())
    waiting = sum(status in _WAITING for status in by_recipient.values())
    return Delivery(sent, len(by_recipient) - sent - waiting)
