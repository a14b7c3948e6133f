"""Parse the header section of a message or part (RFC 5322 section 2.2)."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from holdback.mail.field_names import HIDDEN, SEVERAL, shows_people
from holdback.mail.message import Flaw

AUTHORS = (b"from", b"sender", b"reply-to", b"resent-from", b"resent-sender")
VISIBLE = {
    b"to": "To",
    b"cc": "Cc",
    b"bcc": "Bcc",
    b"resent-to": "Resent-To",
    b"resent-cc": "Resent-Cc",
    b"resent-bcc": "Resent-Bcc",
}
MIME = frozenset((b"content-type", b"content-transfer-encoding", b"content-disposition"))
_ONCE = MIME | {b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc", b"subject", b"message-id"}
_RELEVANT = _ONCE.union(AUTHORS, VISIBLE)
_WANTED = _RELEVANT.union((b"date", b"mime-version", b"received"))

# A relevant field, or (without a name) a line that neither begins a field nor continues one; the first line
# continues none. The first letter is tested before the names, because most fields are others. Nothing is
# repeated in the possessive group before it can fail: Python 3.11.2 would keep the start of a line that does
# not match.
_FIELD = re.compile(
    rb"\n(?:(?=[%s])(%s)[ \t]*+:(.*(?:\n[ \t].*)*+)|(?![!-9;-~]++[ \t]*+:|(?<=.\n)[ \t]|\Z))"
    % (bytes({name[0] for name in _RELEVANT}), b"|".join(sorted(_RELEVANT))),
    re.IGNORECASE,
)
# A line that continues a field with nothing but blanks: perhaps the intended end of the header.
_BLANK_FOLD = re.compile(rb"\n[^\S\n]++(?:\n|\Z)")
_ANY_BLANK_LINE = re.compile(rb"(?:\r{0,2}\n|\r(?!\r?\n)){2}")
# A CR that is not a line end: no field follows. It is replaced by a blank, which keeps offsets.
_CR_AMID = re.compile(rb"\r(?![\r\n]|[!-9;-~]++[ \t]*+:)")
_LONG = 65_536
"""Length in bytes above which a section is read line by line, as an irregular one is."""
_ASCII = bytes(range(128))
_NO_OTHER = HIDDEN | _RELEVANT
_AROUND_NAMES = b" \t\0"
_MBOX = (b"From ", b">From ")

_NONE: Mapping[bytes, bytes] = {}
_Field = tuple[int, bytes, list[bytes]]
"""A relevant field: line number, name, pieces of its body."""
_Other = tuple[bytes, list[bytes]]
"""Another field: name, pieces of its body."""
_Stray = tuple[int, list[bytes]]
"""The first line after a field that belongs to no field: line number, pieces of the body before it."""


class Section(NamedTuple):
    """One header section."""

    fields: Sequence[tuple[bytes, bytes]]
    """Relevant fields in order: name in lower case, unfolded body."""
    first: Mapping[bytes, bytes]
    """Body of the first field of each name."""
    body: int
    """Offset where the content begins."""
    stray: bytes = b""
    """Lines inside the section that are not fields; a reader may see them, so they count as text."""
    flaws: tuple[Flaw, ...] = ()
    others: Mapping[bytes, bytes] = _NONE
    """Bodies of further fields that may list people, by name; none in the header of a part."""


def read_section(raw: bytes, start: int, stop: int, most: int) -> Section:
    """Parse the header section at `start`, up to `most` bytes of it."""
    if raw[start : start + 1] in (b"\r", b"\n"):
        return Section((), {}, start + (2 if raw.startswith(b"\r\n", start) else 1))
    end, body = _blank_line(raw, start, stop)
    if end - start <= min(most, _LONG):
        lines = b"\n" + raw[start:end].replace(b"\r\n", b"\n")
        fields = _orderly_fields(lines)
        if fields is not None:
            others = _NONE if start or not _may_list(lines) else _other_fields(lines, fields)
            return _section(fields, body, b"", [], others)
    return _irregular_section(raw, start, stop, most, end, body)


def _orderly_fields(lines: bytes) -> tuple[tuple[bytes, bytes], ...] | None:
    """Return the relevant fields in `lines`, each after LF; None if a line belongs to no field."""
    found = _FIELD.findall(lines)
    if b"\r" in lines or (b"", b"") in found or _BLANK_FOLD.search(lines):
        return None
    return tuple([(name.lower(), body.replace(b"\n", b"").strip()) for name, body in found])


def _other_fields(lines: bytes, fields: Sequence[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Return the fields in `lines` that may list people; most headers have no room for them."""
    known = b"\n".join([body for _, body in fields])
    has_words = lines.count(b"=?") > known.count(b"=?") or not lines.isascii()
    if lines.count(b"@") - known.count(b"@") <= SEVERAL and not has_words:
        return _NONE
    unfolded = lines.replace(b"\n ", b" ").replace(b"\n\t", b"\t").split(b"\n")
    found = [line.partition(b":") for line in unfolded if b"@" in line or (has_words and _may_list(line))]
    return _lists([(name.rstrip(b" \t").lower(), body) for name, _, body in found])


