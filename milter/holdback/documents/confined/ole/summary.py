"""What an old Office document says about itself: author, company, keywords, links, own fields (MS-OLEPS)."""

from collections.abc import Iterator
from itertools import pairwise

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.scan import readable

_SETS = 28
"""Offset of the list of property sets: 16 bytes of identifier and 4 of offset each (MS-OLEPS 2.21)."""
_PICTURE = 0x47
_MOST = 10_000


def summary(content: bytes, budget: Budget) -> str:
    """The texts in a property set stream, one a paragraph; pictures of the first page left out."""
    return "\n\n".join(filter(None, (readable(value, budget).strip() for value in _values(content))))


def _values(content: bytes) -> Iterator[bytes]:
    """Types and values as they stand, each up to where the next one begins."""
    starts = set(_starts(content))
    places = sorted(start for start in starts if start < len(content))
    for start, end in pairwise([*places, len(content)]):
        if _number(content, start) != _PICTURE:
            yield content[start:end]


def _starts(content: bytes) -> Iterator[int]:
    """Offsets of the values of all sets (MS-OLEPS 2.20); they may lie anywhere."""
    for number in range(min(_number(content, _SETS - 4), 8)):
        start = _number(content, _SETS + 20 * number + 16)
        yield start
        for index in range(min(_number(content, start + 4), _MOST)):
            yield start + _number(content, start + 12 + 8 * index)


def _number(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "little")
