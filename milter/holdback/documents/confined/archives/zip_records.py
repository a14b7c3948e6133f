"""The records of a zip file (APPNOTE.TXT 4.3): end record, central directory headers, local headers."""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from holdback.documents.confined.archives.names import decoded

_LOCAL = Struct("<4s5H3L2H")
_CENTRAL = Struct("<4s6H3L5H2L")
_END = Struct("<4s4H2LH")
_END_64 = Struct("<4sQ2H2L4Q")
_LOCATOR_64 = Struct("<4sLQL")
_FIELD = Struct("<2H")
_WIDE = Struct("<Q")
_CENTRAL_MARK, _END_MARK = b"PK\x01\x02", b"PK\x05\x06"
_END_64_MARK, _LOCATOR_64_MARK, _DESCRIPTOR_MARK = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
_LOCAL_MARK = b"PK\x03\x04"

_ENCRYPTED, _DESCRIBED_LATER, _UTF8, _MASKED = 1, 1 << 3, 1 << 11, 1 << 13
STORED, DEFLATE, BZIP2, LZMA, ZSTD, XZ, AES = 0, 8, 12, 14, 93, 95, 99
_METHODS = frozenset({*range(20), *range(93, 100)})
_ZIP64, _UNICODE_NAME = 1, 0x7075
_UNKNOWN = 0xFFFFFFFF
_MOST_ENDS = 64
"""End record signatures tried, from the end of the file."""


class End(NamedTuple):
    """The end of central directory record (APPNOTE.TXT 4.3.16)."""

    start: int
    """Offset of the central directory."""
    stop: int
    """Offset of the end of the archive."""
    shift: int
    """Bytes before the archive, as in self-extracting files."""
    members: int
    comment: bytes


class Record(NamedTuple):
    """A header of a member: in the central directory, or the local one before its content."""

    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    raw: bytes
    """The undecoded name."""
    extra: bytes
    comment: bytes
    header: int
    """Offset of the local header."""
    stop: int
    """Offset of the end of this header."""

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & _ENCRYPTED) or self.method == AES

    @property
    def masked(self) -> bool:
        """True if the central directory is encrypted and local headers have no names and sizes (4.4.4)."""
        return bool(self.flags & _MASKED)

    @property
    def described_later(self) -> bool:
        """True if checksum and sizes are in a data descriptor after the content (4.3.9)."""
        return bool(self.flags & _DESCRIBED_LATER)

    @property
    def name(self) -> str:
        """The name as unpackers show it: the Unicode extra field (4.6.9), UTF-8, or code page 437."""
        better = _extra_field(self.extra, _UNICODE_NAME) if self.extra else b""
        if better[:1] == b"\x01":
            return better[5:].decode("utf-8", "replace")
        return decoded(self.raw, bool(self.flags & _UTF8))


def find_end(data: bytes) -> End | None:
    """The last end record with a directory before it: its signature may also be part of a comment."""
    at = len(data)
    empty = None
    for _ in range(_MOST_ENDS):
        at = data.rfind(_END_MARK, 0, at + len(_END_MARK) - 1)
        if at < 0:
            break
        end = _end_at(data, at) if at + _END.size <= len(data) else None
        if end and end.start < at:
            return end
        empty = empty or end
    return empty


def _end_at(data: bytes, at: int) -> End | None:
    members, size, offset, comment_size = _END.unpack_from(data, at)[4:]
    stop = at + _END.size + comment_size
    comment = data[at + _END.size : stop]
    limit = at
    if data.startswith(_LOCATOR_64_MARK, max(0, at - _LOCATOR_64.size)):
        wide = _end_64(data, at - _LOCATOR_64.size)
        if wide >= 0:
            limit = wide
            members, size, offset = _END_64.unpack_from(data, wide)[7:]
    for start in (limit - size, offset):
        if 0 <= start < limit and data.startswith(_CENTRAL_MARK, start):
            return End(start, stop, start - offset, members, comment)
    return End(at, stop, 0, 0, comment) if members == size == 0 else None


