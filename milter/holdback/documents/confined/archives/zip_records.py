"""The records of a zip file (APPNOTE.TXT 4.3): the last one, those of the directory, local headers."""

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

_SEALED, _DESCRIBED_LATER, _UTF8, _MASKED = 1, 1 << 3, 1 << 11, 1 << 13
STORED, DEFLATE, BZIP2, LZMA, ZSTD, XZ, AES = 0, 8, 12, 14, 93, 95, 99
_METHODS = frozenset({*range(20), *range(93, 100)})
_ZIP64, _UNICODE_NAME = 1, 0x7075
_UNKNOWN = 0xFFFFFFFF
_MOST_ENDS = 64
"""Places tried that look like the last record."""


class End(NamedTuple):
    """What the last record says."""

    start: int
    """Where the directory begins."""
    stop: int
    """Where the archive ends."""
    shift: int
    """Bytes that somebody put before the archive: a program that unpacks it."""
    members: int
    comment: bytes


class Record(NamedTuple):
    """A member's description, in the directory or in the local header before its content."""

    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    raw: bytes
    """The name as written."""
    extra: bytes
    comment: bytes
    header: int
    """Where the local header begins."""
    stop: int
    """Where this description ends."""

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & _SEALED) or self.method == AES

    @property
    def masked(self) -> bool:
        """True if the directory is encrypted: the local headers hide names and sizes."""
        return bool(self.flags & _MASKED)

    @property
    def described_later(self) -> bool:
        """True if checksum and sizes follow the content; a local header cannot know them."""
        return bool(self.flags & _DESCRIBED_LATER)

    @property
    def name(self) -> str:
        """As unpackers show it: the Unicode extra field (4.6.9), UTF-8, or the charset of DOS."""
        better = _extra_field(self.extra, _UNICODE_NAME) if self.extra else b""
        if better[:1] == b"\x01":
            return better[5:].decode("utf-8", "replace")
        return decoded(self.raw, bool(self.flags & _UTF8))


def find_end(data: bytes) -> End | None:
    """The last end record with a directory before it (4.3.16): a comment may hold what looks like one."""
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
    """Where the zip64 end record is (4.3.14): where its locator says, or just before that, or -1."""
    claimed = _LOCATOR_64.unpack_from(data, locator)[2] if locator >= 0 else -1
    for at in (claimed, locator - _END_64.size):
        if 0 <= at <= locator - _END_64.size and data.startswith(_END_64_MARK, at):
            return int(at)
    return -1


def listed(data: bytes, end: End) -> Iterator[tuple[Record, Record | None]]:
    """The records of the directory, each with the local header it points to, if that is there."""
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
    """The local header at `at` (4.3.7), if there is one that makes sense."""
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
    """`fields` that 32 bits cannot hold, from the zip64 extra field: it has just these, in order (4.5.3)."""
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
    """Local headers in places that nothing covers: of members that the directory lost, or never listed.

    covered: from, to; sorted. Yields None for what only looks like a header: it costs time as well.
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
