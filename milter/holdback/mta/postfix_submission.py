"""A message and its envelope as postdrop(1) reads them from standard input: no address on a command line.

They are Postfix's own records, as in a queue file: a type, a length, content (`rec_put` in
src/global/record.c). sendmail(1) hands its mail to postdrop in the same way, but takes the recipients from
its command line, where every local user can read them.
"""

import re
from collections.abc import Iterator

from holdback.mta.interface import Submission

_LINE_LIMIT = 2048
"""Longest line in one record, in bytes (line_length_limit)."""
_OF_MESSAGE = ("encoding", "envelope_id", "ret_flags", "rewrite_context")
_OF_RECIPIENT = ("notify_flags", "dsn_orig_rcpt")
"""Attributes that pickup(8) accepts: the transfer encoding, and what the sender asked of DSN (RFC 3461)."""
_LINE = re.compile(r"^(\w+): (.*)$", re.MULTILINE)


def submission_in(envelope: str) -> Submission:
    """Return the envelope in what `postcat -qe` prints of a queue file, to submit the message again.

    Recipients are those before aliases were expanded: Postfix expands them again. Those that Postfix added by
    itself (always_bcc, sender_bcc_maps, recipient_bcc_maps) have no ORCPT: it adds them again, too, and would
    deliver twice to one that is given.
    """
    fields = _LINE.findall(envelope)
    # After a partial delivery an original recipient may stand for one that is served and one that is not.
    expands_again = all(kind != "done_recipient" for kind, _ in fields)
    sender, original, of_message, options = "", "", [], []
    given: dict[tuple[str, ...], None] = {}
    delivered_to = []
    for kind, value in fields:
        if kind == "sender":
            sender = value
        elif kind == "original_recipient" and expands_again:
            original = value
        elif kind == "named_attribute" and value.startswith(_OF_MESSAGE):
            of_message.append(value)
        elif kind == "named_attribute" and value.startswith(_OF_RECIPIENT):
            options.append(value)
        elif kind in ("recipient", "done_recipient"):
            if kind == "recipient":
                delivered_to.append(value)
                if any(option.startswith("dsn_orig_rcpt") for option in options):
                    given[(original or value, *options)] = None
            original, options = "", []
    recipients = tuple(given) or tuple((address,) for address in delivered_to)
    return Submission(sender, recipients, tuple(dict.fromkeys(of_message)), frozenset(delivered_to))


def records(raw: bytes, envelope: Submission) -> Iterator[bytes]:
    """Yield the records of a message whose lines end in LF."""
    yield from (_record(b"A", _bytes(attribute)) for attribute in envelope.attributes)
    yield _record(b"S", _bytes(envelope.sender))
    for address, *options in envelope.recipients:
        yield from (_record(b"A", _bytes(option)) for option in options)
        yield _record(b"R", _bytes(address))
    yield _record(b"M")
    for line in raw.removesuffix(b"\n").split(b"\n"):
        start = 0
        while len(line) - start > _LINE_LIMIT:
            # Part of a line: only the last record of it ends the line.
            yield _record(b"L", line[start : start + _LINE_LIMIT])
            start += _LINE_LIMIT
        yield _record(b"N", line[start:])
    yield _record(b"X")
    yield _record(b"E")


def _record(kind: bytes, content: bytes = b"") -> bytes:
    """Return one record; its length is written in groups of seven bits, the lowest first."""
    length, rest = bytearray(), len(content)
    while rest > 0x7F:
        length.append(rest & 0x7F | 0x80)
        rest >>= 7
    length.append(rest)
    return kind + bytes(length) + content


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
