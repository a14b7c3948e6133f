"""Recognise records in running text: in a line, in forms, in address blocks; and single addresses."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, partial
from typing import NamedTuple

from holdback.mail.address import compared
from holdback.mail.beat import Beat, no_beat
from holdback.people.fields import addresses, phones
from holdback.people.fields.kinds import Field
from holdback.people.recognition.envelopes import envelopes
from holdback.people.recognition.forms import labels, records_in_form
from holdback.people.recognition.line import (
    may_have_number,
    may_have_value,
    may_have_value_besides,
    records_in_line,
)
from holdback.people.recognition.one_person import as_one_person, merged
from holdback.people.recognition.quoted_headers import quoted_header_lines
from holdback.people.recognition.records import Record, Records, Scope, batch_of
from holdback.people.recognition.sensitive_text import has_sensitive_label, is_sensitive_label
from holdback.people.recognition.signs import digits_of, has_long_number, numbered, with_digits

_BLOCK_LINES = 14
"""Lines of a signature or an address block, at most."""
_BLOCK_WIDTH = 100
"""Characters of their longest line, at most."""
_FORM_LINES = 40
"""First lines of a paragraph that show whether it is a form."""
_BETWEEN_BEATS = 1_000
"""Lines read closely between two heartbeats."""
_TRUSTED = 6
"""One known name in so many makes the others credible, which only have the shape of names."""

_OWN_ADDRESSES = 2
"""More addresses of participants than this may be in records of different people."""

_CREDIT = re.compile(
    r"\s*(?:Author|Commit|Committer|[A-Z][a-z]{2,12}(?:-[a-z]{2,12}){0,2}-by):"
    r"| ?-- [^<>@]{1,80} <[^<>\s]{3,100}>  [A-Z][a-z]{2}, [ \d]?\d [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}\s*$"
    r"|\* (?:[A-Z][a-z]{2} ){2}[ \d]\d (?:[\d:]{8} [A-Z]{3,4} )?\d{4} [^<>@]{1,80} <[^<>\s]{3,100}>"
)
"""The author of a change of a program, as version control, Debian's or RPM's changelogs write it.

