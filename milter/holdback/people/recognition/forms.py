"""Labelled lines: `Name: Ann Smith`, `E-Mail: …`, `Telefon: …`, one block after the other."""

import re
from collections.abc import Callable, Iterator, Sequence

from holdback.people.fields import cells, shapes
from holdback.people.fields.headings import role_of
from holdback.people.fields.kinds import Kind
from holdback.people.fields.vocabulary import Role
from holdback.people.recognition.line import Mention

Label = tuple[Role, str]

_LABEL = re.compile(
    r"[\s>*•·-]{0,6}([^:：=\t|\"{}<>\[\],;@]{1,40}?)[\s*]{0,6}(?:;[^:]{0,40})?[:：=\t|]\s*(.*)"
)
_NAMES = (Role.GIVEN, Role.FAMILY, Role.FULL_NAME, Role.NAME)
_OPENING = (*_NAMES, Role.EMAIL, Role.ID)
"""Labels that begin with the next person when they come again."""
_READERS: dict[Role, tuple[tuple[Kind, Callable[[str], str]], ...]] = {
    Role.EMAIL: ((Kind.EMAIL, cells.email),),
    Role.PHONE: ((Kind.PHONE, shapes.phone),),
    Role.IBAN: ((Kind.IBAN, shapes.iban),),
    Role.CARD: ((Kind.CARD, shapes.card),),
    Role.BIRTH: ((Kind.BIRTH, cells.birth),),
    Role.LOGIN: ((Kind.LOGIN, cells.login),),
    Role.ID: ((Kind.ID, cells.customer_id),),
    Role.NATIONAL_ID: ((Kind.NATIONAL_ID, cells.announced_national_id),),
    # `Address:` is said of mail addresses too.
    Role.STREET: ((Kind.EMAIL, cells.email), (Kind.STREET, cells.announced_street)),
    Role.GIVEN: ((Kind.NAME, cells.announced_name),),
    Role.FAMILY: ((Kind.NAME, cells.announced_name),),
    Role.FULL_NAME: ((Kind.NAME, cells.announced_name),),
    Role.NAME: ((Kind.NAME, cells.name),),
}


def labels(lines: Sequence[str]) -> list[Label]:
    """The labelled lines among `lines` if most of them are; else nothing."""
    found = [label for label in map(_label, lines) if label]
    return found if len(found) >= 2 and len(found) * 3 >= len(lines) else []


def _label(line: str) -> Label | None:
    match = _LABEL.match(line[:300])
    role = role_of(match[1]) if match else None
    return (role, match[2].strip()) if match and role else None


def filled_in(found: Sequence[Label]) -> Iterator[Mention]:
    """One mention for each person: a name, address or number whose label comes again is the next one's."""
    values: dict[Kind, str] = {}
    seen: set[Role] = set()
    first: Role | None = None
    phone = postcode = ""
    for role, value in found:
        if not value:  # a heading: `customers:`
            continue
        if role in seen and role in _OPENING and (role is first or first not in _OPENING):
            yield Mention(values, phone=phone, postcode=postcode)
            values, seen, first, phone, postcode = {}, set(), None, "", ""
        first = first or role
        seen.add(role)
        if role is Role.PHONE:
            phone = phone or value
        elif role is Role.POSTCODE:
            postcode = postcode or value
        for kind, reader in _READERS.get(role, ()):
            key = reader(value)
            if key and kind is Kind.NAME and kind in values:
                values[kind] += " " + key
            elif key:
                values.setdefault(kind, key)
    yield Mention(values, phone=phone, postcode=postcode)
