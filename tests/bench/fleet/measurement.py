"""Measures on a private PostgreSQL what the tables take, and what their writers take of its locks."""

import multiprocessing
import statistics
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench.fleet.arithmetic import Measured, Step
from cases.samples import KEY, NOON, new_hold
from holdback.cases.casebook import Casebook
from holdback.cases.database import MILTER_TIMEOUT, OPERATOR_TIMEOUT, Database, Writers
from holdback.cases.host_id import Identity
from holdback.cases.model import Decision, HoldState
from holdback.cases.recorder import Recorder
from holdback.trail.compaction import compact
from holdback.trail.contacts import Correspondence
from holdback.trail.disclosure import DisclosedPlace, Disclosure
from holdback.trail.queries import CircuitBreaker
from holdback.trail.recipient_rate import RecipientRate, SenderRecipients
from holdback.trail.retention import expire_disclosures
from holdback.trail.write_behind import BATCH, STORES
from rig.postgresql import Cluster
from sqlalchemy import Engine, event, text
from sqlalchemy.pool import Pool

PROCESSES = (1, 2, 4)
ME = Identity("0" * 32, "mx1.corp.example", key_id="0" * 16, machine="machine")
_DISCLOSURES = 50_000
_CONTACTS = 50_000
_HOLDS = 400
_SIZES = (1, 5, 20, 100, 500)
_SECONDS = 3.0


def measure() -> Measured:
    """Return the constants of the arithmetic, measured in about a minute and a half."""
    with Cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        return Measured(
            **_ledger(cluster.new_database()),
            **_contacts(cluster.new_database()),
            **_batches(cluster.new_database()),
            **_holds(cluster.new_database(), Path(folder)),
            **_gauges(cluster.new_database()),
            disclosures_a_second=_together(cluster, _store_disclosures, BATCH),
            batches_a_second=_together(cluster, _store_single, 1),
            holds_a_second=_together(cluster, _record_holds, 1),
        )


def disclosure(number: int, chance: np.random.Generator) -> Disclosure:
    """Return a disclosure of five people to three recipients."""
    shown = array("q", chance.integers(-(2**63), 2**63 - 1, 5).tolist())
    return Disclosure(
        at=NOON + number,
        host="mx1.corp.example",
        queue_id=f"4{number:09X}",
        message_id=f"<{number:032x}@corp.example>",
        sender="jane.miller@corp.example",
        login="jane.miller",
        client="192.0.2.17",
        recipients=3,
        audience={"customer.example": 2, "supplier.example": 1},
        action="pass",
        case="",
        people=3,
        shown=(DisclosedPlace("To, Cc", 3, shown),),
    )


