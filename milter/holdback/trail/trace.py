"""Who disclosed somebody: which messages showed them, and what became of those messages since."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, RowMapping, select

from holdback.cases.queries import decisions_where, holds_where
from holdback.cases.schema import decisions, holds
from holdback.cases.values import Decided, Hold
from holdback.trail.schema import disclosures, segments, shelves, shown
from holdback.trail.segments import Entries, bucket_key, bucket_of, select_numbers

_AT_ONCE = 500
"""Rows that are read together."""
_SLACK = 86_400.0
"""Seconds by which clocks and waiting notes may be out of the order in which disclosures were stored."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Where numbers were found, in the order of the disclosures: three columns of one length."""

    disclosures: NDArray[np.int64]
    places: NDArray[np.uint8]
    numbers: NDArray[np.int64]

    @property
    def messages(self) -> int:
        """In how many messages; some of them may have been forgotten."""
        return len(np.unique(self.disclosures))


@dataclass(frozen=True, slots=True)
class TracedPlace:
    """One place of a message that showed the person."""

    where: str
    people: int
    """How many people it showed, this one among them."""


@dataclass(frozen=True, slots=True)
class TracedMessage:
    """One message that showed the person, and what became of it."""

    at: float
    """Unix time, seconds."""
    host: str
    queue_id: str
    message_id: str
    sender: str
    login: str
    client: str
    recipients: int
    audience: Mapping[str, int]
    """As in `Disclosure`."""
    action: str
    case: str
    state: str
    """`HoldState` of the held message; empty if it was not held, or its hold is not on record."""
    decision: str
    """What an operator decided; empty if nobody did."""
    operator: str
    people: int
    shown: tuple[TracedPlace, ...]
    numbers: frozenset[int]
    """Which of the numbers looked for it showed."""


def look_up(connection: Connection, numbers: Sequence[int]) -> Matches:
    """Where any of `numbers` was shown. Those being folded meanwhile are not missed."""
    wanted = np.array(sorted(set(numbers) - {0}), np.int64)
    # What is folded between the two is seen twice; in the other order it would be seen by neither.
    rows = [*_latest(connection, wanted), *_on_shelves(connection, wanted)] if len(wanted) else []
    ids = np.concatenate(
        [entries.disclosures.astype(np.int64) + first for first, entries in rows] or [wanted[:0]]
    )
    places = np.concatenate([entries.places for _, entries in rows] or [np.zeros(0, np.uint8)])
    found = np.concatenate([entries.numbers for _, entries in rows] or [wanted[:0]])
    order = np.lexsort((places, ids))
    return Matches(ids[order], places[order], found[order])


def _latest(connection: Connection, wanted: NDArray[np.int64]) -> Iterator[tuple[int, Entries]]:
    query = select(shown.c.first, shown.c.numbers, shown.c.disclosures, shown.c.places)
    for first, *blobs in connection.execute(query):
        found = select_numbers(Entries.from_columns(*blobs), wanted)
        if len(found):
            yield first, found


def _on_shelves(connection: Connection, wanted: NDArray[np.int64]) -> Iterator[tuple[int, Entries]]:
    rows = {
        bucket_key(first, bucket_of(number, bits)): first
        for first, bits in connection.execute(select(segments.c.first, segments.c.bits))
        for number in wanted.tolist()
    }
    query = select(shelves.c.id, shelves.c.numbers, shelves.c.disclosures, shelves.c.places)
    for some in _portions(sorted(rows)):
        for row, *blobs in connection.execute(query.where(shelves.c.id.in_(some))):
            found = select_numbers(Entries.from_columns(*blobs), wanted)
            if len(found):
                yield rows[row], found


def _portions(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def trace_messages(connection: Connection, sightings: Matches, since: float) -> Iterator[TracedMessage]:
    """The messages behind `sightings` from `since` on (unix time), newest first."""
    ids, starts = np.unique(sightings.disclosures, return_index=True)
    ends = np.append(starts[1:], len(sightings.disclosures))
    for last in range(len(ids), 0, -_AT_ONCE):
        chosen = slice(max(0, last - _AT_ONCE), last)
        spans = dict(zip(ids[chosen].tolist(), zip(starts[chosen], ends[chosen], strict=True), strict=True))
        query = select(disclosures).where(disclosures.c.id.in_(spans)).order_by(disclosures.c.at.desc())
        rows = connection.execute(query).mappings().all()
        fates = _fates(connection, rows)
        for row in rows:
            if row["at"] >= since:
                start, end = spans[row["id"]]
                yield _traced(row, sightings, slice(start, end), fates)
        if rows and rows[0]["at"] < since - _SLACK:
            return


@dataclass(frozen=True, slots=True)
class _Fates:
    holds: Mapping[tuple[str, str, str], Hold]
    """By case, host and queue id."""
    decisions: Mapping[tuple[str, int | None], Decided]
    """By case and, if it concerns only one, hold."""


def _fates(connection: Connection, rows: Sequence[RowMapping]) -> _Fates:
    """What the record says of the messages in `rows`."""
    cases = {row["case_id"] for row in rows if row["case_id"]}
    if not cases:
        return _Fates({}, {})
    queued = {row["queue_id"] for row in rows}
    held = holds_where(connection, holds.c.case_id.in_(cases), holds.c.queue_id.in_(queued))
    decided = decisions_where(connection, decisions.c.case_id.in_(cases))
    return _Fates(
        {(hold.case_id, hold.host, hold.queue_id): hold for hold in held},
        {(one.case_id, one.hold_id): one for one in decided},
    )


def _traced(row: RowMapping, sightings: Matches, span: slice, fates: _Fates) -> TracedMessage:
    hold = fates.holds.get((row["case_id"], row["host"], row["queue_id"]))
    decided = None
    if hold:
        of_case = fates.decisions.get((hold.case_id, None))
        decided = fates.decisions.get((hold.case_id, hold.id), of_case)
    places = json.loads(row["places"])
    return TracedMessage(
        **{name: row[name] for name in _COLUMNS},
        case=row["case_id"],
        audience=json.loads(row["audience"]),
        state=hold.state if hold else "",
        decision=decided.decision if decided else "",
        operator=decided.operator if decided else "",
        shown=tuple(TracedPlace(*places[place][:2]) for place in np.unique(sightings.places[span]).tolist()),
        numbers=frozenset(sightings.numbers[span].tolist()),
    )


_COLUMNS = (
    *("at", "host", "queue_id", "message_id", "sender", "login", "client"),
    *("recipients", "action", "people"),
)
