"""Events: one per change of a case, written in its transaction, read in order."""

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cases.samples import NOON, new_hold
from cases.test_trouble import locked
from holdback.cases.assignment import file_hold
from holdback.cases.casebook import Casebook
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.events import KEPT, Event, EventKind, delete_old_events, write_events
from holdback.cases.model import AlreadyDecided, Decision, HoldState, RecordUnavailable
from holdback.cases.orphans import record_orphans
from holdback.cases.recorder import Recorder
from sqlalchemy import create_engine

Opener = Callable[..., Recorder]
HOST = "mx1.corp.example"
MINUTE = 60.0


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, MILTER_TIMEOUT)
    yield database
    database.close()


def kinds(book: Casebook, after: int = 0) -> list[str]:
    return [event.kind for event in book.events_after(after)]


def opened(record: Recorder, queue_id: str = "4AAA", state: HoldState = HoldState.HELD) -> str:
    """The case of one hold, number 1, in this state."""
    case = record.hold(new_hold(queue_id)).case_id
    way = {HoldState.HELD: (HoldState.HELD,), HoldState.RELEASING: (HoldState.HELD, HoldState.RELEASING)}
    for was, now in itertools.pairwise((HoldState.PENDING, *way.get(state, ()))):
        assert record.book.mark(1, was, now, NOON)
    return case


def test_a_case_opens_and_grows(record: Recorder) -> None:
    """The first message opens the case; each later one is an event with its people and the copies."""
    case = record.hold(new_hold("4AAA")).case_id
    record.hold(new_hold("4AAB", arrived=NOON + 1, people=70, host="mx2.corp.example"))
    other = record.hold(new_hold("4AAC", "m2 c2 e2", arrived=NOON + 2)).case_id
    assert record.book.events_after(0) == (
        Event(EventKind.CASE_OPENED, NOON, HOST, case, 1, copies=1, people=60, id=1, case_opened=NOON),
        Event(
            EventKind.CASE_GREW, NOON + 1, "mx2.corp.example", case, 2,
            copies=2, people=70, id=2, case_opened=NOON,
        ),
        Event(
            EventKind.CASE_OPENED, NOON + 2, HOST, other, 3,
            copies=1, people=60, id=3, case_opened=NOON + 2,
        ),
    )  # fmt: skip


def test_a_decided_case_grows(record: Recorder) -> None:
    """A message that arrives during the decision belongs to the case."""
    case = opened(record)
    record.book.decide(case, Decision.RELEASE, "ann", "", NOON)
    record.hold(new_hold("4AAB"))
    assert kinds(record.book) == ["case_opened", "decided", "case_grew"]


def test_the_same_hold_twice_is_one_event(record: Recorder) -> None:
    for _ in range(2):
        record.hold(new_hold("4AAA"))
        record.hold(new_hold("4AAB"))
    assert kinds(record.book) == ["case_opened", "case_grew"]


@pytest.mark.parametrize("only", [None, 1])
def test_a_decision(record: Recorder, only: int | None) -> None:
    """One event per decision on a case or hold, and none for a second operator."""
    case = opened(record)
    record.book.decide(case, Decision.RETURN, "ann", "", NOON + MINUTE, only=only)
    with pytest.raises(AlreadyDecided):
        record.book.decide(case, Decision.RELEASE, "bob", "", NOON + MINUTE, only=only)
    assert record.book.events_after(1) == (
        Event(
            EventKind.DECIDED, NOON + MINUTE, "", case, only,
            decision=Decision.RETURN, id=2, case_opened=NOON,
        ),
    )  # fmt: skip


DEPARTURES = [
    (HoldState.PENDING, HoldState.HELD, None),
    (HoldState.HELD, HoldState.RELEASING, None),
    (HoldState.RELEASING, HoldState.HELD, None),
    (HoldState.RELEASING, HoldState.RELEASED, EventKind.CARRIED_OUT),
    (HoldState.RELEASING, HoldState.DROPPED, EventKind.CARRIED_OUT),
    (HoldState.HELD, HoldState.DROPPED, EventKind.CARRIED_OUT),
    (HoldState.HELD, HoldState.RETURNED, EventKind.CARRIED_OUT),
    (HoldState.HELD, HoldState.RELEASED, EventKind.VANISHED),
    (HoldState.PENDING, HoldState.VANISHED, EventKind.VANISHED),
    (HoldState.HELD, HoldState.VANISHED, EventKind.VANISHED),
    (HoldState.RELEASING, HoldState.VANISHED, EventKind.VANISHED),
]


