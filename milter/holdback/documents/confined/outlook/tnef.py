"""TNEF files (winmail.dat, MS-OXTNEF): a message with its attachments in one file."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.charset import decode
from holdback.documents.confined.ole.scan import addresses, readable
from holdback.documents.confined.outlook.mapi import (
    ATTACH_DATA,
    ATTACH_NAMES,
    NAMED,
    Raw,
    charset_of,
    open_attachment,
    open_item,
    properties,
    rest,
)
from holdback.documents.document import Piece, Text, Unreadable
from holdback.mail import Part

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = 6
_ATTRIBUTE = struct.Struct("<BHHI")
"""Level, ID, type and length; a checksum of two bytes follows the data (MS-OXTNEF)."""
_LEVELS = (1, 2)

_CODEPAGE, _PROPERTIES, _RECIPIENTS = 0x9007, 0x9003, 0x9004
_BODY, _SUBJECT, _FROM = 0x800C, 0x8004, 0x8000
_NEW_ATTACHMENT, _FILE, _TITLE, _TRANSPORT_NAME, _FILE_PROPERTIES = 0x9002, 0x800F, 0x8010, 0x9001, 0x9005
_OF_ATTACHMENT = (_FILE, _TITLE, _TRANSPORT_NAME, _FILE_PROPERTIES)
_AFTER_AN_ID = (_SIGNATURE, b"\xd0\xcf\x11\xe0")
"""Start of embedded messages and OLE objects, which follow an interface ID (MS-OXTNEF)."""

_SIZES = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a value by its type (MS-OXCDATA 2.11.1); values of other types begin with their size."""
_COUNTED = (0x0D, 0x1E, 0x1F, 0x102)
_MANY = 0x1000
_FIRST_NAMED = 0x8000


@dataclass(slots=True)
class _Attachment:
    names: list[bytes] = field(default_factory=list)
    content: bytes = b""
    raw: list[Raw] = field(default_factory=list)


@dataclass(slots=True)
class _Message:
    """The attributes read so far."""

    charset: str = ""
    texts: dict[int, bytes] = field(default_factory=dict)
    """Body, subject and sender from attributes that are no MAPI properties."""
    raw: list[Raw] = field(default_factory=list)
    recipients: list[list[Raw]] = field(default_factory=list)
    attachments: list[_Attachment] = field(default_factory=list)

    def take(self, number: int, data: bytes) -> None:
        """Adds one attribute."""
        if number == _NEW_ATTACHMENT or (number in _OF_ATTACHMENT and not self.attachments):
            self.attachments.append(_Attachment())
        if number == _CODEPAGE:
            self.charset = charset_of(int.from_bytes(data[:4], "little"))
        elif number in (_BODY, _SUBJECT, _FROM):
            self.texts[number] = data.rstrip(b"\0")
        elif number == _PROPERTIES:
            self.raw += _raw(_Cursor(data))
        elif number == _RECIPIENTS:
            rows = _Cursor(data)
            self.recipients += [list(_raw(rows)) for _ in range(min(rows.number(), len(data) // 4))]
        elif number == _FILE:
            self.attachments[-1].content = data
        elif number in (_TITLE, _TRANSPORT_NAME):
            self.attachments[-1].names.append(data)
        elif number == _FILE_PROPERTIES:
            self.attachments[-1].raw += _raw(_Cursor(data))


class _Cursor:
    """Reads values one after the other; zeros after the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def ended(self) -> bool:
        return self._at >= len(self._data)

    def bytes(self, size: int) -> bytes:
        """The next `size` bytes; also skips their padding to a multiple of four."""
        content = self._data[self._at : self._at + size]
        self._at += size + -size % 4
        return content

    def number(self) -> int:
        return int.from_bytes(self.bytes(4), "little")


def open_tnef(part: Part, budget: Budget) -> Iterator[Piece]:
    """The bodies, correspondents and properties of the message, then its attachments as parts."""
    message = _Message()
    end = _HEADER
    for number, start, end in _attributes(part.content):
        budget.beat()
        message.take(number, part.content[start:end])
    item = properties(message.raw, message.charset)
    recipients = [properties(raw, message.charset) for raw in message.recipients]
    for number, data in message.texts.items():
        names = number == _FROM
        yield Text("\n\n".join(addresses(data, budget)) if names else decode(data, message.charset))
    yield from open_item(part, item, recipients, budget)
    yield from rest(recipients)
    for one in message.attachments:
        yield from _attachment(part, one, message.charset, budget)
    if end > len(part.content) or part.content[end + 2 :].strip():
        yield Text(readable(part.content[end + 2 :], budget))
        yield Unreadable.BROKEN


def _attributes(content: bytes) -> Iterator[tuple[int, int, int]]:
    """ID, start and end of each attribute; the last one may end after the end of the file."""
    at = _HEADER
    while at + _ATTRIBUTE.size <= len(content):
        level, number, _, size = _ATTRIBUTE.unpack_from(content, at)
        if level not in _LEVELS:
            return
        start = at + _ATTRIBUTE.size
        yield number, start, start + size
        at = start + size + 2


def _raw(rows: _Cursor) -> Iterator[Raw]:
    """One list of properties (MS-OXTNEF)."""
    for _ in range(rows.number()):
        if rows.ended:
            return
        tag = rows.number()
        kind, number = tag & 0xFFFF, tag >> 16
        if number >= _FIRST_NAMED:
            rows.bytes(16)
            if rows.number():
                rows.bytes(rows.number())
            else:
                number = NAMED + (rows.number() & 0xFFFF)
        single = kind & ~_MANY
        count = rows.number() if kind & _MANY or single in _COUNTED else 1
        for _ in range(count):
            if rows.ended:
                return
            yield number, kind, rows.bytes(rows.number() if single in _COUNTED else _SIZES.get(single, 4))


def _attachment(part: Part, one: _Attachment, charset: str, budget: Budget) -> Iterator[Piece]:
    item = dict(properties(one.raw, charset))
    if not any(number in item for number in ATTACH_NAMES):
        item[ATTACH_NAMES[0]] = [decode(name.rstrip(b"\0"), charset) for name in one.names]
    inner = [value for value in item.get(ATTACH_DATA, ()) if isinstance(value, bytes)]
    for content in (one.content, *inner):
        if content[16:20] in _AFTER_AN_ID:
            content = content[16:]
        if content:
            yield from open_attachment(part, item, content, budget)
    yield from rest((item,))
