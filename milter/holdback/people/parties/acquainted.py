"""How many strangers see each other, when some of them know one another already.

Pairs are pairs of addresses, not of parties: whoever wants to pass strangers off as acquainted must have
known every one of their addresses before. Two parties are acquainted if all their visible addresses are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import combinations

from holdback.mail import Address
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import Domains
from holdback.people.pseudonyms import Pseudonyms

MOST = 200
"""Addresses up to which it is asked who knows whom; of more, nobody knows anybody."""

Parties = Mapping[str, Sequence[int]]
"""Party (`Domains.party`) → numbers of its visible addresses."""


def parties_of(
    addresses: Iterable[Address], domains: Domains, pseudonyms: Pseudonyms
) -> dict[str, list[int]]:
    """The strangers among `addresses`, by party."""
    parties: dict[str, list[int]] = {}
    for address in addresses:
        if domains.is_stranger(address):
            number = pseudonyms.number(Field.EMAIL, address.key)
            parties.setdefault(domains.party(address), []).append(number)
    return parties


def pair(one: int, other: int, pseudonyms: Pseudonyms) -> int:
    """The number of two people, whichever is named first."""
    first, second = sorted((one, other))
    return pseudonyms.number(Field.PAIR, f"{first}:{second}")


def pairs(parties: Parties, pseudonyms: Pseudonyms) -> dict[int, tuple[str, str]]:
    """Every pair of addresses of two different parties → the two; at most 19,900 for `MOST` addresses."""
    return {
        pair(one, other, pseudonyms): (first, second)
        for first, second in combinations(sorted(parties), 2)
        for one in parties[first]
        for other in parties[second]
    }


def strangers(
    parties: Parties, pseudonyms: Pseudonyms, acquainted: Callable[[Sequence[int]], Collection[int]]
) -> int:
    """As how many strangers the parties count; `acquainted` tells which pairs are on record.

    The largest n so that some of them are seen by n - 1 others each, of those, whom they do not know: all
    parties if nobody knows anybody, 1 if everybody knows everybody. That is the colouring number of the
    graph of those who do not know each other (Matula and Beck 1983, doi:10.1145/2402.322385). It is never
    less than the number of groups of acquainted people that would be needed to make up the whole; it never
    falls when somebody joins or fewer are acquainted, whatever the order; and one person in everybody's Cc
    does not acquaint the others.
    """
    if sum(map(len, parties.values())) > MOST:
        return len(parties)
    asked = pairs(parties, pseudonyms)
    unknown_to: dict[str, set[str]] = {party: set() for party in parties}
    for first, second in map(asked.__getitem__, asked.keys() - set(acquainted(list(asked)))):
        unknown_to[first].add(second)
        unknown_to[second].add(first)
    return _colouring_number(unknown_to)


def _colouring_number(neighbours: dict[str, set[str]]) -> int:
    """Takes away, again and again, whoever has fewest neighbours left; one more than the most these had."""
    most = -1
    while neighbours:
        least = min(neighbours, key=lambda one: len(neighbours[one]))
        most = max(most, len(neighbours[least]))
        for other in neighbours.pop(least):
            neighbours[other].discard(least)
    return most + 1
