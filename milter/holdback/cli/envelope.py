"""What SMTP would have said about a message that is only a file: a guess from its own header."""

import re

from holdback.cli.mail_files import StoredMessage
from holdback.mail import Envelope, Limits, read

UNDISCLOSED = "undisclosed@recipients.invalid"
"""Stands in where no recipient is visible: a message that goes to somebody outside (RFC 2606 name)."""

_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_DELIVERY = re.compile(
    rb"^(return-path|x-original-to|delivered-to|envelope-to):[ \t]*<?([^\s<>,;]+@[^\s<>,;]+)", re.I | re.M
)


def envelope_of(specimen: StoredMessage, limits: Limits) -> Envelope:
    """The envelope that `specimen` most likely had.

    Sender: Return-Path, the mbox separator, or From. Recipients: everybody in To, Cc, Bcc and Resent-*, and
    where a mail server noted a delivery; if nobody is visible, one stranger.
    """
    end = _HEADER_END.search(specimen.raw)
    head = specimen.raw[: end.start()] if end else specimen.raw[: limits.header_bytes]
    message = read(head + b"\r\n\r\n", limits)
    noted = [(name.lower(), found.decode("utf-8", "replace")) for name, found in _DELIVERY.findall(head)]
    returns = [address for name, address in noted if name == b"return-path"]
    authors = [author.written for author in message.authors]
    senders = [*returns, *filter(None, [specimen.sender]), *authors, ""]
    visible = [address.written for address in message.visible]
    delivered = [address for name, address in noted if name != b"return-path"]
    return Envelope(sender=senders[0], recipients=tuple(visible + delivered) or (UNDISCLOSED,))
