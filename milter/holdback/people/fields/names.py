"""Recognise names of people, as opposed to names of products, towns and companies."""

import re
from collections.abc import Sequence

from holdback.people.fields.folding import fold
from holdback.people.fields.wordlists import words_in

_KNOWN = words_in("given_names.txt", "given", "family")
_GIVEN, _CJK_FAMILY = frozenset(_KNOWN["given"]), frozenset(_KNOWN["family"])
_WORDS = words_in(
    "name_words.txt",
    "title",
    "degree",
    "particle",
    "organisation",
    "organisation part",
    "organisation ending",
    "noble particle",
    "family ending",
)
_TITLES, _DEGREES, _PARTICLES, _ORGANISATION, _NOBLE = (
    frozenset(_WORDS[meaning])
    for meaning in ("title", "degree", "particle", "organisation", "noble particle")
)
_CJK_ORGANISATION, _CJK_ORGANISATION_ENDINGS = _WORDS["organisation part"], _WORDS["organisation ending"]
_FAMILY_ENDINGS = _WORDS["family ending"]
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3々]+")
_FAMILY = (
    r"((?:[^\W\d_]{1,3}['’]|(?:v[ao]n|d[eu]|der|den|la|le|ter|af|av|bin|al)[ -]){0,3}"
    r"[^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?)"
)
_INITIALS = re.compile(
    rf"(?:[^\W\d_a-z](?:\.[ -]?|[ -])){{1,3}} ?{_FAMILY}"
    rf"|{_FAMILY},? [^\W\d_a-z]\.?(?:[ -]?[^\W\d_a-z]\.?){{0,2}}"
)
_INSIDE_WORDS = str.maketrans("", "", "-'’ʼ´`")
_APOSTROPHES = ("'", "’")


def person(value: str) -> tuple[str, ...]:
    """Return the folded words of a full name without titles; empty if `value` does not look like one.

    Two to six words, capitalised or all capitals: `Dr. Ann Smith`, `SMITH, Ann`, `Jan van der Berg`.
    """
    value = value.strip(" \t\r'\"")
    if not 2 <= len(value) <= 60 or (value.isascii() and value.islower() and "'" not in value):
        return ()
    if value[0] > "\u2fff":
        return _person_cjk(value)
    words = value.replace(",", " ", 1).split()
    while words and words[0].lower().rstrip(".") in _TITLES:
        del words[0]
    while len(words) > 2 and words[-1].lower().rstrip(".") in _DEGREES:
        del words[-1]
    if not 2 <= len(words) <= 6:
        return ()
    full = 0
    for word in words:
        low = word.lower()
        if low in _PARTICLES:
            continue
        letters = word.rstrip(".").translate(_INSIDE_WORDS)
        if (
            not letters.isalpha()
            or (word[0].islower() and word[1:2] not in _APOSTROPHES)
            or low.rstrip(".") in _ORGANISATION
        ):
            return ()
        full += len(letters) > 1
    if full < 2 and not (full and len(words) > 2):
        return ()
    return tuple([fold(word.rstrip(".")) for word in words])


def initials_and_name(value: str) -> str:
    """Return `value` if it is a family name with initials: `A. Schmidt`, `Schmidt, J.-P.`; else ""."""
    value = value.strip()
    match = _INITIALS.fullmatch(value) if 4 <= len(value) <= 40 else None
    return value if match and (match[1] or match[2]).lower() not in _ORGANISATION else ""


def _person_cjk(value: str) -> tuple[str, ...]:
    """As `person`, for Japanese, Chinese and Korean names: few signs, family name first, often no blank."""
    words = value.replace("\u3000", " ").split()
    if len(words) > 2 or not all(map(_CJK.fullmatch, words)) or not 2 <= len("".join(words)) <= 9:
        return ()
    joined = "".join(words)
    if any(part in joined for part in _CJK_ORGANISATION) or joined.endswith(_CJK_ORGANISATION_ENDINGS):
        return ()
    if len(joined) > 5 and "\u3400" <= joined[0] <= "\u9fff":
        return ()
    return (joined,)


def is_known(words: Sequence[str]) -> bool:
    """True if the first or last of the folded words is a common given name, or has a family name's ending.

    False for `Casa Maria Lisboa`: people write their given name first or last.
    """
    if not words:
        return False
    if words[0] in _GIVEN or words[-1] in _GIVEN or not _NOBLE.isdisjoint(words):
        return True
    first = words[0]
    if first[0] > "\u2fff":
        return first[:2] in _CJK_FAMILY or (len(first) <= 4 and first[0] in _CJK_FAMILY)
    return words[-1].endswith(_FAMILY_ENDINGS) or first.endswith(_FAMILY_ENDINGS)


def one_name(value: str) -> str:
    """Return `value` folded if it may be a given or a family name: letters, at most five words; else ""."""
    words = value.split()
    if not 1 <= len(words) <= 5 or len(value) > 60:
        return ""
    for word in words:
        if not word.rstrip(".").translate(_INSIDE_WORDS).isalpha():
            return ""
    return fold(" ".join(words))


def name_key(value: str) -> str:
    """Return the same key for all spellings of a person's name: `Smith, Ann` and `Ms ANN SMITH`."""
    words = fold(value.replace(",", " ")).split()
    return " ".join(sorted(word.rstrip(".") for word in words if word.rstrip(".") not in _TITLES) or words)
