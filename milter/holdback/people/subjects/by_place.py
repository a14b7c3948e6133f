"""Find the third parties that a message's documents disclose, place by place."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from holdback.documents import Document, Table, Text
from holdback.mail.beat import Beat, no_beat
from holdback.people.fields.addresses import masked
from holdback.people.fields.kinds import Field
from holdback.people.recognition.records import Place, Records
from holdback.people.subjects.count import people_in
from holdback.people.subjects.disclosed import Subjects
from holdback.people.subjects.known_customers import customers_alone, shown_to_company
from holdback.people.subjects.lookup import CustomerLookup
from holdback.people.subjects.number_set import number_of, numbers_of
from holdback.people.subjects.third_parties import IsThirdParty, nobody


class Container(NamedTuple):
    """What a place is one of several in."""

    where: str = ""
    """For example `part 2, forms.zip`; empty for the message itself."""
    name: str = ""
    kind: str = "part"
    """What it has several of: file, page, sheet, slide, message, part."""


_KINDS = ("page", "sheet", "slide", "message")
"""The first words of places within a document."""


_MESSAGE = Container()


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The third parties in one place."""

    where: str
    """For example `part 1.2, a.zip > b.xlsx > sheet "Kunden" rows 2-20001`; addresses in names are masked."""
    subjects: Subjects
    container: Container = _MESSAGE


def disclosed(
    places: Iterable[Place],
    is_third_party: IsThirdParty,
    lookup: CustomerLookup | None = None,
    beat: Beat = no_beat,
    is_of_company: IsThirdParty = nobody,
) -> Iterator[Disclosed]:
    """Yield the places that disclose third parties, in order. `beat` may raise to end the work.

    is_third_party: True for those who count. is_of_company: as in `Audience`.
    """
    for place in places:
        found, body = None, 0
        for records in place.records:
            subjects = subjects_of(records, is_third_party, lookup, beat, is_of_company)
            body = records.body
            if found:
                found.add(subjects)
            else:
                found = subjects
        if found and found.are_of_company:
            found = Subjects(pseudonyms=found.pseudonyms, colleagues=found.colleagues)
        if found:
            within = _within(place.source, body)
            container = _container(place.document, within)
            yield Disclosed(masked(place.document.place(within)), found, container)


def subjects_of(
    records: Records,
    is_third_party: IsThirdParty,
    lookup: CustomerLookup | None = None,
    beat: Beat = no_beat,
    is_of_company: IsThirdParty = nobody,
) -> Subjects:
    """Return the third parties with a record, and those whose address is in no record."""
    found = Subjects()
    if records.batches:
        found = people_in(records, is_third_party, lookup, beat, is_of_company)
    emails = {key for key in records.emails if is_third_party(key)}
    if emails:
        found.addresses.update(numbers_of(emails))
    colleagues = [key for key in records.emails if key not in emails and is_of_company(key)]
    if colleagues:
        found.colleagues.update(numbers_of(colleagues))
    if lookup:
        found.add(_customers_without_record(records, emails, found, is_third_party, lookup, colleagues))
        if colleagues:
            found.pseudonyms.update(shown_to_company(colleagues, lookup))
    return found


def _customers_without_record(
    records: Records,
    emails: set[str],
    found: Subjects,
    is_third_party: IsThirdParty,
    lookup: CustomerLookup,
    colleagues: Collection[str],
) -> Subjects:
    """Return the customers whose address or phone is in no record; `found` are those with a record."""
    in_records = {key for batch in records.batches for key in batch.column(Field.EMAIL)} if emails else set()
    own = set(found.own_addresses)
    alone = [key for key in emails if key not in in_records and number_of(key) not in own]
    alone += [key for key in records.remarks if is_third_party(key)]
    if not (alone or records.phones):
        return Subjects()
    return customers_alone(alone, records.phones, lookup, colleagues)


def _container(document: Document, within: str) -> Container:
    """What the document is in, or the document itself if the place is one of its pages."""
    kind = next((kind for kind in _KINDS if within.startswith(kind)), "")
    if kind:
        return Container(masked(document.where), masked(document.name or "the message"), kind)
    if not document.inside:
        return _MESSAGE
    kind = "message" if document.name.startswith("message ") else "file"
    *outer, name = document.inside
    return Container(masked(replace(document, name=name, inside=tuple(outer)).where), masked(name), kind)


def _within(source: Table | Text, body: int) -> str:
    """Return the place within its document; numbered rows start at the first record."""
    if isinstance(source, Text) or not source.first:
        return source.where
    return f"{source.where} rows {source.first + body}-{source.first + source.height - 1}".strip()
