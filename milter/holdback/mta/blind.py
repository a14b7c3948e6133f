"""Hide the recipients of a message from each other: replace the header fields that show them.

One `To: undisclosed-recipients:;` replaces To, Cc, Bcc and their Resent- forms (RFC 5322, 3.6.3 and 3.6.6),
and two fields outside the RFC that list the same people: Apparently-To (old Sendmail: every recipient of a
mail without To) and Mail-Followup-To (list mail: To and Cc again, for a reply to all).

Delivered-To, X-Original-To, Envelope-To and `for` in Received stay: an MTA writes one single mailbox there,
the one that this copy passed through, and needs it to detect loops. Disposition-Notification-To,
Return-Receipt-To, Reply-To and Errors-To stay: they name who wants answers. The body never changes, nor do
headers quoted in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

UNDISCLOSED = "undisclosed-recipients:;"

_SHOW_RECIPIENTS = {
    b"to": "To",
    b"cc": "Cc",
    b"bcc": "Bcc",
    b"resent-to": "Resent-To",
    b"resent-cc": "Resent-Cc",
    b"resent-bcc": "Resent-Bcc",
    b"apparently-to": "Apparently-To",
    b"mail-followup-to": "Mail-Followup-To",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a header, as a milter requests it."""

    name: str
    index: int
    """Occurrence among the fields of that name, from 1."""
    value: str | None
    """New content; None removes the field."""


def changes(raw: bytes) -> tuple[Change, ...]:
    """Return the changes that a milter requests to hide the recipients of `raw`; the same as `blinded` does.

    They begin with the last field, because MTAs differ in whether a removed field still counts. A message
    without To gets one: changing the first To where there is none adds it.
    """
    counts: dict[str, int] = {}
    found = []
    for _, name in _fields(_split(raw)[0]):
        if name in _SHOW_RECIPIENTS:
            shown = _SHOW_RECIPIENTS[name]
            counts[shown] = counts.get(shown, 0) + 1
            found.append(Change(shown, counts[shown], None))
    removed = [change for change in reversed(found) if (change.name, change.index) != ("To", 1)]
    return (*removed, Change("To", 1, UNDISCLOSED))


def blinded(raw: bytes) -> bytes:
    """Return the message (RFC 5322, lines ending in CRLF or LF) with its recipients hidden.

    Every other byte stays. The new To takes the place of the first one, or ends the header.
    """
    header, rest = _split(raw)
    to = b"To: " + UNDISCLOSED.encode() + _line_end(raw)
    kept: list[bytes] = []
    has_to = False
    for field, name in _fields(header):
        if name not in _SHOW_RECIPIENTS:
            kept.append(field)
        elif name == b"to" and not has_to:
            kept.append(to)
            has_to = True
    if not has_to:
        kept.append(to)
    return b"".join(kept) + rest


def _line_end(raw: bytes) -> bytes:
    first = raw.find(b"\n")
    return b"\r\n" if first > 0 and raw[first - 1 : first] == b"\r" else b"\n"


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Return the header section with its last line end, and the rest: the empty line and the body."""
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw
    ends = [at for at in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if at >= 0]
    end = min(ends) + 1 if ends else len(raw)
    header = raw[:end]
    # A header without a body may lack its last line end; fields change places, so each needs one.
    if header and not header.endswith(b"\n"):
        header += _line_end(raw)
    return header, raw[end:]


def _fields(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each field as written, folded lines included, and its name in lower case; "" for no field."""
    # By LF alone: a lone CR is content to an MTA.
    lines = [line + b"\n" for line in header.split(b"\n")[:-1]]
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or not lines[end].startswith((b" ", b"\t")):
            # RFC 5322, 4.5: a blank before the colon is obsolete, but MTAs accept it.
            name, colon, _ = lines[start].partition(b":")
            yield b"".join(lines[start:end]), name.rstrip(b" \t").lower() if colon else b""
            start = end
