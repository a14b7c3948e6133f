"""The ledger of disclosures: which message showed whom, written as messages go by; see `folding`, `trace`."""

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, insert

from holdback.cases.schema import storable
from holdback.trail.disclosure import DisclosedPlace, Disclosure
from holdback.trail.schema import disclosures, shown
from holdback.trail.segments import Entries, concatenate

MAX_PLACES = 256
"""Places of one disclosure that are told apart."""
MAX_NUMBERS = 500_000
"""Numbers of one disclosure; a message that shows more makes several."""
_LONGEST = 500
"""Characters of what somebody else wrote."""


def in_parts(note: Disclosure) -> Iterator[Disclosure]:
    """The note, or several that together show as much: no statement may take a server longer than it has."""
    if sum(len(one.numbers) for one in note.shown) <= MAX_NUMBERS:
        yield note
        return
    for one in note.shown:
        for start in range(0, len(one.numbers), MAX_NUMBERS):
            yield replace(note, shown=(replace(one, numbers=one.numbers[start : start + MAX_NUMBERS]),))


def store_disclosures(connection: Connection, notes: Sequence[Disclosure]) -> None:
    """Write all `notes` down; `connection` is in a transaction that no other writer shares."""
    written = insert(disclosures).returning(disclosures.c.id, sort_by_parameter_order=True)
    ids = connection.execute(written, [_row(note) for note in notes]).scalars().all()
    rows = [
        (number, _entries(place, one.numbers))
        for number, note in zip(ids, notes, strict=True)
        for place, one in enumerate(note.shown)
        if one.numbers
    ]
    if rows:
        entries = concatenate(rows)
        connection.execute(insert(shown).values(first=rows[0][0], count=len(entries), **entries.columns()))


def _entries(place: int, numbers: "array[int]") -> Entries:
    size = len(numbers)
    return Entries(
        np.frombuffer(numbers, np.int64),
        np.zeros(size, np.uint32),
        np.full(size, min(place, MAX_PLACES - 1), np.uint8),
    )


def _row(note: Disclosure) -> dict[str, object]:
    return {
        "at": note.at,
        "host": storable(note.host),
        "queue_id": storable(note.queue_id),
        "message_id": storable(note.message_id[:_LONGEST]),
        "sender": storable(note.sender[:_LONGEST]),
        "login": storable(note.login[:_LONGEST]),
        "client": storable(note.client),
        "recipients": note.recipients,
        "audience": _json({storable(domain): count for domain, count in note.audience.items()}),
        "action": note.action,
        "case_id": note.case,
        "people": note.people,
        "places": _json(_places(note.shown)),
    }


def _places(shown: Sequence[DisclosedPlace]) -> list[tuple[str, int, int]]:
    """Name, people and numbers of each place; the last one stands for all that are too many."""
    told = [(storable(one.where), one.people, len(one.numbers)) for one in shown]
    if len(told) > MAX_PLACES:
        _, people, numbers = zip(*told[MAX_PLACES - 1 :], strict=True)
        told[MAX_PLACES - 1 :] = [("other places", max(people), sum(numbers))]
    return told


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
