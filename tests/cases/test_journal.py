"""The journal: written before the reply and imported once, also after crashes."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from cases.disk import fill
from cases.samples import RECORDS, VISIBLE, new_hold
from holdback.cases.journal import Entry, Journal
from holdback.cases.model import RecordUnavailable
from holdback.cases.recorder import Recorder
from holdback.verdict import Action, Judgement

NO_DATABASE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
Opener = Callable[..., Recorder]


def entries(count: int) -> list[Entry]:
    return [Entry("K7Q2-9F", new_hold(f"4AA{n}")) for n in range(count)]


def written(tmp_path: Path, count: int) -> Path:
    """A journal file with so many entries."""
    journal = Journal(tmp_path)
    for entry in entries(count):
        journal.append(entry)
    journal.close()
    (path,) = (tmp_path / "journal").iterdir()
    return path


def imported(tmp_path: Path) -> list[Entry]:
    found: list[Entry] = []
    assert Journal(tmp_path).import_into(found.extend) == len(found)
    return found


@pytest.mark.parametrize(
    "entry",
    [
        Entry("K7Q2-9F", new_hold("4AAA", findings=(VISIBLE, RECORDS))),
        Entry("", new_hold("", findings=(), sender="")),
        Entry("K7Q2-9F", new_hold("4AAA", sender='"\n\r\0 ü \udce4"@corp.example', arrived=1.1 + 2.2)),
        Entry(
            "K7Q2-9F",
            new_hold("4AAA", findings=(Judgement(RECORDS.finding, Action.OBSERVE, Action.HOLD, "rule 2"),)),
        ),
    ],
)
def test_an_entry_comes_back_as_it_was(tmp_path: Path, entry: Entry) -> None:
    """Line ends, NUL, undecodable bytes, fractions of seconds and exemptions are kept."""
    journal = Journal(tmp_path)
    journal.append(entry)
    assert [entry] == imported(tmp_path)
    assert list((tmp_path / "journal").iterdir()) == []


def test_entries_after_an_import_are_not_lost(tmp_path: Path) -> None:
    """A process whose file was imported begins a new one."""
    journal = Journal(tmp_path)
    for entry in entries(3):
        journal.append(entry)
        assert [entry] == imported(tmp_path)
    assert imported(tmp_path) == []


def test_a_large_journal_in_order(tmp_path: Path) -> None:
    """More entries than one batch are imported in order."""
    written(tmp_path, 250)
    assert entries(250) == imported(tmp_path)


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_torn_line_was_never_acknowledged(tmp_path: Path, cut: int) -> None:
    """Entries before an incomplete last line are imported."""
    path = written(tmp_path, 3)
    os.truncate(path, path.stat().st_size - cut)
    assert entries(2) == imported(tmp_path)
    assert list((tmp_path / "journal").iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        b"garbage",
        b"{}",
        b"[]",
        b"null",
        b'{"case_id": "x", "new": {}}',
        b'{"case_id": "x", "new": {"fingerprints": {}, "findings": []}}',
        b'{"case_id": "x", "new": "prints"}',
        b"\xff\xfe",
        b"",
    ],
)
def test_a_line_that_is_not_ours_is_kept_aside(tmp_path: Path, line: bytes) -> None:
    """Other lines are imported; the file is renamed and not read again."""
    path = written(tmp_path, 2)
    first, second, _ = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join((first, line, second, b"")))
    assert entries(2) == imported(tmp_path)
    assert imported(tmp_path) == []
    assert [path.with_suffix(".unreadable")] == list((tmp_path / "journal").iterdir())


def test_what_did_not_fit_leaves_no_trace(small_disk: Path) -> None:
    """A partly written entry is removed; the next one follows the last complete one."""
    journal = Journal(small_disk)
    long = Entry("K7Q2-9F", new_hold("4AAA", sender="a" * 10_000))
    journal.append(long)
    filler = fill(small_disk)
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            journal.append(long)
    filler.unlink()
    journal.append(long)
    assert len(list((small_disk / "journal").iterdir())) == 1
    assert [long, long] == imported(small_disk)


def test_an_import_that_fails_leaves_the_file(tmp_path: Path) -> None:
    """If the database fails during the import, the file is kept."""
    written(tmp_path, 150)
    taken: list[Entry] = []

    def one_batch(batch: list[Entry]) -> None:
        if taken:
            raise ConnectionError
        taken.extend(batch)

    with pytest.raises(ConnectionError):
        Journal(tmp_path).import_into(one_batch)
    assert entries(150) == imported(tmp_path)


def test_a_crash_between_import_and_removal_doubles_nothing(
    tmp_path: Path, url: str, open_record: Opener
) -> None:
    """Importing a file again changes nothing, even after a decision."""
    record = open_record(url)
    path = written(tmp_path, 5)
    before_the_crash = shutil.copy(path, tmp_path / "copy")
    assert record.import_journal() == 5
    shutil.move(before_the_crash, path)
    assert record.import_journal() == 5
    case = record.book.show("K7Q2-9F").case
    assert (case.copies, len(record.book.cases(None))) == (5, 1)


def test_two_imports_at_once(tmp_path: Path, url: str, open_record: Opener) -> None:
    """Two simultaneous imports while a session appends."""
    records = [open_record(url) for _ in range(3)]
    records[0].import_journal()
    journal, done = Journal(tmp_path), threading.Event()
    failed: list[BaseException] = []

    def importing(record: Recorder) -> None:
        while not done.is_set():
            try:
                record.import_journal()
            except RecordUnavailable:
                # Its turn did not come in time. The entries stay for the next one.
                continue
            except BaseException as error:
                failed.append(error)
                raise

    threads = [threading.Thread(target=importing, args=(record,)) for record in records]
    for thread in threads:
        thread.start()
    for entry in entries(60):
        journal.append(entry)
    done.set()
    for thread in threads:
        thread.join()
    records[0].import_journal()
    assert (failed, records[0].book.show("K7Q2-9F").case.copies) == ([], 60)


ENDLESS = """
import sys
from pathlib import Path
from cases.disk import fill
from cases.samples import KEY, new_hold
from holdback.cases.recorder import Recorder
from holdback.cases.model import RecordUnavailable
record = Recorder.open(sys.argv[1], Path(sys.argv[2]), KEY)
for number in range(10**6):
    receipt = record.hold(new_hold(f"4A{number}"))
    print(receipt.kept, f"4A{number}", flush=True)
