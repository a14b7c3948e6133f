"""The record behind a real PgBouncer in transaction mode, which shares a few sessions among all clients."""

import os
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from cases.samples import KEY, NOON, new_hold
from holdback.cases.database import MILTER_TIMEOUT, OPERATOR_TIMEOUT, Database, Writers
from holdback.cases.model import Decision, HoldState, RecordUnavailable
from holdback.cases.recorder import Recorder
from holdback.daemon.decision_signal import DecisionSignal
from holdback.trail.contacts import Correspondence
from holdback.trail.write_behind import BATCH, Trail
from rig.pgbouncer import PgBouncer
from rig.postgresql import Cluster
from rig.waiting import LONGEST, wait_until

Opener = Callable[..., Recorder]


@pytest.fixture
def server_url(cluster: Cluster) -> str:
    return cluster.new_database()


@pytest.fixture
def pooler(cluster: Cluster) -> Iterator[PgBouncer]:
    with PgBouncer(cluster) as running:
        yield running


@pytest.fixture
def pooled_url(pooler: PgBouncer, server_url: str) -> str:
    """URL of an empty database through the pooler."""
    return pooler.url(server_url)


def test_from_hold_to_release(pooled_url: str, open_record: Opener) -> None:
    """The tables are made, and everything about a message goes to the database, however often."""
    record = open_record(pooled_url)
    for number in range(20):
        new = new_hold(f"4A{number}", f"m{number} c{number} e{number}")
        receipt = record.hold(new, 25)
        assert receipt.kept == "database"
        (hold,) = record.book.show(receipt.case_id).holds
        record.book.mark(hold.id, HoldState.PENDING, HoldState.HELD, NOON)
        record.book.decide(receipt.case_id, Decision.RELEASE, "olga", "", NOON)
        assert record.decided(new.fingerprints, NOON - 60) is Decision.RELEASE
        record.book.mark(hold.id, HoldState.HELD, HoldState.RELEASED, NOON)
    assert record.book.counts().holds[HoldState.RELEASED] == 20


def test_many_clients(pooled_url: str, tmp_path: Path) -> None:
    """Eight hosts share four sessions: no hold goes to a journal, no statement meets that of another."""
    Recorder.open(pooled_url, tmp_path, KEY).book.counts()

    def hold_some(host: int) -> set[str]:
        with closing(
            Recorder.open(pooled_url, tmp_path / str(host), KEY, timeout=OPERATOR_TIMEOUT)
        ) as record:
            names = [f"4{host}{number}" for number in range(10)]
            return {record.hold(new_hold(name, f"m{name} c{name} e{name}")).kept for name in names}

    for host in range(8):
        (tmp_path / str(host)).mkdir()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(hold_some, range(8))) == [{"database"}] * 8
    with closing(Recorder.open(pooled_url, tmp_path, KEY)) as record:
        assert len(record.book.waiting("mx1.corp.example")) == 80


@pytest.mark.parametrize("through", ["direct", "pooled"])
@pytest.mark.parametrize("timeout", [MILTER_TIMEOUT, OPERATOR_TIMEOUT])
def test_every_transaction_has_its_timeouts(
    through: str, timeout: float, server_url: str, pooler: PgBouncer
) -> None:
    """Its own, although the session was another client's before; none is left behind in the session."""
    urls = {"direct": server_url, "pooled": pooler.url(server_url)}
    other = MILTER_TIMEOUT + OPERATOR_TIMEOUT - timeout
    names = ("lock_timeout", "statement_timeout", "client_min_messages")
    query = " || ' ' || ".join(f"current_setting('{name}')" for name in names)
    with closing(Database(urls[through], timeout)) as one, closing(Database(urls[through], other)) as two:
        for database, seconds in ((one, timeout), (two, other)) * 5:
            for begin in (database.reading, database.writing):
                with begin() as connection:
                    found = connection.exec_driver_sql(f"SELECT {query}").scalar()
                assert found == f"{seconds:g}s {seconds:g}s error"
    with psycopg.connect(urls["pooled"].replace("+psycopg", "")) as client:
        assert client.execute("SELECT current_setting('lock_timeout')").fetchone() == ("0",)


