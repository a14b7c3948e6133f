"""Reads stored mail: message files, mbox files, Maildirs, directories of these, standard input.

The content decides what a file is: an mbox starts with `From `. Only one message at a time is in memory, and
of a large one only as much as the inspection may read.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_CHUNK = 64 * 1024
# RFC 4155: sender, then a date as ctime(3) writes it. Other lines that begin with "From " are text.
_SEPARATOR = re.compile(rb"From (?:\S+@\S+|\S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,])")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,75}:")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message to scan."""

    path: str
    """`outbox/3.eml`, `sent.mbox#12`, `-`."""
    raw: bytes
    """The message, cut one byte after the limit of the inspection."""
    size: int
    """Size of the whole message in bytes."""
    sender: str = ""
    """Sender in the separator line of an mbox; empty elsewhere."""


def stored_messages(
    paths: Iterable[str], limit: int, skip: Callable[[str, str], None]
) -> Iterator[StoredMessage]:
    """Every message in `paths`, at most `limit` + 1 bytes of each.

    Calls `skip(path, error)` for each file that is left out; `error` is "" for a file that is not mail.
    """
    for path in paths:
        if path == "-":
            yield from _in_stream(sys.stdin.buffer, "-", limit)
        elif os.path.isdir(path):
            yield from _in_directory(path, limit, skip)
        else:
            yield from _in_file(path, limit, skip)


def _in_directory(directory: str, limit: int, skip: Callable[[str, str], None]) -> Iterator[StoredMessage]:
    def unreadable(error: OSError) -> None:
        skip(str(error.filename), error.strerror or "cannot be read")

    for place, directories, files in os.walk(directory, onerror=unreadable):
        directories.sort()
        if {"cur", "new"} <= set(directories) and "tmp" in directories:
            directories.remove("tmp")  # deliveries that never finished
        in_maildir = os.path.basename(place) in ("cur", "new")
        for name in sorted(files):
            path = os.path.join(place, name)
            if not os.path.isfile(path):
                skip(path, "")
            elif in_maildir or name.lower().endswith((".eml", ".mbox")) or _looks_like_mail(path):
                yield from _in_file(path, limit, skip)
            else:
                skip(path, "")


def _looks_like_mail(path: str) -> bool:
    try:
        with Path(path).open("rb") as stream:
            start = stream.read(80)
    except OSError:
        return True  # _in_file reports the error
    return start.startswith(b"From ") or _HEADER.match(start) is not None


def _in_file(path: str, limit: int, skip: Callable[[str, str], None]) -> Iterator[StoredMessage]:
    try:
        with Path(path).open("rb") as stream:
            yield from _in_stream(stream, path, limit)
    except OSError as error:
        skip(path, error.strerror or "cannot be read")


def _in_stream(stream: BinaryIO, path: str, limit: int) -> Iterator[StoredMessage]:
    first = stream.readline(_CHUNK)
    if first.startswith(b"From "):
        yield from _in_mbox(first, stream, path, limit)
        return
    raw = first + stream.read(limit + 1)
    size = len(raw)
    while rest := stream.read(_CHUNK):
        size += len(rest)
    yield StoredMessage(path, raw, size)


def _in_mbox(first: bytes, stream: BinaryIO, path: str, limit: int) -> Iterator[StoredMessage]:
    number, sender, raw, size = 1, _sender(first), bytearray(), 0
    line_ended, blank = True, False
    while line := stream.readline(_CHUNK):
        if blank and _SEPARATOR.match(line):
            yield StoredMessage(f"{path}#{number}", _take(raw), size, sender)
            number, sender, size, blank = number + 1, _sender(line), 0, False
            continue
        blank = line_ended and line in (b"\n", b"\r\n")
        if line_ended and line[:1] == b">" and line.lstrip(b">").startswith(b"From "):
            line = line[1:]  # mboxrd quotes such lines with one more ">"
        line_ended = line.endswith(b"\n")
        size += len(line)
        if len(raw) <= limit:
            raw += line
    yield StoredMessage(f"{path}#{number}", _take(raw), size, sender)


def _take(collected: bytearray) -> bytes:
    """The content of `collected`, which is cleared to free its memory before the inspection."""
    content = bytes(collected)
    collected.clear()
    return content


def _sender(separator: bytes) -> str:
    words = separator.split(None, 2)
    sender = words[1].decode("utf-8", "replace") if len(words) > 1 else ""
    return sender if "@" in sender else ""
