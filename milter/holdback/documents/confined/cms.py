"""Signed or compressed CMS content of S/MIME (RFC 5652, RFC 3274)."""

import zlib
from collections.abc import Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.unpack import Inflater, gathered, unpacked
from holdback.documents.confined.ole.scan import readable
from holdback.documents.document import Piece, Text, Unread, Unreadable, member
from holdback.documents.mailbox import is_entity, open_message
from holdback.mail import Part

_OBJECT_ID, _CONTENT = 0x06, 0xA0
_CONSTRUCTED, _INDEFINITE = 0x20, 0x80
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENCRYPTED = tuple(bytes.fromhex(f"2a864886f70d01{rest}") for rest in ("0703", "0704", "0706", "09100117"))
"""Object identifiers of the content types (RFC 3274, 1.1; RFC 5652, 5 to 8; RFC 5083, 2.1)."""


def open_signed(part: Part, budget: Budget) -> Iterator[Piece]:
    """The signed or compressed content: the parts of a mail, or one file; certificates are left out."""
    data = part.content
    try:
        kind, inner, at = _content(data)
        content, complete = _octets(data, at, budget) if at else (b"", True)
    except Unread as unread:
        yield Text(readable(data, budget))
        yield unread.why
        return
    why: Unreadable | None = None
    if kind == _COMPRESSED:
        content, why = gathered(unpacked(Inflater(zlib.MAX_WBITS), memoryview(content), budget), budget)
    if kind not in (_SIGNED, _COMPRESSED) or inner in _ENCRYPTED:
        yield Unreadable.ENCRYPTED
        return
    if is_entity(content):
        yield from open_message(part, content, budget)
    elif content:
        yield member(part, part.name.removesuffix(".p7m") if part.name else "content", content)
    if why or not complete:
        yield why or Unreadable.BROKEN


def _content(data: bytes) -> tuple[bytes, bytes, int]:
    """Content type, inner content type, and offset of the inner octets; 0 for a detached signature.

    Signed and compressed data have the same structure: version, algorithms, content (RFC 5652, 5.1;
    RFC 3274, 1.1).
    """
    kind, at = _object_id(data, _inside(data, 0))
    at = _inside(data, _inside(data, at))
    at = _after(data, _after(data, at))
    _, start, end = _element(data, at)
    inner, at = _object_id(data, start)
    is_there = (end is None or at < end) and data[at : at + 1] == bytes([_CONTENT])
    return kind, inner, _inside(data, at) if is_there else 0


def _element(data: bytes, at: int) -> tuple[int, int, int | None]:
    """Tag, start and end of the element at `at` (X.690, 8.1); end is None for indefinite length.

    Raises Unread if it is cut off.
    """
    if at + 2 > len(data):
        raise Unread(Unreadable.BROKEN)
    tag, size = data[at], data[at + 1]
    if size == _INDEFINITE:
        return tag, at + 2, None
    start = at + 2
    if size > _INDEFINITE:
        start += size - _INDEFINITE
        size = int.from_bytes(data[at + 2 : start], "big")
    return tag, start, start + size


def _inside(data: bytes, at: int) -> int:
    tag, start, _ = _element(data, at)
    if not tag & _CONSTRUCTED:
        raise Unread(Unreadable.BROKEN)
    return start


def _object_id(data: bytes, at: int) -> tuple[bytes, int]:
    tag, start, end = _element(data, at)
    if tag != _OBJECT_ID or end is None:
        raise Unread(Unreadable.BROKEN)
    return data[start:end], end


def _after(data: bytes, at: int) -> int:
    """Offset after the element at `at`, contained elements of indefinite length included."""
    depth = 0
    while True:
        tag, start, end = _element(data, at)
        if end is None:
            depth += 1
            at = start
        else:
            depth -= tag == 0
            at = end
        if not depth:
            return at


def _octets(data: bytes, at: int, budget: Budget) -> tuple[bytes, bool]:
    """The octet string at `at`, primitive or constructed (X.690, 8.7), and whether it is complete."""
    tag, start, end = _element(data, at)
    if not tag & _CONSTRUCTED:
        return data[start:end], end is not None and end <= len(data)
    pieces: list[bytes] = []
    depth, stop = 1, len(data) if end is None else end
    marked = end is None
    while depth and start + 2 <= min(stop, len(data)):
        if not len(pieces) % 4096:
            budget.beat()
        tag, start, end = _element(data, start)
        if end is None:
            depth += 1
        elif tag & _CONSTRUCTED:
            continue
        elif tag:
            pieces.append(data[start:end])
            start = end
        else:
            depth -= 1
    return b"".join(pieces), start <= len(data) and (not depth or (start == stop and not marked))
