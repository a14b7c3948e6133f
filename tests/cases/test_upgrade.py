"""A record of an earlier version with held mail is upgraded."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import holdback.cases.migrations
import pytest
from alembic import command
from alembic.config import Config
from cases.samples import NOON, VISIBLE, new_hold
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.events import EventKind
from holdback.cases.journal import Entry
from holdback.cases.model import CaseState, Decision, Fingerprints, HoldState
from holdback.cases.recorder import Recorder
from holdback.trail.acquaintances import learn_from_released
from sqlalchemy import Connection, create_engine, text

Opener = Callable[..., Recorder]
CASES = "INSERT INTO cases (id, state, opened, sender) VALUES ('K7Q2-9F', 'open', :at, 'offers@corp.example')"
HOLDS = """
INSERT INTO holds (case_id, host, queue_id, arrived, state, changed, login, client, message, content, exact,
    size, recipients, visible, people, action)
VALUES ('K7Q2-9F', 'mx1.corp.example', :queue_id, :at, 'held', :at, 'offers', '192.0.2.7', 'm1', 'c1', 'e1',
    2000, 60, 60, 60, 'hold')
"""
FINDINGS = """
INSERT INTO findings (hold_id, check_name, kind, count, place, text, action, would, because)
SELECT id, 'visible_recipients', '', 60, 'To', '60 parties', 'hold', 'hold', '' FROM holds
"""


def write_as_before(connection: Connection, queue_id: str) -> None:
    """Writes the columns of the first version, which has no mailings."""
    connection.execute(text(HOLDS), {"queue_id": queue_id, "at": NOON})


@pytest.fixture(params=["0001", "0002", "0003"])
def earlier(url: str, request: pytest.FixtureRequest) -> str:
    """URL of a database with the tables of an earlier version, and a case of two messages."""
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", holdback.cases.migrations.__path__[0])
        command.upgrade(config, request.param)
        connection.execute(text(CASES), {"at": NOON})
        write_as_before(connection, "4AAA")
        write_as_before(connection, "4AAB")
        connection.execute(text(FINDINGS))
    engine.dispose()
    return url


def test_what_waits_is_still_there(earlier: str, open_record: Opener) -> None:
    """Case and findings are kept; copies join it, other messages do not; it can be decided."""
    record = open_record(earlier)
    case = record.book.show("K7Q2-9F").case
    assert (case.state, case.copies, case.contents, case.findings[0].count) == (CaseState.OPEN, 2, 1, 60)
    assert record.hold(new_hold("4AAC")).case_id == "K7Q2-9F"
    mailing = record.hold(new_hold("4AAD", "m2 c2 e2 mailing"))
    assert mailing.case_id != "K7Q2-9F"
    assert record.hold(new_hold("4AAE", "m3 c3 e3 mailing")).case_id == mailing.case_id
    record.book.decide("K7Q2-9F", Decision.RELEASE, "olga", "", NOON)
    assert record.decided(Fingerprints("m1", "c1", "e1"), NOON - 60) == Decision.RELEASE


def test_events_begin_with_the_upgrade(earlier: str, open_record: Opener) -> None:
    """No events are made for the past; later changes of old cases are events."""
    book = open_record(earlier).book
    assert (book.last_event_id(), book.events_after(0)) == (0, ())
    book.decide("K7Q2-9F", Decision.DROP, "olga", "", NOON + 60)
    book.mark(2, HoldState.HELD, HoldState.DROPPED, NOON + 70)
    assert [(event.kind, event.hold_id, event.case_opened) for event in book.events_after(0)] == [
        (EventKind.DECIDED, None, NOON),
        (EventKind.CARRIED_OUT, 2, NOON),
    ]


def test_a_process_that_is_not_yet_replaced(earlier: str, open_record: Opener) -> None:
    """A process of the earlier version on another host can still write."""
    before = create_engine(earlier)
    record = open_record(earlier)
    assert len(record.book.cases()) == 1
    with before.begin() as connection:
        write_as_before(connection, "4AAF")
    before.dispose()
    assert record.book.show("K7Q2-9F").case.copies == 3


def test_what_was_held_before_teaches_nothing(earlier: str) -> None:
    """The release of old holds, which have no acquaintances, is no error."""
    database = Database(earlier, MILTER_TIMEOUT)
    assert learn_from_released(database) == 0
    database.close()


def test_what_was_held_before_covers_visible_recipients_only(earlier: str, open_record: Opener) -> None:
    """Nobody knows to whom older messages went beside them: a later copy to others is held again."""
    record = open_record(earlier)
    record.book.decide("K7Q2-9F", Decision.RELEASE, "olga", "", NOON)
    assert record.decided(Fingerprints("m1", "c1", "e1", bcc="a" * 16), NOON - 60) is None


def test_its_journal_is_read(earlier: str, open_record: Opener, tmp_path: Path) -> None:
    """Journal lines without mailing fingerprint are imported."""
    entry = asdict(Entry("K7Q2-9F", new_hold("4AAG", findings=(VISIBLE,))))
    entry["new"]["prints"] = entry["new"].pop("fingerprints")
    del entry["new"]["prints"]["mailing"], entry["new"]["prints"]["bcc"]
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "1-abc.jsonl").write_text(json.dumps(entry) + "\n")
    record = open_record(earlier)
    assert record.import_journal() == 1
    assert [hold.queue_id for hold in record.book.show("K7Q2-9F").holds] == ["4AAA", "4AAB", "4AAG"]
