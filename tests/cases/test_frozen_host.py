"""A host that freezes in the middle of a write delays the other hosts for seconds (PostgreSQL)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cases.samples import NOON, new_hold
from holdback.cases.casebook import Casebook
from holdback.cases.database import OPERATOR_TIMEOUT, Database, Writers
from holdback.cases.events import Event, EventKind, write_events
from holdback.cases.model import Decision, RecordUnavailable
from holdback.cases.recorder import Recorder
from rig.postgresql import Cluster
from rig.waiting import wait_until

Opener = Callable[..., Recorder]


@contextmanager
def frozen(writers: Writers, url: str, state_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that is stopped inside a write transaction, under the lock of these writers."""
    program = str(Path(__file__).with_name("frozen_writer.py"))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, program, writers.name, url, str(state_dir)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        yield process
    finally:
        process.kill()
        process.communicate()


def thaw(process: "subprocess.Popen[str]") -> str:
    """Lets the process go on; returns what it printed."""
    os.kill(process.pid, signal.SIGCONT)
    printed: str = process.communicate(timeout=120)[0]
    return printed.strip()


@pytest.fixture
def server_url(cluster: Cluster) -> str:
    return cluster.new_database()


def test_operators_get_the_lock_of_a_frozen_host(
    server_url: str, open_record: Opener, tmp_path: Path
) -> None:
    """A decision elsewhere succeeds; the half write is undone, and the thawed host goes on."""
    case = open_record(server_url).hold(new_hold("4AAA")).case_id
    book = Casebook.open(server_url)
    with frozen(Writers.RECORD, server_url, tmp_path) as process:
        assert book.decide(case, Decision.DROP, "ann", "", NOON).decision is Decision.DROP
        assert [hold.queue_id for hold in book.show(case).holds] == ["4AAA"]
        assert thaw(process) == "unavailable database"
    assert sorted(hold.queue_id for hold in book.waiting("mx1.corp.example")) == ["4AAA", "4AFT"]
    book.close()


def test_a_milter_beside_a_frozen_host(server_url: str, open_record: Opener, tmp_path: Path) -> None:
    """Messages that meet the lock go to the journal, which is imported a few seconds later."""
    record = open_record(server_url)
    record.hold(new_hold("4AAA"))

    def imported() -> bool:
        try:
            record.import_journal()
        except RecordUnavailable:
            return False
        return True

    names = ["4AAA", "4AAB", "4AAC", "4AAD"]
    with frozen(Writers.RECORD, server_url, tmp_path):
        kept = {record.hold(new_hold(name)).kept for name in names[1:3]}
        assert "nowhere" not in kept
        wait_until(imported, "the import of the journal")
        assert record.hold(new_hold(names[3])).kept == "database"
        assert sorted(hold.queue_id for hold in record.book.waiting("mx1.corp.example")) == names


def test_the_record_does_not_wait_for_the_trail(server_url: str, open_record: Opener, tmp_path: Path) -> None:
    """A host that freezes while it writes the ledger delays no hold at all."""
    record = open_record(server_url)
    record.hold(new_hold("4AAA"))
    with frozen(Writers.TRAIL, server_url, tmp_path):
        assert record.hold(new_hold("4AAB")).kept == "database"


def test_events_need_the_lock_of_the_record(url: str) -> None:
    """An event under the lock of the trail would get an id out of order: it is refused."""
    database = Database(url, OPERATOR_TIMEOUT, Writers.TRAIL)
    event = Event(EventKind.ORPHAN_SEEN, NOON, "mx1", queue_id="4AAA")
    with pytest.raises(ValueError, match="lock of the record"), database.writing() as connection:
        write_events(connection, [event])
    database.close()
