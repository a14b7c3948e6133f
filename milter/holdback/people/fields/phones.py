"""Telephone numbers: how people write them, and the one form in which two are compared.

A number is compared in E.164 (ITU-T E.164) where its country is known. Within one message, where it mostly is
not, its last nine digits without trunk zeros stand for it: `+49 511 123456` and `0511 123456` are one.
"""

import re
from collections.abc import Iterator, Sequence
from unicodedata import decimal, normalize

from holdback.people.fields.phone_regions import FIXED_LENGTHS, REGIONS, TRUNKS

_MARKS = dict.fromkeys(
    map(ord, " \t\r\n-./()[]'\u00a0\u00ad\u200b\u200e\u2009\u202a\u202c\u202f\ufeff‐‑‒–—−·•")
)
"""Signs within a number that mean nothing."""
_EXTENSION = re.compile(
    r"(?i)[\s,;]*(?:\([^\W\d][^()\d]{0,20}\)"
    r"|(?:ext(?:ension|n)?|x|#|dw|durchwahl|poste|int|доб)[\s.:=]{0,3}\d{1,7})\s*$"
)
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[./-] ?\d{1,2}[./-] ?(?:\d{4}|\d{2})")
_LONGEST_WRITTEN = 64
_LONGEST = 15
"""Digits of a number with its calling code (ITU-T E.164)."""
_SHORTEST = 8
"""What is shorter and lacks the trunk prefix has lost the area, not the nought."""
_WITHOUT_PLUS = {"55": 10, "1": 10, "7": 10} | dict.fromkeys(("45", "47", "65", "371", "372", "852"), 8)
"""Calling code → digits after it that make it one even without a plus, 9 elsewhere; Brazil has an area 55."""


def _written(blank: str, dot: str) -> str:
    """A pattern for numbers written as only phone numbers are: +49 30…, 0049…, (030) …, 030/…, 555-123-4567.

    blank: what may stand between digits besides marks. dot: what may stand there after the area code, too.
    """
    gap = rf"[\d{blank}/.\-–‑]"
    return (
        rf"(?:\+|00)[1-9][\d{blank}()/.\-–‑]{{6,20}}\d"
        rf"|\(0?\d{{2,5}}\){gap}{{4,15}}\d"
        rf"|0[1-9]\d{{0,4}}(?:[{blank}/\-–‑]{dot}){gap}{{3,15}}\d"
        r"|\d{3}([-. ])\d{3}\1\d{4}"
        r"|0[67]\d{8,9}"
    )


IN_TEXT = re.compile(rf"(?<![\w.,/@-])(?:{_written(' ', '')})(?!(?!x\d{{1,6}}(?!\w))[\w@])")
"""A phone number in running text. An extension may follow: `555-123-4567x62`."""
_MOBILE = re.compile(r"(?<![\w.,/@-])(?:01[567]\d{8,9}|05\d{9}|09\d{9})(?![\w@])")
"""Written in one piece (Germany, Turkey, the Philippines): as article numbers are, so it makes no record."""
_IN_CELL = re.compile(_written(r"\s", r"|\. ?"))
_LONGEST_CELL = 40
_PLUS_AND_MARKS = _MARKS | {ord("+"): None}


def key(written: str) -> str:
    """The last nine digits without trunk zeros; empty if `written` cannot be a phone number.

    For a column that is said to hold phone numbers: plain digits will do.
    """
    written = written.strip()
    if not written or written[-1] not in "0123456789)":
        return ""
    digits = written.translate(_PLUS_AND_MARKS)
    if not digits.isdecimal():
        digits = _EXTENSION.sub("", written[:_LONGEST_WRITTEN]).translate(_PLUS_AND_MARKS)
        if not digits.isdecimal():
            return ""
    if not 6 <= len(digits) <= 16 or _DATE.fullmatch(written):
        return ""
    return digits.lstrip("0")[-9:]


