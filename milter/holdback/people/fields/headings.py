"""Map the heading of a column, or the label of a line, to a field: `KundenNr`, `E-Mail-Adresse`."""

from collections.abc import Set
from functools import lru_cache

from holdback.people.fields.heading_words import (
    ACCOUNT,
    ADDRESS,
    ALONE,
    ANY_NAME,
    ANY_NUMBER,
    COLUMN,
    FIELD_OF_WORD,
    FILLER,
    LONGEST_HEADING,
    NUMBER,
    PAPER,
    PERSON,
    SPORT,
    THING,
    WARE,
    field_of_compound,
    words_of,
)
from holdback.people.fields.kinds import SENSITIVE, Field

_UMLAUT = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_PRECEDENCE = {
    field: rank
    for rank, field in enumerate(
        (
            Field.EMAIL, Field.PHONE, Field.GIVEN, Field.FAMILY, Field.NAME, Field.ANY_NAME, Field.IBAN,
            Field.CARD, Field.NATIONAL_ID, Field.BIRTH, *SENSITIVE, Field.LOGIN, Field.ID, Field.ANY_ID,
            Field.STREET, Field.POSTCODE, Field.PLACE, Field.ORGANISATION, Field.OPT_OUT, Field.PRICE,
            Field.PLAN, Field.STATUS, Field.OTHER,
        )
    )
}  # fmt: skip
"""Of several fields that a heading names, the one with the lowest rank is the field of the column."""
_UNAMBIGUOUS = {
    Field.EMAIL, Field.PHONE, Field.IBAN, Field.CARD, Field.NATIONAL_ID, Field.BIRTH, Field.PLAN, Field.PRICE,
    Field.STATUS, Field.OPT_OUT, Field.POSTCODE, *SENSITIVE,
}  # fmt: skip
"""Fields that count even if the heading also names a thing or a paper: `order phone`."""


@lru_cache(maxsize=8192)
def field_of(heading: str) -> Field | None:
    """Return the field of a column with this heading, or of a line with this label; None if unknown."""
    if not heading or len(heading) > LONGEST_HEADING or "@" in heading:
        return None
    words = words_of(heading)
    return _field(words) or _field(_without_umlauts(words))


@lru_cache(maxsize=8192)
def is_made_up(heading: str) -> bool:
    """True if a program made the heading up: `Column1`, `Field 2`, `Unnamed: 0`, `_c3`, `F4`."""
    words = words_of(heading)
    return all(word in COLUMN for word in words) if words else not heading.strip("_ .:#0123456789")


@lru_cache(maxsize=8192)
def not_of_people(heading: str) -> Set[Field]:
    """Return the sensitive fields that are not a person's in a table with this heading: `Breed`, `Team`."""
    words = words_of(heading)
    wares = {Field.HEALTH, Field.GRADE} if not WARE.isdisjoint(words) else set()
    return wares | ({Field.GRADE, Field.OFFENCE} if not SPORT.isdisjoint(words) else set())


def _without_umlauts(words: list[str]) -> list[str]:
    """Return the words with `ae`, `oe`, `ue` as `a`, `o`, `u`: folding turns `Empfänger` into `empfanger`."""
    joined = " ".join(words)
    for written, plain in _UMLAUT:
        joined = joined.replace(written, plain)
    return joined.split()


def _field(words: list[str]) -> Field | None:
    """Return the field of a heading from its folded words."""
    if not words or len(words) > 7:
        return None
    joined = "".join(words)
    whole = FIELD_OF_WORD.get(joined) or ALONE.get(joined)
    if whole:
        return whole
    if words[:2] == ["number", "of"]:
        return Field.OTHER
    words = [word for word in words if word not in FILLER] or words
    found = _fields_in(words)
    if Field.OTHER in found:
        return Field.OTHER
    things = THING.intersection(words)
    papers = PAPER.intersection(words) if NUMBER.intersection(words) else ()
    if _is_account(words, bool(things or papers or found - {Field.CARD})):
        return Field.ID
    if (things or papers) and not found & _UNAMBIGUOUS:
        return Field.OTHER
    if found:
        return min(found, key=_PRECEDENCE.__getitem__)
    if ANY_NAME.intersection(words) or PERSON.intersection(words):
        return Field.ANY_NAME
    return Field.ANY_ID if "".join(words) in ANY_NUMBER else None


def _fields_in(words: list[str]) -> set[Field]:
    """Return the fields named by single words, compounds, and two or three neighbours as one word."""
    runs = {"".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}
    found = {FIELD_OF_WORD[run] for run in runs if run in FIELD_OF_WORD}
    found |= {field for field in map(field_of_compound, words) if field}
    if Field.STREET in found and found & {Field.POSTCODE, Field.PLACE}:
        # In `Billing Address Zip`, `Address` only says which address the postcode belongs to.
        specific = [word for word in words if word not in ADDRESS]
        return _fields_in(specific) if len(specific) < len(words) else found
    return found


def _is_account(words: list[str], something_else: bool) -> bool:
    """True for `customer id`, `numero de cliente`, `Kunden-Nr.`; False for `customer order number`."""
    owners = (PERSON | ACCOUNT).intersection(words)
    numbers = [at for at, word in enumerate(words) if word in NUMBER and word not in owners]
    if not something_else:
        return bool(owners and numbers)
    neighbours = [{*words[max(at - 1, 0) : at], *words[at + 1 : at + 2]} for at in numbers]
    return any(near & owners and not any(map(_has_numbers, near - owners)) for near in neighbours)


def _has_numbers(word: str) -> bool:
    """True if a number next to the word may belong to it, as with `phone` or `order`."""
    return word in THING or word in PAPER or not _UNAMBIGUOUS.isdisjoint(_fields_in([word]))
