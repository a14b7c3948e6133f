"""Guesses the SMTP envelope of a message file from its header."""

import re

from holdback.cli.mail_files import StoredMessage
from holdback.mail import Envelope, Limits, read

UNDISCLOSED = "undisclosed@recipients.invalid"
"""The recipient of a message whose header names none: an external address (RFC 2606)."""

_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_DELIVERY = re.compile(
    rb"^(return-path|x-original-to|delivered-to|envelope-to):[ \t]*<?([^\s<>,;]+@[^\s<>,;]+)", re.I | re.M
)


def envelope_of(stored: StoredMessage, limits: Limits) -> Envelope:
    """The most likely envelope of `stored`.

    Sender: Return-Path, the mbox separator, or From. Recipients: To, Cc, Bcc, Resent-* and the delivery
    headers of mail servers; one external address if there are none.
    """
    end = _HEADER_END.search(stored.raw)
    head = stored.raw[: end.start()] if end else stored.raw[: limits.header_bytes]
    message = read(head + b"\r\n\r\n", limits)
    delivery = [(name.lower(), found.decode("utf-8", "replace")) for name, found in _DELIVERY.findall(head)]
    returns = [address for name, address in delivery if name == b"return-path"]
    authors = [author.written for author in message.authors]
    senders = [*returns, *filter(None, [stored.sender]), *authors, ""]
    named = [address.written for address in message.recipients]
    delivered = [address for name, address in delivery if name != b"return-path"]
    return Envelope(sender=senders[0], recipients=tuple(named + delivered) or (UNDISCLOSED,))