Such a line is no record; its addresses count.
"""


class Paragraph(NamedTuple):
    """Lines between two blank ones."""

    start: int
    end: int
    """The number after its last line."""
    wanted: Sequence[int]
    """Lines that may have a record."""


Posted = Mapping[int, Record | None]
"""As of `envelopes`: the numbers of the lines that are streets, and who has a name above it."""


def records_in_text(
    text: str, scope: Scope, beat: Beat = no_beat, digits: bytes | None = None
) -> Iterator[Records]:
    """The records in running text, if there are any. `digits`: its `digits_of`, if they are known."""
    digits = digits_of(text) if digits is None else digits
    has_numbers = has_long_number(digits)
    may_list = has_numbers and scope.signs.may_list
    streets = scope.signs.has_streets
    may_dial = has_numbers and scope.customers
    is_sensitive = has_sensitive_label(text)
    if "@" not in text and not (streets or may_list or may_dial or is_sensitive):
        return
    lines = text.split("\n")
    with_address = [number for number, line in enumerate(lines) if "@" in line] if "@" in text else []
    _blank(lines, quoted_header_lines(lines, with_address))
    beat()
    emails = addresses.keys("\n".join([lines[number] for number in with_address]))
    third_parties = any(map(scope.is_third_party, emails))
    if not (third_parties or streets or may_list or may_dial or is_sensitive):
        return
    beat()
    _blank(lines, [number for number in with_address if _CREDIT.match(lines[number])])
    wanted: set[int] = set()
    if third_parties or streets or may_list:
        wanted.update(number for number in with_address if lines[number])
    with_number = numbered(digits) if may_list or may_dial else []
    if may_list:
        wanted.update(with_number)
    posted = dict(envelopes(lines, with_digits(digits))) if streets else {}
    wanted.update(posted)
    if is_sensitive:
        wanted.update(number for number, line in enumerate(lines) if is_sensitive_label(line))
    paragraphs = list(_paragraphs(lines, sorted(wanted)))
    if not (third_parties or scope.customers) and _discloses_nobody(lines, paragraphs, posted, scope, beat):
        return
    if third_parties and scope.are_few() and not _may_have_values(lines, paragraphs, emails):
        paragraphs = []
    found = list(_records(lines, paragraphs, posted, beat))
    records = _trusted(as_one_person(lines, found) if streets or may_list else found)
    dialled = (
        (phone for number in with_number for phone in phones.in_line(lines[number]))
        if scope.customers
        else ()
    )
    batches, phones_alone = (batch_of(records),) if records else (), frozenset(dialled)
    if batches or emails or phones_alone:
        yield Records(batches, emails=frozenset(emails), phones=phones_alone)


def _discloses_nobody(
    lines: Sequence[str], paragraphs: Sequence[Paragraph], posted: Posted, scope: Scope, beat: Beat
) -> bool:
    """True if each record has the address of a participant, as the signatures in a reply.

    Only for texts without addresses of third parties. An address in the records of three people is nobody's.
    """
    written = [lines[number].count("@") for paragraph in paragraphs for number in paragraph.wanted]
    if sum(written) > _OWN_ADDRESSES:
        return False
    others = [one for one in paragraphs if not _is_of_participants(lines, one, scope)]
    few = bool(others) and scope.are_few()
    if few:
        others = [one for one in others if _may_identify(lines[one.start : one.end])]
    elif len(others) == len(paragraphs):
        return False
    records = (record for record in _records(lines, others, posted, beat) if len(record.values) > 1)
    return not any(not few or _is_identified(record) for record in records)


def _may_have_values(lines: Sequence[str], paragraphs: Iterable[Paragraph], emails: Set[str]) -> bool:
    """False if the records in the paragraphs have names and these addresses only."""
    for start, end, _ in paragraphs:
        if end - start > 1 and labels(lines[start : min(end, start + _FORM_LINES)]):
            if any(label.may_have_value_besides(emails) for label in labels(lines[start:end])):
                return True
        elif any(may_have_value_besides(line, emails) for line in lines[start:end]):
            return True
    return False


def _may_identify(lines: Sequence[str]) -> bool:
    """True if a paragraph without addresses may have a phone or a customer id."""
    return any(map(may_have_number, lines)) or bool(labels(lines[:_FORM_LINES]))


def _is_identified(record: Record) -> bool:
    return Field.PHONE in record.values or Field.ID in record.values


def _is_of_participants(lines: Sequence[str], paragraph: Paragraph, scope: Scope) -> bool:
    """True if each wanted line has addresses, all of participants, so that each record has one."""
    for number in paragraph.wanted:
        found = [compared(written) for written, _ in addresses.in_line(lines[number])]
        if not found or any(map(scope.is_third_party, found)):
            return False
    return not labels(lines[paragraph.start : min(paragraph.end, paragraph.start + _FORM_LINES)])


def has_loose_values(text: str, scope: Scope) -> bool:
    """True if the text may have an address, or a phone number that the customer index can be asked for."""
    if "@" in text or not scope.customers or not has_long_number(digits_of(text)):
        return "@" in text
    return next(phones.in_line(text), None) is not None


def loose_values(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the addresses in the text, and its phone numbers as written."""
    return frozenset(addresses.keys(text)), frozenset(phones.in_line(text))


def _blank(lines: list[str], numbers: Iterable[int]) -> None:
    for number in numbers:
        lines[number] = ""


def _paragraphs(lines: Sequence[str], wanted: Sequence[int]) -> Iterator[Paragraph]:
    """The paragraphs around the `wanted` lines (numbers, rising)."""
    members: list[int] = []
    start = end = 0
    for number in wanted:
        if number >= end:
            if members:
                yield Paragraph(start, end, members)
            start, end = _paragraph(lines, number, end)
            members = []
        members.append(number)
    if members:
        yield Paragraph(start, end, members)


def _records(
    lines: Sequence[str], paragraphs: Iterable[Paragraph], posted: Posted, beat: Beat
) -> Iterator[Record]:
    for paragraph in paragraphs:
        yield from _in_paragraph(lines, paragraph, posted, beat)


