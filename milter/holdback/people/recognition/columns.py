"""The columns of a table, as its sample shows them, and what they were found to hold."""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest

from holdback.people.fields import phones, shapes
from holdback.people.fields.cells import SENSITIVE_PARSERS, Parser
from holdback.people.fields.headings import field_of, is_made_up, not_of_people
from holdback.people.fields.kinds import Field
from holdback.people.recognition.scoring import SCORING, Scoring

Row = Sequence[str]
Shape = Callable[[str], object]
"""True for a value that looks like something."""

_CEP = re.compile(r"\d{5}-?\d{3}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as its sample shows it."""

    index: int
    heading: str
    announced: Field | None
    """What the heading says."""
    values: Sequence[str]
    """Distinct values of the sample, not empty, without blanks around."""
    first: Sequence[str]
    """The first few of the values."""
    _shares: dict[Shape, float] = field(default_factory=dict, compare=False)

    def share(self, test: Shape) -> float:
        """Share of the values that pass `test`; 0 if there are none, or none of the first few passes."""
        known = self._shares.get(test)
        if known is None:
            known = self._shares[test] = self._share(test)
        return known

    def _share(self, test: Shape) -> float:
        if not any(map(test, self.first)):
            return 0.0
        return sum(map(bool, map(test, self.values))) / len(self.values)


@dataclass(frozen=True, slots=True)
class Found:
    """Columns that hold one kind of data."""

    field: Field
    columns: Sequence[Column]
    """Columns that make one value together: given and family name."""
    parse: Parser
    further: Sequence[Column] = ()
    """Columns of the same kind that are not used: the name of a second person in the row."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample of a table below the header, and what was found in it so far."""

    columns: Sequence[Column]
    """The columns that have values."""
    rows: Sequence[Row]
    """The first rows."""
    scoring: Scoring
    found: tuple[Found, ...] = ()

    def add(self, *found: Found | None) -> "Sample":
        """The sample with `found` as well."""
        more = tuple(filter(None, found))
        return replace(self, found=self.found + more) if more else self

    def free(self, *fields: Field | None) -> list[Column]:
        """The columns whose heading announces one of `fields` (None: nothing), and that are not found yet."""
        used = {column.index for found in self.found for column in (*found.columns, *found.further)}
        return [c for c in self.columns if c.announced in fields and c.index not in used]


def columns_of(rows: Sequence[Row], header: Row, scoring: Scoring) -> Iterator[Column]:
    """The columns of `rows`, those without values left out."""
    rows = [row for row in rows if len(row) > 1] or rows
    excluded = frozenset[Field]().union(*map(not_of_people, header))
    for index, cells in enumerate(islice(zip_longest(*rows, fillvalue=""), scoring.columns)):
        values = tuple(filter(None, map(str.strip, dict.fromkeys(cells))))[: scoring.values]
        heading = header[index] if index < len(header) else ""
        if values:
            heading = "" if is_made_up(heading) else heading
            announced = _announced(heading, values)
            if announced and announced in SENSITIVE_PARSERS:
                fit = announced not in excluded and _fit(values, SENSITIVE_PARSERS[announced], scoring)
                announced = announced if fit else None
            yield Column(index, heading, announced, values, values[: scoring.first_values])


def _announced(heading: str, values: Sequence[str]) -> Field | None:
    """What the heading says; `CEP` is a postcode in Brazil, a mobile phone in Turkey."""
    if heading.lower() == "cep" and any(map(_CEP.fullmatch, values)):
        return Field.POSTCODE
    return field_of(heading) if heading else None


def _fit(values: Sequence[str], parse: Parser, scoring: Scoring) -> bool:
    """True if enough values are what a sensitive heading announces; `Note` is a grade, or a remark."""
    return sum(map(bool, map(parse, values))) >= scoring.sensitive_by_heading * len(values)


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
