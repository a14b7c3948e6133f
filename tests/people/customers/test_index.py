"""Look-ups return the right persons for any number of numbers in any order."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from holdback.customer_list.build import arrays_of
from holdback.people.customers import Index, IndexInfo
from holdback.people.fields.kinds import Field
from hypothesis import given
from hypothesis import strategies as st
from people.customers.lists import PSEUDONYMS, Row, index_of, numbers_of

_EXTREMES = [-(2**63), -(2**63) + 1, -1, 0, 1, 2**62, 2**63 - 2, 2**63 - 1]
_NUMBER = st.sampled_from(_EXTREMES) | st.integers(-(2**63), 2**63 - 1)


def _index(pairs: Sequence[tuple[int, int]]) -> Index:
    """Return an index of these sorted numbers and their persons."""
    numbers = np.array([number for number, _ in pairs], np.int64)
    persons = np.array([person for _, person in pairs], np.uint32)
    info = IndexInfo(len(pairs), int(persons.max(initial=0)) + 1, 0, 0, 0, 0, "", "", "", 0)
    return Index(arrays_of(numbers, persons), info)


@given(st.lists(st.tuples(_NUMBER, st.integers(0, 5)), max_size=60), st.lists(_NUMBER, max_size=20))
def test_look_ups_are_those_of_a_dictionary(pairs: list[tuple[int, int]], strangers: list[int]) -> None:
    """Extremes and neighbours included, each number gives exactly its persons."""
    pairs = sorted(set(pairs))
    index = _index(pairs)
    asked = [number for number, _ in pairs] + strangers + _EXTREMES
    hits = index.look_up(asked)
    for position, number in enumerate(asked):
        persons = tuple(person for other, person in pairs if other == number != 0)
        assert persons == index.persons(number)
        assert (persons[0] if persons else -1) == hits.first[position]
        assert (persons if len(persons) > 1 else None) == hits.several.get(position)


@pytest.mark.parametrize("count", [0, 1, 2, 15, 16, 17, 1_000, 70_000])
def test_look_ups_of_indexes_of_any_size(count: int) -> None:
    """From no bucket to many."""
    chance = np.random.default_rng(count)
    numbers = np.unique(chance.integers(-(2**63), 2**63 - 1, count))
    index = _index([(int(number), place) for place, number in enumerate(numbers)])
    order = chance.permutation(len(numbers))
    assert len(numbers) == len(index)
    assert order.tolist() == index.look_up(numbers[order]).first.tolist()
    assert not (index.look_up(numbers[order] + 1).first >= 0).any()


@pytest.mark.parametrize("strangers", [0, 1, 5, 100])
def test_without_customers(strangers: int) -> None:
    """Numbers in no index are kept in their order, few or many."""
    index = _index([(7, 0), (7, 1), (9, 2)])
    unknown = list(range(100, 100 + strangers))
    assert unknown == index.without_customers([7, *unknown, 9])


def test_the_empty_value_is_not_found() -> None:
    """The number 0 never matches, even if the file contains it."""
    index = _index([(0, 3), (7, 4)])
    assert [-1, 4] == index.look_up([0, 7]).first.tolist()
    assert () == index.persons(0)


def test_all_numbers_of_a_person(tmp_path: Path) -> None:
    """Addresses, phones and ids of all rows of the person, and no other's."""
    ann = Row("ann@x.example", "030 1234567", "K1", "ann", "Ann Smith", "10115", "ann.smith@y.example")
    bob = Row("bob@x.example", "030 1234567", "K2", "bob", "Bob Smith", "10115")
    index = index_of(
        [ann, ann._replace(email="old@x.example", second_email=""), bob], tmp_path / "customers.idx"
    )
    (person,) = index.persons(PSEUDONYMS.number(Field.LOGIN, "ann"))
    expected = {*numbers_of(ann).values(), PSEUDONYMS.number(Field.EMAIL, "old@x.example")}
    assert expected == set(index.numbers_of([person]).tolist())
    assert len(index) == len(index.numbers_of([0, 1]))
    assert 0 == len(index.numbers_of([])) == len(index.numbers_of([-1]))
