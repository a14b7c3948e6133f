"""Find the columns of a table that hold people's names, and not those of products, towns or companies."""

from collections.abc import Sequence

from holdback.people.fields import cells
from holdback.people.fields.cells import Parser
from holdback.people.fields.folding import fold
from holdback.people.fields.kinds import Field
from holdback.people.fields.names import initials_and_name, is_known, one_name, person
from holdback.people.recognition.columns import Column, Found, Sample
from holdback.people.recognition.scoring import Scoring

_UNLIKELY = (None, Field.OTHER, Field.LOGIN, Field.ID, Field.POSTCODE, Field.PLACE)
"""Headings of columns that are for names only if the values leave no doubt."""


def find_names(sample: Sample) -> Found | None:
    """The columns of names, the likeliest first; None if there are none."""
    return (
        _given_and_family(sample)
        or _in_mailboxes(sample)
        or _announced(sample)
        or _under_any_heading(sample)
        or _unannounced(sample)
        or _with_initials(sample)
    )


def _given_and_family(sample: Sample) -> Found | None:
    """Given and family name in columns of their own; `Nom`, `Nombre` can be either's."""
    scoring = sample.scoring
    parts = sample.free(Field.GIVEN, Field.FAMILY)
    if len({column.announced for column in parts}) == 1:
        parts += [
            column
            for column in sample.free(Field.ANY_NAME)
            if column.share(one_name) >= scoring.name_part_any
            and column.share(person) < scoring.name_part_full
        ]
    parts = [column for column in parts if column.share(one_name) >= scoring.name_part]
    first = _first_name(parts)
    return Found(Field.NAME, first, cells.announced_name, parts[len(first) :]) if parts else None


def _first_name(parts: Sequence[Column]) -> Sequence[Column]:
    """The columns of the first of several names: `first_name, last_name, billing_first_name, …`."""
    for at, column in enumerate(parts):
        before = parts[:at]
        again = (
            column.announced in [part.announced for part in before]
            and before[-1].announced is not column.announced
        )
        if again or (column.heading and column.heading in [part.heading for part in before]):
            return before
    return parts


def _in_mailboxes(sample: Sample) -> Found | None:
    """The columns of addresses, if their cells have the names too: `Ann Smith <ann@x.example>`."""
    for found in sample.found:
        if found.field is Field.EMAIL:
            (column,) = found.columns
            if column.share(cells.name_in_mailbox) >= sample.scoring.name_in_mailbox:
                return Found(Field.NAME, found.columns, cells.name_in_mailbox)
    return None


def _announced(sample: Sample) -> Found | None:
    """A column whose heading says that it is for people's names."""
    for column in sample.free(Field.NAME):
        possible = column.share(cells.announced_name) >= sample.scoring.name_by_heading
        if possible and _may_be_people(column, sample.scoring):
            return Found(Field.NAME, (column,), cells.announced_name)
    return None


def _may_be_people(column: Column, scoring: Scoring) -> bool:
    """True unless the values are plainly no names. Without capitals they may be anything."""
    if not any(value[0].isupper() for value in column.values):
        return True
    shaped = column.share(person) >= scoring.name_shaped
    return shaped or column.share(cells.known_name) >= scoring.name_known


def _under_any_heading(sample: Sample) -> Found | None:
    """A column whose heading may be for names of people or of other things: `Name`, `Customer`."""
    scoring = sample.scoring
    for column in sample.free(Field.ANY_NAME):
        if _are_people(column, scoring.any_name_shaped, scoring.any_name_known):
            return Found(Field.NAME, (column,), _full_name_parser(column, scoring))
        are_known = column.share(cells.known_name) >= scoring.any_name_single
        if are_known or _are_repeated_in_addresses(column, sample):
            return Found(Field.NAME, (column,), cells.announced_name)
    return None


def _unannounced(sample: Sample) -> Found | None:
    """A column with a heading that says nothing of names, or with none."""
    for column in sample.free(*_UNLIKELY):
        if _are_plainly_people(column, sample):
            return Found(Field.NAME, (column,), _full_name_parser(column, sample.scoring))
    return None


def _with_initials(sample: Sample) -> Found | None:
    """A column of family names with initials: `A. Schmidt`, `Schmidt, A.`"""
    for column in sample.free(None, Field.NAME, Field.ANY_NAME, Field.FAMILY):
        if column.share(initials_and_name) >= sample.scoring.initials:
            return Found(Field.NAME, (column,), cells.announced_name)
    return None


def _are_plainly_people(column: Column, sample: Sample) -> bool:
    """True if the values alone show that they are people's names."""
    scoring = sample.scoring
    if _are_repeated_in_addresses(column, sample):
        return True
    if column.announced is Field.OTHER:
        return False
    if _are_people(column, scoring.other_shaped, scoring.other_known):
        return True
    if column.announced is not None:
        return False
    are_people = _are_people(column, scoring.bare_shaped, scoring.bare_known)
    return are_people or column.share(cells.known_name) >= scoring.bare_single


def _are_people(column: Column, shaped: float, known: float) -> bool:
    """True if such shares of the values are shaped as full names, and have a known name."""
    if column.share(person) < shaped:
        return False
    return sum(map(is_known, map(person, column.values))) >= known * len(column.values)


def _are_repeated_in_addresses(column: Column, sample: Sample) -> bool:
    """True if words of the column come again in the addresses of their rows: `Ann Smith`, `smith.a@…`."""
    scoring = sample.scoring
    emails = next((found.columns[0].index for found in sample.found if found.field is Field.EMAIL), None)
    if emails is None or column.share(cells.announced_name) < scoring.repeated_names:
        return False
    last, letters = max(emails, column.index), scoring.repeated_letters
    pairs = [
        (fold(row[column.index]).split(), row[emails].partition("@")[0].lower())
        for row in sample.rows
        if len(row) > last
    ]
    repeated = sum(any(len(word) >= letters and word in local for word in words) for words, local in pairs)
    return repeated >= scoring.repeated_share * len(pairs) and repeated >= scoring.repeated_rows


def _full_name_parser(column: Column, scoring: Scoring) -> Parser:
    """The parser of full names if there are companies among the people; else that of any value."""
    mixed = scoring.mixed_from <= column.share(person) < scoring.mixed_below
    return cells.name if mixed else cells.announced_name
