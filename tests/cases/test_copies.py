"""The number of held copies of a campaign is bounded, with many senders at once, also without database."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cases.samples import KEY, new_hold
from holdback.cases.journal import Entry, Journal
from holdback.cases.recorder import Recorder

MOST = 25
NO_DATABASE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
Opener = Callable[..., Recorder]

SENDERS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from cases.samples import KEY, new_hold
from holdback.cases.recorder import Recorder
name, url, folder = sys.argv[1:]
record = Recorder.open(url, Path(folder), KEY)
print("ready", flush=True)
sys.stdin.read()
with ThreadPoolExecutor(20) as pool:
    for receipt in pool.map(lambda n: record.hold(new_hold(f"4A{name}{n}"), 25), range(40)):
        print(receipt.kept)
"""


def kept_by(count: int, url: str, folder: Path) -> list[str]:
    """What became of the copies that so many processes of one host got at the same time."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SENDERS, name, url, str(folder)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ABCD"[:count]
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.close()
    printed = [line for process in processes for line in process.stdout.read().split()]
    assert [process.wait(120) for process in processes] == [0] * count
    return printed


def test_exactly_so_many_while_the_database_answers(url: str, open_record: Opener) -> None:
    """Twenty senders at once, and not one copy more."""
    record = open_record(url)
    case = record.hold(new_hold("4AAA"), MOST).case_id
    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda n: record.hold(new_hold(f"4AB{n}"), MOST), range(60)))
    ways = [receipt.kept for receipt in receipts]
    assert {receipt.case_id for receipt in receipts} == {case}
    assert set(ways) <= {"database", "journal", "enough"}
    record.import_journal()
    assert record.book.show(case).case.copies == 1 + len(ways) - ways.count("enough")
    if "journal" not in ways:
        assert record.book.show(case).case.copies == MOST


def test_exactly_so_many_in_one_process(tmp_path: Path) -> None:
    """Without a database, too."""
    ways = kept_by(1, NO_DATABASE, tmp_path)
    assert (ways.count("journal"), ways.count("enough")) == (MOST, 15)


def test_one_more_a_process_without_the_database(tmp_path: Path) -> None:
    """The processes of a host count together: copies that come at the same moment are the only excess."""
    ways = kept_by(3, NO_DATABASE, tmp_path)
    assert MOST <= ways.count("journal") <= MOST + 2
    assert set(ways) == {"journal", "enough"}


def test_processes_of_a_host_use_one_case(tmp_path: Path) -> None:
    """Of a campaign that begins while the database is down."""
    records = [Recorder.open(NO_DATABASE, tmp_path, KEY) for _ in range(3)]
    receipts = [record.hold(new_hold(f"4A{n}"), MOST) for n in range(4) for record in records]
    assert {receipt.case_id for receipt in receipts} == {receipts[0].case_id}
    assert [receipt.copy for receipt in receipts] == list(range(1, 13))
    assert records[1].campaign(new_hold("").fingerprints).copies == 12
    for record in records:
        record.close()


def test_entries_of_others_come_once(tmp_path: Path) -> None:
    """Complete lines only, none of one's own, and none again after an import began a new file."""
    mine, theirs = Journal(tmp_path), Journal(tmp_path)
    first, second, third = (Entry("K7Q2-9F", new_hold(f"4AA{n}")) for n in range(3))
    assert mine.new_entries_of_others() == []
    theirs.append(first)
    mine.append(third)
    assert (mine.new_entries_of_others(), mine.new_entries_of_others()) == ([first], [])
    theirs.append(second)
    with next(path for path in (tmp_path / "journal").iterdir() if path not in mine._own).open("ab") as file:
        file.write(b'{"case_id": "torn')
    assert (mine.new_entries_of_others(), mine.new_entries_of_others()) == ([second], [])
    mine.close()
    mine.append(third)
    assert mine.new_entries_of_others() == []
    for journal in (mine, theirs):
        journal.close()


@pytest.mark.parametrize("most", [None, 1])
def test_without_a_limit_nothing_is_refused(record: Recorder, most: int | None) -> None:
    """Mail that the MTA holds already is recorded, however many copies there are."""
    ways = [record.hold(new_hold(f"4A{n}"), most).kept for n in range(3)]
    assert ways == ["database"] + (["database"] * 2 if most is None else ["enough"] * 2)
