"""Decode uuencode (POSIX uuencode(1)), as a transfer encoding or as blocks inside text."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from holdback.mail.beat import Beat, no_beat

_MOST_ATTEMPTS = 10_000
# Only the last data line and the empty one after it are shorter than 45 bytes.
_SHORT = 23
_MOST_SHORT = 2
_LINES = 10_000
"""Lines decoded between two heartbeats."""
_BEGIN = re.compile(rb"begin +[0-7]{3,4} +([^\r\n]{1,255})")
_LINE = re.compile(rb"[^\r\n]*+(?:\r?\n|\r)?")


@dataclass(frozen=True, slots=True)
class Block:
    """One encoded file inside text."""

    start: int
    """Offset of its `begin` line."""
    stop: int
    """Offset after its `end` line, or after its last data line if that is missing."""
    name: bytes
    content: bytes
    broken: bool
    """True if the `end` line is missing."""


def blocks(text: bytes, most: int, beat: Beat = no_beat) -> Iterator[Block]:
    """Yield at most `most` encoded files in `text`. A line that begins with "begin" is not enough."""
    position = 0
    for _ in range(_MOST_ATTEMPTS):
        position = text.find(b"begin ", position)
        if position < 0 or most <= 0:
            return
        block = _block_at(text, position, beat)
        position = block.stop if block else position + 6
        if block:
            most -= 1
            yield block


def from_uuencode(data: bytes, beat: Beat = no_beat) -> tuple[bytes, bool]:
    """Decode the first file in `data`; return it and True if it is broken. Without a file, return `data`."""
    block = next(blocks(data, 1, beat), None)
    return (block.content, block.broken) if block else (data, True)


def _block_at(text: bytes, start: int, beat: Beat) -> Block | None:
    if start and text[start - 1] not in b"\r\n":
        return None
    begin = _BEGIN.match(text, start)
    if begin is None:
        return None
    content = bytearray()
    short = lines = 0
    stop = _line_end(text, begin.end())
    while stop < len(text):
        after = _line_end(text, stop)
        line = text[stop:after].rstrip(b"\r\n")
        if line.rstrip() == b"end":
            return Block(start, after, begin[1].strip(), bytes(content), False) if content else None
        piece = _decoded(line)
        short += piece is not None and len(piece) < _SHORT
        if piece is None or short > _MOST_SHORT:
            break
        content += piece
        stop = after
        lines += 1
        if lines % _LINES == 0:
            beat()
    return Block(start, stop, begin[1].strip(), bytes(content), True) if content else None


def _line_end(text: bytes, position: int) -> int:
    match = _LINE.match(text, position)
    return match.end() if match else len(text)


def _decoded(line: bytes) -> bytes | None:
    """Decode one line: its length, then four characters for three bytes. None if it is not a data line.

    Some encoders strip trailing blanks, some add a checksum character.
    """
    if not line:
        return b""
    length = (line[0] - 32) & 63
    needed = (length * 8 + 5) // 6
    if not 32 <= line[0] <= 96 or not needed - 3 <= len(line) - 1 <= (length + 2) // 3 * 4 + 2:
        return None
    try:
        return binascii.a2b_uu(line[: 1 + (length + 2) // 3 * 4])
    except binascii.Error:
        return None
