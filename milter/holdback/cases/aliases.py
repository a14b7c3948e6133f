"""Stores the ids under which mail was held while the database was unavailable, and the cases that it joined.

They are in the reasons of queues, in logs and in replies. An id is an alias of several cases if the mail that
was held with it joined several. If it is also the id of a case, it names that case only.
"""

from sqlalchemy import Connection, insert, select

from holdback.cases.fingerprints import is_case_id
from holdback.cases.schema import case_aliases


def record_alias(connection: Connection, alias: str, case_id: str) -> None:
    """Records that mail held with the id `alias` is in this case; nothing if it is no id of a case."""
    if alias == case_id or not is_case_id(alias) or case_id in cases_of_alias(connection, alias):
        return
    connection.execute(insert(case_aliases), {"id": alias, "case_id": case_id})


def cases_of_alias(connection: Connection, alias: str) -> frozenset[str]:
    """Ids of the cases that this is an alias of."""
    query = select(case_aliases.c.case_id).where(case_aliases.c.id == alias)
    return frozenset(connection.execute(query).scalars())


def aliases_of(connection: Connection, case_id: str) -> tuple[str, ...]:
    """The aliases of a case."""
    query = select(case_aliases.c.id).where(case_aliases.c.case_id == case_id)
    return tuple(connection.execute(query.order_by(case_aliases.c.id)).scalars())
