"""What each document in a message shows, and what could not be read: a line a place."""

from collections.abc import Iterator

from holdback.checks.evidence import Evidence
from holdback.people.fields.addresses import masked
from holdback.people.fields.kinds import in_words
from holdback.people.subjects.by_place import Disclosed
from holdback.phrases import counted


def places(evidence: Evidence) -> list[str]:
    """`2 archive.zip > export.xlsx > sheet "Kunden" rows 2-20001: 20,000 people (e-mail, name, phone)`.

    One line for every table and text that shows third parties, then one for every document that is not read
    to its end.
    """
    shown = ((place.where, _people(place)) for place in evidence.disclosed)
    return [*(f"{_short(where)}: {people}" for where, people in shown if people), *_unread(evidence)]


def _people(place: Disclosed) -> str:
    found = place.subjects
    said = []
    if found.people:
        said.append(f"{counted(len(found.people), 'person', 'people')} ({in_words(found.fields)})")
    if found.bare:
        said.append(counted(len(found.bare), "address", "addresses"))
    if found.customers:
        said.append(counted(len(found.customers), "customer", "customers"))
    return ", ".join(said)


def _unread(evidence: Evidence) -> Iterator[str]:
    for document in evidence.documents:
        if document.unreadable:
            kinds = ", ".join(why.replace("_", " ") for why in document.unreadable)
            yield f"{_short(masked(document.where))}: {kinds}"


def _short(where: str) -> str:
    return where.removeprefix("part ").replace(", ", " ", 1)
