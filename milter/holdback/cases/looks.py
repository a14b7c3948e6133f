"""The looks of operators at the content of held mail, on record as decisions are."""

from sqlalchemy import Connection, insert, select

from holdback.cases.database import Database, clock_offset
from holdback.cases.model import Look
from holdback.cases.schema import looks, storable


def write_look(database: Database, look: Look) -> None:
    """Write a look. `at` is by the clock of this host; on record it is by the clock of the database."""
    with database.writing() as connection:
        connection.execute(
            insert(looks).values(
                case_id=look.case_id,
                hold_id=look.hold_id,
                content=storable(look.content),
                operator=storable(look.operator),
                reason=storable(look.reason),
                at=look.at + clock_offset(connection),
            )
        )


def looks_of(connection: Connection, case_id: str) -> tuple[Look, ...]:
    """The looks at the messages of a case, oldest first."""
    columns = looks.c.case_id, looks.c.hold_id, looks.c.content, looks.c.operator, looks.c.reason, looks.c.at
    query = select(*columns).where(looks.c.case_id == case_id).order_by(looks.c.id)
    return tuple(Look(*row) for row in connection.execute(query))
