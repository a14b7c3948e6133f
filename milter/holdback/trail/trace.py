"""Find the messages that disclosed a person, with the outcome of each."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, RowMapping, select

from holdback.cases.model import Decided, Hold
from holdback.cases.queries import decisions_where, holds_where
from holdback.cases.schema import decisions, holds
from holdback.trail.hit_outcomes import nearest_hold
from holdback.trail.schema import disclosures, segments, shelves, shown
from holdback.trail.segments import Entries, bucket_key, bucket_of, select_numbers

_AT_ONCE = 500
"""Rows read by one query."""
_SLACK = 86_400.0
"""Seconds by which times may differ from the order of ids: hosts' clocks differ, entries wait in queues."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Occurrences of pseudonyms in the ledger, ordered by disclosure: three columns of equal length."""

    disclosures: NDArray[np.int64]
    places: NDArray[np.uint8]
    numbers: NDArray[np.int64]

    @property
    def messages(self) -> int:
        """Number of messages; some may have been deleted from the ledger."""
        return len(np.unique(self.disclosures))


@dataclass(frozen=True, slots=True)
class TracedPlace:
    """One place of a message that disclosed the person."""

    where: str
    people: int
    """People disclosed in this place, this person included."""


@dataclass(frozen=True, slots=True)
class TracedMessage:
    """One message that disclosed the person, and its outcome."""

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
    """Case of its hold; without one, the id that was sent to the MTA. Empty if it was not held."""
    state: str
    """`HoldState` of its hold; empty if it was not held or the hold is not recorded."""
    decision: str
    """Decision of the operator; empty if undecided."""
    operator: str
    people: int
    shown: tuple[TracedPlace, ...]
    numbers: frozenset[int]
    """Pseudonyms searched for that occur in the message."""


def look_up(connection: Connection, numbers: Sequence[int]) -> Matches:
    """Return all occurrences of `numbers` in the ledger, including entries being compacted meanwhile."""
    wanted = np.array(sorted(set(numbers) - {0}), np.int64)
    # Entries compacted between the two queries are found twice; in the other order they would be missed.
    rows = [*_uncompacted(connection, wanted), *_compacted(connection, wanted)] if len(wanted) else []
    ids = np.concatenate(
        [entries.disclosures.astype(np.int64) + first for first, entries in rows] or [wanted[:0]]
    )
    places = np.concatenate([entries.places for _, entries in rows] or [np.zeros(0, np.uint8)])
    found = np.concatenate([entries.numbers for _, entries in rows] or [wanted[:0]])
    order = np.lexsort((places, ids))
    return Matches(ids[order], places[order], found[order])


def _uncompacted(connection: Connection, wanted: NDArray[np.int64]) -> Iterator[tuple[int, Entries]]:
    query = select(shown.c.first, shown.c.numbers, shown.c.disclosures, shown.c.places)
    for first, *blobs in connection.execute(query):
        found = select_numbers(Entries.from_columns(*blobs), wanted)
        if len(found):
            yield first, found


def _compacted(connection: Connection, wanted: NDArray[np.int64]) -> Iterator[tuple[int, Entries]]:
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


def trace_messages(connection: Connection, matches: Matches, since: float) -> Iterator[TracedMessage]:
    """Yield the messages of `matches` since `since` (unix time), newest first."""
    ids, starts = np.unique(matches.disclosures, return_index=True)
    ends = np.append(starts[1:], len(matches.disclosures))
    for last in range(len(ids), 0, -_AT_ONCE):
        chosen = slice(max(0, last - _AT_ONCE), last)
        spans = dict(zip(ids[chosen].tolist(), zip(starts[chosen], ends[chosen], strict=True), strict=True))
        query = select(disclosures).where(disclosures.c.id.in_(spans)).order_by(disclosures.c.at.desc())
        rows = connection.execute(query).mappings().all()
        outcomes = _outcomes(connection, rows)
        for row in rows:
            if row["at"] >= since:
                start, end = spans[row["id"]]
                yield _message(row, matches, slice(start, end), outcomes)
        if rows and rows[0]["at"] < since - _SLACK:
            return


@dataclass(frozen=True, slots=True)
class _Outcomes:
    holds: Mapping[tuple[str, str], Sequence[Hold]]
    """By host and queue id: the case may not have the id that was sent to the MTA (`cases.aliases`)."""
    decisions: Mapping[tuple[str, int | None], Decided]
    """By case and, if it concerns only one, hold."""


def _outcomes(connection: Connection, rows: Sequence[RowMapping]) -> _Outcomes:
    """Return the holds and decisions of the messages in `rows`."""
    queued = {row["queue_id"] for row in rows if row["case_id"]}
    if not queued:
        return _Outcomes({}, {})
    held: dict[tuple[str, str], list[Hold]] = {}
    for hold in holds_where(connection, holds.c.queue_id.in_(queued)):
        held.setdefault((hold.host, hold.queue_id), []).append(hold)
    cases = {hold.case_id for same_id in held.values() for hold in same_id}
    decided = decisions_where(connection, decisions.c.case_id.in_(cases))
    return _Outcomes(held, {(one.case_id, one.hold_id): one for one in decided})


def _message(row: RowMapping, matches: Matches, span: slice, outcomes: _Outcomes) -> TracedMessage:
    same_id = outcomes.holds.get((row["host"], row["queue_id"]), ())
    hold = nearest_hold(row["at"], same_id) if row["case_id"] else None
    decided = None
    if hold:
        of_case = outcomes.decisions.get((hold.case_id, None))
        decided = outcomes.decisions.get((hold.case_id, hold.id), of_case)
    places = json.loads(row["places"])
    return TracedMessage(
        **{name: row[name] for name in _COLUMNS},
        case=hold.case_id if hold else row["case_id"],
        audience=json.loads(row["audience"]),
        state=hold.state if hold else "",
        decision=decided.decision if decided else "",
        operator=decided.operator if decided else "",
        shown=tuple(TracedPlace(*places[place][:2]) for place in np.unique(matches.places[span]).tolist()),
        numbers=frozenset(matches.numbers[span].tolist()),
    )


_COLUMNS = (
    *("at", "host", "queue_id", "message_id", "sender", "login", "client"),
    *("recipients", "action", "people"),
)
