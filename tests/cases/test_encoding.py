"""Databases that cannot store every text are refused, and so is an entry that no database can store."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cases.samples import RECORDS, new_hold
from holdback.cases.database import MILTER_TIMEOUT, Database, refuse_unfit
from holdback.cases.journal import Entry, Journal
from holdback.cases.model import DatabaseUnfit, RecordUnavailable
from holdback.cases.recorder import Recorder
from holdback.cli.doctor.diagnosis import State
from holdback.cli.doctor.installation import check_database
from holdback.config import config_of
from rig.postgresql import Cluster
from sqlalchemy.exc import DBAPIError

Opener = Callable[..., Recorder]
EURO = new_hold("4AAA", sender="a\u20acb\u5b57@corp.example", login="\U0001f600")


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "EUC_KR"])
def test_a_database_that_is_not_utf8(cluster: Cluster, open_record: Opener, encoding: str) -> None:
    """Holds go to the journal with a clear reason; start, commands and doctor give the same one."""
    url = cluster.new_database(encoding)
    record = open_record(url)
    receipt = record.hold(EURO)
    expected = f"the encoding of the database is {encoding}; create a database with ENCODING 'UTF8'"
    assert (receipt.kept, receipt.why) == ("journal", expected)
    with pytest.raises(DatabaseUnfit, match=encoding):
        record.book.cases()
    with pytest.raises(DatabaseUnfit, match=encoding):
        refuse_unfit(url)
    settings = {"internal_domains": ["corp.example"], "database": {"url": url}}
    (found,) = check_database(config_of(settings, Path("test")))
    assert (found.state, expected in found.text) == (State.FAILED, True)


def test_a_utf8_database(cluster: Cluster, open_record: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores everything, also where the environment asks for another encoding."""
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    url = cluster.new_database()
    refuse_unfit(url)
    record = open_record(url)
    assert record.hold(EURO).kept == "database"
    assert record.book.cases()[0].sender == EURO.sender
    assert record.book.waiting("mx1.corp.example")[0].login == EURO.login


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/holdback.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"]
)
def test_a_database_that_does_not_answer_is_not_refused(url: str) -> None:
    """It may be back soon."""
    refuse_unfit(url)


def write(state_dir: Path, *holds: object) -> None:
    journal = Journal(state_dir)
    for hold in holds:
        journal.append(Entry("", hold))  # type: ignore[arg-type]
    journal.close()


HUGE = new_hold("4BAD", size=2**63)


@pytest.mark.parametrize(
    "bad",
    [HUGE, replace(HUGE, size=1, people=2**80), replace(HUGE, size=1, arrived="soon-after", host=None)],
    ids=["size", "people", "no host"],
)
def test_one_entry_that_cannot_be_stored(url: str, tmp_path: Path, open_record: Opener, bad: object) -> None:
    """It is kept in a file of its own, reported once; the entries around it are imported."""
    write(tmp_path, *(new_hold(f"4A{n}") for n in range(3)), bad, *(new_hold(f"4B{n}") for n in range(150)))
    record, refused = open_record(url), list[Exception]()
    assert record.import_journal(refused.append) == 153
    assert (len(refused), len(record.book.waiting("mx1.corp.example"))) == (1, 153)
    (kept,) = (tmp_path / "journal").iterdir()
    assert (kept.suffix, kept.stat().st_mode & 0o777) == (".refused", 0o600)
    assert json.loads(kept.read_text())["new"]["queue_id"] == "4BAD"
    assert (record.import_journal(refused.append), len(refused)) == (0, 1)


def test_an_entry_that_was_repaired(url: str, tmp_path: Path, open_record: Opener) -> None:
    """A file that is named .jsonl again is imported."""
    write(tmp_path, HUGE)
    record = open_record(url)
    assert record.import_journal() == 0
    (kept,) = (tmp_path / "journal").iterdir()
    kept.write_text(kept.read_text().replace(str(2**63), "2000"))
    kept.rename(kept.with_suffix(".jsonl"))
    assert record.import_journal() == 1


def test_a_database_that_fails_refuses_nothing(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """An error of the database itself ends the import, and the journal stays."""
    write(tmp_path, new_hold("4AAA"))
    record = open_record(sqlite_url)
    with Database(sqlite_url, MILTER_TIMEOUT).writing() as connection:
        connection.exec_driver_sql("ALTER TABLE findings RENAME TO hidden")
    with pytest.raises(RecordUnavailable, match="findings"):
        record.import_journal()
    assert [path.suffix for path in (tmp_path / "journal").iterdir()] == [".jsonl"]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("SELECT 'secret@corp.example'::int", "InvalidTextRepresentation"),
        ("INSERT INTO cases VALUES ('secret', 'open', 1, NULL)", "NotNullViolation"),
        ("SELECT * FROM no_table", 'relation "no_table" does not exist'),
    ],
)
def test_the_reason_of_the_database_quotes_no_value(cluster: Cluster, statement: str, reason: str) -> None:
    """The log gets the reason, but no value that an error quotes."""
    database = Database(cluster.new_database(), MILTER_TIMEOUT)
    with pytest.raises(RecordUnavailable) as error, database.writing() as connection:
        connection.exec_driver_sql(statement)
    database.close()
    assert isinstance(error.value.__cause__, DBAPIError)
    assert error.value.reason == reason


def test_the_reason_is_kept_while_the_database_rests(tmp_path: Path, open_record: Opener) -> None:
    """Each hold that goes to the journal says why, not only the first one."""
    record = open_record("postgresql+psycopg://nobody@127.0.0.1:1/none")
    first, second = (record.hold(new_hold(name)).why for name in ("4AAA", "4AAB"))
    assert ("connection" in first, first) == (True, second)
    assert RECORDS.finding.text not in first
