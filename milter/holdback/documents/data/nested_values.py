"""Convert nested JSON values into records: find the objects that are records, and their columns.

An object is a tuple of pairs, which keeps repeated keys; a list is a list; anything else is a cell.
"""

import contextlib
import json
import re
from collections.abc import Sequence

from holdback.documents.data.cards import of_card
from holdback.documents.data.content_lines import Line
from holdback.documents.data.inner_texts import InnerTexts
from holdback.documents.data.record_tables import Field, RecordTables

Pairs = Sequence[tuple[str, object]]

_HEADING = 60
"""Longest heading in characters; longer paths are cut at the start."""
_LONGEST_PATH = 120
_WIDEST = 64
"""Fields of an object outside a list above which it is read as a list of names and values."""
_ALIKE = 3
"""Sibling objects with a common key that are read as a list; their names become its first column."""
_WRAPPED = 2
"""Nested objects around a scalar that only give its type: `{"$date": {"$numberLong": "0"}}` (MongoDB)."""
_ENCODED = re.compile(r'(?:\{|\[\s*+\{)\s*+"')
"""Start of strings that contain JSON, as in logs and queues."""
_LONGEST_ENCODED = 1024 * 1024
"""Longest such string in characters: decoded it takes ten times the memory."""
_VALUES = 3
"""Index of the first value of a jCard property."""


decode = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str, strict=False
).raw_decode
"""Decode one value at an index; return it and the index after it. Raises JSONDecodeError."""


def join_path(path: str, key: str) -> str:
    """Return `customers.address` for `customers` and `address`."""
    return f"{path}.{key}"[-_LONGEST_PATH:] if path and key else path or key


def cell(value: object) -> str | None:
    """Return a scalar as cell text; None for objects and lists."""
    if type(value) is tuple:
        value = _unwrapped(value)
    if type(value) is str:
        return value
    if value is None:
        return ""
    return ("false", "true")[value] if type(value) is bool else None


def _unwrapped(value: object) -> object:
    for _ in range(_WRAPPED):
        if type(value) is tuple and len(value) == 1 and value[0][0].startswith("$"):
            value = value[0][1]
    return value


def fits_cell(value: object) -> bool:
    """Return True for a scalar and for a list of scalars."""
    return cell(value) is not None or (isinstance(value, list) and None not in map(cell, value))


def _column(value: object) -> list[str] | None:
    """Return the cells of a column given as a list of scalars, or as an object keyed by row numbers."""
    if isinstance(value, tuple) and len(value) >= _ALIKE and value[0][0] == "0":
        value = [one for _, one in value]
    if not isinstance(value, list) or len(value) < _ALIKE:
        return None
    cells = [cell(one) for one in value]
    return None if None in cells else [one or "" for one in cells]


