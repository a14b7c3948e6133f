"""Find the header of a table."""

import re
from collections.abc import Sequence, Set

from holdback.people.fields import phones, shapes
from holdback.people.fields.headings import field_of
from holdback.people.recognition.columns import Row
from holdback.people.recognition.scoring import SCORING, Scoring

_NUMBERED = re.compile(r"(?i)[^\W\d]\d$|(?:address|line|ligne|linea|zeile|number|nummer|mail|phone) [1-4]$")
"""The end of a heading: `Billing Address Address1`, `Street Address Line 2`."""


def header_row(
    rows: Sequence[Row],
    scoring: Scoring = SCORING,
    names: Set[str] = frozenset(),
    any_language: bool = False,
) -> int:
    """Number of the header's row, counted from 1; 0 if there is none. Titles may be above the header.

    names: headings to look for first, case-folded: those that an operator gave.
    any_language: take the first row for the header if nothing speaks against it.
    """
    top = rows[: scoring.header_rows]
    known = _with_names(top, names) or _with_known_headings(top, scoring)
    return known or int(any_language and _is_plain(rows))


def heading(cell: str) -> str:
    """The heading in a cell, without blanks around and byte order mark."""
    return cell.strip().lstrip("\ufeff")


def _with_names(rows: Sequence[Row], names: Set[str]) -> int:
    """The row that has most of the `names`; 0 if none has one."""
    found = [len(names & {heading(cell).casefold() for cell in row}) for row in rows] if names else []
    return found.index(max(found)) + 1 if any(found) else 0


def _with_known_headings(rows: Sequence[Row], scoring: Scoring) -> int:
    """The row that has most of the known headings, enough of them, and no value; 0 if there is none."""
    best = at = 0
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row if cell.strip()]
        known = sum(1 for cell in cells if field_of(cell))
        enough = known >= scoring.header_known * len(cells) or known >= scoring.header_certain
        if known > best and enough and not any(_is_value(cell, scoring) for cell in cells):
            best, at = known, number
    return at if at == 1 or best >= scoring.header_below else 0


def _is_value(cell: str, scoring: Scoring) -> bool:
    """True for a value, which is below headings, not among them."""
    if "@" in cell:
        return True
    if not cell[-1].isdecimal():
        return False
    known = phones.key(cell) or shapes.year(cell) or shapes.iban(cell)
    return bool(known) or (cell.count(" ") >= scoring.header_blanks and not _NUMBERED.search(cell))


def _is_plain(rows: Sequence[Row]) -> bool:
    """True if the first of several rows may be headings in any language: different words, no value."""
    cells = [heading(cell) for cell in rows[0]] if len(rows) > 1 else []
    values = any("@" in cell or any(map(str.isdecimal, cell)) for cell in cells)
    return len(cells) > 1 and all(cells) and len(set(cells)) == len(cells) and not values
