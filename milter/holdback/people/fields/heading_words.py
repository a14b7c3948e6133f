"""The words of headings and their meanings, read from `headings.txt` and `sensitive_headings.txt`."""

import re
from functools import lru_cache
from unicodedata import normalize

from holdback.people.fields.folding import fold
from holdback.people.fields.kinds import Field
from holdback.people.fields.wordlists import alternatives, words_in

LONGEST_HEADING = 60
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+")
_SENSITIVE = {
    "health": Field.HEALTH,
    "pay": Field.PAY,
    "grade": Field.GRADE,
    "belief": Field.BELIEF,
    "union": Field.UNION,
    "ethnic origin": Field.ORIGIN,
    "orientation": Field.ORIENTATION,
    "offence": Field.OFFENCE,
}
_ORDINARY = {
    "email": Field.EMAIL,
    "phone": Field.PHONE,
    "given name": Field.GIVEN,
    "family name": Field.FAMILY,
    "full name": Field.NAME,
    "iban": Field.IBAN,
    "card": Field.CARD,
    "national id": Field.NATIONAL_ID,
    "birth": Field.BIRTH,
    "login": Field.LOGIN,
    "street": Field.STREET,
    "postcode": Field.POSTCODE,
    "town": Field.PLACE,
    "organisation": Field.ORGANISATION,
    "opt-out": Field.OPT_OUT,
    "plan": Field.PLAN,
    "price": Field.PRICE,
    "status": Field.STATUS,
    "account number": Field.ID,
    "someone else": Field.OTHER,
    "other": Field.OTHER,
}
_FIELDS = _ORDINARY | _SENSITIVE
"""Meaning of a heading → field of the column. If a word has two meanings, the first one here counts."""
_ALONE = {
    "given name alone": Field.GIVEN,
    "family name alone": Field.FAMILY,
    "grade alone": Field.GRADE,
    "union alone": Field.UNION,
}
_LISTED = words_in(
    "headings.txt",
    *_ORDINARY,
    "person",
    "number",
    "account",
    "thing",
    "paper",
    "address",
    "filler",
    "number of anything",
    "name of anything",
    "no compound",
    "given name alone",
    "family name alone",
    "column",
) | words_in("sensitive_headings.txt", *_SENSITIVE, "grade alone", "union alone", "ware or animal", "sport")


def words_of(heading: str) -> list[str]:
    """Return the folded words of a heading: `kunden nr` for `KundenNr_2`. Kana lose their voicing marks."""
    return _WORD.findall(_folded(_CAMEL.sub(" ", heading[:LONGEST_HEADING])))


def _folded(text: str) -> str:
    return normalize("NFC", fold(text))


def _plain(meaning: str) -> frozenset[str]:
    return frozenset(_folded(word) for word in _LISTED[meaning] if "*" not in word)


def _starred(meaning: str) -> list[str]:
    return [_folded(word) for word in _LISTED[meaning] if "*" in word]


PERSON, NUMBER, ACCOUNT = _plain("person"), _plain("number"), _plain("account")
THING, PAPER, ADDRESS, FILLER = _plain("thing"), _plain("paper"), _plain("address"), _plain("filler")
ANY_NUMBER, ANY_NAME = _plain("number of anything"), _plain("name of anything")
COLUMN = _plain("column")
"""Words of headings that programs make up where there is none: `Column1`, `Unnamed: 0`."""
ALONE = {word: field for meaning, field in _ALONE.items() for word in _plain(meaning)}
"""Words that are headings of such columns only if they are the whole heading."""
WARE, SPORT = _plain("ware or animal"), _plain("sport")
FIELD_OF_WORD = {"".join(words_of(word)): _FIELDS[m] for m in reversed(_FIELDS) for word in _plain(m)}
"""The words of a heading, joined → the field of the column."""
END = 4
"""Letters at the end of a label that are compared first."""
_LAST_WORDS = [
    word.rpartition("-")[2]
    for meaning in (*_SENSITIVE, "grade alone", "union alone")
    for word in _plain(meaning)
]
SENSITIVE_ENDS = frozenset(
    f"{before}{word}{after}"[-END:]
    for word in _LAST_WORDS
    for before in ("\n", " ")
    for after in ("", " ", "*", "**")
)
"""The ends of labels of sensitive data, but for those in Japanese, Chinese and Korean: `osis`, `lon `."""
_NO_COMPOUND = _plain("no compound")
_COMPOUNDS = {meaning: alternatives(words) for meaning in _FIELDS if (words := _starred(meaning))}
_COMPOUND = re.compile("|".join(f"({expression})" for expression in _COMPOUNDS.values()))
_COMPOUND_FIELDS = [_FIELDS[meaning] for meaning in _COMPOUNDS]
"""The field for each group of `_COMPOUND`."""


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word.strip("*")) for word in words) or "(?!)"


_ACCOUNT_NUMBER = re.compile(
    f"(?:{_either(_starred('person') + _starred('account'))})(?:en|s)?(?:{_either(_starred('number'))})"
)


@lru_cache(maxsize=8192)
def field_of_compound(word: str) -> Field | None:
    """Return the field of a compound such as `lieferadresse` or `kundennummer`; None if it is unknown."""
    if word in _NO_COMPOUND:
        return None
    match = _COMPOUND.search(word)
    if match and match.lastindex:
        return _COMPOUND_FIELDS[match.lastindex - 1]
    return Field.ID if _ACCOUNT_NUMBER.fullmatch(word) else None
