"""Search the columns of a table for personal data: by their headings first, then by their values."""

import re
from collections.abc import Callable

from holdback.people.fields import cells, phones, shapes
from holdback.people.fields.cells import SENSITIVE_PARSERS, Parser
from holdback.people.fields.kinds import Field
from holdback.people.recognition.columns import Column, Found, Sample
from holdback.people.recognition.name_columns import find_names
from holdback.people.recognition.scoring import Scoring

_LEAST_DIGITS = 6
"""Phones, accounts, cards and national numbers have so many."""
_BUILDINGS = 4
_DIGITS = re.compile(rf"(?:\d[^\d\n]*+){{{_LEAST_DIGITS}}}")
_NO_DIGITS = bytes({*range(256)} - {*b"0123456789\n"})

_BY_HEADING: dict[Field, tuple[Parser, Callable[[Scoring], float]]] = {
    Field.EMAIL: (cells.email, lambda scoring: scoring.email_by_heading),
    Field.PHONE: (phones.key, lambda scoring: scoring.phone_by_heading),
    Field.IBAN: (shapes.iban, lambda scoring: scoring.iban_by_heading),
    Field.CARD: (shapes.card, lambda scoring: scoring.card_by_heading),
    Field.NATIONAL_ID: (cells.announced_national_id, lambda scoring: scoring.national_id_by_heading),
    Field.BIRTH: (cells.announced_birth, lambda scoring: scoring.birth_by_heading),
    Field.LOGIN: (cells.login, lambda scoring: scoring.login_by_heading),
    Field.ID: (cells.customer_id, lambda scoring: scoring.id_by_heading),
}
"""What parses a value, and the share of values that it must parse before the heading is believed."""

_BY_VALUES: tuple[tuple[Field, Parser, Callable[[Scoring], float], Parser], ...] = (
    (Field.EMAIL, cells.email, lambda scoring: scoring.email_by_values, cells.email),
    (Field.IBAN, shapes.iban, lambda scoring: scoring.iban_by_values, shapes.iban),
    (Field.CARD, shapes.card, lambda scoring: scoring.card_by_values, shapes.card),
    (
        Field.NATIONAL_ID,
        shapes.national_id,
        lambda scoring: scoring.national_id_by_values,
        shapes.national_id,
    ),
    (Field.PHONE, phones.written_key, lambda scoring: scoring.phone_by_values, phones.key),
)
"""Field, what recognises a value without a heading, the share it must recognise, the parser of all values."""


def search(sample: Sample) -> Sample:
    """The sample with all that its columns hold."""
    sample = sample.add(*(_find_direct(column, sample.scoring) for column in sample.columns))
    sample = sample.add(_find_street(sample))
    sample = sample.add(_find_birth(sample))
    # Names alone never make a record, and telling them from products takes the most time.
    others = sample.found or sample.free(Field.POSTCODE)
    if others or _loose(sample, cells.telephone) or _loose(sample, cells.house):
        sample = _add_loose(sample.add(find_names(sample)))
    return sample


def _find_direct(column: Column, scoring: Scoring) -> Found | None:
    """What one column holds, whatever the others hold."""
    announced = column.announced
    if announced and announced in SENSITIVE_PARSERS:
        return Found(announced, (column,), SENSITIVE_PARSERS[announced])
    if announced and announced in _BY_HEADING:
        parse, least = _BY_HEADING[announced]
        if column.share(parse) >= least(scoring):
            return Found(announced, (column,), parse)
    joined = "\n".join(column.values)
    likely = _BY_VALUES if _has_number(joined) else _BY_VALUES[:1] if "@" in joined else ()
    for kind, test, least, parse in likely:
        if column.share(test) >= least(scoring):
            return Found(kind, (column,), parse)
    if column.share(cells.disease_subdivision) >= scoring.disease_by_values and _may_be_diseases(column):
        return Found(Field.HEALTH, (column,), cells.disease_code)
    return None


def _may_be_diseases(column: Column) -> bool:
    """False for `B12.3` and `C07.1` under a heading that says nothing: rooms of a few buildings."""
    starts = {value[0] for value in column.values}
    return not column.heading or column.announced is not None or len(starts) >= _BUILDINGS


def _has_number(values: str) -> bool:
    """True if one of the `values`, a line each, has enough digits. Most have not, and are not parsed then."""
    if not values.isascii():
        return bool(_DIGITS.search(values))
    return max(map(len, values.encode().translate(None, _NO_DIGITS).split(b"\n"))) >= _LEAST_DIGITS


def _find_street(sample: Sample) -> Found | None:
    scoring = sample.scoring
    parts = sample.free(Field.STREET)
    joined = [" ".join(values) for values in zip(*(part.values for part in parts), strict=False)]
    streets = sum(map(bool, map(cells.announced_street, joined)))
    if joined and streets >= scoring.street_by_heading * len(joined):
        return Found(Field.STREET, parts, cells.announced_street)
    for column in sample.free(None, Field.STREET, Field.POSTCODE, Field.PLACE, Field.ANY_NAME):
        are_streets = column.share(cells.street) >= scoring.street_by_values
        if are_streets and len(column.values) >= scoring.street_distinct * len(sample.rows):
            return Found(Field.STREET, (column,), cells.announced_street)
    return None


def _find_birth(sample: Sample) -> Found | None:
    """Dates without a heading, if they spread over a generation and some are long ago."""
    scoring = sample.scoring
    if any(found.field is Field.BIRTH for found in sample.found):
        return None
    for column in sample.free(None, Field.ANY_NAME):
        count, share = len(column.values), column.share(shapes.year)
        if count >= scoring.birth_count and share >= scoring.birth_by_values:
            years = sorted(filter(None, map(shapes.year, column.values)))
            spread = years[-1] - years[0] >= scoring.birth_span and years[0] <= scoring.birth_oldest
            if spread and years[len(years) // 2] <= scoring.birth_median:
                return Found(Field.BIRTH, (column,), cells.birth)
    return None


def _add_loose(sample: Sample) -> Sample:
    """The sample with phones and streets that only the names or addresses in their rows make probable."""
    known = {found.field for found in sample.found}
    if known & {Field.NAME, Field.EMAIL}:
        for kind, parse in ((Field.PHONE, cells.telephone), (Field.STREET, cells.house)):
            column = _loose(sample, parse) if kind not in known else None
            sample = sample.add(Found(kind, (column,), parse)) if column else sample
    return sample


def _loose(sample: Sample, parse: Parser) -> Column | None:
    """A column without a heading whose values `parse` recognises and that seem to be of different people.

    A heading that says nothing may be that of article numbers and models: phones below it begin as phones do.
    """
    least = sample.scoring.loose
    for column in sample.free(None):
        fits = not column.heading or (parse is cells.telephone and column.share(_begins_as_phone) >= least)
        if fits and _varies(column, sample) and column.share(parse) >= least:
            return column
    return None


def _begins_as_phone(value: str) -> bool:
    return value[:1] in ("0", "+", "(")


def _varies(column: Column, sample: Sample) -> bool:
    """True if most values differ, and not only in their end, as rooms and models do."""
    scoring, values = sample.scoring, column.values
    starts = {value[: scoring.loose_start] for value in values}
    distinct = len(values) >= scoring.loose_distinct * len(sample.rows)
    return distinct and len(starts) >= scoring.loose_starts * len(values)