def _paragraph(lines: Sequence[str], number: int, floor: int) -> tuple[int, int]:
    """The paragraph around line `number`: its first line, not before `floor`, and the line after its last."""
    start, end = number, number + 1
    while start > floor and not _is_blank(lines[start - 1]):
        start -= 1
    while end < len(lines) and not _is_blank(lines[end]):
        end += 1
    return start, end


def _is_blank(line: str) -> bool:
    return not line or not line.strip(" \t>|\r\u00a0")


def _in_paragraph(lines: Sequence[str], paragraph: Paragraph, posted: Posted, beat: Beat) -> Iterator[Record]:
    start, end, wanted = paragraph
    if end - start > 1 and labels(lines[start : min(end, start + _FORM_LINES)]):
        yield from records_in_form(labels(lines[start:end]))
        yield from filter(None, (posted.get(number) for number in wanted))
        return
    valued = {
        number
        for number in range(start, end)
        if "@" in lines[number] or number in posted or may_have_value(lines[number])
    }
    if not valued:
        return
    found: list[Record] = []
    last = joined = -2
    is_block = 1 < end - start <= _BLOCK_LINES
    in_line = cache(partial(_in_line, lines, posted)) if is_block else partial(_in_line, lines, posted)
    for count, number in enumerate(wanted):
        if count % _BETWEEN_BEATS == 0:
            beat()
        if number in valued or number - 1 in valued:
            some = in_line(number)
            is_alone = len(some) == 1 and len(some[0].values) == 1
            if is_alone and number - 1 == joined and found[-1].values.keys().isdisjoint(some[0].values):
                found[-1], some = merged([found[-1], *some]), ()
                joined = number
            elif is_alone and number > start and "@" not in lines[number - 1]:
                # A line with nothing but an address belongs to the line above.
                above = [found.pop()] if last == number - 1 and found else in_line(number - 1)
                some = [merged([*above, *some])]
                joined = number
            found += some
            last = number
    if is_block and _is_one_person(found, lines[start:end]):
        found = [merged(record for number in range(start, end) for record in in_line(number))]
    addressees = {one.values[Field.STREET]: one for number in wanted if (one := posted.get(number))}
    yield from (_with_addressee(record, addressees) for record in found) if addressees else found


def _in_line(lines: Sequence[str], posted: Posted, number: int) -> Sequence[Record]:
    found = list(records_in_line(lines[number]))
    if (addressee := posted.get(number)) and len(found) == 1:
        street = Record({Field.STREET: addressee.values[Field.STREET]}, postcode=addressee.postcode)
        return [merged([street, *found])]
    return found


def _with_addressee(record: Record, addressees: Mapping[str, Record]) -> Record:
    """The record with the name above its street, if it has none."""
    addressee = (
        addressees.get(record.values.get(Field.STREET, "")) if Field.NAME not in record.values else None
    )
    return merged([record, addressee]) if addressee else record


def _is_one_person(found: Sequence[Record], lines: Sequence[str]) -> bool:
    """True for a signature: short lines, at most one of them a record alone or none with the same field."""
    alone = sum(1 for record in found if len(record.values) > 1)
    reached = sum(1 for record in found if Field.EMAIL in record.values)
    fields = [field for record in found for field in record.values]
    is_one = reached <= 1 and (alone <= 1 or len(set(fields)) == len(fields))
    return is_one and max(map(len, lines)) <= _BLOCK_WIDTH


def _trusted(found: Iterable[Record]) -> list[Record]:
    """The records with two fields; names that only have the shape of one count if enough others are known."""
    kept = [record for record in found if len(record.values) > 1]
    named = [record for record in kept if Field.NAME in record.values]
    if sum(record.has_known_name for record in named) * _TRUSTED >= len(named):
        return kept
    return [record if record.has_known_name else _without_name(record) for record in kept]


def _without_name(record: Record) -> Record:
    return record._replace(
        values={field: record.values[field] for field in record.values if field != Field.NAME}
    )