@pytest.mark.parametrize(("was", "now", "kind"), DEPARTURES)
def test_a_hold_leaves_the_queue(
    record: Recorder, was: HoldState, now: HoldState, kind: EventKind | None
) -> None:
    """Leaving the queue, by Holdback or not, is one event; steps within it are none."""
    case = opened(record, state=was)
    record.book.decide(case, Decision.DROP, "ann", "", NOON)
    for _ in range(2):
        record.book.mark(1, was, now, NOON + MINUTE)
    left = Event(
        kind or EventKind.VANISHED, NOON + MINUTE, HOST, case, 1,
        state=now, decision=Decision.DROP, id=3, case_opened=NOON,
    )  # fmt: skip
    assert record.book.events_after(2) == ((left,) if kind else ())


def test_a_hold_vanishes_undecided(record: Recorder) -> None:
    opened(record)
    record.book.mark(1, HoldState.HELD, HoldState.VANISHED, NOON)
    assert record.book.events_after(1)[0].decision is None


def test_our_own_copy_makes_no_event(record: Recorder) -> None:
    """The copy of `release --bcc` is no event of its own."""
    case = opened(record, state=HoldState.RELEASING)
    record.book.decide(case, Decision.RELEASE_BCC, "ann", "", NOON)
    record.book.give_token(1, "n")
    record.hold_copy(new_hold("4AAB", replaces=1), "n")
    for was, now in itertools.pairwise((HoldState.PENDING, HoldState.HELD, HoldState.RELEASING)):
        assert record.book.mark(2, was, now, NOON)
    assert record.book.mark(2, HoldState.RELEASING, HoldState.RELEASED, NOON)
    assert kinds(record.book) == ["case_opened", "decided"]
    record.book.mark(1, HoldState.RELEASING, HoldState.RELEASED, NOON)
    assert [(one.kind, one.hold_id, one.decision) for one in record.book.events_after(2)] == [
        (EventKind.CARRIED_OUT, 1, Decision.RELEASE_BCC)
    ]


def test_the_journal_brings_its_events(tmp_path: Path, sqlite_url: str, open_record: Opener) -> None:
    """Imported holds give events with their arrival time, once."""
    record = open_record(sqlite_url)
    with locked(tmp_path / "holdback.db"):
        for n in range(2):
            assert record.hold(new_hold(f"4AA{n}", arrived=NOON + n)).kept == "journal"
    journal = {path: path.read_bytes() for path in (tmp_path / "journal").iterdir()}
    assert record.import_journal() == 2
    for path, content in journal.items():
        path.write_bytes(content)
    assert record.import_journal() == 2
    assert [(event.kind, event.at) for event in record.book.events_after(0)] == [
        (EventKind.CASE_OPENED, NOON),
        (EventKind.CASE_GREW, NOON + 1),
    ]


def test_an_orphan_is_seen_once(record: Recorder) -> None:
    """One event per queue id and arrival on a host, also for hostile ids."""
    book = record.book
    listings = [
        ("mx1", [("4A", 10.0), ("4B", 10.0)], 2),
        ("mx1", [("4B", 10.0), ("4A", 10.0)], 0),
        ("mx2", [("4A", 10.0)], 1),
        ("mx1", [("4A", 10.0), ("4C", 10.0)], 1),
        ("mx1", [("4A", 20.0), ("4C", 10.0)], 1),
        ("mx1", [], 0),
        ("mx1", [("4A", 20.0), ("4\0\udc80", 10.0)], 2),
        ("mx1", [("4A", 20.0), ("4\0\udc80", 10.0)], 0),
        ("mx2", [("4A", 10.0)], 0),
    ]
    for n, (host, present, new) in enumerate(listings):
        assert (n, book.record_orphans(host, present, NOON + n)) == (n, new)
    assert [(event.kind, event.at, event.host, event.queue_id) for event in book.events_after(0)][:4] == [
        (EventKind.ORPHAN_SEEN, NOON, "mx1", "4A"),
        (EventKind.ORPHAN_SEEN, NOON, "mx1", "4B"),
        (EventKind.ORPHAN_SEEN, NOON + 2, "mx2", "4A"),
        (EventKind.ORPHAN_SEEN, NOON + 3, "mx1", "4C"),
    ]


def test_a_night_without_a_milter(database: Database) -> None:
    """Thousands of orphans are recorded once, in several transactions, and read page by page."""
    present = [(f"4{n:05}", 10.0) for n in range(2_500)]
    seen = [record_orphans(database, "mx1", some, NOON) for some in (present, present, present[:-1], present)]
    assert seen == [2_500, 0, 0, 1]
    book = Casebook(database)
    pages, last_id = [], 0
    while page := book.events_after(last_id):
        pages.append(len(page))
        last_id = page[-1].id
    assert (pages, last_id) == ([1_000, 1_000, 501], 2_501)
    assert [event.id for event in book.events_after(7, 3)] == [8, 9, 10]


