"""Parses the identifier of a person that an operator types, and adds the person's other identifiers."""

from collections.abc import Iterator
from dataclasses import dataclass

from holdback.exits import Exit, Failure
from holdback.mail.address import address
from holdback.people.customers import Index
from holdback.people.fields import canonical, phones
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import registrable_of
from holdback.people.pseudonyms import Pseudonyms
from holdback.phrases import printable

KINDS = {
    Field.EMAIL: "e-mail address",
    Field.PHONE: "phone number",
    Field.ID: "customer id",
    Field.LOGIN: "login name",
    Field.DOMAIN: "domain",
}


@dataclass(frozen=True, slots=True)
class Person:
    """The person to search for, as pseudonyms."""

    written: str
    """The identifier as typed, printable."""
    kinds: tuple[Field, ...]
    """Kinds of identifier that it can be."""
    typed: frozenset[int]
    """Its pseudonym as each kind."""
    others: frozenset[int]
    """Pseudonyms of the same person in the customer index."""

    @property
    def kinds_in_words(self) -> str:
        """`e-mail address`, `customer id, login name or domain`"""
        *first, last = (KINDS[kind] for kind in self.kinds)
        return f"{', '.join(first)} or {last}" if first else last


def identify(written: str, pseudonyms: Pseudonyms, region: str, index: Index | None) -> Person:
    """The person named by `written`; `region` is `customers.region`. Raises Failure for anything else."""
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


def _readings(written: str, region: str) -> Iterator[tuple[Field, str]]:
    """Each kind that `written` can be, with the normalised value; several if it has no at-sign."""
    if written.startswith("@"):
        yield from _reading(Field.DOMAIN, registrable_of(written[1:]))
    elif "@" in written:
        # Role addresses are no identifiers of customers, but a message may have disclosed one.
        yield from _reading(Field.EMAIL, canonical.email(written) or address(written).key)
    else:
        yield from _reading(Field.PHONE, phones.canonical(written, region))
        yield from _reading(Field.ID, canonical.customer_id(written))
        yield from _reading(Field.LOGIN, canonical.login(written))
        yield from _reading(Field.DOMAIN, registrable_of(written) if "." in written else "")


def _reading(kind: Field, value: str) -> Iterator[tuple[Field, str]]:
    if value:
        yield kind, value
