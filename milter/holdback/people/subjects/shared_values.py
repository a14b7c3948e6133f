"""Values that stand beside several people: a support address, the number of a switchboard, a family's id."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

_COMPANIONS = 3
"""So many different people beside one address or number, and it is a company's, not a person's."""
_AT_ONCE = 100_000
"""Entries compared at a time: a dictionary takes a hundred bytes for each."""
_BETWEEN_BEATS = 50_000


def rows_with_shared(values: "array[int]", witness: "array[int]", beat: Callable[[], None]) -> "array[int]":
    """Numbers of the entries whose value stands beside several different witnesses.

    values, witness: one key for each entry (`keys.key_of`), 0 where it has none.
    """
    found = array("I")
    for rows in _groups(values, beat):
        beat()
        found.extend(_shared_in(rows, values, witness))
    return found


def _groups(values: Sequence[int], beat: Callable[[], None]) -> Iterable[Sequence[int]]:
    """All entries in groups of bearable size, those with equal values in the same one."""
    if len(values) <= _AT_ONCE:
        return [range(len(values))]
    number = len(values) // _AT_ONCE + 1
    groups = [array("I") for _ in range(number)]
    for start in range(0, len(values), _BETWEEN_BEATS):
        beat()
        for row, value in enumerate(values[start : start + _BETWEEN_BEATS], start):
            if value:
                groups[value % number].append(row)
    return groups


def _shared_in(rows: Sequence[int], values: Sequence[int], witness: Sequence[int]) -> Iterator[int]:
    counts = Counter([values[row] for row in rows])
    repeated = {value for value, count in counts.items() if value and count >= _COMPANIONS}
    if not repeated:
        return
    companions: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if values[row] in repeated and witness[row] and len(companions[values[row]]) < _COMPANIONS:
            companions[values[row]].add(witness[row])
    shared = {value for value, others in companions.items() if len(others) >= _COMPANIONS}
    yield from (row for row in rows if values[row] in shared)
