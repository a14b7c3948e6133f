"""JSON (RFC 8259), JSON lines and values one after the other, wherever they stand in a text.

Large containers are walked and only what they hold is decoded, so half a file gives half its records.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError

from holdback.documents.budget import Budget
from holdback.documents.data.nested_values import NestedValues, cell, decode, fits_cell
from holdback.documents.data.record_tables import Field
from holdback.documents.values import Table

_OBJECT = re.compile(r'\{\s*+"[^"]{0,256}+"\s*+:')
_LIST = re.compile(r'\[\s*+["\[{]')
_COLUMNS = re.compile(r'\{\s*+"[^"]{0,256}+"\s*+:\s*+(?:\{\s*+"0"\s*+:|\[\s*+[^\s\[{])')
"""The beginning of a table written column by column: only as a whole does it have rows."""
_KEY = re.compile(r'"((?:[^"\\]|\\.){0,1000}+)"\s*+:\s*+', re.S)
_GAP = re.compile(r"[\s,]*+")
"""Commas too: one too many at the end of a list is a common mistake."""

_WINDOW = 16 * 1024
"""Characters decoded at once: what is longer is walked."""
_WHOLE = 4 * 1024 * 1024
"""Characters of a table written column by column: decoded, it takes ten times the memory."""
_DEPTH = 64
"""Containers walked within each other."""
_FAILURE = 1_600
"""A failed attempt to decode takes as long as reading so many characters, besides those that it read."""
_TOO_DEEP = 16_000
"""The same if the decoder finds that the values are nested too deep for it."""
_PATIENCE = 16
"""Failures may take so many times what it takes to read the text; then the rest stays text."""
_MANY = 256
"""Fields of one object that are kept for one row."""
_CLOSING = {"[": "]", "{": "}"}


@dataclass(slots=True)
class _Open:
    """A container whose end has not been read."""

    path: str
    closing: str
    listed: bool
    """True if it stands in a list: then it is a record."""
    fields: list[Field] = field(default_factory=list)


def extract_json(text: str, budget: Budget) -> Iterator[str | Table]:
    """The text without its JSON, and the records in that as tables."""
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
        if text.startswith('["', start) and not walk.is_whole(start):
            # Quotes and brackets of a CSV look like this, too.
            at = start + 1
            continue
        known = values.records.added
        after, complete = walk.read(start)
        at = max(after, start + 1)
        # A bracket amid prose may begin something; what little it seems to hold then stays text, too.
        if values.records.added > known + (not complete):
            yield text[end:start]
            end = at
    yield text[end:]
    yield from values.records.tables(budget)


class _Walk:
    """A walk through one text."""

    __slots__ = ("_budget", "_end", "_start", "_text", "_values", "_window", "patience")

    def __init__(self, text: str, values: NestedValues, budget: Budget) -> None:
        self._text = text
        self._values = values
        self._budget = budget
        self._window, self._start, self._end = "", 0, 0
        self.patience = _PATIENCE * len(text) + 100 * _FAILURE

    def is_whole(self, start: int) -> bool:
        """True if the value at `start` is JSON to its end, and not long."""
        return self._decoded(start)[1] > 0

    def read(self, start: int) -> tuple[int, bool]:
        """Index after the value at `start`, or where it cannot be read any further, and whether it ended."""
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
        """Reads on in the innermost container; the index after what was read, -1 if that made no sense."""
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
        """Reads the value at `at`, or enters it; the index after it or within it, -1 if there is none."""
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
        """The value at `at` and the index after it; index 0 if it is broken or too long."""
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
        """As `_decoded`, for what is longer than the window: seldom asked, for it costs much to fail."""
        try:
            return decode(self._text, at)
        except (JSONDecodeError, RecursionError):
            self.patience -= len(self._text)
            return None, 0

    def _take(self, stack: list[_Open], key: str, value: object) -> None:
        """Puts a value where it belongs: into the record that is open, or among the others."""
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
