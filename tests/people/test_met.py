"""Customers are counted as at least so many, whatever a family shares."""

import pytest
from holdback.people.subjects.disclosed import CustomerSet

_CASES: dict[str, tuple[list[int], list[tuple[int, ...]], int]] = {
    "nobody": ([], [], 0),
    "two": ([1, 2, 1], [], 2),
    "one of a couple": ([], [(1, 2)], 1),
    "one of a couple, twice": ([], [(1, 2), (2, 1)], 1),
    "a couple whose wife is known": ([2], [(1, 2)], 1),
    "a couple and somebody else": ([3], [(1, 2)], 2),
    "two couples": ([], [(1, 2), (3, 4)], 2),
    "a mailbox of all and a phone of two": ([], [(1, 2, 3), (2, 3)], 1),
    "two phones of one family": ([], [(1, 2), (2, 3)], 1),
    "both told by one": ([2], [(1, 2), (2, 3)], 1),
    "one is told, one is another's": ([1], [(1, 2), (2, 3)], 2),
}


@pytest.mark.parametrize(("sure", "either", "people"), _CASES.values(), ids=_CASES)
def test_at_least_so_many(sure: list[int], either: list[tuple[int, ...]], people: int) -> None:
    """A group counts unless it has somebody in common with who is counted, in whatever order it is added."""
    whole, parts = CustomerSet(), CustomerSet()
    whole.certain.update(sure)
    whole.add_groups(map(frozenset, either))
    for group in reversed(either):
        one = CustomerSet()
        one.add_groups([frozenset(group)])
        parts.add(one)
    parts.certain.update(sure)
    assert (len(whole), len(parts), bool(whole)) == (people, people, people > 0)


def test_many_groups_stay_in_bounds() -> None:
    """Beyond ten thousand the first of each stands for it; the count does not suffer."""
    customers = CustomerSet()
    customers.add_groups(frozenset((2 * n, 2 * n + 1)) for n in range(30_000))
    assert (len(customers.groups), len(customers)) == (10_000, 30_000)
