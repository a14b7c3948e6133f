"""Recognise records in running text: in a line, in forms, in address blocks; and single addresses."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache, partial
from typing import NamedTuple

from holdback.mail.address import compared
from holdback.mail.beat import Beat, no_beat
from holdback.people.fields import addresses, phones
from holdback.people.fields.kinds import Field
from holdback.people.fields.shapes import is_street
from holdback.people.recognition.forms import labels, records_in_form
from holdback.people.recognition.line import (
    may_have_number,
    may_have_value,
    may_have_value_besides,
    records_in_line,
)
from holdback.people.recognition.quoted_headers import quoted_header_lines
from holdback.people.recognition.records import Record, Records, Scope, batch_of

_HANDFUL = 5
"""Fewer numbers than this in a text without addresses cannot be a list of people."""
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

_CREDIT = re.compile(r"\s*(?:Author|Commit|Committer|[A-Z][a-z]{2,12}(?:-[a-z]{2,12}){0,2}-by):")
"""The author of a change of a program, as version control writes it: no record; the addresses count."""


class Paragraph(NamedTuple):
    """Lines between two blank ones."""

    start: int
    end: int
    """The number after its last line."""
    wanted: Sequence[int]
    """Lines that may have a record."""


_TO_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x0A if byte == 0x0A else 0x78 for byte in range(256))
_BETWEEN_DIGITS = b" ()/.-+\r"
_SIX_DIGITS = b"000000"


def may_have_records(text: str, customers: bool) -> bool:
    """False if `records_in_text` finds nothing: most texts have neither an address nor enough numbers.

    customers: as in `Scope`.
    """
    if "@" in text:
        return True
    digits = digits_of(text)
    return long_numbers(digits) >= (1 if customers else _HANDFUL) or street_edges(digits) >= 2 * _HANDFUL


def records_in_text(
    text: str, scope: Scope, beat: Beat = no_beat, digits: bytes | None = None
) -> Iterator[Records]:
    """The records in running text, if there are any. `digits`: its `digits_of`, if they are known."""
    digits = digits_of(text) if digits is None else digits
    numbers = long_numbers(digits)
    may_list = numbers >= _HANDFUL
    streets = street_edges(digits) >= 2 * _HANDFUL
    may_dial = scope.customers and numbers > 0
    if "@" not in text and not (streets or may_list or may_dial):
        return
    lines = text.split("\n")
    with_address = [number for number, line in enumerate(lines) if "@" in line] if "@" in text else []
    _blank(lines, quoted_header_lines(lines, with_address))
    beat()
    emails = addresses.keys("\n".join([lines[number] for number in with_address]))
    third_parties = any(map(scope.is_third_party, emails))
    if not (third_parties or streets or may_list or may_dial):
        return
    beat()
    _blank(lines, [number for number in with_address if _CREDIT.match(lines[number])])
    wanted: set[int] = set()
    if third_parties or streets or may_list:
        wanted.update(number for number in with_address if lines[number])
    numbered = _numbered(digits) if may_list or may_dial else []
    if may_list:
        wanted.update(numbered)
    if streets:
        wanted.update(number for number, line in enumerate(lines) if is_street_line(line))
    paragraphs = list(_paragraphs(lines, sorted(wanted)))
    if not (third_parties or scope.customers) and _discloses_nobody(lines, paragraphs, scope, beat):
        return
    if third_parties and scope.are_few() and not _may_have_values(lines, paragraphs, emails):
        paragraphs = []
    records = _trusted(_records(lines, paragraphs, beat))
    dialled = (
        (phone for number in numbered for phone in phones.in_line(lines[number])) if scope.customers else ()
    )
    yield Records(
        (batch_of(records),) if records else (), emails=frozenset(emails), phones=frozenset(dialled)
    )


def _discloses_nobody(
    lines: Sequence[str], paragraphs: Sequence[Paragraph], scope: Scope, beat: Beat
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
    records = (record for record in _records(lines, others, beat) if len(record.values) > 1)
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
    if "@" in text or not scope.customers or not long_numbers(digits_of(text)):
        return "@" in text
    return next(phones.in_line(text), None) is not None


def loose_values(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the addresses in the text, and its phone numbers as written."""
    return frozenset(addresses.keys(text)), frozenset(phones.in_line(text))


