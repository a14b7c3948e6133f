"""As how many strangers people count who partly know each other."""

from collections.abc import Iterable
from itertools import combinations

import pytest
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.parties.acquainted import MOST, pair, parties_of, strangers
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from hypothesis import given
from hypothesis import strategies as st

PSEUDONYMS = Pseudonyms(bytes(32))
Pairs = Iterable[tuple[str, str]]


def number(name: str) -> int:
    return PSEUDONYMS.number(Field.EMAIL, name)


def count(parties: Iterable[str], acquainted: Pairs) -> int:
    """`parties` are names of their members, with blanks between them."""
    on_record = {pair(number(one), number(other), PSEUDONYMS) for one, other in acquainted}
    members = {party: [number(name) for name in party.split()] for party in parties}
    return strangers(members, PSEUDONYMS, on_record.intersection)


def everybody(names: Iterable[str]) -> list[tuple[str, str]]:
    return list(combinations(names, 2))


THREAD = [f"old{n}" for n in range(60)]
OTHERS = [f"new{n}" for n in range(60)]
HUB = [("hub", name) for name in OTHERS]

CASES = {
    "nobody": ([], [], 0),
    "one": (["ann"], [], 1),
    "strangers": (OTHERS, [], 60),
    "an old thread": (THREAD, everybody(THREAD), 1),
    "a part of it": (THREAD[20:], everybody(THREAD), 1),
    "and a newcomer": ([*THREAD, "new"], everybody(THREAD), 2),
    "and two newcomers": ([*THREAD, "new", "newer"], everybody(THREAD), 3),
    "a newcomer whom some know": ([*THREAD, "new"], [*everybody(THREAD), ("new", "old7")], 2),
    "a consultant in everybody's Cc": (["hub", *OTHERS], HUB, 60),
    "two old threads": (THREAD, everybody(THREAD[:30]) + everybody(THREAD[30:]), 31),
    "couples": (THREAD, list(zip(THREAD[::2], THREAD[1::2], strict=True)), 59),
    "two offices that met": (["ann amy", "bob"], [("ann", "bob"), ("bob", "amy")], 1),
    "two offices that half met": (["ann amy", "bob"], [("ann", "bob")], 2),
    "colleagues": ([" ".join(THREAD), "bob"], [], 2),
}


@pytest.mark.parametrize(("parties", "acquainted", "expected"), CASES.values(), ids=CASES.keys())
def test_strangers(parties: list[str], acquainted: list[tuple[str, str]], expected: int) -> None:
    """Who knows everybody adds nobody; who is new is new to all; common friends acquaint nobody."""
    assert expected == count(parties, acquainted)


def test_too_many_are_not_asked_about() -> None:
    """Above the bound nobody knows anybody, and no question is asked."""
    names = [f"a{n}" for n in range(MOST + 1)]
    assert strangers({name: [number(name)] for name in names}, PSEUDONYMS, _never) == MOST + 1
    assert count(names[:MOST], everybody(names)) == 1


def _never(_pairs: object) -> tuple[int, ...]:
    raise AssertionError("asked")


def test_a_pair_has_no_order() -> None:
    """Ann and Bob are Bob and Ann, and neither Ann and Carl nor two people of another key."""
    ann, bob, carl = map(number, ("ann", "bob", "carl"))
    assert pair(ann, bob, PSEUDONYMS) == pair(bob, ann, PSEUDONYMS)
    assert len({pair(ann, bob, PSEUDONYMS), pair(ann, carl, PSEUDONYMS), pair(bob, carl, PSEUDONYMS)}) == 3
    assert pair(ann, bob, PSEUDONYMS) != pair(ann, bob, Pseudonyms(bytes([1] * 32)))


def test_parties_of_strangers() -> None:
    """Neither we nor our partners are among them; an organisation is one party, a free mailbox another."""
    view = company_domains(["corp.example"], ["partner.example"])
    written = ["me@corp.example", "p@partner.example", "a@shop.example", "b@it.shop.example", "A+x@gmail.com"]
    assert parties_of(map(address, written), view, PSEUDONYMS) == {
        "shop.example": [number("a@shop.example"), number("b@it.shop.example")],
        "a@gmail.com": [number("a@gmail.com")],
    }


_NAMES = [f"n{n}" for n in range(9)]
_PAIRS = st.sets(st.sampled_from(everybody(_NAMES)))


@given(st.sets(st.sampled_from(_NAMES)), st.sampled_from(_NAMES), _PAIRS)
def test_a_further_stranger_makes_it_no_milder(names: set[str], newcomer: str, acquainted: Pairs) -> None:
    """Whoever joins, and whomever they know."""
    before, after = count(names, acquainted), count(names | {newcomer}, acquainted)
    assert before <= after <= before + 1


@given(st.sets(st.sampled_from(_NAMES)), _PAIRS, _PAIRS)
def test_knowing_fewer_makes_it_no_milder(names: set[str], some: set[tuple[str, str]], more: Pairs) -> None:
    """What is forgotten, or was never learned, errs on the strict side."""
    assert count(names, some.union(more)) <= count(names, some) <= len(names)


@given(st.permutations(_NAMES), _PAIRS)
def test_order_does_not_matter(names: list[str], acquainted: set[tuple[str, str]]) -> None:
    """Of parties, nor of the two of a pair."""
    turned = [(other, one) for one, other in acquainted]
    assert count(_NAMES, acquainted) == count(names, turned)


@given(st.permutations(_NAMES), st.integers(1, 8), st.integers(1, 8), _PAIRS)
def test_a_further_colleague_makes_it_no_milder(names: list[str], one: int, two: int, known: Pairs) -> None:
    """One more address of a party that is visible already, and nothing but its own."""
    colleague, *others = names
    parties = [" ".join(others[:one]), *others[one:two], *others[max(one, two) :]]
    assert count(parties, known) <= count([f"{parties[0]} {colleague}", *parties[1:]], known)


@given(_PAIRS)
def test_no_milder_than_those_who_know_nobody(acquainted: set[tuple[str, str]]) -> None:
    """As many, at least, as the largest group of whom nobody knows another."""
    largest = max(
        size
        for size in range(1, len(_NAMES) + 1)
        for group in combinations(_NAMES, size)
        if acquainted.isdisjoint(combinations(group, 2))
    )
    assert largest <= count(_NAMES, acquainted)
