"""A text of any size and charset, a few megabytes of whole lines at a time."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from holdback.documents.charset import charset_of, decode, is_wide

CHUNK = 4 << 20
"""Bytes read at a time."""
_LONGEST = 64 << 20
"""Bytes without a line end above which they are cut anywhere."""


def pieces(start: bytes, file: BinaryIO) -> Iterator[str]:
    """The text of `file`, of which `start` has been read already; every line ends with LF."""
    charset, rest = "", b""
    for chunk in _in_bytes(start, file):
        rest += chunk
        end = rest.rfind(b"\n") + 1 or rest.rfind(b"\r") + 1 or (len(rest) if len(rest) > _LONGEST else 0)
        lines, rest = rest[:end], rest[end:]
        if lines:
            charset = _eight_bit(lines, charset)
            yield decode(lines, charset)
    if rest:
        yield decode(rest, _eight_bit(rest, charset))


def _in_bytes(start: bytes, file: BinaryIO) -> Iterator[bytes]:
    """What is in `file`; UTF-16 as UTF-8, because it cannot be cut at the bytes of a line end."""
    if not is_wide(start):
        yield start
        while chunk := file.read(CHUNK):
            yield chunk
        return
    mark, name = charset_of(start)
    decoder = codecs.getincrementaldecoder(name)("replace")
    chunk = start[mark:]
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace")
        chunk = file.read(CHUNK)


def _eight_bit(lines: bytes, charset: str) -> str:
    """`charset`, or what the first lines that are not UTF-8 turn out to be in: all others then are, too."""
    _, name = (0, charset) if charset else charset_of(lines)
    return "" if name == "utf-8" else name