def test_a_writer_waits_for_its_turn_and_gives_up(pooled_url: str, open_record: Opener) -> None:
    """The lock of the record belongs to a transaction, not to a session that others use next."""
    record = open_record(pooled_url)
    record.hold(new_hold("4AAA"))
    with closing(Database(pooled_url, MILTER_TIMEOUT)) as other:
        with other.writing():
            began = time.monotonic()
            assert record.hold(new_hold("4AAB")).kept == "journal"
            assert time.monotonic() - began > MILTER_TIMEOUT - 0.5
        assert record.import_journal() == 1
        with other.writing():
            pass
    assert len(record.book.waiting("mx1.corp.example")) == 2


def test_the_trail_is_stored(pooled_url: str) -> None:
    """Many rows in one statement, several times."""
    errors: list[Exception] = []
    trail = Trail(Database(pooled_url, OPERATOR_TIMEOUT, Writers.TRAIL), on_error=errors.append)
    trail.start()
    for number in range(4 * BATCH):
        trail.enqueue(Correspondence(NOON, array("q", [number]), array("q")))
    trail.close(60)
    with closing(Database(pooled_url, MILTER_TIMEOUT)) as database, database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT count(*) FROM correspondents").scalar()
    assert (errors, stored) == ([], 4 * BATCH)


def test_a_pooler_that_restarts(pooler: PgBouncer, pooled_url: str, open_record: Opener) -> None:
    """Holds go to the journal while it is away, and to the database afterwards."""
    record = open_record(pooled_url)
    assert record.hold(new_hold("4AAA")).kept == "database"
    pooler.stop()
    assert record.hold(new_hold("4AAB")).kept == "journal"
    with pytest.raises(RecordUnavailable):
        record.import_journal()
    pooler.start()
    assert record.import_journal() == 1
    assert record.hold(new_hold("4AAC")).kept == "database"


@pytest.mark.parametrize("through", ["direct", "pooled"])
def test_a_server_that_does_not_answer(
    through: str, server_url: str, pooler: PgBouncer, cluster: Cluster, open_record: Opener
) -> None:
    """No message waits for a frozen server, nor for a pooler that waits for it: holds go to the journal."""
    record = open_record({"direct": server_url, "pooled": pooler.url(server_url)}[through])
    assert record.hold(new_hold("4AAA")).kept == "database"
    with ThreadPoolExecutor(1) as pool, cluster.frozen():
        assert pool.submit(record.hold, new_hold("4AAB")).result(LONGEST).kept == "journal"
    wait_until(lambda: imports(record), "the import of the journal")
    assert record.hold(new_hold("4AAC")).kept == "database"
    assert len(record.book.waiting("mx1.corp.example")) == 3


def test_a_pooler_without_its_server(
    pooler: PgBouncer, pooled_url: str, cluster: Cluster, open_record: Opener
) -> None:
    """By default it lets its clients wait for two minutes; they do not."""
    record = open_record(pooled_url)
    assert record.hold(new_hold("4AAA")).kept == "database"
    cluster.stop()
    began = time.monotonic()
    assert record.hold(new_hold("4AAB")).kept == "journal"
    assert time.monotonic() - began < 60
    cluster.start()
    wait_until(lambda: imports(record), "the import of the journal")
    assert len(record.book.waiting("mx1.corp.example")) == 2


def imports(record: Recorder) -> bool:
    """Try to import the journal."""
    try:
        record.import_journal()
    except RecordUnavailable:
        return False
    return True


def test_the_agent_asks_every_second(pooled_url: str, server_url: str) -> None:
    """An announcement would arrive at any client of the pooler: none is asked for."""
    readable, written = os.pipe()
    with closing(DecisionSignal(pooled_url)) as decisions:
        waiting = threading.Thread(target=decisions.wait, args=(readable,))
        waiting.start()
        wait_until(lambda: not waiting.is_alive(), "the end of a second")
        with psycopg.connect(server_url.replace("+psycopg", "")) as direct:
            listening = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"
            assert direct.execute(listening).fetchone() == (0,)
    os.close(readable)
    os.close(written)
