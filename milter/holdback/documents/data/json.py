"""Extract JSON (RFC 8259), JSON lines and concatenated values anywhere in a text.

Large containers are walked and their items decoded one by one, so that half a file gives half its records.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError

from holdback.documents.budget import Budget
from holdback.documents.data.nested_values import NestedValues, cell, decode, fits_cell
from holdback.documents.data.record_tables import Field
from holdback.documents.document import Piece

_OBJECT = re.compile(r'\{\s*+"[^"]{0,256}+"\s*+:')
_CELLS = re.compile(r'\["[,;\t|]"\]')
"""End and begin of two cells of a CSV: one ends with `[`, the next begins with `]`."""
_LIST = re.compile(r'\[\s*+["\[{]')
_COLUMNS = re.compile(r'\{\s*+"[^"]{0,256}+"\s*+:\s*+(?:\{\s*+"0"\s*+:|\[\s*+[^\s\[{])')
"""Start of a table in column-wise form, which has rows only if it is decoded as a whole."""
_KEY = re.compile(r'"((?:[^"\\]|\\.){0,1000}+)"\s*+:\s*+', re.S)
_GAP = re.compile(r"[\s,]*+")
"""Blanks and commas: a trailing comma is a common mistake."""

_WINDOW = 16 * 1024
"""Longest value decoded at once, in characters; longer ones are walked."""
_WHOLE = 4 * 1024 * 1024
"""Longest column-wise table, in characters: decoded it takes ten times the memory."""
_DEPTH = 64
"""Nested containers that are walked."""
_FAILURE = 1_600
"""Cost of a failed attempt to decode, in characters, in addition to those read."""
_TOO_DEEP = 16_000
"""Cost of a failure because of too deep nesting."""
_FAILURE_BUDGET = 16
"""Allowed cost of failures, as a multiple of the length of the text; then the rest remains text."""
_MANY = 256
"""Fields of one object, at most."""
_CLOSING = {"[": "]", "{": "}"}


@dataclass(slots=True)
class _Open:
    """A container whose end has not been reached."""

    path: str
    closing: str
    listed: bool
    """True if it is an item of a list, and therefore a record."""
    fields: list[Field] = field(default_factory=list)


def extract_json(text: str, budget: Budget) -> Iterator[str | Piece]:
    """Yield the text without JSON, its records as tables, and documents in its strings as parts."""
    values = NestedValues()
    walk = _Walk(text, values, budget)
    end = at = 0
    following = {_OBJECT: -1, _LIST: -1}
    while walk.patience > 0:
        for pattern, place in following.items():
            if place < at:
                found = pattern.search(text, at)
                following[pattern] = found.start() if found else len(text)
        start = min(following.values())
        if start == len(text):
            break
        if text.startswith('["', start) and (_CELLS.match(text, start) or not walk.is_whole(start)):
            # Quotes and brackets of a CSV may look like JSON.
            at = start + 1
            continue
        known = values.records.added
        after, complete = walk.read(start)
        at = max(after, start + 1)
        # A bracket in prose may look like a start; the little that seems to be inside remains text too.
        if values.records.added > known + (not complete):
            yield text[end:start]
            end = at
    yield text[end:]
    yield from values.inner.pieces()
    yield from values.records.tables(budget)


class _Walk:
    """Walk through the JSON of one text."""

    __slots__ = ("_budget", "_end", "_start", "_text", "_values", "_window", "patience")

    def __init__(self, text: str, values: NestedValues, budget: Budget) -> None:
        self._text = text
        self._values = values
        self._budget = budget
        self._window, self._start, self._end = "", 0, 0
        self.patience = _FAILURE_BUDGET * len(text) + 100 * _FAILURE

    def is_whole(self, start: int) -> bool:
        """Return True if the value at `start` is complete and short."""
        return self._decoded(start)[1] > 0

    def read(self, start: int) -> tuple[int, bool]:
        """Read the value at `start`; return the index where reading stopped, and True if the value ended."""
        if len(self._text) - start < _WHOLE and _COLUMNS.match(self._text, start):
            value, end = self._far(start)
            if end:
                self._values.add("", value)
                return end, True
        stack: list[_Open] = []
        end, at = start, self._value(stack, "", start)
        while at >= 0:
            end = at
            if not stack:
                break
            at = self._next(stack, at)
        complete = at >= 0
        while stack:
            self._close(stack.pop())
        return end, complete

    def _next(self, stack: list[_Open], at: int) -> int:
        """Read the next item of the innermost container; return the index after it, -1 if it is invalid."""
        after = at
        gap = _GAP.match(self._text, at)
        at = gap.end() if gap else at
        if self._text.startswith(stack[-1].closing, at):
            self._close(stack.pop())
            return at + 1
        if "," not in self._text[after:at] and self._text[after - 1] not in _CLOSING:
            return -1
        if stack[-1].closing == "]":
            return self._value(stack, "", at)
        key = _KEY.match(self._text, at)
        return self._value(stack, key[1], key.end()) if key else -1

    def _value(self, stack: list[_Open], key: str, at: int) -> int:
        """Read the value at `at` or enter it; return the index after it or inside it, -1 if there is none."""
        value, after = self._decoded(at)
        if after:
            self._take(stack, key, value)
            return after
        opening = self._text[at : at + 1]
        if opening not in _CLOSING or len(stack) >= _DEPTH or self.patience <= 0:
            return -1
        parent = stack[-1] if stack else None
        path = self._values.below(parent.path, key) if parent else ""
        stack.append(_Open(path, _CLOSING[opening], parent is not None and parent.closing == "]"))
        return at + 1

    def _decoded(self, at: int) -> tuple[object, int]:
        """Decode the value at `at`; return it and the index after it, 0 if it is invalid or too long."""
        if not self._start <= at < self._end:
            self._budget.beat()
            self._start, self._window = at, self._text[at : at + _WINDOW]
            self._end = at + _WINDOW // 2
        try:
            value, after = decode(self._window, at - self._start)
        except RecursionError:
            self.patience -= _TOO_DEEP
            return None, 0
        except JSONDecodeError as error:
            self.patience -= _FAILURE + error.pos - (at - self._start)
            return self._far(at) if self._text.startswith('"', at) else (None, 0)
        return value, self._start + after

    def _far(self, at: int) -> tuple[object, int]:
        """Decode a value longer than the window; rarely tried, because a failure is expensive."""
        try:
            return decode(self._text, at)
        except (JSONDecodeError, RecursionError):
            self.patience -= len(self._text)
            return None, 0

    def _take(self, stack: list[_Open], key: str, value: object) -> None:
        """Add a value to the open record, or as a value of its own."""
        if not stack:
            self._values.add("", value)
            return
        parent = stack[-1]
        if parent.closing == "]":
            one = cell(value)
            if one is None:
                self._values.add(parent.path, [value])
            else:
                self._add(parent, [("", one)])
        elif parent.listed or fits_cell(value):
            self._add(parent, self._values.fields("", ((key, value),), parent.path))
        elif isinstance(value, tuple) and any(fits_cell(one) for _, one in value):
            self._values.record(parent.path, [("key", key), *self._values.fields("", value, parent.path)])
        else:
            self._values.add(self._values.below(parent.path, key), value)

    def _add(self, container: _Open, fields: list[Field]) -> None:
        container.fields += fields
        if len(container.fields) > _MANY:
            self._close(container)
            container.fields = []

    def _close(self, container: _Open) -> None:
        if container.closing == "]":
            self._values.add(container.path, [value for _, value in container.fields])
        elif container.listed and len(container.fields) <= _MANY:
            self._values.record(container.path, container.fields)
        else:
            self._values.single(container.path, container.fields)
        self._values.flush()
