"""Recognise telephone numbers as people write them, and normalise them for comparison.

Numbers are compared in E.164 (ITU-T E.164) where the country is known. Within one message it mostly is not;
there, the last nine digits without trunk zeros are compared: `+49 511 123456` and `0511 123456` are equal.
"""

import re
from collections.abc import Iterator, Sequence
from unicodedata import decimal, normalize

from holdback.people.fields.phone_regions import FIXED_LENGTHS, REGIONS, TRUNKS

_MARKS = dict.fromkeys(
    map(ord, " \t\r\n-./()[]'\u00a0\u00ad\u200b\u200e\u2009\u202a\u202c\u202f\ufeff‐‑‒–—−·•")
)
"""Signs within a number that have no meaning."""
_EXTENSION = re.compile(
    r"(?i)[\s,;]*(?:\([^\W\d][^()\d]{0,20}\)"
    r"|(?:ext(?:ension|n)?|x|#|dw|durchwahl|poste|int|доб)[\s.:=]{0,3}\d{1,7})\s*$"
)
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[./-] ?\d{1,2}[./-] ?(?:\d{4}|\d{2})")
_LONGEST_WRITTEN = 64
_LONGEST = 15
"""Digits of a number with its calling code (ITU-T E.164)."""
_SHORTEST = 8
"""A shorter number without the trunk prefix lacks its area code, not its leading zero."""
_WITHOUT_PLUS = {"55": 10, "1": 10, "7": 10} | dict.fromkeys(("45", "47", "65", "371", "372", "852"), 8)
"""Calling code → minimum of digits after it if there is no plus; 9 for others. Brazil has an area 55."""


def _written(blank: str, dot: str = "", before: str = "") -> str:
    """Return a pattern for notations used only for phones: +49 30…, 0049…, (030) …, 030/…, 555-123-4567.

    blank: characters allowed between digits besides marks. dot: further alternatives after the area code.
    before: characters that must not precede the number.
    """
    gap = rf"[\d{blank}/.\-–‑]"
    # A pattern that begins with a set of characters skips all others fast. `(?<=…)` looks back at that one.
    return (
        (rf"[+(\d](?<![{before}].)" if before else r"[+(\d]")
        + rf"(?:(?:(?<=\+)|(?<=0)0)[1-9][\d{blank}()/.\-–‑]{{6,20}}\d"
        + rf"|(?<=\()0?\d{{2,5}}\){gap}{{4,15}}\d"
        + rf"|(?<=0)[1-9]\d{{0,4}}(?:[{blank}/\-–‑]{dot}){gap}{{3,15}}\d"
        + r"|(?<=\d)\d\d([-. ])\d{3}\1\d{4}"
        + r"|(?<=0)[67]\d{8,9})"
    )


IN_TEXT = re.compile(_written(" ", before=r"\w.,/@-") + r"(?!(?!x\d{1,6}(?!\w))[\w@])")
"""A phone number in running text. An extension may follow: `555-123-4567x62`."""
_MOBILE = re.compile(r"0(?<![\w.,/@-]0)(?:1[567]\d{8,9}|[59]\d{9})(?![\w@])")
"""Mobiles without separators (Germany, Turkey, Philippines); no evidence, as article numbers look alike."""
_IN_CELL = re.compile(_written(r"\s", r"|\. ?"))
_LONGEST_CELL = 40
_LONGEST_SEVERAL = 120
_BLANKS_AND_GUARDS = " \t\r\n\u00a0'’`\""
_HASH = re.compile(r"^#(?=[1-9])")
_ANY_LABEL = re.compile(r"^[^\W\d_][^\d:;/+(]{0,24}[:.)\s]\s*(?=[+#(\d])")
"""A word before a number, in a column of phones."""
_PHONE_LABEL = re.compile(
    r"(?i)^(?:t|tel|telef[oóô]n[eo]?|phone|mob(?:ile?|il)?|handy|cell|gsm|m|h|w|p|home|work|office"
    r"|private?|privat|festnetz|port|fijo|fixe|móvil|celular|cellulare|puh|tlf|telefax|fax|тел|моб|τηλ|電話|전화)"
    r"[.:\s]{1,3}(?=[+#(\d])"
)
_ANOTHER = re.compile(
    r"(?<=[\d)])\s*(?:[;,|\n\r]|\s/\s?|/\s|/(?=[+0(])|\s(?:or|oder|ou|o|of|och|og|eller|tai|lub|nebo|vagy|ve|veya|или|and|und|y|e)\s"
    r"|[\s-]{1,3}\(?[^\W\d])"
)
"""Where the first of several numbers ends, or a word follows it."""
_PLUS_AND_MARKS = _MARKS | {ord("+"): None}


