"""Count the strangers who see each other, with fewer counted if some of them are acquainted.

Pairs are pairs of addresses, not of parties: two parties are acquainted only if all pairs of their visible
addresses are on record.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import combinations

from holdback.mail import Address
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import Domains
from holdback.people.pseudonyms import Pseudonyms

MAX_ADDRESSES = 200
"""Maximum of addresses for which acquaintances are looked up; with more, all count as unacquainted."""

Parties = Mapping[str, Sequence[int]]
"""Party (`Domains.party`) → numbers of its visible addresses."""


def parties_of(
    addresses: Iterable[Address], domains: Domains, pseudonyms: Pseudonyms
) -> dict[str, list[int]]:
    """Return the numbers of the outsiders among `addresses` (`Domains.outsiders`), by party."""
    parties: dict[str, list[int]] = {}
    for address in domains.outsiders(addresses):
        number = pseudonyms.number(Field.EMAIL, address.key)
        parties.setdefault(domains.party(address), []).append(number)
    return parties


def pair(one: int, other: int, pseudonyms: Pseudonyms) -> int:
    """Return the number of a pair of people, in either order."""
    first, second = sorted((one, other))
    return pseudonyms.number(Field.PAIR, f"{first}:{second}")


def pairs(parties: Parties, pseudonyms: Pseudonyms) -> dict[int, tuple[str, str]]:
    """Map the number of each pair of addresses to its two parties, at most 19,900 pairs."""
    return {
        pair(one, other, pseudonyms): (first, second)
        for first, second in combinations(sorted(parties), 2)
        for one in parties[first]
        for other in parties[second]
    }


def count_strangers(
    parties: Parties, pseudonyms: Pseudonyms, acquainted: Callable[[Sequence[int]], Collection[int]]
) -> int:
    """Return how many strangers the parties count as; `acquainted` returns the pairs that are on record.

    The count is the largest n for which there is a set of parties such that each is unacquainted with at
    least n - 1 others of the set: all parties if no pair is acquainted, 1 if all are. This is the colouring
    number of the graph of unacquainted parties (Matula and Beck 1983, doi:10.1145/2402.322385). It is never
    less than the number of circles of acquainted parties that are needed to cover all. It never falls when a
    party joins or fewer are acquainted, does not depend on the order, and one person in all Cc fields does
    not acquaint the others.
    """
    if sum(map(len, parties.values())) > MAX_ADDRESSES:
        return len(parties)
    asked = pairs(parties, pseudonyms)
    unknown_to: dict[str, set[str]] = {party: set() for party in parties}
    for first, second in map(asked.__getitem__, asked.keys() - set(acquainted(list(asked)))):
        unknown_to[first].add(second)
        unknown_to[second].add(first)
    return _colouring_number(unknown_to)


def _colouring_number(neighbours: dict[str, set[str]]) -> int:
    """Return 1 plus the largest degree met while always removing the vertex with the smallest degree."""
    most = -1
    while neighbours:
        least = min(neighbours, key=lambda one: len(neighbours[one]))
        most = max(most, len(neighbours[least]))
        for other in neighbours.pop(least):
            neighbours[other].discard(least)
    return most + 1
