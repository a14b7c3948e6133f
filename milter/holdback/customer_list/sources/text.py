"""Decode a text of any size and charset in pieces of whole lines, a few megabytes each."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from holdback.documents.charset import charset_of, decode, is_wide

CHUNK = 4 << 20
"""Bytes read at a time."""
_LONGEST = 64 << 20
"""Longest line in bytes; longer ones are split."""


def pieces(start: bytes, file: BinaryIO) -> Iterator[str]:
    """Yield the text of `file` with LF line ends; `start` holds the bytes already read."""
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
    """Yield the bytes of `file`; UTF-16 is converted to UTF-8, which can be split at line ends."""
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
    """Return `charset`; if empty, the charset detected in `lines`, or "" for UTF-8."""
    _, name = (0, charset) if charset else charset_of(lines)
    return "" if name == "utf-8" else name
