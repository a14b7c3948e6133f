"""Whom an operator means by an e-mail address, a phone number, a customer id or a domain."""

from collections.abc import Iterator
from dataclasses import dataclass

from holdback.exits import Exit, Failure
from holdback.mail.address import address
from holdback.people.customers import Index
from holdback.people.fields import canonical
from holdback.people.pseudonyms import Identifier, Pseudonyms
from holdback.phrases import printable

KINDS = {
    Identifier.EMAIL: "e-mail address",
    Identifier.PHONE: "phone number",
    Identifier.ID: "customer id",
    Identifier.LOGIN: "login name",
    Identifier.DOMAIN: "domain",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be looked for, in numbers."""

    written: str
    """As typed, harmless to a terminal."""
    kinds: tuple[Identifier, ...]
    """What it may be."""
    typed: frozenset[int]
    others: frozenset[int]
    """The person's other identifiers, by the customer index."""

    @property
    def kinds_in_words(self) -> str:
        """`e-mail address`, `customer id, login name or domain`"""
        *first, last = (KINDS[kind] for kind in self.kinds)
        return f"{', '.join(first)} or {last}" if first else last


def identify(written: str, pseudonyms: Pseudonyms, region: str, index: Index | None) -> Person:
    """Whom `written` means; `region` as in `customers.region`. Raises Failure if it means nobody."""
    readings = dict(_readings(written.strip(), region))
    if not readings:
        raise Failure(
            Exit.USAGE,
            f"{printable(written)}: write an e-mail address, a phone number, a customer id or a domain",
        )
    typed = frozenset(pseudonyms.number(kind, value) for kind, value in readings.items())
    others: set[int] = set()
    if index:
        persons = {person for number in typed for person in index.persons(number)}
        others = set(index.numbers_of(sorted(persons)).tolist()) - typed
    return Person(printable(written.strip(), 100), tuple(readings), typed, frozenset(others))


def _readings(written: str, region: str) -> Iterator[tuple[Identifier, str]]:
    """What `written` may be, normalised: several things, if it has no at-sign."""
    if written.startswith("@"):
        yield from _known(Identifier.DOMAIN, canonical.domain(written[1:]))
    elif "@" in written:
        # A message may show what nobody would take for a person's address.
        yield from _known(Identifier.EMAIL, canonical.email(written) or address(written).key)
    else:
        yield from _known(Identifier.PHONE, canonical.phone(written, region))
        yield from _known(Identifier.ID, canonical.customer_id(written))
        yield from _known(Identifier.LOGIN, canonical.login(written))
        yield from _known(Identifier.DOMAIN, canonical.domain(written) if "." in written else "")


def _known(kind: Identifier, value: str) -> Iterator[tuple[Identifier, str]]:
    if value:
        yield kind, value