def _ledger(url: str) -> dict[str, float]:
    """Fill, compact and empty a ledger."""
    database = _trail(url, OPERATOR_TIMEOUT)
    chance = np.random.default_rng(1)
    before = _ask(database, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
    for start in range(0, _DISCLOSURES, BATCH):
        _store(database, [disclosure(number, chance) for number in range(start, start + BATCH)])
    began = time.perf_counter()
    while compact(database, NOON):
        pass
    compacting = time.perf_counter() - began
    log = _ask(database, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn") - before
    hashes = _ask(database, "SELECT sum(count) FROM segments")
    sizes = {
        "disclosure_bytes": _size(database, "disclosures") / _DISCLOSURES,
        "identifier_bytes": (_size(database, "shelves") + _size(database, "segments")) / hashes,
        "disclosure_log_bytes": log / _DISCLOSURES,
        "compaction_seconds": compacting / hashes,
    }
    began = time.perf_counter()
    expire_disclosures(database, NOON + _DISCLOSURES)
    sizes["deletion_seconds"] = (time.perf_counter() - began) / _DISCLOSURES
    database.close()
    return sizes


def _contacts(url: str) -> dict[str, float]:
    """Store correspondents and recipients by sender, and pull the latter as another worker does."""
    database = _trail(url, OPERATOR_TIMEOUT)
    chance = np.random.default_rng(2)
    numbers = chance.integers(-(2**63), 2**63 - 1, _CONTACTS)
    now = time.time()
    for start in range(0, _CONTACTS, BATCH):
        some = [array("q", [number]) for number in numbers[start : start + BATCH].tolist()]
        _store(database, [Correspondence(now, one, array("q")) for one in some])
        _store(database, [SenderRecipients(now, "another", n, one) for n, one in enumerate(some)])
    rate = RecipientRate(CircuitBreaker(database), lambda _: None, 3600.0, [50])
    began = time.perf_counter()
    for _ in range(_CONTACTS // 10_000):
        rate.pull()
    pulled = _CONTACTS / (time.perf_counter() - began)
    sizes = {
        "contact_bytes": _size(database, "correspondents") / _CONTACTS,
        "recipients_bytes": _size(database, "approaches") / _CONTACTS,
        "pulled_rows": pulled,
    }
    database.close()
    return sizes


def _batches(url: str) -> dict[str, object]:
    """Store queues of several sizes; the line through their medians gives the constants."""
    database = _trail(url)
    chance = np.random.default_rng(3)
    medians: list[float] = []
    statements = 0
    number = 0
    for size in _SIZES:
        times: list[float] = []
        for _ in range(40):
            entries = list(_mixed(range(number, number + size), chance))
            number += size
            with _observed() as locked:
                _store(database, entries)
            times.append(locked.seconds)
            statements = max(statements, locked.statements)
        medians.append(statistics.median(times))
    database.close()
    each, fixed = np.polyfit(_SIZES, medians, 1, w=1 / np.array(medians))
    return {
        "batch": Step(statements, max(0.0, float(fixed))),
        "entry_seconds": float(each),
    }


def _holds(url: str, folder: Path) -> dict[str, object]:
    """Take held messages from arrival to release, each in a case of its own."""
    record = Recorder.open(url, folder, KEY, timeout=OPERATOR_TIMEOUT)
    database = _trail(url)
    book = record.book
    book.register(ME)
    # Empty tables and indexes have pages, too.
    empty = _record_size(database)
    with _observed() as locked:
        for n in range(_HOLDS):
            new = new_hold(f"4{n:09X}", f"m{n:031} c{n:031} e{n:031}", arrived=NOON + n, host_id=ME.id)
            case = record.hold(new, 25).case_id
            (hold,) = book.show(case).holds
            book.mark(hold.id, HoldState.PENDING, HoldState.HELD, NOON + n)
            book.decide(case, Decision.RELEASE, "jane", "known agency", NOON + n)
            book.mark(hold.id, HoldState.HELD, HoldState.RELEASED, NOON + n)
    with _observed() as registering:
        for _ in range(100):
            book.register(ME, again=True)
    events = _ask(database, "SELECT count(*) FROM events")
    grown = _record_size(database) - empty
    of_events = _size(database, "events")
    connections = _ask(database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    made: dict[str, object] = {
        "hold_bytes": grown / _HOLDS,
        "event_bytes": of_events / events,
        "hold": Step(locked.statements / _HOLDS, locked.seconds / _HOLDS),
        "hold_transactions": locked.transactions / _HOLDS,
        "hold_events": events / _HOLDS,
        "registration": Step(registering.statements / 100, registering.seconds / 100),
        "worker_connections": connections,
    }
    database.close()
    record.close()
    return made


def _gauges(url: str) -> dict[str, float]:
    """Count holds and cases by state, as one of ten hosts does for its metrics; one case in 1,000 is open."""
    database, book = _trail(url, OPERATOR_TIMEOUT), Casebook.open(url)
    with database.writing() as connection:
        for statement in (_MANY_CASES, _MANY_HOLDS, "ANALYZE"):
            connection.execute(text(statement), {} if statement == "ANALYZE" else {"cases": _CASES})
    times = []
    for _ in range(10):
        began = time.perf_counter()
        book.counts("host0")
        times.append(time.perf_counter() - began)
    book.close()
    database.close()
    return {"counting_seconds": statistics.median(times) / _CASES}


_CASES = 50_000
_STATE = "CASE WHEN n % 1000 = 0 THEN '{}' ELSE 'released' END"
_MANY_CASES = f"""
    INSERT INTO cases (id, state, opened, sender)
    SELECT 'C' || n, {_STATE.format("open")}, n, 'a@corp.example' FROM generate_series(1, :cases) n
"""
_MANY_HOLDS = f"""
    INSERT INTO holds (case_id, host, queue_id, arrived, state, changed, login, client, message, content,
        exact, size, recipients, visible, people, action, host_id)
    SELECT 'C' || n, 'host' || n % 10, 'Q' || n, n, {_STATE.format("held")}, n, '', '', 'm' || n, 'c' || n,
        'e' || n, 1, 1, 1, 1, 'hold', 'host' || n % 10 FROM generate_series(1, :cases) n
"""
_TABLES = ("cases", "holds", "findings", "decisions")


def _record_size(database: Database) -> float:
    return sum(_size(database, name) for name in _TABLES)


def _together(
    cluster: Cluster, work: "Callable[[str, int, float, str], int]", entries: int
) -> tuple[float, ...]:
    """Return rows a second of 1, 2 and 4 processes that do the same work for a few seconds."""
    found = []
    context = multiprocessing.get_context("spawn")
    for count in PROCESSES:
        url = cluster.new_database()
        _trail(url).close()
        with tempfile.TemporaryDirectory() as folder, context.Pool(count) as pool:
            # Each has loaded its modules and the tables exist before the time begins.
            pool.starmap(work, [(url, one, 0.2, folder) for one in range(count)], chunksize=1)
            tasks = [(url, count + one, _SECONDS, folder) for one in range(count)]
            found.append(sum(pool.starmap(work, tasks, chunksize=1)) * entries / _SECONDS)
    return tuple(found)


def _store_disclosures(url: str, process: int, seconds: float, _folder: str) -> int:
    chance = np.random.default_rng(process)
    batch = [disclosure(number, chance) for number in range(BATCH)]
    return _repeat(url, seconds, lambda database, _n: _store(database, batch))


def _store_single(url: str, process: int, seconds: float, _folder: str) -> int:
    batch = [disclosure(1, np.random.default_rng(process))]
    return _repeat(url, seconds, lambda database, _n: _store(database, batch))


def _record_holds(url: str, process: int, seconds: float, folder: str) -> int:
    record = Recorder.open(url, Path(folder), KEY, timeout=OPERATOR_TIMEOUT)

    def hold(_database: Database, n: int) -> None:
        name = f"{process}x{n}"
        new = new_hold(name, f"m{name} c{name} e{name}", arrived=time.time(), host_id=ME.id)
        assert record.hold(new, 25).kept == "database"

    done = _repeat(url, seconds, hold)
    record.close()
    return done


def _repeat(url: str, seconds: float, step: "Callable[[Database, int], None]") -> int:
    """Return how often the step was done."""
    database = _trail(url, OPERATOR_TIMEOUT)
    until = time.monotonic() + seconds
    done = 0
    while time.monotonic() < until:
        step(database, done)
        done += 1
    database.close()
    return done


def _mixed(numbers: Sequence[int], chance: np.random.Generator) -> Iterator[object]:
    """Yield entries as mail makes them: of five, one discloses, two are correspondence, two recipients."""
    now = time.time()
    for number in numbers:
        one = array("q", chance.integers(-(2**63), 2**63 - 1, 1).tolist())
        match number % 5:
            case 0:
                yield disclosure(number, chance)
            case 1 | 2:
                yield Correspondence(now, one, array("q"))
            case _:
                yield SenderRecipients(now, "another", number, one)


def _store(database: Database, entries: Sequence[object]) -> None:
    """Store entries of all types in one transaction, as `write_behind` does."""
    with database.writing_in_background() as connection:
        for kind, store in STORES.items():
            some = [entry for entry in entries if type(entry) is kind]
            if some:
                store(connection, some)


def _trail(url: str, timeout: float = MILTER_TIMEOUT) -> Database:
    database = Database(url, timeout, Writers.TRAIL)
    with database.reading():
        pass
    return database


@dataclass(slots=True)
class Locked:
    """What this process did while it held a lock."""

    transactions: int = 0
    statements: int = 0
    """Those of one call are sent together and count once; each commit counts, too."""
    seconds: float = 0.0
    since: float = 0.0
    """When it got the lock; 0 if it has none."""


@contextmanager
def _observed() -> Iterator[Locked]:
    """Observe the locks of this process, which has one thread."""
    locked = Locked()

    def after_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "pg_advisory_xact_lock" in statement:
            locked.transactions += 1
            locked.since = time.perf_counter()
        if locked.since:
            # Instead of the lock's own statement this counts the commit.
            locked.statements += 1

    def after_commit(*_: object) -> None:
        if locked.since:
            locked.seconds += time.perf_counter() - locked.since
            locked.since = 0.0

    event.listen(Engine, "after_cursor_execute", after_statement)
    event.listen(Pool, "checkin", after_commit)
    try:
        yield locked
    finally:
        event.remove(Engine, "after_cursor_execute", after_statement)
        event.remove(Pool, "checkin", after_commit)


def _ask(database: Database, query: str) -> float:
    with database.reading() as connection:
        return float(connection.execute(text(query)).scalar_one())


def _size(database: Database, table: str) -> float:
    return _ask(database, f"SELECT pg_total_relation_size('{table}')")
