"""Reads records in XML of any vocabulary: repeated elements become rows of a table, their leaves columns.

Databases, shops and address books all write `<customers><customer><name>…</name>…</customer>…</customers>`
with names of their own. A child element that a record has once is part of it; a repeated one is a record of
its own.
"""

import re
from binascii import Error, a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.confined.writing.marked_text import table_pieces, text_pieces
from holdback.documents.confined.writing.record_table import Field, RecordTable
from holdback.documents.confined.writing.xml_walk import Prepared, rest, walk
from holdback.documents.confined.xml_parser import TooDeep
from holdback.documents.document import Piece, Unreadable, member
from holdback.documents.kind import Kind, kind_of
from holdback.mail import Part

_KEYS = frozenset(("name", "key", "column", "field"))
_PROPERTY_VALUES = frozenset(("string", "integer", "real", "date", "data"))
"""Elements that follow a `<key>` in Apple's property lists."""
_FOREIGN = ("xmlns", "xsi:", "xml:")
_MOST_TABLES = 64
_MOST_ALIKE = 256
"""Leaves of one name that become columns of a record."""
_LONGEST_LABEL = 60
_DEEPEST = 4
"""Levels of elements that are joined to one record."""
_DEEPEST_TREE = 500
_LONG = 4_096
"""Characters of running text that are kept as a field of its element."""
_LEAST_FILE = 512
_FILE = re.compile(r"[A-Za-z0-9+/=\s]+")


@dataclass(slots=True)
class _Element:
    """An element whose end has not been read."""

    place: int
    """Number of its path in the tree."""
    fields: list[Field] = field(default_factory=list)
    """Its attributes, then its leaves."""
    attributes: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    """Number of leaves by name."""
    flow: list[str] = field(default_factory=list)
    """Its text, and the text of its leaves."""
    size: int = 0
    """Characters in `flow`."""
    mixed: bool = False
    """True if it has text of its own."""
    parent: bool = False
    """True if it has child elements."""
    once: dict[str, "_Element | None"] = field(default_factory=dict)
    """Child elements with fields, by name; None if there are several of that name."""
    level: int = 1
    key: str = ""
    """Text of a `<key>`, which names the leaf after it."""
    spilt: bool = False
    """True if `flow` is only a part of its text."""