def written_key(written: str) -> str:
    """As `key`, where no heading announces phones: only what is written as phone numbers are."""
    written = written.strip()
    is_phone = len(written) <= _LONGEST_CELL and _IN_CELL.fullmatch(_EXTENSION.sub("", written))
    return key(written) if is_phone else ""


def in_line(line: str) -> Iterator[str]:
    """Every phone number in a line of text, as written; a mobile's also in one piece.

    It may stand between commas: what a mere number makes of that, nobody has for a phone.
    """
    line = line.replace(",", "|")
    return (match[0] for pattern in (IN_TEXT, _MOBILE) for match in pattern.finditer(line))


def canonical(written: str, region: str = "") -> str:
    """`+4930123456` from any usual notation; empty if `written` is no number, or its country cannot be told.

    written: `+49 30 1234567`, `0049…`, `(030) 123-45`, `+44 (0)20 …`, `tel:…`; an extension does not count.
    region: where numbers without a country code belong (a key of `REGIONS`); without it they are none.
    """
    return _canonical(written, written.translate(_MARKS), region)


def canonical_each(written: Sequence[str], region: str = "") -> list[str]:
    """`canonical` of each, for thousands."""
    # Long cells are no phones, and one copy of all of them would take too much.
    short = sum(map(len, written)) <= _LONGEST_WRITTEN * len(written)
    digits = "\0".join(written).translate(_MARKS).split("\0") if short else []
    if len(digits) != len(written):
        return [canonical(one, region) for one in written]
    return [_canonical(one, rest, region) if one else "" for one, rest in zip(written, digits, strict=True)]


def _canonical(written: str, digits: str, region: str) -> str:
    """`digits`: what is left of `written` without the marks."""
    if not digits.isascii() or not digits[digits[:1] == "+" :].isdigit():
        digits = _unusual(written)
    if not 5 <= len(digits) <= 24:
        return ""
    if digits[0] == "+":
        return _international(digits[1:])
    if not region:
        return _international(digits[2:]) if digits[:2] == "00" else ""
    code, trunk, abroad = REGIONS[region]
    if digits.startswith(abroad):
        return _international(digits[len(abroad) :])
    if digits[:2] == "00":
        return _international(digits[2:])
    # A table that took its phone numbers for numbers lost the plus or the leading nought of each.
    if digits.startswith(code) and len(digits) - len(code) >= _WITHOUT_PLUS.get(code, 9):
        return _international(digits)
    if trunk and not digits.startswith(trunk) and len(digits) < _SHORTEST:
        return ""
    return _e164(code, trunk, digits)


def _unusual(written: str) -> str:
    """The digits of a number with an extension, or in another script's digits; empty if it is none."""
    if len(written) > _LONGEST_WRITTEN:
        return ""
    text = normalize("NFKC", written).lower().strip().removeprefix("tel:")
    text = "".join([str(decimal(sign, "")) if sign > "\x7f" and sign.isdecimal() else sign for sign in text])
    text = _EXTENSION.sub("", text).translate(_MARKS)
    return text if text.isascii() and text[text[:1] == "+" :].isdigit() else ""


def _international(digits: str) -> str:
    for length in (2, 3, 1):
        trunk = TRUNKS.get(digits[:length])
        if trunk is not None:
            return _e164(digits[:length], trunk, digits[length:])
    return ""


def _e164(code: str, trunk: str, digits: str) -> str:
    """The number made of a calling code and what was dialled after it, the trunk prefix included or not."""
    fixed = FIXED_LENGTHS.get(code)
    if fixed:
        length, before = fixed
        if len(digits) < length or digits[:-length] not in before:
            return ""
        digits = digits[-length:]
    else:
        while trunk and digits.startswith(trunk):
            digits = digits[len(trunk) :]
    if not 4 <= len(digits) <= _LONGEST - len(code) or digits.count(digits[0]) == len(digits):
        return ""
    return f"+{code}{digits}"
