"""Joins the words of a page to cells, and cells at the same height to lines.

A PDF has no lines, only words and their positions in any order: by column as well as by row.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

_SAME_LINE = 0.8
"""Difference of height, in letter widths, of words on one line, at most."""
_COLUMN_GAP = 1.1
"""White space between cells, in letter widths, at least; a blank has about half a letter width."""
_MANY = 6
"""Words of a justified line, at least."""
_JUSTIFIED_BLANK = 3.0
"""Width of a blank in a justified line, in letter widths, at most."""
_ALIKE = 1.6
"""Ratio of the widest to the narrowest blank in a justified line, at most."""


class Word(NamedTuple):
    """One word: left and right end, and height on the page (the origin is at the bottom)."""

    left: float
    right: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Words without a wide gap between them."""

    left: float
    right: float
    height: float
    words: list[Word]

    @property
    def text(self) -> str:
        return " ".join([word.text for word in self.words])


Line = list[Cell]


def lines_of(words: list[Word], letter: float) -> list[Line]:
    """Lines from top to bottom, each from left to right. letter: usual letter width."""
    return _lines(_cells(words, letter), letter)


def _cells(words: list[Word], letter: float) -> list[Cell]:
    """Cells of adjacent words that follow each other in the file."""
    cells: list[Cell] = []
    some = [words[0]]
    for before, word in pairwise(words):
        gap = max(word.left - before.right, before.left - word.right)
        if gap < letter * _COLUMN_GAP and abs(word.height - before.height) < letter * _SAME_LINE:
            some.append(word)
        else:
            cells.append(_cell(some))
            some = [word]
    cells.append(_cell(some))
    return cells


def _cell(words: list[Word]) -> Cell:
    if len(words) == 1:
        return Cell(*words[0][:3], words)
    return Cell(min(word.left for word in words), max(word.right for word in words), words[0].height, words)


def _lines(cells: list[Cell], letter: float) -> list[Line]:
    """Lines from top to bottom, each from left to right; cells without a wide gap are joined."""
    cells.sort(key=lambda cell: -cell.height)
    lines: list[Line] = []
    for cell in cells:
        if lines and lines[-1][0].height - cell.height < letter * _SAME_LINE:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return [_joined(line, letter) if len(line) > 1 else line for line in lines]


def _joined(line: Line, letter: float) -> Line:
    line.sort(key=lambda cell: cell.left)
    groups: list[list[Word]] = []
    right = -inf
    for cell in line:
        if cell.left - right < letter * _COLUMN_GAP:
            groups[-1] += cell.words
            right = max(right, cell.right)
        else:
            groups.append(list(cell.words))
            right = cell.right
    words = [word for some in groups for word in some]
    return [_cell(words)] if _is_justified(words, letter) else [_cell(some) for some in groups]


def _is_justified(words: list[Word], letter: float) -> bool:
    """True for a line of justified prose: many words, all blanks of similar, moderate width."""
    if len(words) < _MANY:
        return False
    gaps = [after.left - before.right for before, after in pairwise(sorted(words))]
    return max(gaps) < letter * _JUSTIFIED_BLANK and max(gaps) < min(gaps) * _ALIKE
