"""`CustomerSet` counts a lower bound of customers."""

import pytest
from holdback.people.subjects.disclosed import CustomerSet

_CASES: dict[str, tuple[list[int], list[tuple[int, ...]], int]] = {
    "empty": ([], [], 0),
    "two": ([1, 2, 1], [], 2),
    "one of a couple": ([], [(1, 2)], 1),
    "one of a couple, twice": ([], [(1, 2), (2, 1)], 1),
    "a couple whose wife is known": ([2], [(1, 2)], 1),
    "a couple and another person": ([3], [(1, 2)], 2),
    "two couples": ([], [(1, 2), (3, 4)], 2),
    "a mailbox of all and a phone of two": ([], [(1, 2, 3), (2, 3)], 1),
    "two phones of one family": ([], [(1, 2), (2, 3)], 1),
    "one member of both groups is certain": ([2], [(1, 2), (2, 3)], 1),
    "one member of one group is certain": ([1], [(1, 2), (2, 3)], 2),
}


@pytest.mark.parametrize(("sure", "either", "people"), _CASES.values(), ids=_CASES)
def test_groups_count_as_a_lower_bound(sure: list[int], either: list[tuple[int, ...]], people: int) -> None:
    """A group counts unless it shares a member with those already counted, in any order."""
    whole, parts = CustomerSet(), CustomerSet()
    whole.certain.update(sure)
    whole.add_groups(map(frozenset, either))
    for group in reversed(either):
        one = CustomerSet()
        one.add_groups([frozenset(group)])
        parts.add(one)
    parts.certain.update(sure)
    assert (len(whole), len(parts), bool(whole)) == (people, people, people > 0)


def test_the_number_of_groups_is_limited() -> None:
    """Of each group over ten thousand only one member is kept; the count stays correct."""
    customers = CustomerSet()
    customers.add_groups(frozenset((2 * n, 2 * n + 1)) for n in range(30_000))
    assert (len(customers.groups), len(customers)) == (10_000, 30_000)
