"""Rows for canaries that look like those of the list they are planted in."""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from holdback.canary_minting import values_like as like
from holdback.canary_minting.mint import Minted
from holdback.canary_minting.sample import Sample
from holdback.people.fields import cells
from holdback.people.fields.folding import fold
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field

_LEFT_EMPTY = (Field.IBAN, Field.CARD, Field.NATIONAL_ID)
"""An account that is made up may be somebody's."""
_CODE = re.compile(r"(?=\D*\d)[\w-]{1,40}")

Filler = Callable[[Minted], str]


def rows_like(sample: Sample, minted: Sequence[Minted], random: Random) -> list[list[str]]:
    """A row for each of `minted`: every column filled by its kind, else with what several rows have."""
    fillers = list(_fillers(sample, random))
    return [[fill(one) for fill in fillers] for one in minted]


def _fillers(sample: Sample, random: Random) -> Iterator[Filler]:
    kinds: dict[int, Field] = {}
    for source in sample.layout.sources:
        for index in source.columns:
            # `Ann Smith <ann@…>` is a name, too.
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


def _maker(kind: Field | None, column: Sequence[str]) -> like.Maker:
    """What fills a column that does not follow from the name."""
    if kind is Field.PHONE:
        return like.phone(column)
    if kind is Field.STREET:
        return like.street(column)
    if kind in _LEFT_EMPTY:
        return lambda random: ""
    if kind is not Field.ID and (maker := like.date(column)):
        return maker
    if kind is Field.ID or _are_keys(column):
        return like.code(column)
    if len(set(column)) * 2 > len(column) and (maker := like.number(column)):
        return maker
    return like.repeated(column)


def _are_keys(column: Sequence[str]) -> bool:
    """True if every row has a number or code of its own there."""
    return len(set(column)) == len(column) and all(map(_CODE.fullmatch, column))


def _made(maker: like.Maker, random: Random) -> Filler:
    return lambda one: maker(random)


def _mailbox(sample: Sample, column: Sequence[str]) -> Filler:
    """`ann@x.example`, or `Ann Smith <ann@x.example>` where the column has that."""
    if sum(map(bool, map(cells.name_in_mailbox, column))) * 2 <= len(column):
        return lambda one: one.address
    return lambda one: f"{_fit(sample, one.given)} {_fit(sample, one.family)} <{one.address}>"


def _name(sample: Sample, column: Sequence[str], role: Field | None) -> Filler:
    """Given name, family name or both, as the heading and the other names have it."""
    whole = sum(" " in value.strip() for value in column) * 2 > len(column)
    reversed_ = sum("," in value for value in column) * 2 > len(column)
    capitals = all(value.isupper() for value in column if value)

    def fill(one: Minted) -> str:
        given, family = _fit(sample, one.given), _fit(sample, one.family)
        if not whole:
            name = given if role is Field.GIVEN else family
        else:
            name = f"{family}, {given}" if reversed_ else f"{given} {family}"
        return name.upper() if capitals else name

    return fill


def _fit(sample: Sample, name: str) -> str:
    """The name without its accents if the file's charset lacks them."""
    return name if sample.can_write(name) else fold(name).capitalize()