def _numbered(digits: bytes) -> list[int]:
    """Numbers of the lines that may have a phone number."""
    return [number for number, line in enumerate(digits.split(b"\n")) if _SIX_DIGITS in line]


def _blank(lines: list[str], numbers: Iterable[int]) -> None:
    for number in numbers:
        lines[number] = ""


def digits_of(text: str) -> bytes:
    """The text with every digit as 0, all else as x, and marks within phone numbers and dates left out."""
    return text.encode("utf-8", "replace").translate(_TO_DIGITS, _BETWEEN_DIGITS)


def long_numbers(digits: bytes) -> int:
    """At most so many phones, accounts, cards and full dates are in a text, given as its `digits_of`."""
    return digits.count(_SIX_DIGITS)


def has_long_number(digits: bytes) -> bool:
    """True if one of them may be in a line, given as its `digits_of`."""
    return _SIX_DIGITS in digits


def street_edges(digits: bytes) -> int:
    """So many lines of a text, given as its `digits_of`, begin or end with a digit; twice if they do both."""
    return digits.count(b"\n0") + digits.count(b"0\n")


def is_street_line(line: str) -> bool:
    """True if the line is a street with a house number."""
    return 5 < len(line) < 60 and is_street(line.strip(" \t>|\r,"))


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


def _records(lines: Sequence[str], paragraphs: Iterable[Paragraph], beat: Beat) -> Iterator[Record]:
    for start, end, wanted in paragraphs:
        yield from _in_paragraph(lines, start, end, wanted, beat)


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


def _in_paragraph(
    lines: Sequence[str], start: int, end: int, wanted: Sequence[int], beat: Beat
) -> Iterator[Record]:
    if end - start > 1 and labels(lines[start : min(end, start + _FORM_LINES)]):
        yield from records_in_form(labels(lines[start:end]))
        return
    valued = {number for number in range(start, end) if "@" in lines[number] or may_have_value(lines[number])}
    if not valued:
        return
    found: list[Record] = []
    is_block = 1 < end - start <= _BLOCK_LINES
    in_line = cache(partial(_in_line, lines)) if is_block else partial(_in_line, lines)
    for count, number in enumerate(wanted):
        if count % _BETWEEN_BEATS == 0:
            beat()
        if number in valued or number - 1 in valued:
            some = in_line(number)
            is_alone = len(some) == 1 and len(some[0].values) == 1
            if is_alone and number > start and "@" not in lines[number - 1]:
                # A line with nothing but an address belongs to the line above.
                some = [_merged([*some, *in_line(number - 1)])]
            found += some
    if is_block and _is_one_person(found, lines[start:end]):
        found = [_merged(record for number in range(start, end) for record in in_line(number))]
    yield from found


def _in_line(lines: Sequence[str], number: int) -> Sequence[Record]:
    return list(records_in_line(lines[number]))


def _is_one_person(found: Sequence[Record], lines: Sequence[str]) -> bool:
    """True for a signature: short lines, at most one of them with an address, at most one a record alone."""
    alone = sum(1 for record in found if len(record.values) > 1)
    reached = sum(1 for record in found if Field.EMAIL in record.values)
    return alone <= 1 and reached <= 1 and max(map(len, lines)) <= _BLOCK_WIDTH


def _merged(found: Iterable[Record]) -> Record:
    """One record of all lines of a signature or an envelope: the first value of each field."""
    values: dict[Field, str] = {}
    has_known_name, phone = True, ""
    for record in found:
        if Field.NAME in record.values and Field.NAME not in values:
            has_known_name = record.has_known_name
        values = {**record.values, **values}
        phone = phone or record.phone
    return Record(values, has_known_name, phone)


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