def _end_64(data: bytes, locator: int) -> int:
    """Offset of the zip64 end record (4.3.14): as in its locator, or just before that; else -1."""
    claimed = _LOCATOR_64.unpack_from(data, locator)[2] if locator >= 0 else -1
    for at in (claimed, locator - _END_64.size):
        if 0 <= at <= locator - _END_64.size and data.startswith(_END_64_MARK, at):
            return int(at)
    return -1


def listed(data: bytes, end: End) -> Iterator[tuple[Record, Record | None]]:
    """The headers of the directory, each with its local header, or None if that is missing."""
    at = end.start
    while data.startswith(_CENTRAL_MARK, at) and at + _CENTRAL.size <= len(data):
        record = _central(data, at)
        yield record, _local_at(data, record.header + end.shift) or _local_at(data, record.header)
        at = record.stop


def _central(data: bytes, at: int) -> Record:
    fields = _CENTRAL.unpack_from(data, at)
    checksum, packed, size, name_size, extra_size, comment_size = fields[7:13]
    header = fields[16]
    name_start = at + _CENTRAL.size
    name_end = name_start + name_size
    extra_end = name_end + extra_size
    stop = extra_end + comment_size
    extra = data[name_end:extra_end]
    if _UNKNOWN in (packed, size, header):
        size, packed, header = _widened(extra, size, packed, header)
    raw, comment = data[name_start:name_end], data[extra_end:stop]
    return Record(fields[3], fields[4], checksum, packed, size, raw, extra, comment, header, stop)


def _local_at(data: bytes, at: int) -> Record | None:
    """The local header at `at` (4.3.7); None if there is no valid one."""
    if at < 0 or at + _LOCAL.size > len(data) or not data.startswith(_LOCAL_MARK, at):
        return None
    flags, method, _, _, checksum, packed, size, name_size, extra_size = _LOCAL.unpack_from(data, at)[2:]
    name_start = at + _LOCAL.size
    name_end = name_start + name_size
    stop = name_end + extra_size
    if method not in _METHODS or not name_size or stop > len(data):
        return None
    extra = data[name_end:stop]
    if _UNKNOWN in (packed, size):
        size, packed = _widened(extra, size, packed)
    return Record(flags, method, checksum, packed, size, data[name_start:name_end], extra, b"", at, stop)


def _widened(extra: bytes, *fields: int) -> list[int]:
    """`fields` with those above 32 bits replaced from the zip64 extra field, in order (4.5.3)."""
    wide = _extra_field(extra, _ZIP64)
    found = []
    for field in fields:
        if field == _UNKNOWN and len(wide) >= _WIDE.size:
            (field,) = _WIDE.unpack_from(wide)
            wide = wide[_WIDE.size :]
        found.append(field)
    return found


def _extra_field(extra: bytes, wanted: int) -> bytes:
    at = 0
    while at + _FIELD.size <= len(extra):
        number, size = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if number == wanted:
            return extra[at : at + size]
        at += size
    return b""


def strays(data: bytes, covered: list[tuple[int, int]]) -> Iterator[Record | None]:
    """Local headers outside the `covered` ranges: of members that the directory does not list.

    covered: start and end of ranges, sorted. Yields None for a signature without a valid header, so that the
    caller counts it.
    """
    at = descriptor = 0
    for start, stop in (*covered, (len(data), len(data))):
        while (hit := data.find(_LOCAL_MARK, at, start)) >= 0:
            at = hit + len(_LOCAL_MARK)
            local = _local_at(data, hit)
            if local and local.described_later and not local.packed:
                if local.method == STORED and 0 <= descriptor < local.stop:
                    descriptor = data.find(_DESCRIPTOR_MARK, local.stop)
                at = local.stop
                known = local.method == STORED and descriptor >= 0
                local = local._replace(packed=(descriptor if known else len(data)) - local.stop)
            elif local:
                at = local.stop + local.packed
            yield local
        at = max(at, stop)
