"""Reads cases, holds and events, writes decisions, and moves holds from one state to the next.

If two operators decide, or two processes carry out a decision, at the same time, exactly one succeeds: every
change names the state it starts from.
"""

from collections.abc import Iterable
from typing import Self

from sqlalchemy import Connection, false, func, insert, select, update

from holdback.cases.aliases import aliases_of, cases_of_alias
from holdback.cases.case_filter import CaseFilter
from holdback.cases.database import OPERATOR_TIMEOUT, Database, announce, clock_offset, current_time
from holdback.cases.events import Event, EventKind, events_after, last_event_id, write_events
from holdback.cases.fingerprints import parse_case_id
from holdback.cases.grace import due_of, end_grace, undo, undone_of
from holdback.cases.host_id import Identity
from holdback.cases.hosts import (
    Conflict,
    HostEntry,
    conflicts_of,
    entries,
    of_host,
    register,
    set_customers,
    set_gone,
)
from holdback.cases.looks import looks_of, write_look
from holdback.cases.model import (
    CLOSES_AS,
    TRANSITIONS,
    WAITING,
    AlreadyDecided,
    Case,
    CaseFile,
    CaseState,
    Decided,
    Decision,
    Fingerprints,
    Hold,
    HoldState,
    Look,
    NewHold,
    NoSuchCase,
    Origin,
    SeveralCases,
    Undone,
)
from holdback.cases.orphans import Orphan, begin_inspection, record_orphans, record_outcome
from holdback.cases.queries import (
    cases_where,
    conditions_of,
    count_bcc,
    decisions_where,
    has_final_decisions,
    holds_where,
)
from holdback.cases.schema import cases, decisions, holds, storable
from holdback.cases.statistics import Counts, count_all
from holdback.cases.uninspected import mark_tried, write_findings

DECISIONS_CHANNEL = "holdback_decisions"
"""Where PostgreSQL announces that there is a decision (NOTIFY)."""
_AT_ONCE = 500
"""Holds in one statement."""
_SIMILAR = 5
"""Cases that are named if an id is incomplete."""


