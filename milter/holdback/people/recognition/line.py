"""Recognise records in one line of running text: `Ann Smith, ann@x.example, +44 …`."""

import re
from collections.abc import Container, Iterator
from itertools import chain, pairwise

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
"""Characters before an address that may have its name, in a line with several addresses."""
_WORDS = 40
"""Words at the end of a line in which a name is looked for amid a sentence."""
_REPEATED = 3
"""Letters of a word that makes a name known if the address has it, at least."""
_CARD_DIGITS = 12
"""Fewer digits than this are neither an account nor a card."""
_STREET_LENGTH = 60
"""Characters of a street in a line, at most."""

_BULLET = re.compile(r"[\s>*•·–-]*(?:\d{1,4}[.)]\s+)?")
_PIECES = re.compile(r"[,;|\t<>()\[\]\"“”„«»•·:]|\s{2,}|\s[-–—/]\s")
_FAMILY_FIRST = re.compile(
    r"(?<![^\W_])(?:[^\W\d_][\w'’-]{1,20} ){0,2}[^\W\d_][\w'’-]{1,25},"
    r" [^\W\d_][\w'’.-]{0,20}(?: [^\W\d_][\w.'’-]{0,20})?"
    r"(?=\s*+(?:[|<;(\"]|\.{2}|[-–—:]|$))"
)
"""`Smith, Ann` before the data of a person, or at the end of a line."""
_NUMBER = re.compile(r"[+(\d][\d ()/.\-–]{5,22}\d")
_ACCOUNT = re.compile(
    r"[A-Z](?<!\w.)[A-Z]\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?)(?!\w)"
)
_CARD = re.compile(r"[2-6](?<![\w-].)(?:\d{3}(?:[ -]?\d{4}){3}|(?<=3)[47]\d{2}[ -]?\d{6}[ -]?\d{5})(?![\w-])")
_BORN = re.compile(
    r"(?:\*|\b(?:born(?: on)?|dob|d\.o\.b\.|geb(?:oren)?\b\.?(?: am)?|née? le|nat[oa] il|nacid[oa] el"
    r"|nascid[oa] (?:a|em)|ur\.|född|doğum(?: tarihi)?|født"
    r"|nar\.|szül\.))\s*:?\s*(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})",
    re.IGNORECASE,
)
_BORN_STEMS = (
    "*", "born", "dob", "d.o.b.", "geb", "né", "nato", "nata", "nac", "nasc", "naſc", "ur.", "föd", "fød",
    "doğum", "nar.", "zül.",
)  # fmt: skip
"""One of these is in every line in which `_BORN` finds something, and they are found much faster."""
_DATE = re.compile(r"\d[./-]\d{1,2}[./-]\d")
_POSTCODE = re.compile(
    r"(?<![\w.,/-])(?:[A-Z]{1,2}-)?"
    r"(\d{4} ?[A-Z]{2}|\d{4,6}|\d\d-\d{3}|\d{3} \d\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?=[ \t]+[^\W\d]|\s*$)"
)
"""Before a town, or at the end of a line."""
_DIGITS = re.compile(r"\d")
_NO_DIGITS = bytes({*range(256)} - {*b"0123456789"})


def may_have_value(line: str) -> bool:
    """True if a line without an address may have a value besides a name: False only if it has none."""
    if not _DIGITS.search(line):
        return False
    rest = _rest(line)
    return _has_number(rest) or (shapes.has_street_word(rest) and bool(_place(rest)[0]))


def may_have_value_besides(line: str, emails: Container[str]) -> bool:
    """As `may_have_value`, for any line: also True if it has an address that is not among `emails` (keys)."""
    if "@" not in line:
        return may_have_value(line)
    if len(line) > _BEFORE:
        return True
    line, rest, start = _without_bullet(line), "", 0
    for written, match in addresses.in_line(line):
        if compared(written) not in emails:
            return True
        rest += f"{line[start : match.start()]}|"
        start = match.end()
    return may_have_value(rest + line[start:])


def may_have_number(line: str) -> bool:
    """As `may_have_value`, for phones, accounts, cards and dates of birth."""
    return bool(_DIGITS.search(line)) and _has_number(_rest(line))


def _has_number(rest: str) -> bool:
    if _NUMBER.search(rest) and (phones.IN_TEXT.search(rest) or _born(rest)):
        return True
    return _may_have_account(rest) and bool(_ACCOUNT.search(rest) or _CARD.search(rest))


def _rest(line: str) -> str:
    return _without_bullet(line)[:_LONG_LINE]


def records_in_line(line: str) -> Iterator[Record]:
    """One record for each address in the line, one for the whole line if there is none."""
    line = _without_bullet(line)
    found = list(addresses.in_line(line)) if "@" in line else []
    if len(found) > 1:
        start = 0
        for written, match in found:
            before = line[max(start, match.start() - _BEFORE) : match.start()]
            yield _record(before, compared(written))
            start = match.end()
    elif found:
        ((written, match),) = found
        before, after = line[: match.start()][-_LONG_LINE:], line[match.end() :][:_LONG_LINE]
        yield _record(f"{before}|{after}", compared(written))
    else:
        yield _record(line[:_LONG_LINE], "")


