"""People in running text: one in a line, forms, address blocks, and bare addresses."""

import re
from collections.abc import Iterable, Iterator, Sequence

from holdback.mail.beat import Beat, no_beat
from holdback.people.fields import addresses
from holdback.people.fields.kinds import Field
from holdback.people.fields.shapes import is_street
from holdback.people.recognition.forms import filled_in, labels
from holdback.people.recognition.line import Mention, mentions, phones
from holdback.people.recognition.quoted_headers import quoted_header_lines
from holdback.people.subjects.count import subjects_of
from holdback.people.subjects.disclosed import notice_bare
from holdback.people.subjects.lookup import Register
from holdback.people.subjects.matching import Clues
from holdback.people.subjects.number_set import Keys, key_of
from holdback.people.subjects.third_parties import Standing
from holdback.people.subjects.values import Subjects

_HANDFUL = 5
"""Fewer numbers than this in a text without addresses cannot be a list of people."""
_BLOCK_LINES = 14
_BLOCK_WIDTH = 100
_FORM_LOOK = 40
_BETWEEN_BEATS = 1_000
"""Lines read closely between two heartbeats."""
_TRUSTED = 6
"""One known name in so many makes the others, which only have the shape of names, credible."""

_CREDIT = re.compile(r"\s*(?:Author|Commit|Committer|[A-Z][a-z]{2,12}(?:-[a-z]{2,12}){0,2}-by):")
"""Who wrote a change of a program, as version control says it: no record, though the addresses count."""

_TO_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x0A if byte == 0x0A else 0x78 for byte in range(256))
_BETWEEN_DIGITS = b" ()/.-+\r"
_SIX_DIGITS = b"000000"


def subjects_in_text(
    text: str, standing: Standing, beat: Beat = no_beat, digits: bytes | None = None
) -> Subjects:
    """The people that running text discloses. `digits`: its `digits_of`, if they are known."""
    digits = digits_of(text) if digits is None else digits
    may_list = long_numbers(digits) >= _HANDFUL
    streets = digits.count(b"\n0") + digits.count(b"0\n") >= 2 * _HANDFUL
    dials = standing.knows_customers and long_numbers(digits) > 0
    if "@" not in text and not (streets or may_list or dials):
        return Subjects()
    lines = text.split("\n")
    suspects = [number for number, line in enumerate(lines) if "@" in line] if "@" in text else []
    _blank(lines, quoted_header_lines(lines, suspects))
    beat()
    bare = addresses.keys("\n".join([lines[number] for number in suspects]))
    third = [key for key in bare if standing.third_party(key)]
    found = Subjects(addresses=Keys(map(key_of, third)))
    if not (third or streets or may_list or dials):
        return found
    beat()
    _blank(lines, [number for number in suspects if _CREDIT.match(lines[number])])
    wanted = {number for number in suspects if lines[number]} if third or streets or may_list else set()
    numbered = _numbered(digits) if may_list or dials else []
    if may_list:
        wanted.update(numbered)
    if streets:
        wanted.update(number for number, line in enumerate(lines) if _is_street_line(line))
    said = _trusted(_mentions(lines, sorted(wanted), beat))
    if said:
        found.add(subjects_of(_columns(said), standing, clues=_clues(said)))
    if standing.register:
        dialled = {phone for number in numbered for phone in phones(lines[number])}
        notice_bare(_alone(third, said, found), dialled, standing.register, found)
    return found


def _alone(keys: Iterable[str], said: Iterable[Mention], found: Subjects) -> list[str]:
    """The addresses that no mention has, and nobody who takes part."""
    owned = set(found.owned)
    seen = {mention.values.get(Field.EMAIL) for mention in said}
    return [key for key in keys if key not in seen and key_of(key) not in owned]


def has_bare(text: str, register: Register) -> bool:
    """True if an address may stand in the text, or a phone number that the index can be asked for."""
    if "@" in text or register.customers is None or not long_numbers(digits_of(text)):
        return "@" in text
    return next(phones(text), None) is not None


