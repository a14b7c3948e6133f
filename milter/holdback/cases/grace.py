"""The grace period of decisions: within it they can be undone, after it they become final.

A decision in its grace period has `due`. Whoever carries decisions out makes those final whose time has come,
and carries out final ones only; `undo` takes back those that are not. Both run under the lock of the writers:
no decision is undone and carried out.
"""

from sqlalchemy import Connection, case, delete, insert, select, update

from holdback.cases.database import Database, clock_offset, current_time
from holdback.cases.events import Event, EventKind, write_events
from holdback.cases.model import WAITING, CaseState, Decision, NothingToUndo, Undone
from holdback.cases.queries import decisions_where
from holdback.cases.schema import cases, decisions, holds, storable, undone_decisions

DELAYED = (Decision.DROP, Decision.RETURN)
"""Decisions that have a grace period: nothing brings the mail back."""


def due_of(connection: Connection, decision: Decision, grace: float) -> float | None:
    """When a decision that is made now becomes final (unix time); None if at once. `grace`: seconds."""
    return current_time(connection) + grace if decision in DELAYED and grace > 0 else None


def end_grace(database: Database, decision_id: int | None = None) -> None:
    """Make the decisions final whose grace period is over, or at any time the one with this id."""
    with database.reading() as connection:
        over = decisions.c.due <= current_time(connection)
        over = over if decision_id is None else decisions.c.id == decision_id
        wanted = decisions.c.due.is_not(None), over
        if not connection.execute(select(decisions.c.id).where(*wanted).limit(1)).first():
            return
    with database.writing() as connection:
        connection.execute(update(decisions).where(*wanted).values(due=None))


def undo(database: Database, case_id: str, operator: str, reason: str, at: float) -> tuple[Undone, ...]:
    """Take back the decisions of a case that are in their grace period; it is open again.

    `at`: unix time by the clock of this host. Raises NothingToUndo.
    """
    with database.writing() as connection:
        at += clock_offset(connection)
        made = decisions_where(connection, decisions.c.case_id == case_id)
        wanted = [one for one in made if one.due is not None]
        if not wanted:
            raise NothingToUndo(made[-1] if made else None)
        undone = tuple(
            Undone(
                *(one.case_id, one.hold_id, one.decision, one.operator, one.reason, one.at),
                *(at, storable(operator), storable(reason)),
            )
            for one in wanted
        )
        connection.execute(insert(undone_decisions), [_row(one) for one in undone])
        connection.execute(delete(decisions).where(decisions.c.id.in_([one.id for one in wanted])))
        waits = select(holds.c.id).where(holds.c.case_id == case_id, holds.c.state.in_(WAITING)).exists()
        state = case((waits, CaseState.OPEN), else_=CaseState.VANISHED)
        connection.execute(update(cases).where(cases.c.id == case_id).values(state=state))
        events = (
            Event(EventKind.UNDONE, at, "", case_id, one.hold_id, decision=one.decision) for one in undone
        )
        write_events(connection, events)
        return undone


def undone_of(connection: Connection, case_id: str) -> tuple[Undone, ...]:
    """The decisions of a case that were taken back, oldest first."""
    query = select(undone_decisions).where(undone_decisions.c.case_id == case_id)
    return tuple(
        Undone(
            case_id=row.case_id,
            hold_id=row.hold_id,
            decision=Decision(row.decision),
            operator=row.operator,
            reason=row.reason,
            at=row.at,
            undone_at=row.undone_at,
            undone_by=row.undone_by,
            undone_reason=row.undone_reason,
        )
        for row in connection.execute(query.order_by(undone_decisions.c.id))
    )


def _row(undone: Undone) -> dict[str, object]:
    return {name: getattr(undone, name) for name in Undone.__slots__}
