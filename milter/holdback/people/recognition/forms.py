"""Labelled lines: `Name: Ann Smith`, `E-Mail: …`, `Telefon: …`, one block after the other."""

import re
from collections.abc import Callable, Iterator, Sequence

from holdback.people.fields import cells, phones, shapes
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field
from holdback.people.recognition.records import Record

Label = tuple[Field, str]

_LABEL = re.compile(
    r"[\s>*•·-]{0,6}([^:：=\t|\"{}<>\[\],;@]{1,40}?)[\s*]{0,6}(?:;[^:]{0,40})?[:：=\t|]\s*(.*)"
)
_NAMES = (Field.GIVEN, Field.FAMILY, Field.NAME, Field.ANY_NAME)
_OPENING = (*_NAMES, Field.EMAIL, Field.ID)
"""Labels that begin with the next person when they come again."""
_READERS: dict[Field, tuple[tuple[Field, Callable[[str], str]], ...]] = {
    Field.EMAIL: ((Field.EMAIL, cells.email),),
    Field.PHONE: ((Field.PHONE, phones.key),),
    Field.IBAN: ((Field.IBAN, shapes.iban),),
    Field.CARD: ((Field.CARD, shapes.card),),
    Field.BIRTH: ((Field.BIRTH, cells.birth),),
    Field.LOGIN: ((Field.LOGIN, cells.login),),
    Field.ID: ((Field.ID, cells.customer_id),),
    Field.NATIONAL_ID: ((Field.NATIONAL_ID, cells.announced_national_id),),
    # `Address:` is said of mail addresses too.
    Field.STREET: ((Field.EMAIL, cells.email), (Field.STREET, cells.announced_street)),
    Field.GIVEN: ((Field.NAME, cells.announced_name),),
    Field.FAMILY: ((Field.NAME, cells.announced_name),),
    Field.NAME: ((Field.NAME, cells.announced_name),),
    Field.ANY_NAME: ((Field.NAME, cells.name),),
}


def labels(lines: Sequence[str]) -> list[Label]:
    """The labelled lines among `lines` if most of them are; else nothing."""
    found = [label for label in map(_label, lines) if label]
    return found if len(found) >= 2 and len(found) * 3 >= len(lines) else []


def _label(line: str) -> Label | None:
    match = _LABEL.match(line[:300])
    role = field_of(match[1]) if match else None
    return (role, match[2].strip()) if match and role else None


def filled_in(found: Sequence[Label]) -> Iterator[Record]:
    """One mention for each person: a name, address or number whose label comes again is the next one's."""
    values: dict[Field, str] = {}
    seen: set[Field] = set()
    first: Field | None = None
    phone = postcode = ""
    for role, value in found:
        if not value:  # a heading: `customers:`
            continue
        if role in seen and role in _OPENING and (role is first or first not in _OPENING):
            yield Record(values, phone=phone, postcode=postcode)
            values, seen, first, phone, postcode = {}, set(), None, "", ""
        first = first or role
        seen.add(role)
        if role is Field.PHONE:
            phone = phone or value
        elif role is Field.POSTCODE:
            postcode = postcode or value
        for kind, reader in _READERS.get(role, ()):
            key = reader(value)
            if key and kind is Field.NAME and kind in values:
                values[kind] += " " + key
            elif key:
                values.setdefault(kind, key)
    yield Record(values, phone=phone, postcode=postcode)