class NestedValues:
    """Converts values into records without recursion, because the sender chooses the depth."""

    __slots__ = ("_waiting", "inner", "records")

    def __init__(self) -> None:
        self.records = RecordTables()
        self.inner = InnerTexts()
        """Strings that are documents in themselves."""
        self._waiting: list[tuple[str, object]] = []
        """Objects and lists still to be converted, with their paths."""

    def add(self, path: str, value: object) -> None:
        """Add all records in `value`."""
        self._waiting.append((path, value))
        self.flush()

    def flush(self) -> None:
        """Convert the queued values, including those nested in records added so far."""
        while self._waiting:
            path, value = self._waiting.pop()
            if isinstance(value, tuple):
                self._object(path, value)
            elif isinstance(value, list):
                self._elements(path, value)

    def _elements(self, path: str, values: Sequence[object]) -> None:
        """Add the records of a list: objects are named rows, lists of scalars rows without names."""
        if len(values) == 2 and values[0] == "vcard" and isinstance(values[1], list):
            self._card(path, values[1])
            return
        self.inner.add_list(path, values)
        for value in values:
            if isinstance(value, tuple):
                self.record(path, self.fields("", value, path))
            elif isinstance(value, list):
                cells = [cell(one) for one in value]
                if None in cells:
                    self._waiting.append((path, value))
                elif cells:
                    self.records.add_row(_where(path), [one or "" for one in cells])
            elif one := cell(value):
                self._open(path, one)
                self.records.add_row(_where(path), (one,))

    def _open(self, path: str, text: str) -> None:
        """Queue the values of `text` if it is JSON."""
        if len(text) <= _LONGEST_ENCODED and _ENCODED.match(text):
            with contextlib.suppress(ValueError, RecursionError):
                self._waiting.append((path, decode(text, 0)[0]))

    def _card(self, path: str, properties: Sequence[object]) -> None:
        """Add a jCard (RFC 7095): a list of properties, each with name, parameters, type and values."""
        found: list[Field] = []
        for one in properties:
            if not isinstance(one, list) or len(one) < _VALUES or not isinstance(one[0], str):
                self._waiting.append((path, one))
                continue
            values = [
                part for value in one[_VALUES:] for part in (value if isinstance(value, list) else [value])
            ]
            found += of_card(Line(one[0].upper(), "", ";".join(cell(value) or "" for value in values)))
            self._waiting.append((join_path(path, "parameters"), one[1]))
            if "@" in (kind := cell(one[2]) or ""):
                found.append(("type", kind))
        self.record(path, found)

    def _object(self, path: str, pairs: Pairs) -> None:
        """Add an object as a record, or its items if it only contains others."""
        if self._columns(path, pairs):
            return
        objects = [value for _, value in pairs if isinstance(value, tuple)]
        if len(objects) >= _ALIKE and {key for key, _ in objects[0]} & {key for key, _ in objects[-1]}:
            for key, value in pairs:
                if isinstance(value, tuple):
                    self.record(path, [("key", key), *self.fields("", value, path)])
            pairs = [(key, value) for key, value in pairs if not isinstance(value, tuple)]
        if any(fits_cell(value) for _, value in pairs):
            self.single(path, self.fields("", pairs, path))
        else:
            self._waiting += [(self.below(path, key), value) for key, value in pairs]

    def _columns(self, path: str, pairs: Pairs) -> bool:
        """Add the rows of a column-wise object, `{"name": ["Ann", …], "mail": […]}`; False if not one."""
        columns = [_column(value) for _, value in pairs]
        cells = [column for column in columns if column]
        if len(cells) < 2 or len(cells) < len(columns) or len(set(map(len, cells))) > 1:
            return False
        header = tuple(key for key, _ in pairs)
        for row in zip(*cells, strict=True):
            self.records.add_row(_where(path), row, header)
        if "@" in "".join(header):
            self.records.add_row(_where(path), header)
        return True

    def below(self, path: str, key: str) -> str:
        """Return the path of the value at `key`. A key that is an address is data too."""
        if "@" in key:
            self.records.add_row(_where(path), (key,))
        return join_path(path, key)

    def record(self, path: str, fields: Sequence[Field]) -> None:
        """Add one item of a list."""
        if fields:
            self.records.add(_where(path), fields)

    def single(self, path: str, fields: Sequence[Field]) -> None:
        """Add one object; if its keys are addresses or very many, they are data too."""
        if len(fields) >= _WIDEST or any("@" in name for name, _ in fields):
            for pair in fields:
                self.records.add_row(_where(path), pair)
        else:
            self.record(path, fields)

    def fields(self, prefix: str, pairs: Pairs, path: str) -> list[Field]:
        """Return the fields of a record at `path`, including those of nested objects: `address.street`."""
        found: list[Field] = []
        inner = [(prefix, pairs)]
        while inner:
            prefix, pairs = inner.pop()
            for key, value in pairs:
                name = join_path(prefix, key)[-_HEADING:] if prefix and "@" not in key else key
                if type(value) is str:
                    found.append((name, value))
                    if _ENCODED.match(value):
                        self._open(join_path(path, name), value)
                    else:
                        self.inner.add(join_path(path, name), value)
                elif isinstance(value, tuple):
                    inner.append((name, value))
                elif isinstance(value, list):
                    inner += self._listed(found, name, value, join_path(path, name))
                elif one := cell(value):
                    found.append((name, one))
        return found

    def _listed(
        self, found: list[Field], name: str, values: list[object], path: str
    ) -> list[tuple[str, Pairs]]:
        """Return the fields of a list inside a record: scalars share a cell, objects become separate rows.

        The first object also belongs to the record: `"emails": [{"value": …}]`.
        """
        self.inner.add_list(path, values)
        scalars = [one for one in map(cell, values) if one]
        if scalars:
            found.append((name, ", ".join(scalars)))
        if len(scalars) == len(values):
            return []
        self._waiting.append((path, values))
        first = next((value for value in values if isinstance(value, tuple)), None)
        return [(name, first)] if first else []


def _where(path: str) -> str:
    return f"list {path}" if path else ""
