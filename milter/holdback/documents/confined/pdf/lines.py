"""Lines of a printed page: words side by side make a cell, cells at one height make a line.

A PDF has no lines, only words and their places, in any order: column by column as well as row by row.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

_SAME_LINE = 0.8
"""Difference of height, in widths of a letter, within which words stand on one line."""
_COLUMN_GAP = 1.1
"""White, in widths of a letter, that parts cells. A blank is half a letter wide."""
_MANY = 6
"""Words that a stretched line has, at least."""
_STRETCHED = 3.0
"""White, in widths of a letter, that stretching makes of a blank, at most."""
_ALIKE = 1.6
"""Times that the widest blank of a stretched line is wider than the narrowest."""


class Word(NamedTuple):
    """One word: where it begins and ends, and its height on the page; upwards is more."""

    left: float
    right: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that follow each other without a wide gap."""

    left: float
    right: float
    height: float
    words: list[Word]

    @property
    def text(self) -> str:
        return " ".join([word.text for word in self.words])


Line = list[Cell]


def lines_of(words: list[Word], letter: float) -> list[Line]:
    """Lines from top to bottom, each from left to right. letter: usual width of a letter."""
    return _lines(_cells(words, letter), letter)


def _cells(words: list[Word], letter: float) -> list[Cell]:
    """Words that stand side by side and follow each other in the file, put together."""
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
    """Lines from top to bottom, each from left to right; what nearly touches is one cell."""
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
    return [_cell(words)] if _is_stretched(words, letter) else [_cell(some) for some in groups]


def _is_stretched(words: list[Word], letter: float) -> bool:
    """True for a line of prose stretched to the margin: many words, all blanks alike and not too wide."""
    if len(words) < _MANY:
        return False
    gaps = [after.left - before.right for before, after in pairwise(sorted(words))]
    return max(gaps) < letter * _STRETCHED and max(gaps) < min(gaps) * _ALIKE
