"""Deliveries that Postfix's log proves: for whom a message was sent or failed since it was taken off hold."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from holdback.mta.interface import Delivery

_LINE = re.compile(rb"/([\w-]+)\[\d+\]: ([0-9A-Za-z]{5,40}): (.*)")
_STATUS = re.compile(rb"to=<([^>]*)>, .*?, dsn=[\d.]+, status=(\w+) \(")


def deliveries_in(lines: Iterable[bytes], queue_ids: Collection[str]) -> Mapping[str, Delivery]:
    """Return the deliveries of the messages whose release the log shows. Raises what `lines` raises.

    Lines before the release belong to another message if a queue id is used again.
    """
    wanted = {queue_id.encode(): queue_id for queue_id in queue_ids}
    outcomes: dict[str, dict[bytes, bytes]] = {}
    for program, written, text in _about_messages(lines):
        queue_id = wanted.get(written)
        if not queue_id:
            continue
        if program == b"postsuper" and text.startswith(b"released from hold"):
            outcomes[queue_id] = {}
        elif queue_id in outcomes and (found := _STATUS.match(text)):
            outcomes[queue_id][found[1]] = found[2]
    return {
        queue_id: Delivery(
            sent=sum(status == b"sent" for status in by_recipient.values()),
            failed=sum(status in (b"bounced", b"expired") for status in by_recipient.values()),
        )
        for queue_id, by_recipient in outcomes.items()
    }


def _about_messages(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield program, queue id and text of each line about a message."""
    for match in filter(None, map(_LINE.search, lines)):
        yield match[1], match[2], match[3]
