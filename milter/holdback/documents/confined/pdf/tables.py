"""Tables of a printed page: lines cut by the same white make columns, and are read as rows.

The reader sees a row although the file may hold the page column by column. Columns of running text, as in a
newsletter, are read one after the other instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from holdback.documents.confined.pdf.columns import columns_of, edges_of, row_of
from holdback.documents.confined.pdf.lines import Line, Word, lines_of

_LEAST = 3
"""Lines with several columns that make a table."""
_AMID = 3
"""Lines without columns that may stand amid a table."""
_PROSE_LENGTH, _PROSE_WORDS = 22, 3.5
"""Mean characters and words of a cell from which on columns are columns of running text."""
_ALIKE = 0.8
"""Share of lines with values of one kind in labels."""
_SPACED = 1.25
"""Distance between labels, in distances between their lines, at least."""
_ALIGNED = 1.0
"""Difference of places, in points, that columns of one table have from page to page."""
_ASTRAY = 4
"""One column in so many may have content of another width, set in the middle."""
_LONGEST_ROW = 2_000
"""Characters of a row, above which nothing more is added to it."""
_WRAPPED = 0.8
"""Distance to the line above, in usual distances between rows, below which a line belongs to its row."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table, or the part of it that is on one page."""

    cells: list[list[str]]
    columns: list[tuple[float, float]]
    """Where each column begins and ends on the page."""

    def goes_on_with(self, other: "Rows") -> bool:
        """True if `other` can be the same table on the next page: columns stand in the same places."""
        if len(self.columns) != len(other.columns):
            return False
        aligned = [
            min(abs(left - its_left), abs(right - its_right)) <= _ALIGNED
            for (left, right), (its_left, its_right) in zip(self.columns, other.columns, strict=True)
        ]
        return sum(aligned) >= len(aligned) - len(aligned) // _ASTRAY


Block = str | Rows
"""Running text, lines separated by LF, or a table."""


def blocks(words: list[Word]) -> Iterator[Block]:
    """The page from top to bottom. `words`: in the order of the file; right-to-left words keep that order."""
    if not words:
        return
    letter = median([(word.right - word.left) / len(word.text) for word in words]) or 1.0
    lines = lines_of(words, letter)
    running: list[str] = []
    for start, end, columned in _stretches(lines):
        part = lines[start:end]
        edges = edges_of(part, letter) if columned else []
        rows = [row_of(line, edges) for line in part] if edges else []
        heights = [line[0].height for line in part]
        if not rows:
            running += ["  ".join([cell.text for cell in line]) for line in part]
        elif _is_prose(rows):
            running += [cell for column in zip(*rows, strict=True) for cell in column if cell]
        elif _are_labels(rows, heights):
            running += _labels(rows, heights)
        else:
            if running:
                yield "\n".join(running)
                running = []
            yield Rows(_unwrapped(rows, heights), columns_of(part, edges))
    if running:
        yield "\n".join(running)


def _stretches(lines: list[Line]) -> Iterator[tuple[int, int, bool]]:
    """Start and end of stretches of lines, and whether these have columns, but for a few lines amid them."""
    done = number = 0
    while number < len(lines):
        end = several = number
        while end < len(lines) and end - several <= _AMID:
            end += 1
            several = end if len(lines[end - 1]) > 1 else several
            if several == number:
                break
        if several - number >= _LEAST:
            if number > done:
                yield done, number, False
            yield number, several, True
            done = several
        number = max(several, number + 1)
    if done < len(lines):
        yield done, len(lines), False


def _is_prose(rows: list[list[str]]) -> bool:
    """True if every column holds running text: a newsletter, not a table."""
    for column in zip(*rows, strict=True):
        cells = [cell for cell in column if cell]
        text = " ".join(cells)
        if len(text) < _PROSE_LENGTH * len(cells) or text.count(" ") + 1 < _PROSE_WORDS * len(cells):
            return False
    return True


def _are_labels(rows: list[list[str]], heights: list[float]) -> bool:
    """True if in each line all columns have the same kind of value, and there is space every few lines."""
    kinds = [{_kind(cell) for cell in row if cell} for row in rows]
    alike = [min(kind) for kind in kinds if len(kind) == 1]
    groups = sum(_begins_group(heights))
    return groups > 1 and len(rows) >= 2 * groups and len(set(alike)) > 1 and len(alike) >= _ALIKE * len(rows)


def _kind(cell: str) -> tuple[bool, bool]:
    return "@" in cell, any(map(str.isdecimal, cell))


def _begins_group(heights: list[float]) -> list[bool]:
    """For each line whether it is the first one, or stands lower below the line above than others do."""
    gaps = [above - below for above, below in pairwise(heights)]
    least = min(gaps, default=0.0)
    return [True, *(gap > _SPACED * least for gap in gaps)]


def _labels(rows: list[list[str]], heights: list[float]) -> list[str]:
    """The lines of one label after the other, an empty line after each."""
    groups: list[list[list[str]]] = []
    for row, begins in zip(rows, _begins_group(heights), strict=True):
        if begins:
            groups.append([])
        groups[-1].append(row)
    labels = [[cell for cell in label if cell] for group in groups for label in zip(*group, strict=True)]
    return [line for label in labels for line in (*label, "")]


def _unwrapped(rows: list[list[str]], heights: list[float]) -> list[list[str]]:
    """`rows` with the lines of one row put together: they stand closer, and some cells end early."""
    gaps = [above - below for above, below in pairwise(heights)]
    usual = sorted(gaps)[(len(gaps) - 1) * 3 // 4]
    whole = rows[:1]
    for gap, (above, row) in zip(gaps, pairwise(rows), strict=True):
        if gap < _WRAPPED * usual and ("" in above or "" in row) and _may_be_one(whole[-1], row):
            whole[-1] = [_wrapped(first, more) for first, more in zip(whole[-1], row, strict=True)]
        else:
            whole.append(row)
    return whole


def _may_be_one(row: list[str], more: list[str]) -> bool:
    """False if both lines have an address, so two people; or if it gets longer than rows are."""
    text = "".join(row)
    return len(text) <= _LONGEST_ROW and not ("@" in text and "@" in "".join(more))


def _wrapped(first: str, more: str) -> str:
    """One cell out of two lines; an address that did not fit has no blank at the break."""
    if not (first and more):
        return first or more
    within = more.startswith("@") or ("@" in first and "@" not in more)
    return first + more if within and " " not in first + more else f"{first} {more}"
