"""Failures of database or disk: holds are recorded as well as possible, and nothing is raised."""

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from cases.disk import fill
from cases.samples import KEY, NOON, new_hold
from holdback.cases.database import MILTER_TIMEOUT, created_file_of
from holdback.cases.journal import Entry, Journal
from holdback.cases.model import (
    Campaign,
    DatabaseRemoved,
    Decision,
    Fingerprints,
    Receipt,
    RecordUnavailable,
)
from holdback.cases.recorder import Recorder
from holdback.config import Config
from holdback.custody.host import open_host
from rig.postgresql import Cluster
from sqlalchemy import create_engine

pytestmark = pytest.mark.slow

PRINTS = Fingerprints("m1", "c1", "e1")
Opener = Callable[..., Recorder]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A transaction that locks the database."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


def kept(record: Recorder, *queue_ids: str) -> list[str]:
    return [record.hold(new_hold(queue_id)).kept for queue_id in queue_ids]


def on_record(record: Recorder) -> list[str]:
    """Queue ids of all holds; fails for duplicates."""
    return sorted(hold.queue_id for hold in record.book.waiting("mx1.corp.example"))


def test_locked_database(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """The message waits for the lock once and briefly; the journal takes it and later ones."""
    record = open_record(sqlite_url)
    first = record.hold(new_hold("4AAA"))
    with locked(tmp_path / "holdback.db"):
        receipts = [record.hold(new_hold(f"4AB{n}")) for n in range(50)]
        assert [Receipt(first.case_id, n + 2, "journal") for n in range(50)] == receipts
        assert record.decided(PRINTS, 0) is None
        assert record.campaign(PRINTS) == Campaign(first.case_id, 51)
        with pytest.raises(RecordUnavailable, match="locked"):
            record.import_journal()
    assert record.import_journal() == 50
    assert kept(record, "4AC0") == ["database"]
    assert record.campaign(PRINTS) == Campaign(first.case_id, 52)


def test_locked_before_the_first_hold(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """A campaign that begins during the lock keeps the case id that was logged."""
    open_record(sqlite_url).hold(new_hold("4AAA", "m0 c0 e0"))
    record = open_record(sqlite_url)
    with locked(tmp_path / "holdback.db"):
        receipts = [record.hold(new_hold(name)) for name in ("4AAB", "4AAC")]
    assert [(receipt.kept, receipt.copy) for receipt in receipts] == [("journal", 1), ("journal", 2)]
    assert record.import_journal() == 2
    assert record.book.show(receipts[0].case_id).case.copies == 2


def test_a_resting_database_is_asked_again(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """After a successful import holds are written to the database at once."""
    record = open_record(sqlite_url)
    with locked(tmp_path / "holdback.db"):
        assert kept(record, "4AAA") == ["journal"]
    assert kept(record, "4AAB") == ["journal"]
    assert record.import_journal() == 2
    assert kept(record, "4AAC") == ["database"]
    assert on_record(record) == ["4AAA", "4AAB", "4AAC"]


def test_full_disk_journal_elsewhere(tmp_path: Path, small_disk: Path, open_record: Opener) -> None:
    """With a full disk the journal on another disk has the records."""
    record = open_record(f"sqlite:///{small_disk}/holdback.db", tmp_path)
    assert kept(record, "4AAA") == ["database"]
    filler = fill(small_disk)
    names = [f"4AB{n:03}" for n in range(300)]
    ways = kept(record, *names)
    # There may be room left in what was allocated; from the first refusal on it is the journal.
    assert "journal" in ways
    assert ways == sorted(ways)
    assert record.book.counts().cases["open"] == 1
    filler.unlink()
    assert record.import_journal() == ways.count("journal")
    assert kept(record, "4AC") == ["database"]
    assert on_record(record) == ["4AAA", *names, "4AC"]


def test_full_disk_journal_on_it(small_disk: Path, open_record: Opener) -> None:
    """Without any space the message is held without a record, and no partial entry remains."""
    record = open_record(f"sqlite:///{small_disk}/holdback.db", small_disk)
    assert kept(record, "4AAA") == ["database"]
    filler = fill(small_disk)
    names = [f"4AB{n:03}" for n in range(300)]
    ways = kept(record, *names)
    assert ways[-1] == "nowhere"
    filler.unlink()
    record.import_journal()
    assert kept(record, "4AC") == ["database"]
    recorded = [name for name, way in zip(names, ways, strict=True) if way != "nowhere"]
    assert on_record(record) == ["4AAA", *recorded, "4AC"]


def test_full_disk_from_the_start(small_disk: Path, open_record: Opener) -> None:
    """The disk has no space for an empty database."""
    filler = fill(small_disk)
    record = open_record(f"sqlite:///{small_disk}/holdback.db", small_disk)
    assert kept(record, "4AAA", "4AAB") == ["nowhere", "nowhere"]
    filler.unlink()
    assert record.import_journal() == 0
    assert kept(record, "4AAC") == ["database"]


@pytest.mark.parametrize("also", [(), ("-wal", "-shm")])
@pytest.mark.parametrize("again", [False, True], ids=["same process", "restart"])
def test_removed_database(
    tmp_path: Path, sqlite_url: str, open_record: Opener, also: tuple[str, ...], again: bool
) -> None:
    """A file that is removed is not replaced: the journal has later holds until it is restored."""
    record = open_record(sqlite_url)
    first = record.hold(new_hold("4AAA"))
    record.close()
    shutil.copy(tmp_path / "holdback.db", tmp_path / "backup")
    kept(record, "4AAB")
    for name in ("", *also):
        (tmp_path / f"holdback.db{name}").unlink()
    record = open_record(sqlite_url) if again else record
    assert kept(record, "4AAC") == ["journal"]
    with pytest.raises(DatabaseRemoved, match=r"holdback\.db was removed"):
        record.import_journal()
    assert not (tmp_path / "holdback.db").exists()
    for name in also or ("-wal", "-shm"):
        (tmp_path / f"holdback.db{name}").unlink(missing_ok=True)
    (tmp_path / "backup").rename(tmp_path / "holdback.db")
    assert record.import_journal() == 1
    assert on_record(record) == ["4AAA", "4AAC"]
    assert record.book.show(first.case_id).case.copies == 2


@pytest.mark.parametrize("size", [0, 4096])
def test_emptied_database(tmp_path: Path, sqlite_url: str, open_record: Opener, size: int) -> None:
    """A file without tables is as good as removed, whether it has no bytes or is an empty database."""
    kept(open_record(sqlite_url), "4AAA")
    for path in tmp_path.glob("holdback.db*"):
        path.unlink()
    with contextlib.closing(sqlite3.connect(tmp_path / "holdback.db")) as empty:
        if size:
            empty.execute("VACUUM")
            empty.execute("PRAGMA user_version = 1")
    assert ((tmp_path / "holdback.db").stat().st_size > 0) is bool(size)
    record = open_record(sqlite_url)
    assert kept(record, "4AAB") == ["journal"]
    with pytest.raises(DatabaseRemoved):
        record.book.cases()


def test_a_new_database_on_purpose(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """Without the file that remembers the first one a new database is created, and the journal imported.

    A campaign in progress keeps the id of its case: the log and the operators know it.
    """
    record = open_record(sqlite_url)
    first = record.hold(new_hold("4AAA"))
    for path in tmp_path.glob("holdback.db*"):
        path.unlink()
    assert kept(record, "4AAB") == ["journal"]
    created_file_of(tmp_path / "holdback.db").unlink()
    assert record.import_journal() == 1
    assert (on_record(record), record.book.show(first.case_id).case.copies) == (["4AAB"], 1)


def test_replaced_database(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """A backup put in place without WAL files is used from then on."""
    record = open_record(sqlite_url)
    kept(record, "4AAA")
    record.close()
    shutil.copy(tmp_path / "holdback.db", tmp_path / "backup.db")
    kept(record, "4AAB")
    for remains in ("-wal", "-shm"):
        (tmp_path / f"holdback.db{remains}").unlink()
    (tmp_path / "backup.db").rename(tmp_path / "holdback.db")
    assert kept(record, "4AAC") == ["database"]
    assert on_record(open_record(sqlite_url)) == ["4AAA", "4AAC"]


def test_folder_gone(tmp_path: Path, open_record: Opener) -> None:
    """A missing folder is not created, and is used again once it exists."""
    folder = tmp_path / "state"
    folder.mkdir()
    record = open_record(f"sqlite:///{folder}/holdback.db", folder)
    assert kept(record, "4AAA") == ["database"]
    shutil.rmtree(folder)
    assert kept(record, "4AAB", "4AAC") == ["nowhere", "nowhere"]
    assert not folder.exists()
    folder.mkdir()
    assert record.import_journal() == 0
    assert kept(record, "4AAD") == ["database"]


@pytest.mark.parametrize(
    "content", [b"no database at all, but of some length\n" * 200, b"SQLite format 3\0" * 512]
)
def test_broken_database(tmp_path: Path, sqlite_url: str, open_record: Opener, content: bytes) -> None:
    """A file that is no database is not changed, and the journal is used."""
    (tmp_path / "holdback.db").write_bytes(content)
    record = open_record(sqlite_url)
    assert kept(record, "4AAA") == ["journal"]
    assert (tmp_path / "holdback.db").read_bytes() == content


def test_no_right_to_write(tmp_path: Path, sqlite_url: str) -> None:
    """A milter without write permission still holds; tested in a child without root."""
    tmp_path.chmod(0o700)
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        record = Recorder.open(sqlite_url, tmp_path, KEY)
        said = record.hold(new_hold("4AAA")).kept, record.decided(PRINTS, 0), record.campaign(PRINTS).copies
        os._exit(0 if said == ("nowhere", None, 1) else 1)
    assert os.waitpid(child, 0) == (child, 0)


def test_postgresql_down(cluster: Cluster, open_record: Opener) -> None:
    """A restarted server loses no record, and its closed connections lose none either."""
    record = open_record(cluster.new_database())
    first = record.hold(new_hold("4AAA"))
    cluster.stop()
    assert record.hold(new_hold("4AAB")) == Receipt(first.case_id, 2, "journal")
    assert record.decided(PRINTS, 0) is None
    with pytest.raises(RecordUnavailable):
        record.import_journal()
    cluster.start()
    assert record.import_journal() == 1
    cluster.stop()
    cluster.start()
    assert kept(record, "4AAC") == ["database"]
    assert on_record(record) == ["4AAA", "4AAB", "4AAC"]


def test_postgresql_never_there(tmp_path: Path, open_record: Opener) -> None:
    """A server that does not exist, and one with an invalid address."""
    for url in (f"postgresql+psycopg://holdback@/x?host={tmp_path}", "postgresql+psycopg://h@127.0.0.1:1/x"):
        assert kept(open_record(url), "4AAA") == ["journal"]


def test_postgresql_locked(cluster: Cluster, open_record: Opener) -> None:
    """The wait for a locked table is short."""
    url = cluster.new_database()
    record = open_record(url)
    kept(record, "4AAA")
    with create_engine(url).begin() as connection:
        connection.exec_driver_sql("LOCK TABLE holds IN ACCESS EXCLUSIVE MODE")
        assert kept(record, "4AAB") == ["journal"]
    assert record.import_journal() == 1


def test_our_own_copy_without_a_database(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """A token stays valid if its copy cannot be recorded."""
    record = open_record(sqlite_url)
    record.hold(new_hold("4AAA"))
    record.book.give_token(1, "n")
    with locked(tmp_path / "holdback.db"):
        assert record.hold_copy(new_hold("4AAB", replaces=1), "n") == Receipt("", 0, "nowhere")
    assert record.import_journal() == 0
    assert record.hold_copy(new_hold("4AAB", replaces=1), "n") is not None


def test_a_decision_covers_what_the_journal_brings_late(
    tmp_path: Path, sqlite_url: str, open_record: Opener
) -> None:
    """An exact copy imported after the decision is carried out with its case, other content is not."""
    record = open_record(sqlite_url)
    case = record.hold(new_hold("4AAA")).case_id
    with locked(tmp_path / "holdback.db"):
        record.hold(new_hold("4AAB"))
        record.hold(new_hold("4AAC", "m1 c2 e2"))
    record.book.decide(case, Decision.DROP, "ann", "", NOON + 5)
    assert record.import_journal() == 2
    assert [(hold.queue_id, hold.decision) for hold in record.book.to_carry_out("mx1.corp.example")] == [
        ("4AAA", Decision.DROP),
        ("4AAB", Decision.DROP),
    ]
    assert on_record(record) == ["4AAA", "4AAB", "4AAC"]


def test_many_threads_and_a_lock(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """All sessions that wait for a lock write to the journal, once each."""
    record = open_record(sqlite_url)
    kept(record, "4AAA")
    with locked(tmp_path / "holdback.db"), ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda n: record.hold(new_hold(f"4AB{n:02}")), range(40)))
    assert {receipt.kept for receipt in receipts} == {"journal"}
    assert sorted(receipt.copy for receipt in receipts) == list(range(2, 42))
    assert record.import_journal() == 40


def test_commands_wait_longer_to_import(tmp_path: Path, sqlite_url: str) -> None:
    """A command imports the journal although the database is busy for longer than a milter waits."""
    config = Config(internal_domains=["corp.example"], state_dir=tmp_path)
    journal = Journal(tmp_path)
    journal.append(Entry("", new_hold("4AAA")))
    journal.close()
    with open_host(config) as host, ThreadPoolExecutor(1) as pool:
        assert host.book.cases() == ()
        with locked(tmp_path / "holdback.db"):
            imported = pool.submit(host.record.import_journal)
            time.sleep(MILTER_TIMEOUT + 1)
            assert not imported.done()
        assert imported.result() == 1
