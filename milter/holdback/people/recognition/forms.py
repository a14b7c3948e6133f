"""Recognise records in forms: `Name: Ann Smith`, `E-Mail: …`, `Telefon: …`, one block after the other."""

import re
from collections.abc import Container, Iterator, Sequence, Set
from typing import NamedTuple

from holdback.people.fields import cells, phones, shapes
from holdback.people.fields.cells import SENSITIVE_PARSERS, Parser
from holdback.people.fields.headings import field_of
from holdback.people.fields.kinds import Field
from holdback.people.recognition.records import Record


class Label(NamedTuple):
    """A labelled line."""

    field: Field
    """What the label announces."""
    value: str
    """The text after it."""
    written: str
    """The label itself."""

    def may_have_value_besides(self, emails: Container[str]) -> bool:
        """True if a record with this line may have more than a name and an address of `emails` (keys)."""
        if self.field is Field.EMAIL:
            key = cells.email(self.value)
            return bool(key) and key not in emails
        return bool(self.value) and self.field in _PARSERS and self.field not in _NAMES


_LABEL = re.compile(
    r"[\s>*•·-]{0,6}([^:：=\t|\"{}<>\[\],;@]{1,40}?)[\s*]{0,6}(?:;[^:]{0,40})?[:：=\t|]\s*(.*)"
)
_SEPARATOR = re.compile(r"[:：=\t|]")
_NAMES = (Field.GIVEN, Field.FAMILY, Field.NAME, Field.ANY_NAME)
_OPENING = (*_NAMES, Field.EMAIL, Field.ID)
"""Labels that begin the next person when they come again."""
_LONGEST = 300
"""Characters of a line that are looked at."""
_LONGEST_LABEL = 100
"""Characters before the end of a label, at most."""
_LEAST = 2
"""Labelled lines that make a form."""
_SHARE = 1 / 3
"""Share of labelled lines that makes a form."""
_PARSERS: dict[Field, tuple[tuple[Field, Parser], ...]] = {
    Field.EMAIL: ((Field.EMAIL, cells.email),),
    Field.PHONE: ((Field.PHONE, phones.key),),
    Field.IBAN: ((Field.IBAN, shapes.iban),),
    Field.CARD: ((Field.CARD, shapes.card),),
    Field.BIRTH: ((Field.BIRTH, cells.birth),),
    Field.LOGIN: ((Field.LOGIN, cells.login),),
    Field.ID: ((Field.ID, cells.customer_id),),
    Field.NATIONAL_ID: ((Field.NATIONAL_ID, cells.announced_national_id),),
    # `Address:` may be that of a mailbox.
    Field.STREET: ((Field.EMAIL, cells.email), (Field.STREET, cells.announced_street)),
    Field.GIVEN: ((Field.NAME, cells.announced_name),),
    Field.FAMILY: ((Field.NAME, cells.announced_name),),
    Field.NAME: ((Field.NAME, cells.announced_name),),
    Field.ANY_NAME: ((Field.NAME, cells.name),),
    **{field: ((field, parse),) for field, parse in SENSITIVE_PARSERS.items()},
}
"""The fields that a value under a label can be, each with its parser."""


def labels(lines: Sequence[str], share: float = _SHARE) -> list[Label]:
    """The labelled lines of a form; none if too few of the `lines` are labelled."""
    least = max(_LEAST, share * len(lines))
    likely = [line for line in lines if _SEPARATOR.search(line, 0, _LONGEST)]
    found = [label for label in map(_label, likely) if label] if len(likely) >= least else []
    return found if len(found) >= least else []


def may_name_someone(line: str) -> bool:
    """True if the line in a form may be one of a person's: it has a label with a value of its kind."""
    label = _label(line) if _SEPARATOR.search(line, 0, _LONGEST_LABEL) else None
    return bool(label and label.value and label.field in _PARSERS)


def _label(line: str) -> Label | None:
    match = _LABEL.match(line[:_LONGEST])
    field = field_of(match[1]) if match else None
    return Label(field, match[2].strip(), match[1]) if match and field else None


def records_in_form(found: Sequence[Label]) -> Iterator[Record]:
    """One record for each person."""
    return map(_record, _people(found))


def _people(found: Sequence[Label]) -> Iterator[Sequence[Label]]:
    """The labels of each person."""
    person: list[Label] = []
    seen: set[Field] = set()
    for label in found:
        if not label.value:  # a heading: `customers:`
            continue
        if person and _begins_next(label, person[0], seen):
            yield person
            person, seen = [], set()
        person.append(label)
        seen.add(label.field)
    yield person


def _begins_next(label: Label, first: Label, seen: Set[Field]) -> bool:
    """True if a person that began with the label `first`, and has the fields `seen`, ends before `label`.

    A name, address or number whose label comes again is the next one's. So is any label that began a person
    who has a name, an address or a number by now.
    """
    if first.field in _OPENING:
        return label.field is first.field
    if label.field in _OPENING:
        return label.field in seen
    return label.written == first.written and not seen.isdisjoint(_OPENING)


def _record(person: Sequence[Label]) -> Record:
    """The first value of each field; names together."""
    values: dict[Field, str] = {}
    for label, value, _ in person:
        for field, parse in _PARSERS.get(label, ()):
            key = parse(value)
            if key and field is Field.NAME and field in values:
                values[field] += f" {key}"
            elif key:
                values.setdefault(field, key)
    phone, postcode = (
        next((value for label, value, _ in person if label is wanted), "")
        for wanted in (Field.PHONE, Field.POSTCODE)
    )
    return Record(values, phone=phone, postcode=postcode)
