"""Recognise single values by their form: bank accounts, cards, dates, streets, national numbers.

Every function takes one value as written in a cell or a line and is linear in its length.
"""

import re

from holdback.people.fields.wordlists import words_in

_DATE = re.compile(
    r"(?:(?P<iso>\d{4})[-/.年](?P<im>\d{1,2})[-/.月](?P<id>\d{1,2})日?"
    r"|(?P<a>\d{1,2})[./-] ?(?P<b>\d{1,2})[./-] ?(?P<year>\d{4}|\d{2})"
    r"|(?P<wd>\d{1,2})[. -]{1,2}(?:de )?(?P<month>[^\W\d_]{3,12})[., -]{1,2}(?:de )?(?P<wyear>\d{4})"
    r"|(?P<umonth>[A-Z][a-z]{2,8})\.? (?P<ud>\d{1,2}), (?P<uyear>\d{4}))"
    r"(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"
)
_SPACES = str.maketrans("", "", " \t\u00a0\u202f-")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_LETTERS_TO_DIGITS = {code: str(code - 55) for code in range(ord("A"), ord("Z") + 1)}
_STREET = words_in("street_words.txt", "word", "ending")
_STREET_WORDS, _STREET_ENDINGS = frozenset(_STREET["word"]), _STREET["ending"]
_LETTERS = re.compile(r"[^\W\d_](?:[\W\d_]{0,3}[^\W\d_]){2}")
_DIGIT = re.compile(r"\d")
_LAST_THREE = frozenset(ending[-3:] for ending in _STREET_ENDINGS)
_SIGNS = dict.fromkeys(map(ord, '.,;|<>()[]"“”„«»•·:'), " ")
_CJK_STREET = re.compile(r"[路街道号號区區市县縣町丁番洞동구로길]")
_CJK_ADDRESS = re.compile(r"[都道府県市区町村郡路号區縣].*[\d０-９一二三四五六七八九十]")
_NATIONAL = re.compile(
    r"\d{3}-\d{2}-\d{4}|\d{3}\.\d{3}\.\d{3}-\d{2}|(?:\d{2})?\d{6}[-+]\d{4}|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]"
    r"|\d{8}-?[A-HJ-NP-TV-Z]|[XYZ]\d{7}[A-Z]|[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"
    r"|\d{6}[-+A]\d{3}[0-9A-Y]|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"
)


def iban(value: str) -> str:
    """Return the account as 15 to 34 letters and digits if it passes mod 97 (ISO 13616); else ""."""
    if not 15 <= len(value) <= 48:
        return ""
    value = value.translate(_SPACES).upper()
    if not _IBAN.fullmatch(value):
        return ""
    return value if int((value[4:] + value[:4]).translate(_LETTERS_TO_DIGITS)) % 97 == 1 else ""


def card(value: str) -> str:
    """Return the 14 to 19 digits of a card with an issuer's prefix and Luhn digit (ISO/IEC 7812); else ""."""
    if not 14 <= len(value) <= 24:
        return ""
    digits = value.translate(_SPACES)
    if not (digits.isascii() and digits.isdecimal() and _issued(digits)):
        return ""
    doubled = sum((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[int(digit)] for digit in digits[-2::-2])
    return digits if (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0 else ""


def _issued(digits: str) -> bool:
    length, four = len(digits), int(digits[:4])
    if length == 16:
        return (
            digits[0] == "4"
            or 5100 <= four <= 5599
            or 2221 <= four <= 2720
            or four == 6011
            or 6440 <= four <= 6599
            or 3528 <= four <= 3589
            or digits[:2] == "62"
        )
    if length == 15:
        return digits[:2] in ("34", "37")
    if length == 14:
        return digits[:2] in ("36", "38") or 3000 <= four <= 3059
    return length == 19 and digits[0] in "46"


def year(value: str) -> int:
    """Return the year of a date in any common notation; 0 if there is none. Two digits mean 19xx (births)."""
    value = value.strip()
    match = _DATE.fullmatch(value) if 6 <= len(value) <= 40 else None
    if not match:
        return 0
    found = match["iso"] or match["year"] or match["wyear"] or match["uyear"]
    if match["a"] and not (1 <= int(match["a"]) <= 31 and 1 <= int(match["b"]) <= 31):
        return 0
    return int(found) + (1900 if len(found) == 2 else 0)


def is_street(value: str) -> bool:
    """True if `value` is a street with a house number, or a post box."""
    if not 6 <= len(value) <= 120 or "@" in value or "://" in value:
        return False
    if not value.isascii() and _CJK_ADDRESS.search(value):
        return True
    if not _DIGIT.search(value):
        return False
    words = value.lower().replace(",", " ").split()
    if not 2 <= len(words) <= 16:
        return False
    bare = [word.strip(".;") for word in words if not word[0].isdecimal()]
    streets = [word for word in bare if word[-3:] in _LAST_THREE and word.endswith(_STREET_ENDINGS)]
    if len(bare) > 1 or value[:1] in "Pp":
        found = bool(streets) or not _STREET_WORDS.isdisjoint(bare)
    else:
        # `Court 3` and `Row 12` are no streets.
        found = not _STREET_WORDS.issuperset(streets)
    return found and any(word[0].isdecimal() or word[-1].isdecimal() for word in words)


def has_street_word(line: str) -> bool:
    """True if a part of the line between signs may be a street: not False if `is_street` is True for one."""
    if not line.isascii() and _CJK_ADDRESS.search(line):
        return True
    words = line.lower().translate(_SIGNS).split()
    likely = [word for word in words if word[-3:] in _LAST_THREE]
    return not _STREET_WORDS.isdisjoint(words) or any(word.endswith(_STREET_ENDINGS) for word in likely)


def may_be_street(value: str) -> bool:
    """True if `value` may be a street in a column headed `address`: letters, a number, no date or link."""
    if not 5 <= len(value) <= 160 or "@" in value or "://" in value or _DATE.fullmatch(value):
        return False
    if _LETTERS.search(value) and _DIGIT.search(value):
        return True
    return is_street(value) or bool(not value.isascii() and _CJK_STREET.search(value))


def national_id(value: str) -> str:
    """Return `value` if it has the form of a national number (SSN, CPF, NIF, personnummer, …); else ""."""
    value = value.strip()
    return value if 8 <= len(value) <= 18 and _NATIONAL.fullmatch(value) else ""
