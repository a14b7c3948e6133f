"""The database: tables, schema versions, files and their permissions."""

import fcntl
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import holdback.cases.migrations
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from cases.samples import NOON, RECORDS, new_hold
from holdback.cases.assignment import file_hold
from holdback.cases.casebook import Casebook
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.migrations import VERSIONS
from holdback.cases.model import Decision, RecordUnavailable
from holdback.cases.recorder import Recorder
from holdback.trail.schema import metadata
from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.exc import OperationalError

Opener = Callable[..., Recorder]


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The database of the record."""
    database = Database(url, MILTER_TIMEOUT)
    yield database
    database.close()


def test_migrations_lead_to_the_schema(database: Database) -> None:
    """Migrations give the tables that the code reads, on both engines."""
    with database.reading() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    assert difference == []


def test_every_step_is_listed() -> None:
    """The check at start knows the same versions as Alembic."""
    scripts = ScriptDirectory(holdback.cases.migrations.__path__[0])
    assert tuple(reversed([step.revision for step in scripts.walk_revisions()])) == VERSIONS


def test_newer_tables_are_refused(
    url: str, database: Database, record: Recorder, open_record: Opener
) -> None:
    """An older Holdback does not write to newer tables that it cannot use; messages are still held."""
    record.hold(new_hold("4AAA"))
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("UPDATE compatibility SET oldest = '9998'")
    older = open_record(url)
    assert older.hold(new_hold("4AAB")).kept == "journal"
    with pytest.raises(RecordUnavailable, match="9999: made by a newer Holdback"):
        older.book.cases()


def test_newer_tables_that_say_so_are_used(
    url: str, database: Database, record: Recorder, open_record: Opener
) -> None:
    """While hosts are upgraded one after the other, those that are not yet go on."""
    record.hold(new_hold("4AAA"))
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("ALTER TABLE holds ADD COLUMN unknown TEXT NOT NULL DEFAULT ''")
    older = open_record(url)
    assert older.hold(new_hold("4AAB")).kept == "database"
    assert len(older.book.waiting("mx1.corp.example")) == 2


def test_a_step_that_fails_leaves_nothing(url: str, database: Database) -> None:
    """A failed migration is rolled back."""
    with database.writing() as connection:
        for table in (
            "alembic_version",
            *(table.name for table in reversed(metadata.sorted_tables)),
        ):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("CREATE TABLE decisions (id INTEGER)")
    database.close()
    with pytest.raises(RecordUnavailable), database.reading():
        pass
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == ["decisions"]
    engine.dispose()


START = """
import sys
from pathlib import Path
from cases.samples import KEY, new_hold
from holdback.cases.recorder import Recorder
name = sys.argv[1]
sys.stdin.read()
record = Recorder.open(sys.argv[2], Path(sys.argv[3]), KEY)
print(*[record.hold(new_hold(f"4A{name}{n}", f"m{name}{n} c{name}{n} e{name}{n}")).kept for n in range(5)])
"""


def test_first_starts_at_once(tmp_path: Path, url: str) -> None:
    """Of several processes without a database one creates it, and all use it."""
    environment = {**os.environ, "PYTHONPATH": f"{Path(__file__).parents[1]}"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", START, name, url, str(tmp_path)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in "ABCD"
    ]
    for process in started:
        process.stdin.close()
    said = [process.stdout.read() for process in started]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    book = Casebook.open(url)
    recorded = len(book.waiting("mx1.corp.example"))
    book.close()
    assert said == [b"database database database database database\n"] * 4
    assert recorded == 20


def test_who_makes_the_tables_is_waited_for(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """Other processes wait while one creates the database."""
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    record = open_record(sqlite_url)
    assert record.hold(new_hold("4AAA")).kept == "journal"
    os.close(folder)
    assert record.import_journal() == 1


def test_writers_take_turns(url: str, database: Database) -> None:
    """A transaction sees what earlier ones of any process wrote."""
    other, entered = Database(url, MILTER_TIMEOUT), threading.Event()
    count = "SELECT count(*) FROM cases"
    seen: list[int] = []

    def second() -> None:
        with other.writing() as connection:
            seen.append(connection.exec_driver_sql(count).scalar())
            entered.set()

    with other.reading():
        pass
    thread = threading.Thread(target=second)
    with database.writing() as connection:
        file_hold(connection, new_hold("4AAA"), bytes(32), 0)
        thread.start()
        entered.wait(0.3)
    thread.join()
    other.close()
    assert seen == [1]


def test_housekeeping_gives_way(url: str, database: Database, record: Recorder) -> None:
    """Between the transactions of housekeeping a message is recorded in the database, not in the journal."""
    done = threading.Event()

    def tend() -> None:
        while not done.is_set():
            with database.writing_in_background():
                time.sleep(0.15)

    thread = threading.Thread(target=tend)
    thread.start()
    kept = {record.hold(new_hold(f"4A{n}")).kept for n in range(8)}
    done.set()
    thread.join()
    assert kept == {"database"}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o377])
def test_for_the_owner_only(tmp_path: Path, sqlite_url: str, open_record: Opener, umask: int) -> None:
    """Database, WAL and index belong to the folder's owner only, whatever the umask."""
    os.chown(tmp_path, 12345, 54321)
    old = os.umask(umask)
    try:
        open_record(sqlite_url).hold(new_hold("4AAA"))
    finally:
        os.umask(old)
    seen = {
        path.name: (
            stat.S_IMODE(path.stat().st_mode),
            path.stat().st_uid,
            path.stat().st_gid,
        )
        for path in tmp_path.iterdir()
    }
    names = ("holdback.db", "holdback.db-wal", "holdback.db-shm", ".holdback.db.created")
    assert dict.fromkeys(names, (0o600, 12345, 54321)) == seen


