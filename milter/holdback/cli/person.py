"""Whom an operator means by an e-mail address, a phone number, a customer id or a domain."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdback.exits import Exit, Failure
from holdback.mail.address import address
from holdback.people.customers import Index, IndexBroken, load
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
class Who:
    """Somebody to be looked for, in numbers."""

    written: str
    """As typed, harmless to a terminal."""
    kinds: tuple[Field, ...]
    """What it may be."""
    asked: frozenset[int]
    others: frozenset[int]
    """The person's other identifiers, by the customer index."""

    @property
    def in_words(self) -> str:
        """`e-mail address`, `customer id, login name or domain`"""
        *first, last = (KINDS[kind] for kind in self.kinds)
        return f"{', '.join(first)} or {last}" if first else last


def who(written: str, pseudonyms: Pseudonyms, region: str, index: Index | None) -> Who:
    """Whom `written` means; `region` as in `customers.region`. Raises Failure if it means nobody."""
    readings = dict(_readings(written.strip(), region))
    if not readings:
        raise Failure(
            Exit.USAGE,
            f"{printable(written)}: write an e-mail address, a phone number, a customer id or a domain",
        )
    asked = frozenset(pseudonyms.number(kind, value) for kind, value in readings.items())
    others: set[int] = set()
    if index:
        persons = {person for number in asked for person in index.persons(number)}
        others = set(index.numbers_of(sorted(persons)).tolist()) - asked
    return Who(printable(written.strip(), 100), tuple(readings), asked, frozenset(others))


def _readings(written: str, region: str) -> Iterator[tuple[Field, str]]:
    """What `written` may be, normalised: several things, if it has no at-sign."""
    if written.startswith("@"):
        yield from _known(Field.DOMAIN, registrable_of(written[1:]))
    elif "@" in written:
        # A message may show what nobody would take for a person's address.
        yield from _known(Field.EMAIL, canonical.email(written) or address(written).key)
    else:
        yield from _known(Field.PHONE, phones.canonical(written, region))
        yield from _known(Field.ID, canonical.customer_id(written))
        yield from _known(Field.LOGIN, canonical.login(written))
        yield from _known(Field.DOMAIN, registrable_of(written) if "." in written else "")


def _known(kind: Field, value: str) -> Iterator[tuple[Field, str]]:
    if value:
        yield kind, value


def index_at(path: Path, pseudonyms: Pseudonyms) -> tuple[Index | None, str]:
    """The customer index, and why it cannot be used, if there is one and it cannot."""
    try:
        return load(path, pseudonyms.key_id), ""
    except FileNotFoundError:
        return None, ""
    except IndexBroken as broken:
        return None, str(broken)
