"""Archives for tests: customer lists as contents, and formats or faults that no library writes."""

import csv
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence

from rig.people import HEADINGS, parts_list, people

Files = Iterable[tuple[str, bytes]]


def customers(count: int, language: str = "en") -> bytes:
    """Return a customer list as CSV, UTF-8."""
    return _csv([HEADINGS[language], *(person.row for person in people(count, language))])


def prices(count: int) -> bytes:
    """Return a price list as CSV, without people."""
    return _csv([("Number", "Article", "Price", "Stock"), *parts_list(count)])


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """Return a zip file by Python's writer. Names that end with a slash are folders."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(*files: tuple[str, bytes], dialect: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar file by Python's writer."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=dialect) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def streamed(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file as written to a pipe: sizes follow the content."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return pipe.getvalue()


def local(name: bytes, content: bytes, method: int = 0, flags: int = 0, packed: bytes | None = None) -> bytes:
    """Local header and content of one member of a zip file (APPNOTE.TXT 4.3.7)."""
    packed = content if packed is None else packed
    sizes = (zlib.crc32(content), len(packed), len(content))
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 33, *sizes, len(name), 0) + name + packed


def central(
    name: bytes,
    content: bytes,
    at: int,
    method: int = 0,
    flags: int = 0,
    packed: int | None = None,
    extra: bytes = b"",
) -> bytes:
    """Return a member's entry in the directory (4.3.12); `at`: offset of its local header."""
    sizes = (zlib.crc32(content), len(content) if packed is None else packed, len(content))
    lengths = (len(name), len(extra), 0)
    head = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, flags, method, 0, 33, *sizes, *lengths, 0, 0, 0, at)
    return head + name + extra


def assembled(members: bytes, directory: bytes, count: int) -> bytes:
    """A zip file of local headers and a directory."""
    end = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(members), 0
    )
    return members + directory + end


def overlapping(count: int, size: int) -> bytes:
    """Return `count` entries that share `size` zeros: after D. Fifield, A better zip bomb (2019)."""
    content = bytes(size)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    body = local(b"0", content, 8, 0, packed)
    directory = b"".join(central(b"%d" % n, content, 0, 8, 0, len(packed)) for n in range(count))
    return assembled(body, directory, count)


def rar4(files: Files, sealed: bool = False, sealed_names: bool = False) -> bytes:
    """Return a RAR 2.9 to 4 archive, stored; `sealed` contents and names are marked as encrypted."""

    def block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0x80 if sealed_names else 0, bytes(6))
    if sealed_names:
        return out + bytes(range(64))
    for name, content in files:
        raw = name.encode("cp437")
        sizes = (len(content), len(content), 2, zlib.crc32(content), 0x5A6B7C8D)
        body = struct.pack("<LLBLLBBHL", *sizes, 29, 0x30, len(raw), 0x20) + raw
        out += block(0x74, 0x8000 | (4 if sealed else 0), body, content)
    return out + block(0x7B, 0x4000, b"")


def rar5(files: Files, sealed: bool = False, sealed_names: bool = False) -> bytes:
    """Return a RAR 5 archive, stored; `sealed` as above. Names that end with `/` are folders."""

    def block(kind: int, body: bytes, extra: bytes = b"", data: bytes = b"") -> bytes:
        flags = (1 if extra else 0) | (2 if data or kind == 2 else 0)
        sizes = (_vint(len(extra)) if extra else b"") + (_vint(len(data)) if flags & 2 else b"")
        head = _vint(kind) + _vint(flags) + sizes + body + extra
        head = _vint(len(head)) + head
        return struct.pack("<L", zlib.crc32(head)) + head + data

    out = b"Rar!\x1a\x07\x01\x00"
    if sealed_names:
        return out + block(4, bytes(2) + b"\x0f" + bytes(16)) + bytes(range(64))
    out += block(1, b"\0")
    record = bytes((1, 0, 0, 15)) + bytes(32)
    for name, content in files:
        raw = name.rstrip("/").encode()
        folder, mode = name.endswith("/"), 0o40755 if name.endswith("/") else 0o100644
        about = _vint(4 | folder) + _vint(len(content)) + _vint(mode) + struct.pack("<L", zlib.crc32(content))
        body = about + bytes((0, 1)) + _vint(len(raw)) + raw
        out += block(2, body, _vint(len(record)) + record if sealed else b"", content)
    return out + block(5, b"\0")


def _vint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes((number & 127 | 128,))
        number >>= 7
    return out + bytes((number,))
