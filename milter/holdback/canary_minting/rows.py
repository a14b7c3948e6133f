"""Make rows for fictitious people in the style of a list."""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from holdback.canary_minting import imitation
from holdback.canary_minting.mint import FictitiousPerson
from holdback.canary_minting.sample import Sample
from holdback.people.fields import cells
from holdback.people.fields.folding import fold
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field

_LEFT_EMPTY = (Field.IBAN, Field.CARD, Field.NATIONAL_ID)
"""Kinds left empty: an invented account number may be a real one."""
_CODE = re.compile(r"(?=\D*\d)[\w-]{1,40}")

Filler = Callable[[FictitiousPerson], str]


def make_rows(sample: Sample, minted: Sequence[FictitiousPerson], random: Random) -> list[list[str]]:
    """Return a row for each person: each column filled by its kind, else with a value several rows share."""
    fillers = list(_fillers(sample, random))
    return [[fill(one) for fill in fillers] for one in minted]


def _fillers(sample: Sample, random: Random) -> Iterator[Filler]:
    kinds: dict[int, Field] = {}
    for source in sample.layout.sources:
        for index in source.columns:
            # A mailbox `Ann Smith <ann@…>` counts as e-mail and as name: keep the first kind.
            kinds[index] = min(source.field, kinds.get(index, source.field))
    roles = [field_of(heading) for heading in sample.header]
    for index, column in enumerate(sample.columns):
        kind = kinds.get(index)
        role = roles[index] if index < len(roles) else None
        if kind is Field.EMAIL:
            yield _mailbox(sample, column)
        elif kind is Field.LOGIN:
            yield lambda one: one.address.partition("@")[0].partition("+")[0]
        elif kind is Field.NAME and not (role is Field.GIVEN and role in roles[:index]):
            yield _name(sample, column, role)
        else:
            yield _made(_maker(kind, column), random)


def _maker(kind: Field | None, column: Sequence[str]) -> imitation.Maker:
    """Return a function that fills a column independently of the person's name."""
    if kind is Field.PHONE:
        return imitation.phone(column)
    if kind is Field.STREET:
        return imitation.street(column)
    if kind in _LEFT_EMPTY:
        return lambda random: ""
    if kind is not Field.ID and (maker := imitation.date(column)):
        return maker
    if kind is Field.ID or _are_keys(column):
        return imitation.code(column)
    if len(set(column)) * 2 > len(column) and (maker := imitation.number(column)):
        return maker
    return imitation.repeated(column)


def _are_keys(column: Sequence[str]) -> bool:
    """Return True if each row has a different number or code in the column."""
    return len(set(column)) == len(column) and all(map(_CODE.fullmatch, column))


def _made(maker: imitation.Maker, random: Random) -> Filler:
    return lambda one: maker(random)


def _mailbox(sample: Sample, column: Sequence[str]) -> Filler:
    """Fill with `ann@x.example`, or `Ann Smith <ann@x.example>` if most of the column has that form."""
    if sum(map(bool, map(cells.name_in_mailbox, column))) * 2 <= len(column):
        return lambda one: one.address
    return lambda one: f"{_fit(sample, one.given)} {_fit(sample, one.family)} <{one.address}>"


def _name(sample: Sample, column: Sequence[str], role: Field | None) -> Filler:
    """Fill with given name, family name or both, in the style of the heading and the other names."""
    whole = sum(" " in value.strip() for value in column) * 2 > len(column)
    reversed_ = sum("," in value for value in column) * 2 > len(column)
    capitals = all(value.isupper() for value in column if value)

    def fill(one: FictitiousPerson) -> str:
        given, family = _fit(sample, one.given), _fit(sample, one.family)
        if not whole:
            name = given if role is Field.GIVEN else family
        else:
            name = f"{family}, {given}" if reversed_ else f"{given} {family}"
        return name.upper() if capitals else name

    return fill


def _fit(sample: Sample, name: str) -> str:
    """Return the name, without accents if the file's charset lacks them."""
    return name if sample.can_write(name) else fold(name).capitalize()
