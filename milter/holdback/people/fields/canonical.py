"""One spelling for everything that tells who somebody is: what index, trail and canaries compare.

Phone numbers become E.164 (ITU-T E.164), ids and logins lose their case, names and postcodes their dress.
What people write where they have nothing to write, `n/a` or `000000`, is nothing.
"""

import re
from collections.abc import Sequence
from unicodedata import decimal, normalize

from holdback.mail.address import address
from holdback.people.fields.addresses import first_key
from holdback.people.fields.names import name_key
from holdback.people.fields.phone_regions import FIXED_LENGTHS, REGIONS, TRUNKS
from holdback.people.fields.wordlist import wordlist
from holdback.people.parties.domains import registrable

__all__ = [
    "REGIONS", "customer_id", "domain", "email", "login", "name", "name_and_id", "name_and_postcode", "phone",
    "phones",
]  # fmt: skip

_MARKS = dict.fromkeys(
    map(ord, " \t\r\n-./()[]'\u00a0\u00ad\u200b\u200e\u2009\u202a\u202c\u202f\ufeff‐‑‒–—−·•")
)
_EXTENSION = re.compile(
    r"[\s,;]*(?:\([^\W\d][^()\d]{0,20}\)|(?:ext(?:ension|n)?|x|#|dw|durchwahl|poste|int|доб)[\s.:=]{0,3}\d{1,7})\s*$"
)
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_LONGEST_WRITTEN = 64
_LONGEST = 15
"""Digits of a number with its calling code (ITU-T E.164)."""
_SHORTEST = 8
"""What is shorter and lacks the trunk prefix has lost the area, not the nought."""
_WITHOUT_PLUS = {"55": 10, "1": 10, "7": 10} | dict.fromkeys(("45", "47", "65", "371", "372", "852"), 8)
"""Calling code → digits after it that make it one even without a plus, 9 elsewhere; Brazil has an area 55."""
_NOTHING = wordlist(
    """
    n/a n.a. na none null nil nan nn n.n. no nothing unknown unbekannt keine kein inconnu aucun desconocido
    ninguno nessuno brak onbekend undefined missing empty tbd tba tbc todo test x xx xxx xxxx
    """
)


def email(written: str) -> str:
    """The key of the first address in `written` (`mail.address`); empty if there is none."""
    return first_key(written)


def phone(written: str, region: str = "") -> str:
    """`+4930123456` from any usual notation; empty if `written` is no number, or its country cannot be told.

    written: `+49 30 1234567`, `0049…`, `(030) 123-45`, `+44 (0)20 …`, `tel:…`; an extension does not count.
    region: where numbers without a country code belong (a key of `REGIONS`); without it they are none.
    """
    return _phone(written, written.translate(_MARKS), region)


def phones(written: Sequence[str], region: str = "") -> list[str]:
    """`phone` of each, for thousands."""
    # Long cells are no phones, and one copy of all of them would take too much.
    short = sum(map(len, written)) <= _LONGEST_WRITTEN * len(written)
    digits = "\0".join(written).translate(_MARKS).split("\0") if short else []
    if len(digits) != len(written):
        return [phone(one, region) for one in written]
    return [_phone(one, rest, region) if one else "" for one, rest in zip(written, digits, strict=True)]


def _phone(written: str, digits: str, region: str) -> str:
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


def customer_id(written: str) -> str:
    """The id without blanks around, in lower case."""
    return _plain(written)


def login(written: str) -> str:
    """The login in lower case."""
    return _plain(written)


def name(written: str) -> str:
    """What a name has in common however it is written (`names.name_key`); empty for a placeholder."""
    return name_key(written) if _plain(written) else ""


def name_and_postcode(name_written: str, postcode: str) -> str:
    """One value of both; empty if one is missing, or the name is a single word."""
    return with_postcode(name(name_written), postcode)


def name_and_id(name_written: str, customer: str) -> str:
    """One value of both; empty if one is missing."""
    return with_id(name(name_written), customer_id(customer))


def with_postcode(key: str, postcode: str) -> str:
    """`name_and_postcode` of a name that is already a `name`."""
    if " " not in key and key < "\u3000":
        return ""
    code = "".join(filter(str.isalnum, postcode)).upper()
    # The last four digits of a nine-digit code tell the side of the street (ZIP+4), and are mostly left out.
    return f"{key}\n{code[:5] if len(code) == 9 and code.isdigit() else code}" if code else ""


def with_id(key: str, customer: str) -> str:
    """`name_and_id` of a `name` and a `customer_id`."""
    return f"{key}\n{customer}" if key and customer else ""


def domain(written: str) -> str:
    """The registrable domain, `shop.co.uk` of `mail.Shop.co.uk.`; empty if `written` is no domain."""
    key = address(f"x@{written.strip(' .')}").domain
    return registrable(key) if _DOMAIN.fullmatch(key) else ""


def _plain(written: str) -> str:
    text = written.strip().lower()
    if not text.isascii():
        text = normalize("NFKC", normalize("NFKC", text).casefold()).strip()
    # `-`, `???` and `0000` say nothing either.
    return "" if text in _NOTHING or not text.strip("-–—.?/*_#0 ") else text
