"""The words of one PDF page and their places, as pdfium finds them.

Invisible ones, too: scanners put what they recognised behind the picture.
"""

import ctypes
import re
from collections.abc import Iterator
from itertools import pairwise

import pypdfium2.raw as pdfium

from holdback.documents.budget import Budget
from holdback.documents.charset import visible
from holdback.documents.confined.pdf.calls import Handle
from holdback.documents.confined.pdf.lines import Word
from holdback.documents.confined.pdf.tables import Block, blocks
from holdback.documents.values import Unread, Unreadable

_MOST = 100_000
"""Characters of a page that somebody laid out, at most; on fuller ones places do not count."""
_FAR = 1e6
_MOST_JOINTS = 3
"""Pieces of one word, at most, that may be cells; some programs print letter by letter."""
_LOOSE = 0.1
"""White between two letters, in heights of a letter, that no word has within."""
_TELLING = re.compile(r"[@\d]")
"""Signs of a value that a neighbour must not spoil."""
_WORD = re.compile(r"\S+")
_HYPHEN = re.compile("[\ufffe\x02]")
"""What pdfium puts for a hyphen at the end of a line; the word goes on behind it."""
_SIGNS = str.maketrans({"\ufffe": "-", "\x02": "-", "\0": None})

_printed_by = ctypes.cast(
    pdfium.FPDFText_GetTextObject, ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
)
"""The print operation that a character comes from, as a plain number: pointers are slow to compare."""


def text_blocks(page: Handle, budget: Budget) -> Iterator[Block]:
    """Running text and tables of one page, once for each direction of writing. Raises Unread at the limit."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        raise Unread(Unreadable.BROKEN)
    try:
        text, complete = _text(text_page, budget)
        budget.beat()
        if len(text) > _MOST:
            yield _clean(text)
        else:
            for words in _words(text_page, text):
                yield from blocks(words)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    if not complete:
        raise Unread(Unreadable.OVER_LIMIT)


def _text(text_page: Handle, budget: Budget) -> tuple[str, bool]:
    """The text, one character for each that pdfium counts, and whether that is all of it."""
    wanted = max(0, pdfium.FPDFText_CountChars(text_page))
    count = budget.take(2 * wanted) // 2
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer) if count else 0
    text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
    if len(text) != count <= _MOST:
        # Signs that no font explains are left out there, and rare ones are counted twice.
        text = "".join(map(chr, (pdfium.FPDFText_GetUnicode(text_page, at) & 0xFFFF for at in range(count))))
    return text, count == wanted


def _words(text_page: Handle, text: str) -> tuple[list[Word], list[Word], list[Word]]:
    """Words that run horizontally, upwards and downwards, as if the page was turned until they are level."""
    level: list[Word] = []
    up: list[Word] = []
    down: list[Word] = []
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    origin, box = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetCharBox
    into = level
    for start, end in _spans(text_page, text):
        if not (word := _clean(text[start:end])):
            continue
        broken = _HYPHEN.search(text, start + 1, end)
        last = broken.start() - 1 if broken else end - 1
        origin(text_page, start, x, y)
        box(text_page, last, left, right, bottom, top)
        across, along = abs(left.value - x.value), bottom.value - y.value
        if last - start > 1:
            into = level if abs(along) <= 2 * across else up if along > 0 else down
        if into is level and left.value < x.value:
            first = (x.value - left.value) / (last - start or 1)
            ends, height = (left.value, x.value + first), y.value
        elif into is level:
            ends, height = (x.value, right.value), y.value
        elif into is up:
            ends, height = (y.value, top.value), -x.value
        else:
            ends, height = (-y.value, -bottom.value), x.value
        into.append(Word(_place(min(ends)), _place(max(ends)), _place(height), word))
    return level, up, down


def _spans(text_page: Handle, text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word. Two cells that touch look like one word, but were printed one by one."""
    for match in _WORD.finditer(text):
        start, end = match.span()
        whole = _printed_by(text_page, start) == _printed_by(text_page, end - 1)
        if not whole and _TELLING.search(match[0]) and not _HYPHEN.search(match[0]):
            for joint in _joints(text_page, start, end):
                yield start, joint
                start = joint
        yield start, end


def _joints(text_page: Handle, start: int, end: int) -> list[int]:
    """Where the second cell begins in what looks like one word: too near or too far for the next letter."""
    printed_by = [_printed_by(text_page, at) for at in range(start, end)]
    changes = [at for at, (before, after) in enumerate(pairwise(printed_by), start + 1) if before != after]
    if len(changes) > _MOST_JOINTS:
        return []
    x, y = ctypes.c_double(), ctypes.c_double()
    before, after = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    joints = []
    for at in changes:
        pdfium.FPDFText_GetCharOrigin(text_page, at, x, y)
        pdfium.FPDFText_GetLooseCharBox(text_page, at - 1, before)
        pdfium.FPDFText_GetLooseCharBox(text_page, at, after)
        height = max(abs(before.top - before.bottom), abs(after.top - after.bottom))
        if abs(x.value - before.right) > _LOOSE * height:
            joints.append(at)
    return joints


def _place(value: float) -> float:
    """`value`, if it is a number that a page can have."""
    return value if -_FAR < value < _FAR else 0.0


def _clean(text: str) -> str:
    """`text` as people see it."""
    if text.isascii() and text.isprintable():
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return visible(text.translate(_SIGNS)).replace("\r\n", "\n")
