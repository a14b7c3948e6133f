"""Property sets of Office 97 to 2003 documents (MS-OLEPS): author, company, keywords, links, own fields."""

from collections.abc import Iterator
from itertools import pairwise

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.scan import readable

_SETS = 28
"""Offset of the list of property sets: format ID (16 bytes) and offset (4) of each (MS-OLEPS 2.21)."""
_PICTURE = 0x47
_MOST = 10_000


def summary(content: bytes, budget: Budget) -> str:
    """The texts in a property set stream, each a paragraph; thumbnails left out."""
    return "\n\n".join(filter(None, (readable(value, budget).strip() for value in _values(content))))


def _values(content: bytes) -> Iterator[bytes]:
    """Typed values, each up to the start of the next one."""
    starts = set(_starts(content))
    places = sorted(start for start in starts if start < len(content))
    for start, end in pairwise([*places, len(content)]):
        if _number(content, start) != _PICTURE:
            yield content[start:end]


def _starts(content: bytes) -> Iterator[int]:
    """Offsets of the values of all sets (MS-OLEPS 2.20), in any order, possibly after the end."""
    for number in range(min(_number(content, _SETS - 4), 8)):
        start = _number(content, _SETS + 20 * number + 16)
        yield start
        for index in range(min(_number(content, start + 4), _MOST)):
            yield start + _number(content, start + 12 + 8 * index)


def _number(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "little")