def test_loose_permissions_are_tightened(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """Loose permissions of a restored database are tightened before the first write."""
    open_record(sqlite_url).hold(new_hold("4AAA"))
    for path in tmp_path.glob("holdback.db*"):
        path.chmod(0o644)
    open_record(sqlite_url).hold(new_hold("4AAB"))
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("holdback.db*")}


def test_another_process_closes_while_we_open(tmp_path: Path, sqlite_url: str) -> None:
    """The last connection that closes removes -wal and -shm, also while the database is being opened."""
    opened = threading.Event()

    def open_and_close() -> None:
        while not opened.is_set():
            connection = sqlite3.connect(tmp_path / "holdback.db")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        closer = pool.submit(open_and_close)
        try:
            for _ in range(100):
                database = Database(sqlite_url, MILTER_TIMEOUT)
                with database.reading() as connection:
                    connection.exec_driver_sql("SELECT count(*) FROM holds")
                database.close()
        finally:
            opened.set()
        closer.result()


def test_sqlite_survives_power_failure(sqlite_url: str) -> None:
    """SQLite uses WAL, synchronises every commit and checks references."""
    database = Database(sqlite_url, MILTER_TIMEOUT)
    with database.writing() as connection:
        set_up = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert set_up == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_no_message_waits_for_a_whole_table(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """All queries of the milter use a database index."""
    record = open_record(sqlite_url)
    case = record.hold(new_hold("4AAA")).case_id
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    asked: list[tuple[str, tuple[object, ...]]] = []

    def listen(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", listen)
    record.hold(new_hold("4AAB"))
    record.hold(new_hold("4AAC", "m2 c2 e2"))
    record.decided(new_hold("").fingerprints, 0)
    record.decided(replace(new_hold("").fingerprints, bcc="0" * 16), 0)
    record.campaign(new_hold("").fingerprints)
    record.hold(new_hold("4AAE", "m3 c3 e3 s1"))
    record.decided(new_hold("", "m4 c4 e4 s1").fingerprints, 0)
    record.campaign(new_hold("", "m4 c4 e4 s1").fingerprints)
    record.hold_copy(new_hold("4AAD", replaces=1), "n")
    event.remove(Engine, "before_cursor_execute", listen)
    connection = sqlite3.connect(tmp_path / "holdback.db")
    plans = [connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall() for sql, values in asked]
    connection.close()
    assert len(plans) > 10
    assert [step for plan in plans for *_, step in plan if step.startswith("SCAN")] == []


def test_errors_quote_no_message(database: Database) -> None:
    """Errors of the database are logged without the sender."""
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE findings")
    hold = new_hold("ann@secret.example")
    with pytest.raises(RecordUnavailable) as error, database.writing() as connection:
        file_hold(connection, hold, bytes(32), 0)
    error_text = "".join(traceback.format_exception(error.value))
    assert "findings" in str(error.value)
    assert "secret" not in error_text


def test_nothing_in_a_connection_calls_python(database: Database) -> None:
    """Neither SQLite functions nor PostgreSQL notices call Python, which libmilter's threads forbid."""
    notices: list[object] = []
    with database.reading() as connection:
        if connection.dialect.name == "sqlite":
            with pytest.raises(OperationalError, match="REGEXP"):
                connection.exec_driver_sql("SELECT 'a' REGEXP 'a'")
        else:
            driver: Any = connection.connection.dbapi_connection
            driver.add_notice_handler(notices.append)
            connection.exec_driver_sql("DO $$ BEGIN RAISE WARNING 'heard'; END $$")
    assert notices == []


def test_nothing_of_the_recipients_is_on_record() -> None:
    """The tables have no column for a recipient's address, a subject or a name: the address is a canary's,
    numbers, fingerprints and `bcc_recipients` are keyed hashes, an audience is domains."""
    assert {
        table.name: " ".join(column.name for column in table.columns) for table in metadata.sorted_tables
    } == {
        "cases": "id state opened sender",
        "holds": "id case_id host queue_id arrived state changed login client message content exact mailing "
        "size recipients visible people action replaces nonce spent_by "
        "uninspected queued host_id filed",
        "hosts": "id name former key_id machine first_seen last_seen clashed gone customers customers_built",
        "case_aliases": "id case_id",
        "compatibility": "oldest",
        "bcc_recipients": "hold_id recipients",
        "findings": "id hold_id check_name kind count place text action would because",
        "decisions": "id case_id hold_id decision operator reason at due",
        "looks": "id case_id hold_id content operator reason at",
        "undone_decisions": (
            "id case_id hold_id decision operator reason at undone_at undone_by undone_reason"
        ),
        "events": "id kind at host case_id hold_id queue_id state decision copies people",
        "orphans": "host queue_id arrived outcome",
        "acquaintances": "pair day",
        "approaches": "id at source sender recipients",
        "canaries": "id address list_name given_to minted minted_by reason senders",
        "correspondents": "number first_sent last_sent last_received",
        "disclosures": "id at host queue_id message_id sender login client recipients audience "
        "action case_id people places",
        "segments": "first last count bits",
        "shelves": "id numbers disclosures places",
        "shown": "first count numbers disclosures places",
        "waiting_acquaintances": "id host queue_id arrived pairs recipients",
        "canary_hits": "id canary_id direction at host queue_id sender client subject action",
    }


def test_operators_wait_for_a_busy_database(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """Operators read while another process writes."""
    record = open_record(sqlite_url)
    case = record.hold(new_hold("4AAA", findings=(RECORDS,))).case_id
    record.book.decide(case, Decision.DROP, "ann", "", NOON)
    other = sqlite3.connect(tmp_path / "holdback.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert record.book.show(case).decisions[0].operator == "ann"
    other.close()
