"""Parsers for single cells: each returns the normalised key, or "" if the cell is of another kind.

Names and streets stay as written: they are used as keys only where nothing better identifies a person.
"""

import re
from collections.abc import Callable, Mapping
from unicodedata import normalize

from holdback.people.fields import addresses, phones, shapes
from holdback.people.fields.folding import fold
from holdback.people.fields.kinds import SENSITIVE, Field
from holdback.people.fields.names import is_known, one_name, person
from holdback.people.fields.wordlists import words_in

Parser = Callable[[str], str]

_COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DECIMAL = re.compile(r"\d[.,]\d{1,3}$")
_MARKED = re.compile(r"\d[ ()/–-]\d")
_HOUSE = re.compile(
    r"[^\W\d][^\d@:]{3,50}[ ,.]{1,2}\d{1,4}(?: ?[a-zA-Z]|[/-]\d{1,3})?|\d{1,5}[ ,]{1,2}[^\W\d][^\d@:]{4,50}"
)
_TOWN = re.compile(r"(?<=\w)[\s,]+[^\W\d_]{3,}.*")

_AMOUNT = re.compile(r"(?:[^\W\d]{1,4}\.?)?[\s$€£¥₺₽₱]{0,3}\d[\d\s.,'’kKTt–-]{0,20}[^\d@]{0,20}")
_COORDINATE = re.compile(r"\d[.,]\d{4}")
_GRADE = re.compile(
    r"[A-FU](?:[+*–-]{1,2})?|(?:\d|[1-9]\d|100)(?:[.,]\d{1,2})?[+–-]?(?: ?%| ?/ ?\d{1,3}| ?[Pp]\w{0,8}\.?)?"
)
_CODED = re.compile(r"[A-TW-Z]\d\d(\.\d{1,2})?[GVZAgvza]?[+*!]?")

_LONGEST_CODE, _CODE_DIGITS = 30, 6
"""An entry that begins with more digits is a phone, an account, a date and a time."""

_GRADES = frozenset(words_in("grade_words.txt", "grade")["grade"])
_WORDS = frozenset(words_in("placeholders.txt", "placeholder")["placeholder"])
_SIGNS = "-–—.?/*_#0 "

email = addresses.first_key


def unless_placeholder(written: str) -> str:
    """Return `written` in lower case (NFKC), without surrounding blanks; "" if it is a placeholder."""
    text = written.strip().lower()
    if not text.isascii():
        text = normalize("NFKC", normalize("NFKC", text).casefold()).strip()
    return "" if text in _WORDS or not text.strip(_SIGNS) else text


def is_placeholder(written: str) -> bool:
    """True if `written` is empty or a placeholder such as `n/a`."""
    return not unless_placeholder(written)


def announced_name(cell: str) -> str:
    """Return a name from a column whose heading announces names of people."""
    cell = cell.strip()
    if len(cell) > 80 or is_placeholder(cell) or any(map(str.isdecimal, cell)) or "@" in cell:
        return ""
    return cell


def name(cell: str) -> str:
    """Return a name from a column that may also hold companies and other things."""
    return cell if person(cell) else ""


def name_in_mailbox(cell: str) -> str:
    """Return the name in `Ann Smith <ann@x.example>`."""
    before = cell.partition("<")[0].strip(" \"'") if "<" in cell else ""
    return announced_name(before)


def known_name(cell: str) -> str:
    """Return a single name if it is a common one."""
    return cell if is_known(one_name(cell).split()) else ""


def customer_id(cell: str) -> str:
    """Return a customer's number or code from a column whose heading announces it."""
    cell = cell.strip()
    return (
        cell
        if 1 <= len(cell) <= 40 and "@" not in cell and cell.count(" ") <= 2 and not is_placeholder(cell)
        else ""
    )


def login(cell: str) -> str:
    """Return a login name from a column whose heading announces it."""
    cell = cell.strip()
    return cell.lower() if 2 <= len(cell) <= 40 and " " not in cell and not is_placeholder(cell) else ""


def birth(cell: str) -> str:
    """Return a full date that may be the date of birth of a living person."""
    return cell.strip() if 1900 <= shapes.year(cell) <= 2030 else ""


def announced_birth(cell: str) -> str:
    """Return a date from a column whose heading announces dates of birth; also `19850312`."""
    cell = cell.strip()
    return cell if _COMPACT_DATE.fullmatch(cell) else birth(cell)


def announced_street(cell: str) -> str:
    """Return a postal address from a column whose heading announces it."""
    return cell if shapes.may_be_street(cell.strip()) else ""


def street(cell: str) -> str:
    """Return a postal address that is recognisable without a heading."""
    return cell if shapes.is_street(cell.strip()) else ""


def telephone(cell: str) -> str:
    """Return the key of a likely phone number next to a name: at least nine digits, or marks between them."""
    key = phones.bare_key(cell)
    is_phone = key and cell.strip()[-1] != ")" and not _DECIMAL.search(cell)
    return key if is_phone and (len(key) >= 9 or _MARKED.search(cell)) else ""


def house(cell: str) -> str:
    """Return words with a house number before or after them."""
    cell = cell.strip()
    return cell if _HOUSE.fullmatch(cell) else ""


def postcode(cell: str) -> str:
    """Return the postcode without the town that follows it: `1234 AB` for `1234 AB Amsterdam`."""
    return _TOWN.sub("", cell[:60])


def announced_national_id(cell: str) -> str:
    """Return a national number from a column whose heading announces it."""
    cell = cell.strip()
    return cell if 6 <= len(cell) <= 30 and sum(map(str.isdecimal, cell)) >= 4 else ""


def entry(cell: str) -> str:
    """Return any entry of a column whose heading announces it; "" for a placeholder, an address, a number."""
    cell = cell.strip()
    is_other = "@" in cell or sum(map(str.isdecimal, cell[:_LONGEST_CODE])) > _CODE_DIGITS
    return "" if is_other or is_placeholder(cell) else cell


def amount(cell: str) -> str:
    """Return an amount of money or a pay group: `€ 3.950,00`, `40-45k`, `E 11`; no date, no coordinate."""
    cell = cell.strip()
    is_amount = len(cell) <= 40 and _AMOUNT.fullmatch(cell) and not _COORDINATE.search(cell)
    return cell if is_amount and not shapes.year(cell) else ""


def grade(cell: str) -> str:
    """Return a grade: `B+`, `2,3`, `85 %`, `14/20`, `sehr gut`."""
    cell = cell.strip()
    if len(cell) > 30 or is_placeholder(cell):
        return ""
    return cell if _GRADE.fullmatch(cell) or fold(cell) in _GRADES else ""


def disease_code(cell: str) -> str:
    """Return a disease's code (ICD-10): `F32.1`, `E11.90G`, `I10`."""
    cell = cell.strip()
    return cell if _CODED.fullmatch(cell) else ""


def disease_subdivision(cell: str) -> str:
    """Return a disease's code with its subdivision, which other codes seldom resemble: `F32.1`."""
    match = _CODED.fullmatch(cell)
    return cell if match and match[1] else ""


SENSITIVE_PARSERS: Mapping[Field, Parser] = dict.fromkeys(SENSITIVE, entry) | {
    Field.PAY: amount,
    Field.GRADE: grade,
}
"""What a sensitive column or label announces, and the parser of its values."""
