"""Which columns of a table hold personal data: the heading may say so; the values have the last word."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from holdback.people.fields import cells, phones, shapes
from holdback.people.fields.addresses import is_role_mailbox
from holdback.people.fields.cells import Parser
from holdback.people.fields.folding import fold
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field
from holdback.people.fields.names import is_known, one_name, person

_HEADER_ROWS = 12
COLUMNS = 400
"""Columns looked at."""
_VALUES = 64
_FIRST_LOOK = 12
_PAIRS = 60
_LEAST_DIGITS = 6
"""Phones, accounts, cards and national numbers have so many."""
_DIGITS = re.compile(rf"(?:\d[^\d\n]*+){{{_LEAST_DIGITS}}}")
_NUMBERED = re.compile(r"(?i)[^\W\d]\d$|(?:address|line|ligne|linea|zeile|number|nummer|mail|phone) [1-4]$")
"""The end of a heading: `Billing Address Address1`, `Street Address Line 2`."""
_CEP = re.compile(r"\d{5}-?\d{3}")
_NO_DIGITS = bytes({*range(256)} - {*b"0123456789\n"})

Row = Sequence[str]
Shape = Callable[[str], object]
"""Says whether a value looks like something."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as its sample shows it."""

    index: int
    heading: str
    announced: Field | None
    values: tuple[str, ...]
    """Distinct values of the sample, not empty, without blanks around."""
    _shares: dict[Shape, float] = field(default_factory=dict, compare=False)

    def share(self, test: Shape) -> float:
        """Share of the values that `test` says yes to; 0 if there are none, or not one of the first is."""
        known = self._shares.get(test)
        if known is None:
            known = self._shares[test] = self._share(test)
        return known

    def _share(self, test: Shape) -> float:
        if not any(map(test, self.values[:_FIRST_LOOK])):
            return 0.0
        return sum(map(bool, map(test, self.values))) / len(self.values)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the entries of a table have one kind of data."""

    field: Field
    columns: tuple[int, ...]
    """Columns that make one value together: given and family name."""
    parse: Parser


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table keeps which kind of data."""

    body: int = 0
    """Rows above the first entry: titles and the header."""
    sources: tuple[Source, ...] = ()
    """If several are of one kind, the first that has a value counts."""
    supporting: int = 0
    """Sum of the fields that are no reason for a finding: price, plan, status."""
    organisations: bool = False
    """True if the entries may be companies: a phone and a street then tell nothing about a person."""
    postcode: int = -1
    """The column of postcodes; -1 if there is none."""

    @property
    def fields(self) -> int:
        return sum({int(source.field) for source in self.sources})

    @property
    def identifies_customers(self) -> bool:
        """True if what makes no record tells a known customer: a phone alone, a name with a postcode."""
        return bool(self.fields & Field.PHONE or (self.fields & Field.NAME and self.postcode >= 0))


def layout(rows: Sequence[Row], header: tuple[str, ...] = ()) -> Layout:
    """The layout that a sample of a table shows; its first rows must be the table's first."""
    body = 0
    if not header:
        body, header = _header(rows)
    columns = [column for column in _columns(rows[body:], header) if column.values]
    search = _Search(columns, rows[body : body + _PAIRS])
    search.run()
    beside = sum(
        {int(_BESIDE[c.announced]) for c in columns if c.announced in _BESIDE and c.index not in search.taken}
    )
    postcode = next((column.index for column in search.postcodes()), -1)
    return Layout(body, search.sources(), beside, search.organisations(), postcode)


def _header(rows: Sequence[Row]) -> tuple[int, tuple[str, ...]]:
    """How many rows stand above the first entry, and the headings. Titles may stand above the header."""
    best, at = 0, -1
    for number, row in enumerate(rows[:_HEADER_ROWS]):
        cells = [cell.strip() for cell in row if cell.strip()]
        known = sum(1 for cell in cells if field_of(cell))
        if known > best and (known * 3 >= len(cells) or known > 3) and not any(map(_is_value, cells)):
            best, at = known, number
    if at < 0 or (best < 2 and at > 0):
        return 0, ()
    return at + 1, tuple(cell.strip().lstrip("\ufeff") for cell in rows[at])


