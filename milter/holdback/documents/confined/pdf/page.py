"""Reads the words of one PDF page and their positions with pdfium.

Invisible text is read, too: scanners put recognised text behind the picture.
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
from holdback.documents.document import Unread, Unreadable

_MOST = 100_000
"""Characters of a page whose positions are read; of pages with more only the text is used."""
_FAR = 1e6
_MOST_JOINTS = 3
"""Places where a word is split into cells, at most; some programs print letter by letter."""
_LOOSE = 0.1
"""White space between two letters, in letter heights, that splits a word."""
_ADDRESS_OR_NUMBER = re.compile(r"[@\d]")
"""Characters of words that are split: addresses and numbers."""
_WORD = re.compile(r"\S+")
_HYPHEN = re.compile("[\ufffe\x02]")
"""pdfium's characters for a hyphen at the end of a line, after which the word continues."""
_SIGNS = str.maketrans({"\ufffe": "-", "\x02": "-", "\0": None})

_printed_by = ctypes.cast(
    pdfium.FPDFText_GetTextObject, ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
)
"""The text object of a character as an integer, because pointers are slow to compare."""


def text_blocks(page: Handle, budget: Budget) -> Iterator[Block]:
    """Running text and tables of a page, for each writing direction in turn. Raises Unread at the limit."""
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
    """The text, with one character for each that pdfium counts, and whether it is complete."""
    wanted = max(0, pdfium.FPDFText_CountChars(text_page))
    count = budget.take(2 * wanted) // 2
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer) if count else 0
    text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
    if len(text) != count <= _MOST:
        # FPDFText_GetText leaves out unmapped characters and returns surrogate pairs.
        text = "".join(map(chr, (pdfium.FPDFText_GetUnicode(text_page, at) & 0xFFFF for at in range(count))))
    return text, count == wanted


def _words(text_page: Handle, text: str) -> tuple[list[Word], list[Word], list[Word]]:
    """Horizontal, upward and downward words, with coordinates rotated to horizontal."""
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
        into.append(Word(_coordinate(min(ends)), _coordinate(max(ends)), _coordinate(height), word))
    return level, up, down


def _spans(text_page: Handle, text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word; splits words that are touching cells, printed by different text objects."""
    for match in _WORD.finditer(text):
        start, end = match.span()
        whole = _printed_by(text_page, start) == _printed_by(text_page, end - 1)
        if not whole and _ADDRESS_OR_NUMBER.search(match[0]) and not _HYPHEN.search(match[0]):
            for joint in _joints(text_page, start, end):
                yield start, joint
                start = joint
        yield start, end


def _joints(text_page: Handle, start: int, end: int) -> list[int]:
    """Offsets in a word at which a new cell begins: a new text object, not at the next letter's position."""
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


def _coordinate(value: float) -> float:
    """`value` if it is a plausible coordinate, else 0."""
    return value if -_FAR < value < _FAR else 0.0


def _clean(text: str) -> str:
    """`text` with visible characters only, hyphens and surrogate pairs resolved."""
    if text.isascii() and text.isprintable():
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return visible(text.translate(_SIGNS)).replace("\r\n", "\n")