"""


@pytest.mark.parametrize("engine", ["journal", "database"])
def test_kill_9_loses_nothing_that_was_acknowledged(
    engine: str, tmp_path: Path, sqlite_url: str, open_record: Opener
) -> None:
    """Every acknowledged hold of a killed process is recorded, and at most one more."""
    root = Path(__file__).parents[2]
    url = sqlite_url if engine == "database" else NO_DATABASE
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, url, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": f"{root / 'tests'}"},
        stdout=subprocess.PIPE,
    )
    acknowledged = [process.stdout.readline().decode().split() for _ in range(100)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [line.decode().split() for line in process.stdout.readlines()]
    process.wait()
    record = open_record(sqlite_url)
    record.import_journal()
    recorded = {hold.queue_id for hold in record.book.waiting("mx1.corp.example")}
    expected = {queue_id for _, queue_id in acknowledged}
    assert {engine} == {way for way, _ in acknowledged}
    assert expected <= recorded
    assert len(recorded - expected) <= 1


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o377])
def test_for_the_owner_only(tmp_path: Path, umask: int) -> None:
    """The journal belongs to the state folder's owner only, whatever the umask."""
    os.chown(tmp_path, 12345, 54321)
    old = os.umask(umask)
    try:
        path = written(tmp_path, 1)
    finally:
        os.umask(old)
    seen = [
        (stat.S_IMODE(one.stat().st_mode), one.stat().st_uid, one.stat().st_gid)
        for one in (path.parent, path)
    ]
    assert seen == [(0o700, 12345, 54321), (0o600, 12345, 54321)]
