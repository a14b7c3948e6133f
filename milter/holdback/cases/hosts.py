"""Registers the hosts that share the record, and finds those that must not share it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from holdback.cases.database import Database, current_time
from holdback.cases.host_id import Identity
from holdback.cases.model import WAITING, HoldState
from holdback.cases.schema import holds, hosts, orphans, storable

_REMEMBERED = 600.0
"""Seconds for which two machines with one id count as a conflict after they were seen."""
ALIVE = 600.0
"""Seconds after its last sign of life for which a host cannot be declared gone."""


class Conflict(StrEnum):
    """Why a host must not share the record as it does."""

    NAME = "name"
    """Another host has the same name."""
    KEY = "key"
    """Another host has another key: they do not recognise each other's copies of a message."""
    STATE_DIR = "state_dir"
    """Two machines run with copies of one state directory."""


@dataclass(frozen=True, slots=True)
class HostEntry:
    """One host on record."""

    id: str
    """Empty for a name that has holds but never registered."""
    name: str
    key_id: str
    first_seen: float
    """Unix time; 0 if it never registered."""
    last_seen: float
    gone: float | None
    """When it was declared gone (unix time), unless it came back."""
    waiting: int
    """Holds that should be in its hold queue, our own copies not included."""
    customers: int | None = None
    """Entries of the customer index that it uses, 0 if there is none; None if it did not report that."""
    customers_built: float | None = None
    """When that index was built (unix time)."""

    def is_alive(self, now: float) -> bool:
        """True if it was seen within ten minutes before `now` (unix time) and is not declared gone."""
        return self.gone is None and now - self.last_seen < ALIVE


def register(database: Database, me: Identity, again: bool) -> tuple[Conflict, ...]:
    """Records a sign of life of this host, and adopts the holds that it recorded without an id.

    `again`: this process did so before: if another machine did meanwhile, two share one id. Returns the
    conflicts of this host. Raises RecordUnavailable.
    """
    with database.writing() as connection:
        now = current_time(connection)
        known = connection.execute(select(hosts).where(hosts.c.id == me.id)).first()
        seen = {"name": storable(me.name), "key_id": me.key_id, "machine": me.machine, "last_seen": now}
        if not known:
            former = _former(connection, me)
            connection.execute(insert(hosts).values(id=me.id, former=former, first_seen=now, **seen))
            connection.execute(update(orphans).where(orphans.c.host == former).values(host=me.id))
        else:
            clashed = now if again and known.machine != me.machine else known.clashed
            change = update(hosts).where(hosts.c.id == me.id)
            connection.execute(change.values(gone=None, clashed=clashed, **seen))
        _adopt(connection, me.id)
        return _conflicts(connection, me, now)


def conflicts_of(database: Database, me: Identity) -> tuple[Conflict, ...]:
    """The conflicts of this host, as `register` returns them; changes nothing. Raises RecordUnavailable."""
    with database.reading() as connection:
        return _conflicts(connection, me, current_time(connection))


def entries(database: Database) -> tuple[HostEntry, ...]:
    """All hosts, by name. Raises RecordUnavailable."""
    with database.reading() as connection:
        waiting = _waiting(connection)
        rows = connection.execute(select(hosts)).all()
    found = [
        HostEntry(
            id=row.id,
            name=row.name,
            key_id=row.key_id,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            gone=row.gone,
            waiting=waiting.pop(row.id, 0),
            customers=row.customers,
            customers_built=row.customers_built,
        )
        for row in rows
    ]
    found += [HostEntry("", name, "", 0.0, 0.0, None, number) for name, number in waiting.items()]
    return tuple(sorted(found, key=lambda one: (one.name, one.first_seen)))


def set_customers(connection: Connection, host: str, entries: int, built: float | None) -> None:
    """Records which customer index the host uses: its entries, and when it was built (unix time)."""
    change = update(hosts).where(hosts.c.id == host)
    connection.execute(change.values(customers=entries, customers_built=built))


def of_host(host: str) -> ColumnElement[bool]:
    """Condition for the holds of the host with this id; of holds without an id: with this name."""
    host = storable(host)
    return or_(holds.c.host_id == host, and_(holds.c.host_id == "", holds.c.host == host))


def name_of(connection: Connection, host: str) -> str:
    """Name of the host with this id; what is no id on record is a name."""
    return connection.execute(select(hosts.c.name).where(hosts.c.id == host)).scalar() or host


def set_gone(connection: Connection, host: str, at: float) -> None:
    """Records that a host never returns; its orphans are forgotten."""
    connection.execute(update(hosts).where(hosts.c.id == host).values(gone=at))
    connection.execute(delete(orphans).where(orphans.c.host == storable(host)))


def _waiting(connection: Connection) -> dict[str, int]:
    """Number of waiting holds by id of the host; those without an id by its name."""
    query = (
        select(holds.c.host_id, holds.c.host, func.count().label("number"))
        .where(holds.c.state.in_(WAITING), holds.c.replaces.is_(None))
        .group_by(holds.c.host_id, holds.c.host)
    )
    found: dict[str, int] = {}
    for row in connection.execute(query):
        host = row.host_id or row.host
        found[host] = found.get(host, 0) + row.number
    return found


def _former(connection: Connection, me: Identity) -> str:
    """The name under which holds without an id are this host's: the first one to claim it gets it.

    An SQLite database has one host.
    """
    name = storable(me.name if connection.dialect.name == "sqlite" else me.former)
    claimed = connection.execute(select(hosts.c.id).where(hosts.c.former == name)).first()
    return "" if claimed else name


def _adopt(connection: Connection, host: str) -> None:
    """Writes the id into this host's holds without one, from before its upgrade."""
    former = connection.execute(select(hosts.c.former).where(hosts.c.id == host)).scalar()
    if former:
        lacking = holds.c.host_id == "", holds.c.host == former
        of_interest = holds.c.state.in_((*WAITING, HoldState.VANISHED))
        connection.execute(update(holds).where(*lacking, of_interest).values(host_id=host))


def _conflicts(connection: Connection, me: Identity, now: float) -> tuple[Conflict, ...]:
    def found() -> Iterator[Conflict]:
        for row in connection.execute(select(hosts).where(hosts.c.gone.is_(None))):
            if row.id == me.id:
                if row.clashed is not None and now - row.clashed < _REMEMBERED:
                    yield Conflict.STATE_DIR
                continue
            if row.name == storable(me.name):
                yield Conflict.NAME
            if row.key_id != me.key_id:
                yield Conflict.KEY

    return tuple(sorted(set(found())))
