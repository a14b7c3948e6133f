"""Joins lines of a table that belong to one row, because cells are wrapped."""

from itertools import pairwise

_NEARER = 0.8
"""Distance to the line above, in usual row distances, below which a line belongs to the same row."""
_MOST_LINES = 40
"""Lines of one row, at most."""
_MOST_KEYS = 50
"""Columns tried as the one whose cells begin the rows."""

_Row = list[str]


def unwrapped(rows: list[_Row], heights: list[float]) -> list[_Row]:
    """`rows` with the lines of each row joined. heights: of the lines on the page."""
    groups = _by_column(rows, _by_distance(rows, heights))
    return [[_cell(pieces) for pieces in zip(*group, strict=True)] for group in groups]


def _by_column(rows: list[_Row], best: list[list[_Row]]) -> list[list[_Row]]:
    """The lines of each row, grouped by a column whose cells begin the rows; else `best`.

    Used only if `best` splits addresses: Word prints the lines of a row as far apart as rows. A cell of one
    line is on the first line of its row.
    """
    reach = max(range(len(rows[0])), key=lambda place: sum("@" in row[place] for row in rows))
    least = _pieces(best, reach)
    for key in range(min(len(rows[0]), _MOST_KEYS) if least else 0):
        groups = _groups(rows, key)
        if any(sum("@" in row[reach] for row in group) > 1 for group in groups):
            continue
        wrong = _pieces(groups, reach) + sum(not _begins_first(group) for group in groups)
        if (wrong, -len(groups)) < (least, -len(best)):
            least, best = wrong, groups
    return best


def _pieces(groups: list[list[_Row]], reach: int) -> int:
    """Number of groups with an incomplete address in column `reach`, after the first with an address."""
    cells = ["".join([row[reach] for row in group]) for group in groups]
    start = next((number for number, cell in enumerate(cells) if "@" in cell), len(cells))
    return sum(bool(cell) and "@" not in cell and " " not in cell for cell in cells[start:])


def _groups(rows: list[_Row], key: int) -> list[list[_Row]]:
    """The lines in groups; each line with text in column `key` begins a group."""
    groups: list[list[_Row]] = [[]]
    for row in rows:
        if row[key] and groups[-1]:
            groups.append([])
        groups[-1].append(row)
    return groups


def _begins_first(group: list[_Row]) -> bool:
    """True if every cell that is not empty begins on the first line."""
    first, *more = group
    return all(above or not below for row in more for above, below in zip(first, row, strict=True))


def _by_distance(rows: list[_Row], heights: list[float]) -> list[list[_Row]]:
    """The lines of each row, which are closer than rows, and of which some cells are empty."""
    gaps = [above - below for above, below in pairwise(heights)]
    usual = sorted(gaps)[(len(gaps) - 1) * 3 // 4]
    groups = [rows[:1]]
    for gap, (above, row) in zip(gaps, pairwise(rows), strict=True):
        if gap < _NEARER * usual and ("" in above or "" in row) and _may_be_one(groups[-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _may_be_one(group: list[_Row], row: _Row) -> bool:
    """False if both have an address, so they are two people, or if the group has too many lines."""
    reached = any("@" in cell for cell in row)
    return len(group) < _MOST_LINES and not (reached and any("@" in cell for line in group for cell in line))


def _cell(pieces: tuple[str, ...]) -> str:
    """The text of a cell's lines; a wrapped address is joined without a blank."""
    lines = [piece for piece in pieces if piece]
    at = next((number for number, line in enumerate(lines) if "@" in line), -1)
    if len(lines) < 2 or at < 0 or any(" " in line for line in lines) or "".join(lines).count("@") > 1:
        return " ".join(lines)
    address = "".join(lines[at:])
    before = "".join(lines[:at])
    if before.islower() or address.startswith("@"):
        return before + address
    return " ".join([*lines[:at], address])
