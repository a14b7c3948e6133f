"""Find the postal addresses of letters and forms: the line of a street, and a person's name above it."""

from collections.abc import Iterable, Iterator, Sequence

from holdback.people.fields.cells import house
from holdback.people.fields.kinds import Field
from holdback.people.fields.names import is_known, person
from holdback.people.fields.shapes import is_street
from holdback.people.recognition.line import postcode_in
from holdback.people.recognition.records import Record

_QUOTES = " \t>|\r,"
_SHORTEST, _LONGEST = 6, 60
"""Characters of a line in a postal address."""
_ABOVE = 3
"""Lines above the street of which one has the name: another may have a company, a title or a flat."""


def is_street_line(line: str) -> bool:
    """True if the line is a street with a house number."""
    return _SHORTEST <= len(line) < _LONGEST and is_street(line.strip(_QUOTES))


def envelopes(lines: Sequence[str], numbers: Iterable[int]) -> Iterator[tuple[int, Record | None]]:
    """Those of the lines `numbers` that are streets, each with the person whose name is above it, if any.

    A line that only may be a street, such as `Am Mühlbach 7`, is one between such a name and a postcode.
    """
    for number in numbers:
        line = lines[number]
        if not _SHORTEST <= len(line) < _LONGEST:
            continue
        street = line.strip(_QUOTES)
        certain = is_street(street)
        if not certain and (postcode_in(street) or not house(street)):
            continue
        postcode = postcode_in(_neighbour(lines, number, 1)[0])
        record = _addressee(lines, number, street, postcode) if certain or postcode else None
        if certain or record:
            yield number, record


def _addressee(lines: Sequence[str], number: int, street: str, postcode: str) -> Record | None:
    """The person whose name is in one of the lines above line `number`."""
    for _ in range(_ABOVE):
        line, number = _neighbour(lines, number, -1)
        name = line.strip(_QUOTES)
        if words := person(name):
            return Record({Field.NAME: name, Field.STREET: street}, is_known(words), postcode=postcode)
    return None


def _neighbour(lines: Sequence[str], number: int, step: int) -> tuple[str, int]:
    """The next line that is not blank, one blank line further at most, and its number; else ""."""
    for at in (number + step, number + 2 * step):
        if 0 <= at < len(lines) and lines[at].strip(_QUOTES):
            return lines[at], at
    return "", number + 2 * step