def _lists(fields: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Return those of the fields that may list people; the bodies of one name belong together."""
    bodies: dict[bytes, list[bytes]] = {}
    for name, body in fields:
        if name not in _NO_OTHER and shows_people(name):
            bodies.setdefault(name, []).append(body)
    joined = {name: b",".join(found) for name, found in bodies.items()}
    return {name: body for name, body in joined.items() if _may_list(body)}


def _may_list(text: bytes) -> bool:
    """Return whether `text` has room for more than a few addresses, or may hide them in encoded words."""
    return text.count(b"@") > SEVERAL or b"=?" in text or not text.isascii()


def _irregular_section(raw: bytes, start: int, stop: int, most: int, end: int, body: int) -> Section:
    """Parse a header section that is long, or has lines that belong to no field."""
    flaws: list[Flaw] = []
    if raw.count(b"\r", start, end) != raw.count(b"\r\n", start, end):
        flaws.append(Flaw.BARE_CR)
        # Some lines end in CR alone or in CR CR LF.
        blank = _ANY_BLANK_LINE.search(raw, start, min(body, start + most))
        end, body = (blank.start(), blank.end()) if blank else (end, body)
    if end - start > most:
        flaws.append(Flaw.OVER_LIMIT)
        edge = _cut(raw, start, start + most)
        end, body = edge, (body if end < stop else edge)
    text = raw[start:end]
    if Flaw.BARE_CR in flaws and b"\n" in text:
        text = _CR_AMID.sub(b" ", text)
    return _mended(text, start, body, flaws)


def _cut(raw: bytes, start: int, stop: int) -> int:
    """Return a position not inside a field name, which would be read as text; it may be inside a body."""
    line = raw.rfind(b"\n", start, stop) + 1 or start
    last = raw[line:stop]
    return stop if b":" in last or (last[:1] in (b" ", b"\t") and not last.isspace()) else line


def _blank_line(raw: bytes, start: int, stop: int) -> tuple[int, int]:
    """Return the end of the section and the start of the content; both `stop` without a blank line."""
    crlf = raw.find(b"\n\r\n", start, stop)
    lf = raw.find(b"\n\n", start, crlf if crlf >= 0 else stop)
    if lf >= 0:
        return lf + 1, lf + 2
    return (crlf + 1, crlf + 3) if crlf >= 0 else (stop, stop)


def _section(
    fields: Sequence[tuple[bytes, bytes]],
    body: int,
    stray: bytes,
    flaws: list[Flaw],
    others: Mapping[bytes, bytes] = _NONE,
) -> Section:
    first = dict(reversed(fields))
    if len(first) < len(fields):
        once = [name for name, _ in fields if name in _ONCE]
        if len(once) > len(set(once)):
            # RFC 5322 section 3.6.
            flaws.append(Flaw.DUPLICATE_HEADER)
    return Section(fields, first, body, stray, tuple(flaws), others)


def _mended(text: bytes, start: int, body: int, flaws: list[Flaw]) -> Section:
    """Parse `text`; lines without a field belong to the one before them, or to the content."""
    lines = text.splitlines()
    fields, others, strays = _fields_and_strays(lines)
    numbers = [number for number, _, _ in fields]
    lost: list[bytes] = []
    for index, before in strays:
        following = bisect_right(numbers, index)
        if following == len(numbers):
            # Only text follows: the blank line is missing.
            body = start + sum(map(len, text.splitlines(keepends=True)[:index]))
            flaws.append(Flaw.NO_HEADER_END)
            break
        # More fields follow: a broken line, perhaps the rest of the field before it.
        edge = numbers[following]
        lost += lines[index:edge]
        before += (b" " + line for line in lines[index:edge])
    if lost:
        flaws.append(Flaw.BROKEN_HEADER)
    unfolded = [(name, b"".join(pieces).strip()) for _, name, pieces in fields if name in _RELEVANT]
    others += [(name, pieces) for _, name, pieces in fields]
    further = _NONE if start else _lists((name, b"".join(pieces)) for name, pieces in others)
    return _section(unfolded, body, b"\n".join(lost), flaws, further)


def _fields_and_strays(lines: list[bytes]) -> tuple[list[_Field], list[_Other], list[_Stray]]:
    fields: list[_Field] = []
    others: list[_Other] = []
    strays: list[_Stray] = []
    current: list[bytes] = []
    orderly = True
    for index, line in enumerate(lines):
        if line[:1] in (b" ", b"\t") and index:
            current.append(line)
            if not line.isspace():
                continue
            # Part of a folded field (RFC 5322 section 4.2), or the intended end of the header.
        else:
            name, colon, value = line.partition(b":")
            name = name.strip(_AROUND_NAMES).lower()
            if colon and name in _WANTED:
                current = [value]
                fields.append((index, name, current))
                orderly = True
                continue
            if colon and name and b" " not in name:
                current = [value]
                others.append((name, current))
                continue
        if orderly and line and not (index == 0 and line.startswith(_MBOX)):
            strays.append((index, current))
            orderly = False
        if line.startswith(b"--"):
            # Perhaps a delimiter after a header without end.
            break
    return fields, others, strays
