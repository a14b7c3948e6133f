"""Finds the tables of a page: lines with the same column boundaries are rows.

Columns of running text, as in a newsletter, are read one after the other instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from holdback.documents.confined.pdf.columns import columns_of, edges_of, row_of
from holdback.documents.confined.pdf.lines import Line, Word, lines_of
from holdback.documents.confined.pdf.wrapped import unwrapped

_LEAST = 3
"""Lines with several columns of a table, at least."""
_UNCOLUMNED = 3
"""Consecutive lines without columns within a table, at most."""
_PROSE_LENGTH, _PROSE_WORDS = 22, 3.5
"""Mean characters and words per cell from which on a column is running text."""
_ALIKE = 0.8
"""Share of lines of labels whose columns have the same kind of value, at least."""
_SPACED = 1.25
"""Distance between labels, in line distances, at least."""
_ALIGNED = 1.0
"""Difference, in points, of a column's position on two pages, at most."""
_APART = 1.5
"""Distance to the line above, in usual line distances, from which on a line begins a paragraph."""
_NUMBERED = re.compile(r"(?:[0-9]{1,4}[.)]|[\u2022\u2023\u25e6\u25aa\u2013-])?")
"""The number or bullet of a list item, or nothing in its further lines."""
_MISALIGNED = 4
"""One column in four may differ in position from page to page, as centred text does."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table, or its part on one page."""

    cells: list[list[str]]
    columns: list[tuple[float, float]]
    """Left and right end of each column."""

    def is_continued_by(self, other: "Rows") -> bool:
        """True if `other` can be the same table on the next page: columns have the same positions."""
        if len(self.columns) != len(other.columns):
            return False
        aligned = [
            min(abs(left - other_left), abs(right - other_right)) <= _ALIGNED
            for (left, right), (other_left, other_right) in zip(self.columns, other.columns, strict=True)
        ]
        return sum(aligned) >= len(aligned) - len(aligned) // _MISALIGNED


Block = str | Rows
"""Running text, lines separated by LF, or a table."""


def blocks(words: list[Word]) -> Iterator[Block]:
    """The blocks of a page from top to bottom. words: in file order, which right-to-left text keeps."""
    if not words:
        return
    letter = median([(word.right - word.left) / len(word.text) for word in words]) or 1.0
    lines = lines_of(words, letter)
    apart = _begins_paragraph([line[0].height for line in lines])
    running: list[str] = []
    for start, end, columned in _ranges(lines):
        part = lines[start:end]
        edges = edges_of(part, letter) if columned else []
        rows = [row_of(line, edges) for line in part] if edges else []
        heights = [line[0].height for line in part]
        if not rows:
            running += ["\n" * new + _text(line) for new, line in zip(apart[start:end], part, strict=True)]
        elif (texts := _layout_text(rows, heights)) is not None:
            running += texts
        else:
            if running:
                yield "\n".join(running)
                running = []
            yield Rows(unwrapped(rows, heights), columns_of(part, edges))
    if running:
        yield "\n".join(running)


def _text(line: Line) -> str:
    return "  ".join([cell.text for cell in line])


def _layout_text(rows: list[list[str]], heights: list[float]) -> list[str] | None:
    """The lines of text in columns that is no table: a list, a newsletter, labels; None for a table."""
    if _is_list(rows):
        return [" ".join(filter(None, row)) for row in rows]
    if _is_prose(rows):
        return [cell for column in zip(*rows, strict=True) for cell in column if cell]
    return _labels(rows, heights) if _are_labels(rows, heights) else None


def _ranges(lines: list[Line]) -> Iterator[tuple[int, int, bool]]:
    """Start and end of ranges of lines, and whether they have columns, except in a few lines."""
    done = number = 0
    while number < len(lines):
        end = several = number
        while end < len(lines) and end - several <= _UNCOLUMNED:
            end += 1
            several = end if len(lines[end - 1]) > 1 else several
            if several == number:
                break
        if several - number >= _LEAST:
            several += _single_words(lines[several : several + _UNCOLUMNED])
            if number > done:
                yield done, number, False
            yield number, several, True
            done = several
        number = max(several, number + 1)
    if done < len(lines):
        yield done, len(lines), False


def _single_words(lines: list[Line]) -> int:
    """Number of leading lines with one word: they continue the last row of the table."""
    return next((at for at, line in enumerate(lines) if len(line[0].words) + len(line) > 2), len(lines))


def _is_prose(rows: list[list[str]]) -> bool:
    """True if every column is running text: a newsletter, not a table."""
    for column in zip(*rows, strict=True):
        cells = [cell for cell in column if cell]
        text = " ".join(cells)
        if len(text) < _PROSE_LENGTH * len(cells) or text.count(" ") + 1 < _PROSE_WORDS * len(cells):
            return False
    return True


def _is_list(rows: list[list[str]]) -> bool:
    """True if the first of two columns only has the numbers or bullets of a list."""
    return len(rows[0]) == 2 and all(_NUMBERED.fullmatch(row[0]) for row in rows)


def _are_labels(rows: list[list[str]], heights: list[float]) -> bool:
    """True for address labels: the columns of a line have the same kind of value, in groups of lines."""
    kinds = [{_kind(cell) for cell in row if cell} for row in rows]
    alike = [min(kind) for kind in kinds if len(kind) == 1]
    groups = sum(_begins_group(heights))
    return groups > 1 and len(rows) >= 2 * groups and len(set(alike)) > 1 and len(alike) >= _ALIKE * len(rows)


def _kind(cell: str) -> tuple[bool, bool]:
    return "@" in cell, any(map(str.isdecimal, cell))


def _begins_paragraph(heights: list[float]) -> list[bool]:
    """For each line of a page whether the distance to the line above is larger than usual."""
    gaps = [above - below for above, below in pairwise(heights)]
    usual = median(gaps) if gaps else 0.0
    return [False, *(gap > _APART * usual for gap in gaps)]


def _begins_group(heights: list[float]) -> list[bool]:
    """For each line whether it is the first one, or has a larger distance to the line above."""
    gaps = [above - below for above, below in pairwise(heights)]
    least = min(gaps, default=0.0)
    return [True, *(gap > _SPACED * least for gap in gaps)]


def _labels(rows: list[list[str]], heights: list[float]) -> list[str]:
    """The lines of each label in turn, with an empty line after each label."""
    groups: list[list[list[str]]] = []
    for row, begins in zip(rows, _begins_group(heights), strict=True):
        if begins:
            groups.append([])
        groups[-1].append(row)
    labels = [[cell for cell in label if cell] for group in groups for label in zip(*group, strict=True)]
    return [line for label in labels for line in (*label, "")]