CAUSES: dict[str, Callable[[Recorder], object]] = {
    "hold": lambda record: record.hold(new_hold("4AAB")),
    "decide": lambda record: record.book.decide(record.book.find("4AAA"), Decision.DROP, "ann", "", NOON),
    "drop": lambda record: record.book.mark(1, HoldState.HELD, HoldState.DROPPED, NOON),
    "vanish": lambda record: record.book.mark(1, HoldState.HELD, HoldState.VANISHED, NOON),
    "orphan": lambda record: record.book.record_orphans("mx1", [("4Z", 10.0)], NOON),
}
TABLES = ("cases", "holds", "findings", "decisions", "events", "orphans")


def content(database: Database) -> dict[str, list[object]]:
    with database.reading() as connection:
        return {
            table: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
            for table in TABLES
        }


@pytest.mark.parametrize("cause", CAUSES)
def test_no_event_no_change(record: Recorder, database: Database, cause: str) -> None:
    """If the event cannot be written, the change is rolled back."""
    opened(record)
    before = content(database)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE events RENAME TO away")
    try:
        CAUSES[cause](record)
    except RecordUnavailable as error:
        assert "events" in str(error)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO events")
    assert content(database) == before
    record.import_journal()
    if cause != "hold":
        CAUSES[cause](record)
    assert len(record.book.events_after(0)) == len(before["events"]) + 1


def test_no_change_no_event(record: Recorder, database: Database) -> None:
    """If the transaction fails, its event is rolled back."""
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        file_hold(connection, new_hold("4AAA"), bytes(32), 0)
        raise ZeroDivisionError
    assert (kinds(record.book), record.book.cases()) == ([], ())


def test_events_are_written_under_the_lock(database: Database, url: str) -> None:
    """Writing an event without the lock is refused, as ids could become visible out of order."""
    orphan = Event(EventKind.ORPHAN_SEEN, NOON, HOST, queue_id="4A")
    with pytest.raises(ValueError, match="under the lock"), database.reading() as connection:
        write_events(connection, [orphan])
    engine = create_engine(url)
    with pytest.raises(ValueError, match="under the lock"), engine.begin() as connection:
        write_events(connection, [orphan])
    engine.dispose()


def test_a_reader_misses_no_slow_writer(url: str, database: Database, record: Recorder) -> None:
    """A second connection cannot commit a higher id before the first one commits its own."""
    second = threading.Thread(target=record.hold, args=(new_hold("4AAB", "m2 c2 e2"),))
    reader, seen = Casebook.open(url), []
    with database.writing() as connection:
        file_hold(connection, new_hold("4AAA"), bytes(32), 0)
        second.start()
        second.join(0.5)
        assert second.is_alive()
        seen += reader.events_after(0)
    second.join()
    last_id = seen[-1].id if seen else 0
    seen += reader.events_after(last_id)
    reader.close()
    assert [(event.id, event.hold_id) for event in seen] == [(1, 1), (2, 2)]


@pytest.mark.slow
def test_a_reader_among_many_writers(url: str, open_record: Opener, tmp_path: Path) -> None:
    """A reader that continues from the last id gets every event once, in order."""
    cases = [open_record(url).hold(new_hold(f"4B{n}", f"m{n} c{n} e{n}")).case_id for n in range(40)]
    begin = threading.Barrier(5)

    def operator(mine: list[str]) -> None:
        book = Casebook.open(url)
        begin.wait()
        for case in mine:
            book.decide(case, Decision.DROP, "ann", "", NOON)
        book.close()

    threads = [threading.Thread(target=operator, args=(cases[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    reader = Casebook.open(url)
    last_id, seen = reader.last_event_id(), []
    begin.wait()
    while True:
        finished = not any(thread.is_alive() for thread in threads)
        new = reader.events_after(last_id, 3)
        seen += [event.case_id for event in new]
        last_id = new[-1].id if new else last_id
        if finished and not new:
            break
    reader.close()
    assert (last_id, sorted(seen)) == (80, sorted(cases))


def test_old_events_are_deleted(database: Database) -> None:
    """Events older than `KEPT` are deleted in batches; ids are not reused."""
    book = Casebook(database)
    for n in range(5):
        book.record_orphans(f"mx{n}", [("4A", 10.0)], NOON + n)
    for now, left in ((NOON + KEPT, 5), (NOON + 1 + KEPT, 4), (NOON + 5 + KEPT, 0)):
        delete_old_events(database, now, at_once=2)
        assert (now, len(book.events_after(0))) == (now, left)
    assert (book.last_event_id(), book.record_orphans("mx0", [("4A", 10.0)], NOON)) == (0, 0)
    book.record_orphans("mx0", [("4A", 10.0), ("4B", 10.0)], NOON)
    assert [event.id for event in book.events_after(5)] == [6]
