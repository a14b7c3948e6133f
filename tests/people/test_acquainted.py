"""The number of strangers that partly acquainted parties count as."""

from collections.abc import Iterable
from itertools import combinations

import pytest
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.parties.acquainted import MAX_ADDRESSES, count_strangers, pair, parties_of
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from hypothesis import given
from hypothesis import strategies as st

PSEUDONYMS = Pseudonyms(bytes(32))
Pairs = Iterable[tuple[str, str]]


def number(name: str) -> int:
    return PSEUDONYMS.number(Field.EMAIL, name)


def count(parties: Iterable[str], acquainted: Pairs) -> int:
    """Return the count of strangers; a party is a string of its members' names, separated by blanks."""
    on_record = {pair(number(one), number(other), PSEUDONYMS) for one, other in acquainted}
    members = {party: [number(name) for name in party.split()] for party in parties}
    return count_strangers(members, PSEUDONYMS, on_record.intersection)


def all_pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    return list(combinations(names, 2))


THREAD = [f"old{n}" for n in range(60)]
OTHERS = [f"new{n}" for n in range(60)]
HUB = [("hub", name) for name in OTHERS]

CASES = {
    "empty": ([], [], 0),
    "one": (["ann"], [], 1),
    "strangers": (OTHERS, [], 60),
    "an old thread": (THREAD, all_pairs(THREAD), 1),
    "a part of it": (THREAD[20:], all_pairs(THREAD), 1),
    "and a newcomer": ([*THREAD, "new"], all_pairs(THREAD), 2),
    "and two newcomers": ([*THREAD, "new", "newer"], all_pairs(THREAD), 3),
    "a newcomer acquainted with some": ([*THREAD, "new"], [*all_pairs(THREAD), ("new", "old7")], 2),
    "a consultant in all Cc fields": (["hub", *OTHERS], HUB, 60),
    "two old threads": (THREAD, all_pairs(THREAD[:30]) + all_pairs(THREAD[30:]), 31),
    "couples": (THREAD, list(zip(THREAD[::2], THREAD[1::2], strict=True)), 59),
    "two offices that met": (["ann amy", "bob"], [("ann", "bob"), ("bob", "amy")], 1),
    "two offices that half met": (["ann amy", "bob"], [("ann", "bob")], 2),
    "colleagues": ([" ".join(THREAD), "bob"], [], 2),
}


@pytest.mark.parametrize(("parties", "acquainted", "expected"), CASES.values(), ids=CASES.keys())
def test_strangers(parties: list[str], acquainted: list[tuple[str, str]], expected: int) -> None:
    """One acquainted with all adds nothing, a newcomer adds one, a common contact acquaints no others."""
    assert expected == count(parties, acquainted)


def test_no_lookup_above_the_maximum() -> None:
    """With more addresses all parties count as unacquainted, without a query."""
    names = [f"a{n}" for n in range(MAX_ADDRESSES + 1)]
    assert count_strangers({name: [number(name)] for name in names}, PSEUDONYMS, _never) == MAX_ADDRESSES + 1
    assert count(names[:MAX_ADDRESSES], all_pairs(names)) == 1


def _never(_pairs: object) -> tuple[int, ...]:
    raise AssertionError("asked")


def test_the_order_of_a_pair_does_not_matter() -> None:
    """(Ann, Bob) has the number of (Bob, Ann); other pairs and keys have others."""
    ann, bob, carl = map(number, ("ann", "bob", "carl"))
    assert pair(ann, bob, PSEUDONYMS) == pair(bob, ann, PSEUDONYMS)
    assert len({pair(ann, bob, PSEUDONYMS), pair(ann, carl, PSEUDONYMS), pair(bob, carl, PSEUDONYMS)}) == 3
    assert pair(ann, bob, PSEUDONYMS) != pair(ann, bob, Pseudonyms(bytes([1] * 32)))


def test_parties_of_strangers() -> None:
    """Internal addresses and partners are left out; an organisation is one party, a free mailbox another."""
    view = company_domains(["corp.example"], ["partner.example"])
    written = ["me@corp.example", "p@partner.example", "a@shop.example", "b@it.shop.example", "A+x@gmail.com"]
    assert parties_of(map(address, written), view, PSEUDONYMS) == {
        "shop.example": [number("a@shop.example"), number("b@it.shop.example")],
        "a@gmail.com": [number("a@gmail.com")],
    }


_NAMES = [f"n{n}" for n in range(9)]
_PAIRS = st.sets(st.sampled_from(all_pairs(_NAMES)))


@given(st.sets(st.sampled_from(_NAMES)), st.sampled_from(_NAMES), _PAIRS)
def test_a_further_stranger_never_lowers_the_count(names: set[str], newcomer: str, acquainted: Pairs) -> None:
    """Regardless of the newcomer's acquaintances."""
    before, after = count(names, acquainted), count(names | {newcomer}, acquainted)
    assert before <= after <= before + 1


@given(st.sets(st.sampled_from(_NAMES)), _PAIRS, _PAIRS)
def test_fewer_acquaintances_never_lower_the_count(
    names: set[str], some: set[tuple[str, str]], more: Pairs
) -> None:
    """Forgotten or unrecorded pairs err on the strict side."""
    assert count(names, some.union(more)) <= count(names, some) <= len(names)


@given(st.permutations(_NAMES), _PAIRS)
def test_order_does_not_matter(names: list[str], acquainted: set[tuple[str, str]]) -> None:
    """Neither of the parties nor within pairs."""
    turned = [(other, one) for one, other in acquainted]
    assert count(_NAMES, acquainted) == count(names, turned)


@given(st.permutations(_NAMES), st.integers(1, 8), st.integers(1, 8), _PAIRS)
def test_a_further_address_of_a_party_never_lowers_the_count(
    names: list[str], one: int, two: int, known: Pairs
) -> None:
    """One more address of a party that is already visible."""
    colleague, *others = names
    parties = [" ".join(others[:one]), *others[one:two], *others[max(one, two) :]]
    assert count(parties, known) <= count([f"{parties[0]} {colleague}", *parties[1:]], known)


@given(_PAIRS)
def test_the_count_covers_the_largest_unacquainted_group(acquainted: set[tuple[str, str]]) -> None:
    """The count is at least the size of the largest group without an acquainted pair."""
    largest = max(
        size
        for size in range(1, len(_NAMES) + 1)
        for group in combinations(_NAMES, size)
        if acquainted.isdisjoint(combinations(group, 2))
    )
    assert largest <= count(_NAMES, acquainted)
