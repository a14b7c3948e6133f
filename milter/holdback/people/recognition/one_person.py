"""Bring together what one page, form or letter says of one person in several places."""

from collections.abc import Iterable, Sequence

from holdback.people.fields.kinds import Field
from holdback.people.fields.names import name_key
from holdback.people.recognition.forms import labels, records_in_form
from holdback.people.recognition.records import Record

_LINES = 100
"""Lines of a page, at most."""
_RECORDS = 6
"""Records of a page that may be of one person, at most."""


def as_one_person(lines: Sequence[str], records: list[Record]) -> list[Record]:
    """The records in a text; one record if they can be one person's, as those of a form, and it names one.

    Records with the same field in different values are two people's.
    """
    if len(lines) > _LINES or len(records) > _RECORDS:
        return records
    form = list(records_in_form(labelled)) if (labelled := labels(lines, share=0)) else []
    parts = [record for record in records if len(record.values) > 1]
    parts += form if len(form) == 1 and len(form[0].values) > 1 else []
    names = {name_key(record.values[Field.NAME]) for record in parts if Field.NAME in record.values}
    if len(names) != 1:
        return records
    parts.sort(key=lambda record: Field.NAME not in record.values)
    one, *others = parts
    for record in others:
        if not _agrees(record, one):
            return records
        one = merged([one, record])
    return [one]


def _agrees(record: Record, other: Record) -> bool:
    """True if no field but the name has two values."""
    known = other.values
    return all(
        field is Field.NAME or known.get(field, value) == value for field, value in record.values.items()
    )


def merged(found: Iterable[Record]) -> Record:
    """One record of all lines of a signature, a form or an envelope: the first value of each field.

    Of several names, the first known one.
    """
    values: dict[Field, str] = {}
    has_known_name, phone, postcode = True, "", ""
    for record in found:
        if Field.NAME in record.values:
            better = record.has_known_name and not has_known_name
            if better or Field.NAME not in values:
                has_known_name = record.has_known_name
                values = {**values, Field.NAME: record.values[Field.NAME]}
        values = {**record.values, **values}
        phone, postcode = phone or record.phone, postcode or record.postcode
    return Record(values, has_known_name, phone, postcode)
