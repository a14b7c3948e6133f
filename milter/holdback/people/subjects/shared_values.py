"""Find values that several people share: a support address, the number of a switchboard, a family's id."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

_COMPANIONS = 3
"""An address or number in records of so many different people is not one person's."""
_AT_ONCE = 100_000
"""Entries compared at a time: a dictionary takes a hundred bytes for each."""
_BETWEEN_BEATS = 50_000


def rows_beside_several(
    rows: Sequence[int], values: Sequence[Hashable], witness: Sequence[Hashable]
) -> list[int]:
    """Those of the `rows` whose value comes with several different witnesses: an agent, a switchboard.

    values, witness: one for each record, empty or 0 where it has none; without any witness nothing is shared.
    """
    if not witness:
        return []
    counts = Counter([values[row] for row in rows])
    repeated = {value for value, count in counts.items() if value and count >= _COMPANIONS}
    if not repeated:
        return []
    companions: dict[Hashable, set[Hashable]] = defaultdict(set)
    for row in rows:
        value = values[row]
        if value in repeated and witness[row] and len(companions[value]) < _COMPANIONS:
            companions[value].add(witness[row])
    shared = {value for value, others in companions.items() if len(others) >= _COMPANIONS}
    return [row for row in rows if values[row] in shared]


def all_rows_beside_several(
    values: "array[int]", witness: "array[int]", beat: Callable[[], None]
) -> "array[int]":
    """As `rows_beside_several`, for the numbers of millions of records."""
    found = array("I")
    for rows in _groups(values, beat):
        beat()
        found.extend(rows_beside_several(rows, values, witness))
    return found


def _groups(values: Sequence[int], beat: Callable[[], None]) -> Iterable[Sequence[int]]:
    """All records in groups of bearable size, those with equal values in the same one."""
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
