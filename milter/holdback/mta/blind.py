"""Hide the recipients of a message from each other: replace the header fields that show them.

One `To: undisclosed-recipients:;` replaces To, Cc, Bcc and their Resent- forms (RFC 5322, 3.6.3 and 3.6.6),
and two fields outside the RFC that list the same people: Apparently-To (old Sendmail: every recipient of a
mail without To) and Mail-Followup-To (list mail: To and Cc again, for a reply to all).

Every other field that `Message.visible` counts is removed, too: with more than three addresses Reply-To,
Delivered-To or X-RCPT-To lists people. With fewer it stays: an MTA needs the mailbox in Delivered-To to
detect loops, and Reply-To names who wants answers. From is mandatory, so it keeps its first address. The
body never changes, nor do headers quoted in it. A signature that covers a changed field becomes invalid:
`signed_changes` returns these fields.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from holdback.mail.address import address
from holdback.mail.address_search import addresses_in
from holdback.mail.field_names import SEVERAL, shows_people

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

_SIGNED_FIELDS = re.compile(rb"(?:^|;)\s*+h\s*+=([^;]*+)")


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
    header = _split(raw)[0]
    lists = _lists(header)
    for field, name in _fields(header):
        if name in _SHOW_RECIPIENTS or name in lists:
            shown = _SHOW_RECIPIENTS.get(name) or name.decode("ascii", "replace").title()
            counts[shown] = counts.get(shown, 0) + 1
            kept = _first_author(field) if (name, counts[shown]) == (b"from", 1) else None
            found.append(Change(shown, counts[shown], kept))
    removed = [change for change in reversed(found) if (change.name, change.index) != ("To", 1)]
    return (*removed, Change("To", 1, UNDISCLOSED))


def blinded(raw: bytes) -> bytes:
    """Return the message (RFC 5322, lines ending in CRLF or LF) with its recipients hidden.

    Every other byte stays. The new To takes the place of the first one, or ends the header.
    """
    header, rest = _split(raw)
    to = b"To: " + UNDISCLOSED.encode() + _line_end(raw)
    kept: list[bytes] = []
    has_to = has_from = False
    lists = _lists(header)
    for field, name in _fields(header):
        if name not in _SHOW_RECIPIENTS and name not in lists:
            kept.append(field)
        elif name == b"from" and not has_from:
            kept.append(b"From: " + _first_author(field).encode() + _line_end(raw))
            has_from = True
        elif name == b"to" and not has_to:
            kept.append(to)
            has_to = True
    if not has_to:
        kept.append(to)
    return b"".join(kept) + rest


def signed_changes(raw: bytes) -> tuple[str, ...]:
    """Return the fields that `blinded` changes although a DKIM signature covers them (RFC 6376, `h=`)."""
    signed: set[bytes] = set()
    for field, name in _fields(_split(raw)[0]):
        if name == b"dkim-signature" and (tag := _SIGNED_FIELDS.search(_body(field))):
            signed.update(covered.strip().lower() for covered in tag[1].split(b":"))
    names = dict.fromkeys(change.name for change in reversed(changes(raw)))
    return tuple(name for name in names if name.lower().encode() in signed)


def _lists(header: bytes) -> frozenset[bytes]:
    """Return the names of the other fields that list people, in lower case."""
    listed: dict[bytes, set[str]] = {}
    for field, name in _fields(header):
        if name and name not in _SHOW_RECIPIENTS and shows_people(name):
            found = addresses_in(_body(field))
            listed.setdefault(name, set()).update(address(one).key for one in found)
    return frozenset(name for name, keys in listed.items() if len(keys) > SEVERAL)


def _first_author(field: bytes) -> str:
    return (addresses_in(_body(field)) or [UNDISCLOSED])[0]


def _body(field: bytes) -> bytes:
    return field.partition(b":")[2].replace(b"\r\n", b"").replace(b"\n", b"")


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
