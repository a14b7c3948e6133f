"""Recognise the records in one line of running text: `Ann Smith, ann@x.example, +44 …`."""

import re
from collections.abc import Iterator
from itertools import pairwise

from holdback.mail.address import compared
from holdback.people.fields import addresses, phones, shapes
from holdback.people.fields.cells import Parser
from holdback.people.fields.folding import fold
from holdback.people.fields.kinds import Field
from holdback.people.fields.names import is_known, person
from holdback.people.recognition.records import Record

_LONG_LINE = 2_000
"""Characters looked at around one address, or in a line without any."""
_BEFORE = 200
"""Characters before an address in which its name stands, where a line has several addresses."""

_WORDS = 40
"""Words before and after an address that prose may put a name in."""

_BULLET = re.compile(r"[\s>*•·–-]*(?:\d{1,4}[.)]\s+)?")
_PIECES = re.compile(r"[,;|\t<>()\[\]\"“”„«»•·:]|\s{2,}|\s[-–—/]\s")
_NUMBER = re.compile(r"[+(\d][\d ()/.\-–]{5,22}\d")
_ACCOUNT = re.compile(
    r"(?<!\w)[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?)(?!\w)"
)
_CARD = re.compile(
    r"(?<![\w-])[2-6]\d{3}(?:[ -]?\d{4}){3}(?![\w-])|(?<![\w-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w-])"
)
_BORN = re.compile(
    r"(?:\*|\b(?:born(?: on)?|dob|d\.o\.b\.|geb(?:oren)?\b\.?(?: am)?|née? le|nat[oa] il|nacid[oa] el"
    r"|nascid[oa] (?:a|em)|ur\.|född|doğum(?: tarihi)?|født"
    r"|nar\.|szül\.))\s*:?\s*(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?<![\w.,/-])(?:[A-Z]{1,2}-)?"
    r"(\d{4} ?[A-Z]{2}|\d{4,6}|\d\d-\d{3}|\d{3} \d\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?=[ \t]+[^\W\d]|\s*$)"
)
"""Before a town, or at the end of a line."""
_DIGITS = re.compile(r"\d")


def records_in_line(line: str) -> Iterator[Record]:
    """One record for each address in the line, one for the whole line if there is none."""
    bullet = _BULLET.match(line)
    line = line[bullet.end() :] if bullet else line
    found = list(addresses.in_line(line)) if "@" in line else []
    if len(found) > 1:
        start = 0
        for written, match in found:
            before = line[max(start, match.start() - _BEFORE) : match.start()]
            yield _record(before, written)
            start = match.end()
    elif found:
        ((written, match),) = found
        before, after = line[: match.start()][-_LONG_LINE:], line[match.end() :][:_LONG_LINE]
        yield _record(f"{before}|{after}", written)
    else:
        yield _record(line[:_LONG_LINE], "")


def _record(rest: str, written: str) -> Record:
    record = Record({Field.EMAIL: compared(written)} if written else {})
    if _DIGITS.search(rest):
        rest = _take_numbers(rest, record)
    _take_name(rest, record)
    return record


def _take_numbers(rest: str, record: Record) -> str:
    """Notes accounts, cards, phones, births and streets; returns what is left of the line."""
    if sum(map(rest.count, "0123456789")) >= 12:
        rest = _take(Field.IBAN, _ACCOUNT, shapes.iban, rest, record)
        rest = _take(Field.CARD, _CARD, shapes.card, rest, record)
    if _NUMBER.search(rest):
        rest = _take(Field.PHONE, phones.IN_TEXT, phones.key, rest, record)
        born = _BORN.search(rest)
        if born and shapes.year(born[1]):
            record.values[Field.BIRTH] = born[1]
            rest = f"{rest[: born.start()]}|{rest[born.end() :]}"
    _take_place(rest, record)
    return rest


def _take_place(rest: str, record: Record) -> None:
    """Notes the first street, and the first postcode that is no house number."""
    for piece in _PIECES.split(rest) if _DIGITS.search(rest) else ():
        if len(piece) <= 60 and shapes.is_street(piece.strip()):
            record.values.setdefault(Field.STREET, piece.strip())
        elif not record.postcode and (coded := _POSTCODE.search(piece)):
            record.postcode = coded[1]


def _take(kind: Field, pattern: re.Pattern[str], parse: Parser, rest: str, record: Record) -> str:
    """Notes the first value that `pattern` finds and `parse` reads; returns the line without it."""
    match = pattern.search(rest)
    if not match:
        return rest
    # The amount after an account looks like its last group.
    for found in (match[0], match[0].rpartition(" ")[0]):
        key = parse(found)
        if key:
            record.values[kind] = key
            if kind is Field.PHONE:
                record.phone = found
            return f"{rest[: match.start()]}|{rest[match.start() + len(found) :]}"
    return rest


def _take_name(rest: str, record: Record) -> None:
    """The first name that is known, or that the address repeats; else the first that has the shape of one."""
    local = fold(record.values.get(Field.EMAIL, "").partition("@")[0])
    for piece in _PIECES.split(rest):
        words = person(piece)
        sure = bool(words) and (is_known(words) or any(len(word) > 2 and word in local for word in words))
        if sure or (words and Field.NAME not in record.values):
            record.values[Field.NAME] = piece.strip()
            record.has_known_name = sure
        if sure:
            return
    within = _name_within(rest, local) if record.values and Field.NAME not in record.values else ""
    if within:
        record.values[Field.NAME] = within


def _name_within(rest: str, local: str) -> str:
    """The name that prose has in its midst: `please ask Ann Smith, who …`; empty if no known one is there."""
    words = rest.split()[-_WORDS:]
    for word, after in pairwise(words):
        if word[0].isupper() and after[0].isupper() and person(f"{word} {after}"):
            plain_word = fold(word)
            if is_known((plain_word,)) or (len(plain_word) > 2 and plain_word in local):
                return f"{word} {after}"
    return ""