def key(written: str) -> str:
    """Return the last nine digits without trunk zeros; "" if `written` cannot be a phone number.

    For columns whose heading announces phone numbers: plain digits are accepted, words around the number, and
    several numbers, of which the first counts: `Mobile: 0171 2233445 / 0511 506304`.
    """
    return bare_key(written) or bare_key(_first_number(written, _ANY_LABEL))


def _first_number(written: str, label: re.Pattern[str]) -> str:
    """Return the first number among others and words, as exports write them; "" if there is none.

    Signs that programs put before a number or instead of its plus are removed: `'+44 …`, `#1 …`.
    """
    text = written.strip(_BLANKS_AND_GUARDS)
    if not 6 <= len(text) <= _LONGEST_SEVERAL:
        return ""
    text = _HASH.sub("+", label.sub("", text, count=1))
    several = _ANOTHER.search(text)
    return text[: several.start()] if several else text if text != written else ""


def bare_key(written: str) -> str:
    """As `key`, of a cell that has one number and nothing else but an extension."""
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
    """As `key`, without a heading that announces phones: only notations used for phone numbers count."""
    return _written_key(written.strip()) or _written_key(_first_number(written, _PHONE_LABEL).strip())


def _written_key(written: str) -> str:
    is_phone = len(written) <= _LONGEST_CELL and _IN_CELL.fullmatch(_EXTENSION.sub("", written))
    return bare_key(written) if is_phone else ""


def in_line(line: str) -> Iterator[str]:
    """Yield every phone number in a line of text, as written; mobile numbers also without separators.

    Commas may surround it: they do not occur within phone numbers.
    """
    line = line.replace(",", "|")
    return (match[0] for pattern in (IN_TEXT, _MOBILE) for match in pattern.finditer(line))


def canonical(written: str, region: str = "") -> str:
    """Return `+4930123456` for any usual notation; "" if `written` is no number or its country is unknown.

    written: `+49 30 1234567`, `0049…`, `(030) 123-45`, `+44 (0)20 …`, `tel:…`; extensions are ignored.
    region: country of numbers without a country code (a key of `REGIONS`); if empty, these give "".
    """
    return _canonical(written, written.translate(_MARKS), region)


def canonical_each(written: Sequence[str], region: str = "") -> list[str]:
    """Return `canonical` for each of many numbers, faster than one by one."""
    # Long cells are no phones, and one copy of all of them would take too much memory.
    short = sum(map(len, written)) <= _LONGEST_WRITTEN * len(written)
    digits = "\0".join(written).translate(_MARKS).split("\0") if short else []
    if len(digits) != len(written):
        return [canonical(one, region) for one in written]
    return [_canonical(one, rest, region) if one else "" for one, rest in zip(written, digits, strict=True)]


def _canonical(written: str, digits: str, region: str) -> str:
    """As `canonical`; `digits` is `written` without the marks."""
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
    # Spreadsheets that treat phone numbers as numbers lose the plus or the leading zero.
    if digits.startswith(code) and len(digits) - len(code) >= _WITHOUT_PLUS.get(code, 9):
        return _international(digits)
    if trunk and not digits.startswith(trunk) and len(digits) < _SHORTEST:
        return ""
    return _e164(code, trunk, digits)


def _unusual(written: str) -> str:
    """Return the digits of a number with an extension or in another script; "" if it is no number."""
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
    """Return the E.164 number of a calling code and the digits after it, with or without trunk prefix."""
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
