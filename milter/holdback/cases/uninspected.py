"""Holds that were recorded without an inspection (timeout, error), and are inspected once more."""

from sqlalchemy import Connection, select, update

from holdback.cases.assignment import insert_findings
from holdback.cases.events import Event, EventKind, write_events
from holdback.cases.model import NewHold
from holdback.cases.schema import holds

TRIED = "tried"


def mark_tried(connection: Connection, hold_id: int) -> bool:
    """Marks that the inspection is tried, before it begins: a message that kills us is tried once."""
    waiting = holds.c.id == hold_id, holds.c.uninspected.not_in(("", TRIED))
    return connection.execute(update(holds).where(*waiting).values(uninspected=TRIED)).rowcount == 1


def write_findings(connection: Connection, hold_id: int, new: NewHold, at: float) -> None:
    """Writes what the inspection found. The hold stays in its case; later copies of it join that case."""
    change = update(holds).where(holds.c.id == hold_id)
    connection.execute(
        change.values(
            message=new.fingerprints.message,
            content=new.fingerprints.content,
            exact=new.fingerprints.exact,
            visible=new.visible,
            people=new.people,
            action=new.action,
            uninspected="",
        )
    )
    insert_findings(connection, hold_id, new)
    row = connection.execute(select(holds.c.case_id, holds.c.host).where(holds.c.id == hold_id)).one()
    write_events(
        connection, [Event(EventKind.INSPECTED, at, row.host, row.case_id, hold_id, people=new.people)]
    )
