"""Open ASCII-armoured files inside text: PGP, age, CMS, uuencode."""

import re
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.document import Piece, Unreadable, member
from holdback.documents.text import open_text, to_utf8
from holdback.mail import Part
from holdback.mail.charset import to_text
from holdback.mail.encodings import decode
from holdback.mail.uuencode import blocks

_CODED = re.compile(
    rb"(?:^-----BEGIN (?:CMS|PKCS7)-----\s|^begin-base64 [0-7]{3,4} [^\r\n]{1,255}\s|\A(?=MI))([\w+/=\s]++)",
    re.M,
)
"""CMS, with or without BEGIN and END lines (RFC 7468, 8 and 9); the output of uuencode -m."""
_ENCRYPTED = re.compile(rb"^-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE)-|\AU2FsdGVkX1", re.M)


def open_armoured(part: Part, budget: Budget) -> Iterator[Piece]:
    """Yield the text and the files in it; encrypted ones as `Unreadable`."""
    yield from open_text(part, budget)
    content = to_utf8(part.content).lstrip()
    for number, block in enumerate(_CODED.finditer(content)):
        if number >= budget.entries_left or budget.take(len(block[1])) < len(block[1]):
            yield Unreadable.OVER_LIMIT
            return
        yield member(part, "content", decode(b"base64", content, *block.span(1), budget.beat)[0])
    for file in blocks(content, budget.entries_left, budget.beat):
        if budget.take(len(file.content)) < len(file.content):
            yield Unreadable.OVER_LIMIT
            return
        yield member(part, to_text(file.name), file.content)
        if file.broken:
            yield Unreadable.BROKEN
    if _ENCRYPTED.search(content):
        yield Unreadable.ENCRYPTED