def _is_value(cell: str) -> bool:
    """True for what stands below headings, not among them."""
    if "@" in cell:
        return True
    known = phones.key(cell) or shapes.year(cell) or shapes.iban(cell)
    return cell[-1].isdecimal() and (bool(known) or (cell.count(" ") > 1 and not _NUMBERED.search(cell)))


def _columns(rows: Sequence[Row], header: Row) -> Iterator[Column]:
    rows = [row for row in rows if len(row) > 1] or rows
    width = min(max(map(len, rows), default=0), COLUMNS)
    for index in range(width):
        cells = dict.fromkeys(row[index] for row in rows if len(row) > index)
        values = tuple(filter(None, map(str.strip, cells)))[:_VALUES]
        heading = header[index] if index < len(header) else ""
        yield Column(index, heading, _field(heading, values), values)


def _field(heading: str, values: Sequence[str]) -> Field | None:
    """What the heading says; `CEP` is a postcode in Brazil, a mobile phone in Turkey."""
    if heading.lower() == "cep" and any(map(_CEP.fullmatch, values)):
        return Field.POSTCODE
    return field_of(heading) if heading else None


_BY_HEADING: dict[Field | None, tuple[Field, Parser, float]] = {
    Field.EMAIL: (Field.EMAIL, cells.email, 0.2),
    Field.PHONE: (Field.PHONE, phones.key, 0.3),
    Field.IBAN: (Field.IBAN, shapes.iban, 0.2),
    Field.CARD: (Field.CARD, shapes.card, 0.5),
    Field.NATIONAL_ID: (Field.NATIONAL_ID, cells.announced_national_id, 0.5),
    Field.BIRTH: (Field.BIRTH, cells.announced_birth, 0.5),
    Field.LOGIN: (Field.LOGIN, cells.login, 0.6),
    Field.ID: (Field.ID, cells.customer_id, 0.8),
}
"""Field, what reads a value, and the share of values that must be readable before the heading is believed."""

_BY_VALUES: tuple[tuple[Field, Parser, float, Parser], ...] = (
    (Field.EMAIL, cells.email, 0.5, cells.email),
    (Field.IBAN, shapes.iban, 0.6, shapes.iban),
    (Field.CARD, shapes.card, 0.8, shapes.card),
    (Field.NATIONAL_ID, shapes.national_id, 0.7, shapes.national_id),
    (Field.PHONE, phones.written_key, 0.6, phones.key),
)
"""Field, what recognises a value unannounced, the share it must recognise, and what then reads all values."""

_BESIDE: dict[Field | None, Field] = {
    Field.POSTCODE: Field.PLACE,
    Field.PLACE: Field.PLACE,
    Field.PLAN: Field.PLAN,
    Field.PRICE: Field.PRICE,
    Field.STATUS: Field.STATUS,
    Field.OPT_OUT: Field.OPT_OUT,
}