def postcode_in(line: str) -> str:
    """The postcode in a line of postcode and town; "" if there is none, or other numbers too."""
    match = _POSTCODE.search(line) if len(line) <= _STREET_LENGTH else None
    return match[1] if match and not _DIGITS.search(line[: match.start()] + line[match.end() :]) else ""


def _without_bullet(line: str) -> str:
    bullet = _BULLET.match(line)
    return line[bullet.end() :] if bullet else line


def _record(rest: str, email: str) -> Record:
    """The record of the person with the address `email`, if any, in the `rest` of the line."""
    values, phone, postcode = {Field.EMAIL: email} if email else {}, "", ""
    if _DIGITS.search(rest):
        numbers, phone, postcode, rest = _numbers(rest)
        values |= numbers
    local = fold(email.partition("@")[0])
    name, has_known_name = _name(rest, local)
    if values and not name:
        # The street itself may have a name: `4 Victoria Street`.
        name = _name_in_prose(rest.replace(values.get(Field.STREET, "|"), "|"), local)
    if name:
        values[Field.NAME] = name
    return Record(values, has_known_name, phone, postcode)


def _numbers(rest: str) -> tuple[dict[Field, str], str, str, str]:
    """Values with digits; phone, postcode as written; the line without accounts, cards, phones and births."""
    values: dict[Field, str] = {}
    phone = ""
    if _may_have_account(rest):
        values[Field.IBAN], _, rest = _cut(_ACCOUNT, shapes.iban, rest)
        values[Field.CARD], _, rest = _cut(_CARD, shapes.card, rest)
    if _NUMBER.search(rest):
        values[Field.PHONE], phone, rest = _cut(phones.IN_TEXT, phones.key, rest)
        values[Field.BIRTH], rest = _cut_birth(rest)
    values[Field.STREET], postcode = _place(rest) if _DIGITS.search(rest) else ("", "")
    return {field: value for field, value in values.items() if value}, phone, postcode, rest


def _may_have_account(rest: str) -> bool:
    return len(rest.encode("utf-8", "replace").translate(None, _NO_DIGITS)) >= _CARD_DIGITS


def _cut(pattern: re.Pattern[str], parse: Parser, rest: str) -> tuple[str, str, str]:
    """The value that `pattern` finds, if `parse` accepts it: its key, as written, and the line without it."""
    match = pattern.search(rest)
    # The amount after an account looks like its last group.
    for written in (match[0], match[0].rpartition(" ")[0]) if match else ():
        key = parse(written)
        if match and key:
            return key, written, f"{rest[: match.start()]}|{rest[match.start() + len(written) :]}"
    return "", "", rest


def _cut_birth(rest: str) -> tuple[str, str]:
    """The date after a word such as `born`, and the line without both."""
    born = _born(rest)
    if born and shapes.year(born[1]):
        return born[1], f"{rest[: born.start()]}|{rest[born.end() :]}"
    return "", rest


def _born(rest: str) -> re.Match[str] | None:
    """The first word such as `born` with a date after it."""
    if not _DATE.search(rest) or not any(map(rest.lower().__contains__, _BORN_STEMS)):
        return None
    return _BORN.search(rest)


def _place(rest: str) -> tuple[str, str]:
    """The first street, and the first postcode that is no house number."""
    street = postcode = ""
    for piece in _PIECES.split(rest):
        if piece.isascii() and not _DIGITS.search(piece):
            continue
        if len(piece) <= _STREET_LENGTH and shapes.is_street(piece.strip()):
            street = street or piece.strip()
        elif not postcode and (coded := _POSTCODE.search(piece)):
            postcode = coded[1]
    return street, postcode


def _name(rest: str, local: str) -> tuple[str, bool]:
    """The first name that is known, or that the address repeats, and True; else one with the shape of a name.

    local: the folded local part of the address.
    """
    likely = ""
    reversed_names = (match[0].rstrip(" .") for match in _FAMILY_FIRST.finditer(rest))
    for piece in chain(_PIECES.split(rest), reversed_names):
        words = person(piece)
        if words and (is_known(words) or any(len(word) >= _REPEATED and word in local for word in words)):
            return piece.strip(), True
        if words:
            likely = likely or piece.strip()
    return likely, not likely


def _name_in_prose(rest: str, local: str) -> str:
    """The known name amid a sentence: `please ask Ann Smith, who …`; empty if there is none."""
    words = rest.split()[-_WORDS:]
    for word, after in pairwise(words):
        if word[0].isupper() and after[0].isupper() and person(f"{word} {after}"):
            folded = fold(word)
            if is_known((folded,)) or (len(folded) >= _REPEATED and folded in local):
                return f"{word} {after}"
    return ""