class Casebook:
    """The record as operators use it. Methods raise RecordUnavailable if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str) -> Self:
        """The casebook in the database `url`, which is opened when it is first used."""
        return cls(Database(url, OPERATOR_TIMEOUT))

    def close(self) -> None:
        self._database.close()

    def cases(self, state: CaseState | None = CaseState.OPEN) -> tuple[Case, ...]:
        """Cases in this state (None: in any), oldest first."""
        with self._database.reading() as connection:
            wanted = () if state is None else (cases.c.state == state,)
            return cases_where(connection, *wanted)

    def select(self, wanted: CaseFilter) -> tuple[Case, ...]:
        """The wanted cases, oldest first."""
        with self._database.reading() as connection:
            return cases_where(connection, *conditions_of(wanted))

    def find(self, typed: str) -> str:
        """Id of the only case with this id or with a hold of this queue id; each must be typed whole.

        An alias leads to the case that its mail joined. Raises NoSuchCase, which names cases whose ids begin
        so, or SeveralCases.
        """
        of_hold = select(holds.c.case_id).where(holds.c.queue_id == storable(typed.strip()))
        written = parse_case_id(typed)
        like = cases.c.id.startswith(written) if written else false()
        similar = select(cases.c.id).where(like).order_by(cases.c.opened.desc(), cases.c.id).limit(_SIMILAR)
        with self._database.reading() as connection:
            ids = connection.execute(similar).scalars().all()
            found: set[str] = set(connection.execute(of_hold).scalars())
            if written:
                found |= {written} if written in ids else cases_of_alias(connection, written)
        if not found:
            raise NoSuchCase(typed, tuple(ids))
        if len(found) > 1:
            raise SeveralCases(tuple(sorted(found)))
        return found.pop()

    def show(self, case_id: str) -> CaseFile:
        """One case with its holds and decisions. Raises NoSuchCase."""
        with self._database.reading() as connection:
            case = _case(connection, case_id)
            return CaseFile(
                case,
                holds_where(connection, holds.c.case_id == case_id),
                decisions_where(connection, decisions.c.case_id == case_id),
                count_bcc(connection, case_id),
                undone_of(connection, case_id),
                looks_of(connection, case_id),
                aliases_of(connection, case_id),
            )

    def decide(
        self,
        case_id: str,
        decision: Decision,
        operator: str,
        reason: str,
        at: float,
        only: int | None = None,
        grace: float = 0.0,
    ) -> Decided:
        """Writes the decision on a case, or on its hold `only`; `custody` carries it out.

        A decision to drop or return can be undone for `grace` seconds, and is carried out after them.

        Raises AlreadyDecided if there is a decision, NoSuchCase if there is no such case or hold. A decision
        on the last undecided hold of a case closes the case. `at`: unix time by the clock of this host; on
        record is the same moment by the clock of the database.
        """
        with self._database.writing() as connection:
            at += clock_offset(connection)
            case = _case(connection, case_id)
            if only is not None:
                _refuse_foreign(connection, case_id, only)
            _refuse_second(connection, case, only)
            written = connection.execute(
                insert(decisions)
                .values(
                    case_id=case_id,
                    hold_id=only,
                    decision=decision,
                    operator=storable(operator),
                    reason=storable(reason),
                    at=at,
                    due=due_of(connection, decision, grace),
                )
                .returning(decisions.c.id)
            ).scalar_one()
            if only is None or not _has_undecided(connection, case_id):
                closed = update(cases).where(cases.c.id == case_id).values(state=CLOSES_AS[decision])
                connection.execute(closed)
            event = Event(EventKind.DECIDED, at, "", case_id, only, decision=decision)
            write_events(connection, [event])
            announce(connection, DECISIONS_CHANNEL)
            return decisions_where(connection, decisions.c.id == written)[0]

    def undo(self, case_id: str, operator: str, reason: str, at: float) -> tuple[Undone, ...]:
        """Takes back the decisions of a case that are in their grace period. Raises NothingToUndo."""
        return undo(self._database, case_id, operator, reason, at)

    def record_look(self, look: Look) -> None:
        """Writes that an operator looks at the content of a held message."""
        write_look(self._database, look)

    def end_grace(self, decision_id: int | None = None) -> None:
        """Makes the decisions final whose grace period is over, or at any time the one with this id."""
        end_grace(self._database, decision_id)

    def latest_decision(self) -> tuple[int | None, float | None]:
        """The highest id of a decision, and the time of the latest: one of them changes with every decision.

        SQLite uses the id of a decision again that was undone.
        """
        with self._database.reading() as connection:
            both = select(func.max(decisions.c.id), func.max(decisions.c.at))
            highest, latest = connection.execute(both).one()
            return highest, latest

    def has_final_decisions(self, host: str) -> bool:
        """True if a decision about a waiting hold of the host with this id is to be carried out."""
        with self._database.reading() as connection:
            return has_final_decisions(connection, of_host(host))

    def events_after(self, last_id: int, limit: int = 1_000) -> tuple[Event, ...]:
        """Up to `limit` events with an id above `last_id`, in the order of their ids."""
        with self._database.reading() as connection:
            return events_after(connection, last_id, limit)

    def last_event_id(self) -> int:
        """Id of the latest event; 0 if there is none."""
        with self._database.reading() as connection:
            return last_event_id(connection)

    def record_orphans(self, host: str, present: Iterable[Orphan], at: float) -> int:
        """Writes an event for each orphan that was not there before; number of events.

        `present`: queue id and arrival (unix time) of all orphans of this host, as seen at `at` (unix time).
        """
        return record_orphans(self._database, host, present, at)

    def begin_inspection(self, host: str, orphan: Orphan, at: float) -> str:
        """Returns the outcome of an earlier inspection of an orphan; "" if this one is the first to begin."""
        return begin_inspection(self._database, host, orphan, at)

    def record_outcome(self, host: str, orphan: Orphan, outcome: str, at: float) -> bool:
        """Writes the outcome of an orphan's inspection; False if it is on record."""
        return record_outcome(self._database, host, orphan, outcome, at)

    def mark_tried(self, hold_id: int) -> bool:
        """Marks that the inspection of an uninspected hold is tried; False if that was done before."""
        with self._database.writing() as connection:
            return mark_tried(connection, hold_id)

    def write_findings(self, hold_id: int, new: NewHold, at: float) -> None:
        """Gives an uninspected hold the findings and fingerprints of its inspection, `new`."""
        with self._database.writing() as connection:
            write_findings(connection, hold_id, new, at)

    def register(self, me: Identity, again: bool = False) -> tuple[Conflict, ...]:
        """Records a sign of life of this host; returns its conflicts with others. See `hosts.register`."""
        return register(self._database, me, again)

    def conflicts_of(self, me: Identity) -> tuple[Conflict, ...]:
        """The conflicts of this host with others."""
        return conflicts_of(self._database, me)

    def set_customers(self, host: str, entries: int, built: float | None) -> None:
        """Records which customer index the host with this id uses; `built`: unix time."""
        with self._database.writing() as connection:
            set_customers(connection, host, entries, built)

    def hosts(self) -> tuple[HostEntry, ...]:
        """All hosts that share the record, by name."""
        return entries(self._database)

    def current_time(self) -> float:
        """Unix time by the clock of the database, which is the same for all hosts."""
        with self._database.reading() as connection:
            return current_time(connection)

    def origin(self) -> Origin:
        """Which database answers: it may have lost what an earlier one had."""
        return self._database.origin()

    def declare_gone(self, host: str, at: float) -> int:
        """Marks the host with this id as gone and its waiting holds as vanished; returns how many."""
        with self._database.writing() as connection:
            set_gone(connection, host, at)
        waiting, moved = self.waiting(host), 0
        for state in WAITING:
            ids = [hold.id for hold in waiting if hold.state is state]
            for start in range(0, len(ids), _AT_ONCE):
                moved += self.mark_all(ids[start : start + _AT_ONCE], state, HoldState.VANISHED, at)
        return moved

    def waiting(self, host: str) -> tuple[Hold, ...]:
        """Holds that should be in the hold queue of the host with this id, our own copies included."""
        with self._database.reading() as connection:
            return holds_where(connection, of_host(host), holds.c.state.in_(WAITING))

    def to_carry_out(self, host: str) -> tuple[Hold, ...]:
        """Those of `waiting` whose decision is final. Our own copies, which have `replaces`, are included."""
        return tuple(hold for hold in self.waiting(host) if hold.decision and hold.due is None)

    def hold(self, hold_id: int) -> Hold | None:
        """The hold with this id, or None."""
        with self._database.reading() as connection:
            return next(iter(holds_where(connection, holds.c.id == hold_id)), None)

    def holds_by_queue_id(self, host: str, queue_id: str) -> tuple[Hold, ...]:
        """Holds with this queue id, oldest first. MTAs use queue ids again: compare the arrival as well."""
        with self._database.reading() as connection:
            return holds_where(connection, of_host(host), holds.c.queue_id == queue_id)

    def copies_of(self, hold_id: int) -> tuple[Hold, ...]:
        """Our own copies of this hold, oldest first."""
        with self._database.reading() as connection:
            return holds_where(connection, holds.c.replaces == hold_id)

    def mark(self, hold_id: int, was: HoldState, now: HoldState, at: float) -> bool:
        """Moves a hold from state `was` to `now`; returns False and changes nothing if it is not in `was`.

        Raises ValueError if `TRANSITIONS` has no such step.
        """
        return self.mark_all([hold_id], was, now, at) == 1

    def mark_all(self, hold_ids: Iterable[int], was: HoldState, now: HoldState, at: float) -> int:
        """As `mark`, for many holds in one transaction; returns how many were moved."""
        if now not in TRANSITIONS[was]:
            raise ValueError(f"a hold does not go from {was} to {now}")
        step = update(holds).where(holds.c.state == was).values(state=now, changed=at)
        with self._database.writing() as connection:
            moved = [one for one in hold_ids if connection.execute(step.where(holds.c.id == one)).rowcount]
            for hold_id in moved if now not in WAITING else ():
                _write_departure(connection, hold_id, was, at)
            _close_or_reopen(connection, moved, now)
            return len(moved)

    def set_queued(self, hold_id: int, queued: float) -> None:
        """Writes the arrival of a held message by the clock of its queue (unix time)."""
        change = update(holds).where(holds.c.id == hold_id).values(queued=queued)
        with self._database.writing() as connection:
            connection.execute(change)

    def fingerprints(self, hold_id: int) -> Fingerprints:
        """Fingerprints of the message as it was held, without `bcc`."""
        columns = holds.c.message, holds.c.content, holds.c.exact, holds.c.mailing
        with self._database.reading() as connection:
            return Fingerprints(*connection.execute(select(*columns).where(holds.c.id == hold_id)).one())

    def give_token(self, hold_id: int, nonce: str) -> None:
        """Makes `nonce` the token that identifies our copy of this hold, and invalidates an earlier one."""
        change = update(holds).where(holds.c.id == hold_id).values(nonce=nonce, spent_by=None)
        with self._database.writing() as connection:
            connection.execute(change)

    def counts(self, host: str = "") -> Counts:
        """Current numbers of holds and cases, for metrics; of holds, those of this host (id) if given."""
        with self._database.reading() as connection:
            return count_all(connection, host)