def notice_bare_in(text: str, standing: Standing, register: Register, found: Subjects) -> None:
    """Notes in `found` the customers whose address or phone stands in the text."""
    third = {key for key in addresses.keys(text) if standing.third_party(key)}
    notice_bare(third, set(phones(text)), register, found)


def _numbered(digits: bytes) -> list[int]:
    """The lines that a phone may stand in."""
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


def _is_street_line(line: str) -> bool:
    return 5 < len(line) < 60 and is_street(line.strip(" \t>|\r,"))


def _mentions(lines: Sequence[str], wanted: Sequence[int], beat: Beat) -> Iterator[Mention]:
    """The people in the paragraphs that the `wanted` lines (numbers, rising) stand in."""
    members: list[int] = []
    start = end = 0
    for number in wanted:
        if number >= end:
            if members:
                yield from _in_paragraph(lines, start, end, members, beat)
            start, end = _paragraph(lines, number, end)
            members = []
        members.append(number)
    if members:
        yield from _in_paragraph(lines, start, end, members, beat)


def _paragraph(lines: Sequence[str], number: int, floor: int) -> tuple[int, int]:
    """First line of the paragraph around line `number`, not before `floor`, and the line after its last."""
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
) -> Iterator[Mention]:
    if end - start > 1 and labels(lines[start : min(end, start + _FORM_LOOK)]):
        yield from filled_in(labels(lines[start:end]))
        return
    found: list[Mention] = []
    for count, number in enumerate(wanted):
        if count % _BETWEEN_BEATS == 0:
            beat()
        found += _in_line(lines, number, start)
    if 1 < end - start <= _BLOCK_LINES and _is_one_person(found, lines[start:end]):
        found = [_merged(mention for line in lines[start:end] for mention in mentions(line))]
    yield from found


def _in_line(lines: Sequence[str], number: int, start: int) -> Iterable[Mention]:
    """The people of one line; if it has nothing but an address, the line above may have the name."""
    found = list(mentions(lines[number]))
    if len(found) == 1 and len(found[0].values) == 1 and number > start and "@" not in lines[number - 1]:
        return [_merged([*found, *mentions(lines[number - 1])])]
    return found


def _is_one_person(found: Sequence[Mention], lines: Sequence[str]) -> bool:
    """True if short lines have one address at most, and one at most says enough alone: a signature."""
    alone = sum(1 for mention in found if len(mention.values) > 1)
    reached = sum(1 for mention in found if Field.EMAIL in mention.values)
    return alone <= 1 and reached <= 1 and max(map(len, lines)) <= _BLOCK_WIDTH


def _merged(found: Iterable[Mention]) -> Mention:
    """One mention of all lines of a signature or an envelope: the first value of each kind."""
    whole = Mention({})
    for mention in found:
        if Field.NAME in mention.values and Field.NAME not in whole.values:
            whole.sure = mention.sure
        whole.values = mention.values | whole.values
        whole.phone = whole.phone or mention.phone
    return whole


def _trusted(found: Iterable[Mention]) -> list[Mention]:
    """The mentions with two kinds; names that only have the shape of one need enough known ones beside."""
    kept = [mention for mention in found if len(mention.values) > 1]
    named = [mention for mention in kept if Field.NAME in mention.values]
    if sum(mention.sure for mention in named) * _TRUSTED < len(named):
        for mention in named:
            if not mention.sure:
                del mention.values[Field.NAME]
    return kept


def _columns(found: Sequence[Mention]) -> dict[Field, list[str]]:
    kinds = {kind for mention in found for kind in mention.values}
    return {kind: [mention.values.get(kind, "") for mention in found] for kind in sorted(kinds)}


def _clues(found: Sequence[Mention]) -> Clues:
    """What the customer index can be asked for."""
    columns = _columns(found)
    phones = [mention.phone for mention in found]
    postcodes = [mention.postcode for mention in found]
    return Clues(
        emails=[columns[Field.EMAIL]] if Field.EMAIL in columns else (),
        phones=[phones] if any(phones) else (),
        ids=columns.get(Field.ID, ()),
        logins=columns.get(Field.LOGIN, ()),
        names=columns.get(Field.NAME, ()),
        postcodes=postcodes if any(postcodes) else (),
    )
