"""Open mail files: a message (RFC 5322) or an mbox (RFC 4155)."""

import re
from collections.abc import Iterator
from itertools import pairwise

from holdback.documents.budget import Budget
from holdback.documents.correspondents import correspondents_in, tabulate
from holdback.documents.document import Piece, Text, Unreadable, member
from holdback.documents.text import to_utf8
from holdback.mail import Flaw, Limits, Part, read
from holdback.mail.header_section import read_section

_FROM = re.compile(rb"^From [^\r\n]{0,300}\r?\n(?=>?[!-9;-~]{1,60}:)", re.M)
"""From line of an mbox, followed by a header; in text, `From now on` is followed by more text."""
_FIELD = re.compile(rb"[!-9;-~]{1,60}:")
_OF_MIME = re.compile(rb"^content-(?:type|transfer-encoding|disposition)[ \t]*:", re.I | re.M)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_ABOVE = re.compile(rb"\s*+(?:[0-9]{1,12} *\r?\n)?")
"""Blank lines, and the size before a message in Apple Mail files (.emlx)."""
_LOOK = 4096
_HEADER_BYTES = Limits().header_bytes


def open_mail(part: Part, budget: Budget) -> Iterator[Piece]:
    """Yield the parts of each message, and its correspondents."""
    content = to_utf8(part.content)
    if (above := _ABOVE.match(content)) and above.end():
        content = content[above.end() :]
    starts = [match.start() for match in _FROM.finditer(content)]
    is_mailbox = bool(starts) and not content[: starts[0]].strip()
    spans = list(pairwise([*starts, len(content)])) if is_mailbox else [(0, len(content))]
    sections = (read_section(content, start, end, _HEADER_BYTES) for start, end in spans)
    yield from tabulate(map(correspondents_in, sections), budget)
    for number, (start, end) in enumerate(spans, 1):
        budget.beat()
        if number > budget.entries_left:
            # Its parts count when they are opened.
            yield Unreadable.OVER_LIMIT
            return
        yield from open_message(part, content[start:end], budget, f"message {number}, " if is_mailbox else "")


def open_piece(part: Part, budget: Budget) -> Iterator[Piece]:
    """Open a fragment of a message (message/partial, RFC 2046 section 5.2.2), which is incomplete."""
    yield Unreadable.UNSUPPORTED
    yield from open_mail(part, budget)


def is_entity(content: bytes) -> bool:
    """Return True for a MIME entity with its own header (RFC 2045, 2.4), as in signed mail."""
    header = _BLANK_LINE.split(content[:_LOOK], 1)[0]
    return bool(_FIELD.match(header) and _OF_MIME.search(header))


def open_message(part: Part, raw: bytes, budget: Budget, prefix: str = "") -> Iterator[Piece]:
    """Yield the parts of the message or MIME entity `raw` inside `part`; their names begin with `prefix`."""
    granted = budget.take(len(raw))
    complete, raw = granted == len(raw), raw[:granted]
    limits = Limits(bytes=budget.bytes_left + granted, parts=max(1, budget.entries_left), depth=budget.depth)
    message = read(raw, limits)
    budget.take(sum(len(leaf.content) for leaf in message.parts))
    if message.subject:
        yield Text(message.subject, f"{prefix}subject")
    for leaf in message.parts:
        name = prefix + (leaf.name or f"part {leaf.path}")
        yield member(part, name, leaf.content, leaf.declared, leaf.charset)
    if not complete or any(defect.flaw is Flaw.OVER_LIMIT for defect in message.defects):
        yield Unreadable.OVER_LIMIT
