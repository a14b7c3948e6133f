"""Encrypted members of a RAR 5 archive, which libarchive 3.6 does not recognise as encrypted.

Source: RAR 5.0 archive format, as published by its author.
"""

from collections.abc import Iterator

MAGIC = b"Rar!\x1a\x07\x01\x00"
_FILE = 2
_HAS_EXTRA, _HAS_DATA = 1, 2
_HAS_TIME, _HAS_CHECKSUM = 2, 4
_ENCRYPTED = 1
_MOST = 200_000
"""Blocks read."""


def encrypted_names(data: bytes) -> frozenset[bytes]:
    """Names, in UTF-8, of the encrypted members, up to the first damaged block."""
    found = set()
    for head in _heads(data):
        try:
            name = _encrypted_name(head)
        except IndexError:
            continue
        if name is not None:
            found.add(name)
    return frozenset(found)


def _heads(data: bytes) -> Iterator[bytes]:
    """The header of every block, without checksum and size."""
    at = len(MAGIC)
    for _ in range(_MOST):
        try:
            size, start = _number(data, at + 4)
            head = data[start : start + size]
            flags, place = _number(head, _number(head, 0)[1])
            if flags & _HAS_EXTRA:
                place = _number(head, place)[1]
            at = start + size + (_number(head, place)[0] if flags & _HAS_DATA else 0)
        except IndexError:
            return
        yield head


def _encrypted_name(head: bytes) -> bytes | None:
    kind, at = _number(head, 0)
    flags, at = _number(head, at)
    if kind != _FILE or not flags & _HAS_EXTRA:
        return None
    extra, at = _number(head, at)
    if flags & _HAS_DATA:
        at = _number(head, at)[1]
    if not _is_encrypted(head[-extra:]):
        return None
    about, at = _number(head, at)
    for _ in ("size", "attributes"):
        at = _number(head, at)[1]
    at += 4 * (bool(about & _HAS_TIME) + bool(about & _HAS_CHECKSUM))
    for _ in ("method", "system"):
        at = _number(head, at)[1]
    length, at = _number(head, at)
    return head[at : at + length]


def _is_encrypted(extra: bytes) -> bool:
    """True if the extra area has a file encryption record."""
    at = 0
    while at < len(extra):
        size, start = _number(extra, at)
        if _number(extra, start)[0] == _ENCRYPTED:
            return True
        at = start + size
    return False


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A `vint` (7 bits a byte, lowest first) and the offset after it. Raises IndexError if it is cut off."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return value, at