class Records:
    """Collects elements as rows of tables; all other text becomes lines."""

    __slots__ = ("_names", "_places", "_stack", "files", "lines", "tables")

    def __init__(self) -> None:
        self._places: dict[tuple[int, str], int] = {}
        self._names = [""]
        self._stack = [_Element(0)]
        self.tables: dict[int, RecordTable] = {}
        self.lines: list[str] = []
        self.files: list[bytes] = []

    def start(self, name: str, attributes: list[str]) -> None:
        """An element begins."""
        above = self._stack[-1]
        above.parent = True
        if len(self._stack) > _DEEPEST_TREE:
            raise TooDeep
        name = name.rpartition(":")[2]
        place = self._places.setdefault((above.place, name), len(self._names))
        if place == len(self._names):
            self._names.append(name)
        element = _Element(place)
        if attributes:
            pairs = zip(attributes[::2], attributes[1::2], strict=True)
            element.fields = [
                (key.rpartition(":")[2], value)
                for key, value in pairs
                if value and not key.startswith(_FOREIGN) and (len(value) < _LONG or "@" in value)
            ]
            element.attributes = len(element.fields)
        self._stack.append(element)

    def characters(self, text: str) -> None:
        """Text of the current element."""
        element = self._stack[-1]
        if text.isspace():
            if element.flow and element.flow[-1] != " ":
                element.flow.append(" ")
            return
        element.mixed = True
        element.flow.append(text)
        element.size += len(text)

    def comment(self, text: str) -> None:
        """Adds a comment that contains an address."""
        if "@" in text:
            self.lines.append(text)

    def pack(self) -> None:
        """Does nothing: no text has to be passed on."""

    def end(self, name: str) -> None:
        """An element ends: a leaf, a record, or running text with child elements."""
        element = self._stack.pop()
        above = self._stack[-1]
        name = name.rpartition(":")[2]
        if element.mixed or not element.parent:
            self._leaf(above, name, element)
            return
        self._gather(element)
        if len(element.fields) == 1:
            label, value = element.fields[0]
            self._field(above, _joined(name, label), value)
        elif element.fields:
            self._record(above, name, element)

    def finish(self) -> None:
        """Ends open elements, which a damaged document leaves, and adds the last rows."""
        while len(self._stack) > 1:
            self.end(self._names[self._stack[-1].place])
        top = self._stack[0]
        for root in top.once.values():
            if root:
                self._row(root.place, root.fields)
        if top.fields:
            self._row(0, top.fields)

    def _leaf(self, above: _Element, name: str, element: _Element) -> None:
        text = "".join(element.flow).strip()
        if element.parent:
            self._running(above, name, element, text)
            return
        if len(text) >= _LEAST_FILE and _FILE.fullmatch(text) and self._is_file(text):
            return
        if element.attributes == 1 and text and _names_a_column(*element.fields[0]):
            self._field(above, element.fields[0][1], text)
        elif element.attributes > 1 or (element.attributes and text and "@" in element.fields[0][1]):
            if text:
                element.fields.append((name, text))
            self._keyed_or_record(above, name, element)
        elif text or element.attributes:
            if text:
                self._field(above, name, text)
            for label, value in element.fields:
                self._field(above, _joined(name, label), value)

    def _keyed_or_record(self, above: _Element, name: str, element: _Element) -> None:
        """Adds `<property name="mail" value="ann@shop.example"/>` as a field, other leaves as records."""
        (label, key), (other, value) = element.fields[:2]
        if len(element.fields) == 2 and _names_a_column(label, key) and other.lower() == "value":
            self._field(above, key, value)
        else:
            self._record(above, name, element)

    def _running(self, above: _Element, name: str, element: _Element, text: str) -> None:
        """Adds running text with child elements as a field, or as a line if long, and its records as rows."""
        for inner in element.once.values():
            if inner:
                self._row(inner.place, inner.fields)
        lines = element.fields if element.spilt else element.fields[: element.attributes]
        self.lines += [value for _, value in lines if element.spilt or "@" in value]
        if len(text) > _LONG:
            self.lines.append(text)
        else:
            self._field(above, name, text)

    def _field(self, above: _Element, name: str, value: str) -> None:
        """Adds `value` as a field of the parent `above`; too many fields of one name become lines."""
        if above.size < _LONG:
            above.flow.append(value)
            above.size += len(value)
        else:
            above.spilt = True
        if name in _PROPERTY_VALUES and _names_a_column("key", above.key):
            name, above.key = above.key, ""
        self._release_key(above)
        if name == "key":
            above.key = value
        else:
            self._labelled(above, name[:_LONGEST_LABEL], value)

    def _release_key(self, element: _Element) -> None:
        """Adds a `<key>` as an ordinary field if no value of a property list follows."""
        if element.key:
            key, element.key = element.key, ""
            self._labelled(element, "key", key)

    def _labelled(self, element: _Element, label: str, value: str) -> None:
        count = element.counts[label] = element.counts.get(label, 0) + 1
        if count > _MOST_ALIKE or len(value) > _LONG:
            self.lines.append(value)
        else:
            element.fields.append((label if count == 1 else f"{label} {count}", value))

    def _record(self, above: _Element, name: str, element: _Element) -> None:
        """Adds a row if `above` has several children of this name; else keeps the element for its parent."""
        if len(element.fields) > _MOST_ALIKE or element.level >= _DEEPEST:
            self._row(element.place, element.fields)
            return
        if name not in above.once:
            above.once[name] = element
            return
        first = above.once[name]
        if first:
            self._row(element.place, first.fields)
            above.once[name] = None
        self._row(element.place, element.fields)

    def _gather(self, element: _Element) -> None:
        """Adds the fields of the children that `element` has once."""
        self._release_key(element)
        for name, inner in element.once.items():
            if inner is None:
                continue
            element.level = max(element.level, inner.level + 1)
            element.fields += [(_joined(name, label), value) for label, value in inner.fields]
        element.once.clear()

    def _row(self, place: int, fields: list[Field]) -> None:
        """Adds a row to the table of this path in the tree, or lines if the table cannot take it."""
        table = self.tables.get(place)
        if table is None and len(self.tables) < _MOST_TABLES:
            table = self.tables[place] = RecordTable(self._names[place])
        if table is None or not table.add(fields):
            self.lines.append("\n".join(f"{label}: {value}" for label, value in fields) + "\n")

    def _is_file(self, text: str) -> bool:
        """True if `text` is a file in base64; adds the decoded content to `files` if it can be opened."""
        try:
            content = a2b_base64(text)
        except Error:
            return False
        kind = kind_of(Part("", content))
        if kind is not Kind.UNKNOWN and kind is not Kind.MEDIA:
            self.files.append(content)
        return kind is not Kind.UNKNOWN


def _names_a_column(attribute: str, value: str) -> bool:
    """True if `value` is a column name: the attribute is a key, and the value is short and no address."""
    return attribute.lower() in _KEYS and 0 < len(value) <= _LONGEST_LABEL and "@" not in value


def _joined(name: str, label: str) -> str:
    return f"{name} {label}"[:_LONGEST_LABEL]


def open_records(part: Part, made: Prepared, budget: Budget, where: str = "") -> Iterator[Piece]:
    """The tables, lines and embedded files in `made`."""
    records = Records()
    end = walk(made.content, records, budget)
    records.finish()
    for number, content in enumerate(records.files, start=1):
        if budget.take(len(content)) == len(content):
            yield member(part, f"embedded {number}", content)
    few = [table.lines for table in records.tables.values() if len(table.rows) == 1]
    text = "\n".join((*records.lines, *few, rest(made, end, budget)))
    yield from text_pieces(text, budget, where)
    if end >= 0 or b"<!ENTITY" in made.subset:
        yield Unreadable.BROKEN
    for table in records.tables.values():
        if len(table.rows) > 1:
            place = f"{where}, {table.name}" if where else table.name
            yield from table_pieces(table.rows, budget, place, header=table.header)
