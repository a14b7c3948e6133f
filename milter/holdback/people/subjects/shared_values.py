"""Find values that several people share: a support address, the number of a switchboard, a family's id."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

_SHARED_BY = 3
"""An address or number in records of this many different people does not identify one person."""
_GROUP_SIZE = 100_000
"""Records compared at a time: a dictionary takes a hundred bytes for each."""
_BETWEEN_BEATS = 50_000


def rows_with_shared_value(
    rows: Sequence[int], values: Sequence[Hashable], witness: Sequence[Hashable]
) -> list[int]:
    """Return the `rows` whose value is in records of several people: an agent's address, a switchboard.

    values: the identifier of each record; empty or 0 for none.
    witness: another field of each record, which distinguishes people; if it is empty, no value is shared.
    """
    if not witness:
        return []
    counts = Counter([values[row] for row in rows])
    repeated = {value for value, count in counts.items() if value and count >= _SHARED_BY}
    if not repeated:
        return []
    owners: dict[Hashable, set[Hashable]] = defaultdict(set)
    for row in rows:
        value = values[row]
        if value in repeated and witness[row] and len(owners[value]) < _SHARED_BY:
            owners[value].add(witness[row])
    shared = {value for value, others in owners.items() if len(others) >= _SHARED_BY}
    return [row for row in rows if values[row] in shared]


def all_rows_with_shared_value(
    values: "array[int]", witness: "array[int]", beat: Callable[[], None]
) -> "array[int]":
    """As `rows_with_shared_value`, for the numbers of millions of records."""
    found = array("I")
    for rows in _groups(values, beat):
        beat()
        found.extend(rows_with_shared_value(rows, values, witness))
    return found


def _groups(values: Sequence[int], beat: Callable[[], None]) -> Iterable[Sequence[int]]:
    """Return all records in groups of limited size; equal values are in the same group."""
    if len(values) <= _GROUP_SIZE:
        return [range(len(values))]
    number = len(values) // _GROUP_SIZE + 1
    groups = [array("I") for _ in range(number)]
    for start in range(0, len(values), _BETWEEN_BEATS):
        beat()
        for row, value in enumerate(values[start : start + _BETWEEN_BEATS], start):
            if value:
                groups[value % number].append(row)
    return groups
