"""Finds the columns of a page by vertical white space that nearly no word crosses."""

from bisect import bisect
from collections.abc import Iterator

from holdback.documents.confined.pdf.lines import Cell, Line, Word

_STRAY = 0.1
"""Share of lines whose words may cross the white space between two columns."""
_NEAR = 4.0
"""Distance, in letter widths, of a cell's start from the white space before its column, at most."""
_BREAKS = 2
"""Cells that cross the white space for each cell that begins after it, at most."""


def edges_of(lines: list[Line], letter: float) -> list[float]:
    """Boundaries between columns, just before each next column; empty if there is only one column.

    Narrow white space is a boundary, too, if many cells begin after it.
    """
    cells = [cell for line in lines if len(line) > 1 for cell in line]
    lefts, rights = sorted(cell.left for cell in cells), sorted(cell.right for cell in cells)
    edges: list[float] = []
    for start, end in _white(cells, int(_STRAY * sum(len(line) > 1 for line in lines))):
        edge = max((start + end) / 2, end - letter / 8)
        across = bisect(lefts, edge) - bisect(rights, edge)
        begin = bisect(lefts, end + letter * _NEAR) - bisect(lefts, edge)
        if begin * _BREAKS >= across:
            edges.append(edge)
    return edges


def _white(cells: list[Cell], stray: int) -> Iterator[tuple[float, float]]:
    """Horizontal ranges that at most `stray` words cross, with words on both sides."""
    words = [word for cell in cells for word in cell.words]
    steps = [(word.left, 1) for word in words] + [(word.right, -1) for word in words]
    steps.sort()
    depth, start = 0, None
    for place, step in steps:
        if step > 0 and depth == stray and start is not None and place > start:
            yield start, place
        depth += step
        if step < 0 and depth == stray:
            start = place


def columns_of(lines: list[Line], edges: list[float]) -> list[tuple[float, float]]:
    """Left and right end of each column."""
    words: list[list[Word]] = [[] for _ in range(len(edges) + 1)]
    for line in lines:
        for cell in line if len(line) > 1 else ():
            words[bisect(edges, cell.left)].append(cell.words[0])
            words[bisect(edges, cell.right)].append(cell.words[-1])
    return [
        (min((word.left for word in column), default=0.0), max((word.right for word in column), default=0.0))
        for column in words
    ]


def row_of(line: Line, edges: list[float]) -> list[str]:
    """The text of a line in each column."""
    row: list[list[str]] = [[] for _ in range(len(edges) + 1)]
    for cell in line:
        first, last = bisect(edges, cell.left), bisect(edges, cell.right)
        if first == last or (len(line) == 1 and _crosses(cell, edges)):
            row[first].append(cell.text)
        else:
            for word in cell.words:
                row[bisect(edges, (word.left + word.right) / 2)].append(word.text)
    return [" ".join(texts) for texts in row]


def _crosses(cell: Cell, edges: list[float]) -> bool:
    """True if a word is in two columns: the line is a title, not a row with narrow gaps."""
    return any(bisect(edges, word.left) != bisect(edges, word.right) for word in cell.words)