@dataclass(slots=True)
class _Search:
    """The search for personal columns, each taken once."""

    columns: list[Column]
    rows: Sequence[Row]
    found: list[tuple[Field, list[Column], Parser]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def run(self) -> None:
        for column in self.columns:
            self._direct(column)
        self._streets()
        self._births()
        # Names alone never make a record, and telling them from products takes the most time.
        if self.found or self.postcodes() or any(map(self._unannounced, (cells.telephone, cells.house))):
            self._names()
            self._beside_names()

    def sources(self) -> tuple[Source, ...]:
        """What was found; of several columns of a kind the one that tells people apart best comes first."""
        ranked = sorted(self.found, key=lambda item: (-_distinct(item), item[1][0].heading))
        return tuple(
            Source(kind, tuple(c.index for c in columns), reader) for kind, columns, reader in ranked
        )

    def organisations(self) -> bool:
        """True if a column names companies or places, or has a heading for names and no people in it."""
        return any(
            c.announced is Field.ORGANISATION or (c.announced is Field.ANY_NAME and c.index not in self.taken)
            for c in self.columns
        )

    def postcodes(self) -> list[Column]:
        return self._free(Field.POSTCODE)

    def _take(self, kind: Field, columns: list[Column], reader: Parser) -> None:
        self.found.append((kind, columns, reader))
        self.taken.update(column.index for column in columns)

    def _free(self, *fields: Field | None) -> list[Column]:
        return [c for c in self.columns if c.announced in fields and c.index not in self.taken]

    def _direct(self, column: Column) -> None:
        said = _BY_HEADING.get(column.announced)
        if said and column.share(said[1]) >= said[2]:
            self._take(said[0], [column], said[1])
            return
        joined = "\n".join(column.values)
        by_values = _BY_VALUES if _has_numbers(joined) else _BY_VALUES[:1] if "@" in joined else ()
        for kind, test, least, reader in by_values:
            if column.share(test) >= least:
                self._take(kind, [column], reader)
                return

    def _streets(self) -> None:
        parts = self._free(Field.STREET)
        joined = [" ".join(values) for values in zip(*(c.values for c in parts), strict=False)]
        if joined and sum(map(bool, map(cells.announced_street, joined))) >= 0.4 * len(joined):
            self._take(Field.STREET, parts, cells.announced_street)
            return
        for column in self._free(None, Field.STREET, Field.POSTCODE, Field.PLACE, Field.ANY_NAME):
            if column.share(cells.street) >= 0.5 and len(column.values) * 4 >= len(self.rows):
                self._take(Field.STREET, [column], cells.announced_street)
                return

    def _births(self) -> None:
        """Dates without a heading are births if they spread over a generation and some lie far back."""
        if any(kind is Field.BIRTH for kind, _, _ in self.found):
            return
        for column in self._free(None, Field.ANY_NAME):
            if len(column.values) >= 5 and column.share(shapes.year) >= 0.8:
                years = sorted(filter(None, map(shapes.year, column.values)))
                if years[-1] - years[0] >= 25 and years[0] < 1985 and years[len(years) // 2] < 2010:
                    self._take(Field.BIRTH, [column], cells.birth)
                    return

    def _names(self) -> None:
        if self._two_names() or self._in_mailboxes():
            return
        for column in self._free(Field.NAME):
            if column.share(cells.announced_name) >= 0.5 and self._may_be_people(column):
                self._take(Field.NAME, [column], cells.announced_name)
                return
        for column in self._free(Field.ANY_NAME):
            if self._are_people(column, 0.5, 0.12):
                self._take(Field.NAME, [column], _name_reader(column))
                return
            if column.share(cells.known_name) >= 0.5 or self._are_repeated_in_addresses(column):
                self._take(Field.NAME, [column], cells.announced_name)
                return
        for column in self._free(None, Field.OTHER, Field.LOGIN, Field.ID, Field.POSTCODE, Field.PLACE):
            if self._are_named(column):
                self._take(Field.NAME, [column], _name_reader(column))
                return

    def _in_mailboxes(self) -> bool:
        """True if the cells for addresses have the names too."""
        for kind, columns, _ in self.found:
            if kind is Field.EMAIL and columns[0].share(cells.name_in_mailbox) >= 0.3:
                self._take(Field.NAME, columns, cells.name_in_mailbox)
                return True
        return False

    def _are_named(self, column: Column) -> bool:
        """True if the values alone say that they are people's names."""
        if self._are_repeated_in_addresses(column):
            return True
        if column.announced is Field.OTHER:
            return False
        if self._are_people(column, 0.6, 0.25):
            return True
        return not column.heading and (
            self._are_people(column, 0.9, 0.12) or column.share(cells.known_name) >= 0.3
        )

    def _are_repeated_in_addresses(self, column: Column) -> bool:
        """True if words of the column come again in the addresses beside it: `Ann Smith`, `smith.a@…`."""
        mails = next((columns[0].index for kind, columns, _ in self.found if kind is Field.EMAIL), None)
        if mails is None or column.share(cells.announced_name) < 0.8:
            return False
        last = max(mails, column.index)
        pairs = [
            (row[column.index], row[mails].partition("@")[0].lower()) for row in self.rows if len(row) > last
        ]
        alike = sum(
            1 for name, local in pairs if any(len(word) > 2 and word in local for word in fold(name).split())
        )
        return alike >= 0.3 * len(pairs) and alike > 2

    def _unannounced(self, reader: Parser) -> Column | None:
        """A column without a heading whose values `reader` takes for ones of different people."""
        columns = (column for column in self._free(None) if not column.heading)
        return next((c for c in columns if self._varies(c) and c.share(reader) >= 0.8), None)

    def _beside_names(self) -> None:
        """Numbers and streets that nothing announces: names beside them tell them from part numbers."""
        known = {kind for kind, _, _ in self.found}
        if not known & {Field.NAME, Field.EMAIL}:
            return
        for kind, reader in ((Field.PHONE, cells.telephone), (Field.STREET, cells.house)):
            column = self._unannounced(reader) if kind not in known else None
            if column:
                self._take(kind, [column], reader)

    def _varies(self, column: Column) -> bool:
        """True if most values differ, and not only in their end, as rooms and models do."""
        beginnings = {value[:4] for value in column.values}
        return len(column.values) * 2 >= len(self.rows) and len(beginnings) * 3 >= len(column.values)

    def _two_names(self) -> bool:
        """True if given and family name have columns of their own; `Nom`, `Nombre` can be either's."""
        parts = self._free(Field.GIVEN, Field.FAMILY)
        if len({column.announced for column in parts}) == 1:
            parts += [
                c for c in self._free(Field.ANY_NAME) if c.share(one_name) >= 0.8 and c.share(person) < 0.6
            ]
        parts = [column for column in parts if column.share(one_name) >= 0.6]
        if parts:
            self._take(Field.NAME, _first_name(parts), cells.announced_name)
            self.taken.update(column.index for column in parts)
        return bool(parts)

    def _may_be_people(self, column: Column) -> bool:
        """True unless the values are plainly no names; without capitals nobody can tell."""
        cased = any(value[0].isupper() for value in column.values)
        return not cased or column.share(person) >= 0.3 or column.share(cells.known_name) >= 0.3

    def _are_people(self, column: Column, shaped: float, known: float) -> bool:
        if column.share(person) < shaped:
            return False
        return sum(map(is_known, map(person, column.values))) >= known * len(column.values)


def _first_name(parts: list[Column]) -> list[Column]:
    """The columns of the first of several names: `first_name, last_name, billing_first_name, …`."""
    for at, column in enumerate(parts):
        before = parts[:at]
        again = (
            column.announced in [part.announced for part in before]
            and before[-1].announced is not column.announced
        )
        if again or (column.heading and column.heading in [part.heading for part in before]):
            return before
    return parts


def _has_numbers(values: str) -> bool:
    """True if one of the `values`, a line each, has as many digits as a number that is somebody's."""
    if not values.isascii():
        return bool(_DIGITS.search(values))
    return max(map(len, values.encode().translate(None, _NO_DIGITS).split(b"\n"))) >= _LEAST_DIGITS


def _name_reader(column: Column) -> Parser:
    """Where companies stand among the people, every value is judged."""
    return cells.name if 0.3 <= column.share(person) < 0.9 else cells.announced_name


def _distinct(item: tuple[Field, list[Column], Parser]) -> int:
    """Different people's addresses in the sample's column; for other kinds the different values."""
    kind, columns, reader = item
    keys = {reader(value) for value in columns[0].values}
    return sum(1 for key in keys if key and not (kind is Field.EMAIL and is_role_mailbox(key)))
