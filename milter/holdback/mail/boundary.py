"""Find the parts of a multipart (RFC 2046 section 5.1), even if the boundary is wrong."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from holdback.mail.beat import Beat, no_beat
from holdback.mail.message import Flaw

_REST_OF_DELIMITER = re.compile(rb"(--)?[ \t]*+(?=[\r\n]|\Z)")
_LONGEST_GUESS = 200
_MOST_GUESSES = 1_000
_HITS = 10_000
"""Candidate delimiter lines examined between two heartbeats."""


class Region(NamedTuple):
    """Bytes `start` to `stop` of the message."""

    start: int
    stop: int


class Division(NamedTuple):
    """The parts of a multipart, and the text before and after them."""

    before: Region
    """The preamble."""
    parts: tuple[Region, ...]
    after: tuple[Region, ...]
    """The epilogue."""
    flaws: tuple[Flaw, ...] = ()
    """With `over_limit` there were too many parts, and the last one contains the rest."""


def divide(
    raw: bytes, start: int, stop: int, boundary: bytes, most: int, beat: Beat = no_beat
) -> Division | None:
    """Return at most `most` parts between `start` and `stop`; None if no delimiter is found or guessed."""
    boundary = boundary.rstrip()
    division = _divide(raw, start, stop, boundary, most, beat) if boundary else None
    if division is None:
        guessed = _guess(raw, start, stop)
        division = None if guessed is None else _divide(raw, start, stop, guessed, most, beat)
        if division is not None:
            return division._replace(flaws=(Flaw.MISSING_BOUNDARY, *division.flaws))
    return division


def _divide(raw: bytes, start: int, stop: int, boundary: bytes, most: int, beat: Beat) -> Division | None:
    before: Region | None = None
    parts: list[Region] = []
    after: list[Region] = []
    opened = False
    content = start
    cut = False
    for count, (begin, end, closing) in enumerate(_delimiters(raw, start, stop, boundary, beat)):
        if before is None:
            before = Region(start, max(begin, start))
        elif begin > content:
            (parts if opened else after).append(Region(content, begin))
        opened, content = not closing, end
        cut = len(parts) + len(after) >= most or count > 2 * most
        if cut:
            break
    if before is None:
        return None
    if content < stop:
        (parts if opened else after).append(Region(content, stop))
    flaws = ((Flaw.OVER_LIMIT,) if cut else ()) + ((Flaw.UNCLOSED_BOUNDARY,) if opened else ())
    return Division(before, tuple(parts), tuple(after), flaws)


def _delimiters(
    raw: bytes, start: int, stop: int, boundary: bytes, beat: Beat
) -> Iterator[tuple[int, int, bool]]:
    """Yield each delimiter line: start of the line end before it, end of its line, True if it closes.

    Only whole lines count. By RFC 2046 `--ab` opens a part of boundary `a`, but `ab` is often another
    boundary.
    """
    for number, hit in enumerate(_lines_with(raw, b"--" + boundary, max(start - 1, 0), stop)):
        if number % _HITS == 0:
            beat()
        rest = _REST_OF_DELIMITER.match(raw, hit + 3 + len(boundary), stop)
        if rest is None:
            continue
        begin = hit - 1 if raw[hit - 1 : hit + 1] == b"\r\n" else hit
        end = rest.end() + (2 if raw.startswith(b"\r\n", rest.end()) else 1)
        yield begin, min(end, stop), rest[1] is not None


def _lines_with(raw: bytes, beginning: bytes, start: int, stop: int) -> Iterator[int]:
    """Yield the offsets of line ends (LF, lone CR) before `beginning`; two searches beat a pattern."""
    lf = raw.find(b"\n" + beginning, start, stop)
    cr = raw.find(b"\r" + beginning, start, stop)
    while lf >= 0 or cr >= 0:
        if cr < 0 or 0 <= lf < cr:
            yield lf
            lf = raw.find(b"\n" + beginning, lf + 1, stop)
        else:
            yield cr
            cr = raw.find(b"\r" + beginning, cr + 1, stop)


def _guess(raw: bytes, start: int, stop: int) -> bytes | None:
    """Return the boundary of the first line that looks like a delimiter, followed by a Content- field."""
    for hit in islice(_lines_with(raw, b"--", max(start - 1, 0), stop), _MOST_GUESSES):
        lines = raw[hit + 3 : min(hit + _LONGEST_GUESS, stop)].splitlines()
        if len(lines) > 1 and lines[1][:8].lower() == b"content-":
            return lines[0].strip()
    return None
