"""Values within values, as JSON has them: which of them are records, and what their columns are.

An object is a tuple of pairs, so that no name hides another; a list is a list; all else is a cell.
"""

import contextlib
import json
from collections.abc import Sequence

from holdback.documents.data.cards import of_card
from holdback.documents.data.content_lines import Line
from holdback.documents.data.record_tables import Field, RecordTables

Pairs = Sequence[tuple[str, object]]

_HEADING = 60
"""Characters of a heading; of longer paths the end counts."""
_LONGEST_PATH = 120
_WIDEST = 64
"""Fields of an object that is not in a list; with more of them it is a list itself: names and values."""
_ALIKE = 3
"""Objects side by side, with a name in common, that make a list; their names are its first column."""
_WRAPPED = 2
"""Objects around a scalar that only tell its type: `{"$date": {"$numberLong": "0"}}` (MongoDB)."""
_ENCODED = ('{"', '[{"')
"""How text begins that is JSON itself: programs log and queue what they were sent."""
_LONGEST_ENCODED = 1024 * 1024
"""Characters of such a text: decoded, it takes ten times the memory."""
_VALUES = 3
"""Where the values of a property begin."""


decode = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str, strict=False
).raw_decode
"""Reads one value at an index of a text; returns it and the index after it. Raises JSONDecodeError."""


def join_path(path: str, key: str) -> str:
    """`customers` and `address` are `customers.address`."""
    return f"{path}.{key}"[-_LONGEST_PATH:] if path and key else path or key


def cell(value: object) -> str | None:
    """A scalar as it stands in a cell; None for objects and lists."""
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
    """True for a scalar, and for a list of nothing but scalars."""
    return cell(value) is not None or (isinstance(value, list) and None not in map(cell, value))


def _column(value: object) -> list[str] | None:
    """The cells of a column: a list of scalars, or an object whose names are the numbers of rows."""
    if isinstance(value, tuple) and len(value) >= _ALIKE and value[0][0] == "0":
        value = [one for _, one in value]
    if not isinstance(value, list) or len(value) < _ALIKE:
        return None
    cells = [cell(one) for one in value]
    return None if None in cells else [one or "" for one in cells]


class NestedValues:
    """Turns values into records, never by recursion: the depth of a value is its writer's choice."""

    __slots__ = ("_waiting", "records")

    def __init__(self) -> None:
        self.records = RecordTables()
        self._waiting: list[tuple[str, object]] = []
        """Objects and lists that are not records, by their path."""

    def add(self, path: str, value: object) -> None:
        """All records in `value`."""
        self._waiting.append((path, value))
        self.flush()

    def flush(self) -> None:
        """Reads what lies within the records read so far."""
        while self._waiting:
            path, value = self._waiting.pop()
            if isinstance(value, tuple):
                self._object(path, value)
            elif isinstance(value, list):
                self._elements(path, value)

    def _elements(self, path: str, values: Sequence[object]) -> None:
        """Records of a list: objects are named rows, lists of scalars are rows without names."""
        if len(values) == 2 and values[0] == "vcard" and isinstance(values[1], list):
            self._card(path, values[1])
            return
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
        """Notes the values in `text` if it is JSON itself."""
        if text.startswith(_ENCODED) and len(text) <= _LONGEST_ENCODED:
            with contextlib.suppress(ValueError, RecursionError):
                self._waiting.append((path, decode(text, 0)[0]))

    def _card(self, path: str, properties: Sequence[object]) -> None:
        """A card (RFC 7095): a list of properties, each with its name, parameters, type and values."""
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
        """One record, or if it only holds others, these."""
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
        """Reads an object that is a table column by column: `{"name": ["Ann", …], "mail": […]}`."""
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
        """The path of what `key` names. An address there is data, too."""
        if "@" in key:
            self.records.add_row(_where(path), (key,))
        return join_path(path, key)

    def record(self, path: str, fields: Sequence[Field]) -> None:
        """One element of a list."""
        if fields:
            self.records.add(_where(path), fields)

    def single(self, path: str, fields: Sequence[Field]) -> None:
        """One object; names that are addresses, or very many, are data themselves."""
        if len(fields) >= _WIDEST or any("@" in name for name, _ in fields):
            for pair in fields:
                self.records.add_row(_where(path), pair)
        else:
            self.record(path, fields)

    def fields(self, prefix: str, pairs: Pairs, path: str) -> list[Field]:
        """The fields of a record at `path`, those of objects within it included: `address.street`."""
        found: list[Field] = []
        inner = [(prefix, pairs)]
        while inner:
            prefix, pairs = inner.pop()
            for key, value in pairs:
                name = join_path(prefix, key)[-_HEADING:] if prefix and "@" not in key else key
                if type(value) is str:
                    found.append((name, value))
                    if value.startswith(_ENCODED):
                        self._open(join_path(path, name), value)
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
        """A list within a record: scalars share a cell, objects are rows of their own.

        The first object belongs to the record as well: `"emails": [{"value": …}]`.
        """
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
