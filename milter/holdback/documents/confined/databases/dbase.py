"""dBase, FoxPro and Clipper tables, with the rows marked as deleted.

Memo fields are stored in another file (.dbt, .fpt) and are not read.
"""

import codecs
import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from holdback.documents.budget import Budget
from holdback.documents.document import Piece, Unread, Unreadable
from holdback.documents.grid import grid
from holdback.mail import Part

_HEAD = struct.Struct("<4xIHH17xB")
"""Number of rows, bytes of the header, bytes of a row, language driver ID; version and date skipped."""
_DRIVERS = {
    "cp437": "01 09 0b 0d 0f 11 15 18 19 1b",
    "cp850": "02 0a 0e 10 12 14 16 1a 1d 25 37",
    "cp1252": "03 57 58 59",
    "cp865": "08 17 66",
    "cp852": "1f 22 23 40 64",
    "cp866": "26 65",
    "cp860": "24",
    "cp861": "67",
    "cp863": "1c 6c",
    "cp737": "6a",
    "cp857": "6b",
    "cp874": "50 7c",
    "cp932": "13 7b",
    "gbk": "4d 7a",
    "cp949": "4e 79",
    "cp950": "4f 78",
    "cp1250": "c8",
    "cp1251": "c9",
    "cp1253": "cb",
    "cp1254": "ca",
    "cp1255": "7d",
    "cp1256": "7e",
    "cp1257": "cc",
    "mac_roman": "04",
    "mac_cyrillic": "96",
    "mac_latin2": "97",
    "mac_greek": "98",
}
"""Charsets and their language driver IDs, in hexadecimal."""
_CHARSETS = {number: charset for charset, numbers in _DRIVERS.items() for number in bytes.fromhex(numbers)}
for _charset in _DRIVERS:
    codecs.lookup(_charset)  # Loads the codec now: the confined reader cannot open files later.

_FIELDS_END = 0x0D
_ROWS_END = b"\x1a"
_MOST_FIELDS = 2_048
_LEAST_SLICE = 64 * 1024
"""Bytes examined to guess an undeclared charset."""
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_DOS_LETTER = re.compile(rb"[\x80-\xa5\xe1]")
_DOS_CYRILLIC = re.compile(rb"[\x80-\xaf\xe0-\xef]")

_BLANK = "".join(map(chr, range(33)))
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_JULIAN = 1_721_425
"""Day 0 of `date.fromordinal` as a Julian day number, rounded up."""
_MOST_DAYS = date.max.toordinal()
_NUMBERS: Mapping[tuple[str, int], struct.Struct] = {
    ("I", 4): struct.Struct("<i"),
    ("+", 4): struct.Struct("<i"),
    ("B", 8): struct.Struct("<d"),
    ("Y", 8): struct.Struct("<q"),
    ("T", 8): struct.Struct("<II"),
}
"""Layout of the binary field types, by type and size; other types are text."""
_NO_TEXT = "MGPW0"
"""Field types without text: memo, general, picture, blob, null flags."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One column: name, type letter, size in bytes."""

    name: str
    kind: str
    size: int


def open_dbase(part: Part, budget: Budget) -> Iterator[Piece]:
    """All rows as one table with column names."""
    content = part.content
    if len(content) < _HEAD.size:
        raise Unread(Unreadable.BROKEN)
    count, start, size, driver = _HEAD.unpack_from(content)
    if start <= _HEAD.size or size < 2:
        raise Unread(Unreadable.BROKEN)
    charset = _CHARSETS.get(driver) or _guessed(content[start : start + _LEAST_SLICE])
    fields = list(_fields(content[:start], charset))
    if not fields:
        raise Unread(Unreadable.BROKEN)
    rows = _rows(content[start:], size, fields, charset)
    yield from grid(rows, budget, header=[field.name for field in fields])
    if start + count * size > len(content):
        yield Unreadable.BROKEN


def _fields(head: bytes, charset: str) -> Iterator[_Field]:
    """The columns: field descriptors of 32 bytes, in dBase 7 of 48, up to a carriage return."""
    first, step, name, at_size = (68, 48, 32, 33) if head[0] & 7 == 4 else (32, 32, 11, 16)
    for at in range(first, min(len(head) - step + 1, first + step * _MOST_FIELDS), step):
        if head[at] == _FIELDS_END:
            return
        kind, size = chr(head[at + name]), head[at + at_size]
        if kind == "C":
            size += 256 * head[at + at_size + 1]  # Clipper and FoxPro: texts longer than 255
        yield _Field(head[at : at + name].partition(b"\0")[0].decode(charset, "replace"), kind, size)


def _rows(data: bytes, size: int, fields: list[_Field], charset: str) -> Iterator[Sequence[str]]:
    """All rows in `data`, whatever number the header declares; the last one may be cut off."""
    left = size - 1
    layout = ["<x"]
    for field in fields:
        layout.append(f"{min(left, field.size)}s")
        left -= min(left, field.size)
    rest = len(data) % size
    if data[len(data) - rest :].startswith(_ROWS_END):
        data = data[: len(data) - rest]
    data += b"\0" * (-len(data) % size)
    readers = [_reader(field, charset) for field in fields]
    for cells in struct.Struct("".join(layout) + f"{left}x").iter_unpack(data):
        row = [read(cell) for read, cell in zip(readers, cells, strict=True)]
        if any(row):
            yield row


def _reader(field: _Field, charset: str) -> Callable[[bytes], str]:
    if field.kind in _NO_TEXT:
        return lambda cell: ""
    if number := _NUMBERS.get((field.kind, field.size)):
        return lambda cell: _number(field.kind, number.unpack(cell)) if len(cell) == number.size else ""
    if field.kind == "D":
        return lambda cell: _DATE.sub(r"\1-\2-\3", cell.decode("ascii", "replace").strip(_BLANK))
    return lambda cell: cell.decode(charset, "replace").strip(_BLANK)


def _number(kind: str, stored: tuple[int | float, ...]) -> str:
    """A binary number in decimal; of a date with time only the date."""
    value = stored[0]
    if kind == "Y":
        return f"{value / 10_000:.2f}"
    if kind == "T":
        day = int(value) - _JULIAN
        return date.fromordinal(day).isoformat() if 0 < day <= _MOST_DAYS else ""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _guessed(sample: bytes) -> str:
    """The likely charset of a table that declares none, from the byte ranges of its letters."""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(sample) - 4:
            return "utf-8"
    else:
        return "utf-8"
    words = b"".join(_HIGH_RUN.findall(sample))
    high = len(_HIGH.findall(sample))
    if len(words) * 2 > high:
        return "cp866" if len(_DOS_CYRILLIC.findall(words)) * 10 > len(words) * 9 else "cp1251"
    return "cp850" if len(_DOS_LETTER.findall(sample)) * 2 > high else "cp1252"
