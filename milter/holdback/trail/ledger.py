"""Write disclosures into the ledger; `compaction` sorts them into segments, `trace` reads them."""

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, insert, select

from holdback.cases.database import Database
from holdback.cases.schema import storable
from holdback.trail.disclosure import DisclosedPlace, Disclosure
from holdback.trail.schema import disclosures, shown
from holdback.trail.segments import Entries, concatenate

MAX_PLACES = 256
"""Places of one disclosure that are kept apart; further ones are merged into the last."""
MAX_NUMBERS = 500_000
"""Pseudonyms in one disclosure; a message that discloses more is stored as several."""
_CLOCKS, _ARRIVAL = 5.0, 900.0
"""A message is judged at most so many seconds before or after its arrival in the queue."""
_MAX_TEXT = 500
"""Longest text from a message, in characters."""


def split_disclosure(disclosure: Disclosure, most: int = MAX_NUMBERS) -> Iterator[Disclosure]:
    """Yield the disclosure in parts of at most `most` pseudonyms, which keeps each statement short."""
    if sum(len(place.numbers) for place in disclosure.shown) <= most:
        yield disclosure
        return
    for place in disclosure.shown:
        for start in range(0, len(place.numbers), most):
            part = replace(place, numbers=place.numbers[start : start + most])
            yield replace(disclosure, shown=(part,))


def store_disclosures(connection: Connection, batch: Sequence[Disclosure]) -> None:
    """Insert the disclosures of a batch; `connection` is in a transaction that no other writer shares."""
    statement = insert(disclosures).returning(disclosures.c.id, sort_by_parameter_order=True)
    ids = connection.execute(statement, [_row(disclosure) for disclosure in batch]).scalars().all()
    rows = [
        (disclosure_id, _entries(index, place.numbers))
        for disclosure_id, disclosure in zip(ids, batch, strict=True)
        for index, place in enumerate(disclosure.shown)
        if place.numbers
    ]
    if rows:
        entries = concatenate(rows)
        connection.execute(insert(shown).values(first=rows[0][0], count=len(entries), **entries.columns()))


def is_stored(database: Database, host: str, queue_id: str, arrived: float) -> bool:
    """Return whether the ledger has the message that began to arrive then (unix time).

    Raises RecordUnavailable.
    """
    while_arriving = disclosures.c.at.between(arrived - _CLOCKS, arrived + _ARRIVAL)
    same = disclosures.c.queue_id == storable(queue_id), disclosures.c.host == storable(host)
    with database.reading() as connection:
        return connection.execute(select(disclosures.c.id).where(while_arriving, *same)).first() is not None


def _entries(place: int, numbers: "array[int]") -> Entries:
    size = len(numbers)
    return Entries(
        np.frombuffer(numbers, np.int64),
        np.zeros(size, np.uint32),
        np.full(size, min(place, MAX_PLACES - 1), np.uint8),
    )


def _row(disclosure: Disclosure) -> dict[str, object]:
    return {
        "at": disclosure.at,
        "host": storable(disclosure.host),
        "queue_id": storable(disclosure.queue_id),
        "message_id": storable(disclosure.message_id[:_MAX_TEXT]),
        "sender": storable(disclosure.sender[:_MAX_TEXT]),
        "login": storable(disclosure.login[:_MAX_TEXT]),
        "client": storable(disclosure.client),
        "recipients": disclosure.recipients,
        "audience": _json({storable(domain): count for domain, count in disclosure.audience.items()}),
        "action": disclosure.action,
        "case_id": disclosure.case,
        "people": disclosure.people,
        "places": _json(_places(disclosure.shown)),
    }


def _places(shown: Sequence[DisclosedPlace]) -> list[tuple[str, int, int]]:
    """Return (name, people, number of pseudonyms) of each place; surplus places are merged into the last."""
    places = [(storable(one.where), one.people, len(one.numbers)) for one in shown]
    if len(places) > MAX_PLACES:
        _, people, numbers = zip(*places[MAX_PLACES - 1 :], strict=True)
        places[MAX_PLACES - 1 :] = [("other places", max(people), sum(numbers))]
    return places


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