def _case(connection: Connection, case_id: str) -> Case:
    found = cases_where(connection, cases.c.id == case_id)
    if not found:
        raise NoSuchCase(case_id)
    return found[0]


def _refuse_foreign(connection: Connection, case_id: str, hold_id: int) -> None:
    # The decision on a hold applies to our copy of it: the copy has none of its own.
    own = holds.c.id == hold_id, holds.c.case_id == case_id, holds.c.replaces.is_(None)
    if not connection.execute(select(holds.c.id).where(*own)).first():
        raise NoSuchCase(f"{case_id} has no hold {hold_id}")


def _refuse_second(connection: Connection, case: Case, only: int | None) -> None:
    """Raises AlreadyDecided if the case is closed, or if the hold has a decision of its own."""
    earlier = decisions_where(connection, decisions.c.case_id == case.id)
    of_case = [decided for decided in earlier if decided.hold_id is None]
    of_hold = [decided for decided in earlier if decided.hold_id == only and only is not None]
    if of_hold or of_case:
        raise AlreadyDecided((of_hold or of_case)[-1])
    if case.state in CLOSES_AS.values():
        raise AlreadyDecided(earlier[-1])


def _close_or_reopen(connection: Connection, moved: list[int], now: HoldState) -> None:
    """Closes the undecided cases of these holds if no hold waits any more; reopens those closed too early."""
    waits = select(holds.c.id).where(holds.c.case_id == cases.c.id, holds.c.state.in_(WAITING)).exists()
    before, after = CaseState.OPEN, CaseState.VANISHED
    if now in WAITING:
        before, after = after, before
    for start in range(0, len(moved), _AT_ONCE):
        of_holds = select(holds.c.case_id).where(holds.c.id.in_(moved[start : start + _AT_ONCE]))
        these = cases.c.id.in_(of_holds), cases.c.state == before, waits if now in WAITING else ~waits
        connection.execute(update(cases).where(*these).values(state=after))


def _write_departure(connection: Connection, hold_id: int, was: HoldState, at: float) -> None:
    """Writes the event of a hold that left the hold queue. Our own copies have none: their originals do."""
    (hold,) = holds_where(connection, holds.c.id == hold_id)
    if hold.replaces is not None:
        return
    # A release by Holdback goes through `releasing`: without it, another program released the message.
    outside = hold.state is HoldState.VANISHED or (was, hold.state) == (HoldState.HELD, HoldState.RELEASED)
    kind = EventKind.VANISHED if outside else EventKind.CARRIED_OUT
    left = Event(kind, at, hold.host, hold.case_id, hold.id, state=hold.state, decision=hold.decision)
    write_events(connection, [left])


def _has_undecided(connection: Connection, case_id: str) -> bool:
    """True if a hold of the case waits for a decision."""
    of_case = holds_where(connection, holds.c.case_id == case_id, holds.c.state.in_(WAITING))
    return any(hold.decision is None for hold in of_case)
