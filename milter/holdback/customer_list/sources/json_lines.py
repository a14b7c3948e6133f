"""Read JSON lines, one object a line; nested values become columns `contact.email`, `phones.2`."""

import json
from collections.abc import Iterator
from itertools import chain, islice

from holdback.customer_list.sources.stream import UNREADABLE, Row

_SAMPLE = 2_000
"""Lines whose keys become the columns."""
_DEEPEST = 8
_COLUMNS = 400


def json_lines(texts: Iterator[str], late: set[str]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the columns, in the order of the first lines, and an iterator over the rows.

    Keys that occur only after the first lines are not columns; some are added to `late`.
    """
    found = _objects(texts)
    first = list(islice(found, _SAMPLE))
    names = tuple(islice(dict.fromkeys(chain.from_iterable(filter(None, first))), _COLUMNS))
    return names, (_row(flat, names, late) for flat in chain(first, found))


def is_object(line: str) -> bool:
    """Return True if `line` is one object."""
    return _flat(line) is not None


def _row(flat: dict[str, str] | None, names: tuple[str, ...], late: set[str]) -> Row:
    if flat is None:
        return UNREADABLE
    row = [flat.pop(name, "") for name in names]
    if flat and len(late) < _COLUMNS:
        late.update(flat)
    return row


def _objects(texts: Iterator[str]) -> Iterator[dict[str, str] | None]:
    for text in texts:
        yield from (_flat(line) for line in text.split("\n") if line.strip())


def _flat(line: str) -> dict[str, str] | None:
    """Return name → value of an object; None if it is not an object."""
    try:
        found = json.loads(line)
        return dict(_leaves(found, "", _DEEPEST)) if isinstance(found, dict) else None
    except (ValueError, RecursionError):
        return None


def _leaves(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    match value:
        case dict() | list() if depth == 0:
            return
        case dict():
            for key, inner in value.items():
                yield from _leaves(inner, f"{name}.{key}" if name else str(key), depth - 1)
        case list():
            for number, inner in enumerate(value[:_COLUMNS], 1):
                yield from _leaves(inner, f"{name}.{number}", depth - 1)
        case None | bool():
            return
        case _:
            yield name, str(value)
