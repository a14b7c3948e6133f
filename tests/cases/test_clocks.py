"""Hosts whose clocks are an hour apart share decisions, windows and times of decision (PostgreSQL)."""

import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cases.samples import new_hold
from holdback.cases.database import MILTER_TIMEOUT, Database, Writers, clock_offset
from holdback.cases.model import Decision, Fingerprints
from holdback.cases.recorder import Recorder
from holdback.cases.statistics import stats_of
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.queries import CircuitBreaker
from holdback.trail.recipient_rate import RecipientRate, SenderRecipients, store_sender_recipients
from rig.postgresql import Cluster

HOUR = 3600.0
WINDOW = 1800.0
SAME = Fingerprints("m1", "c1", "e1")
Opener = Callable[..., Recorder]


@contextmanager
def clock_ahead(seconds: float) -> Iterator[None]:
    """The clock of this host is so much ahead of that of the database."""
    real = time.time
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.time", lambda: real() + seconds)
        yield


@pytest.fixture
def server_url(cluster: Cluster) -> str:
    return cluster.new_database()


@pytest.fixture
def record(server_url: str, tmp_path: Path) -> Iterator[Recorder]:
    record = Recorder.open(server_url, tmp_path, bytes(32), WINDOW)
    yield record
    record.close()


@pytest.mark.parametrize("seconds", [-HOUR, -60.0, 0.0, 60.0, HOUR])
def test_the_offset(server_url: str, seconds: float) -> None:
    """Of two clocks that agree it is exactly 0, so that times stay as they are."""
    database = Database(server_url, MILTER_TIMEOUT)
    with database.reading() as connection, clock_ahead(seconds):
        offset = clock_offset(connection)
    database.close()
    assert offset == 0.0 if not seconds else abs(offset + seconds) < 5.0


def test_the_offset_on_sqlite(sqlite_url: str) -> None:
    """One host, one clock."""
    database = Database(sqlite_url, MILTER_TIMEOUT)
    with database.reading() as connection:
        assert clock_offset(connection) == 0.0
    database.close()


@pytest.mark.parametrize("operators", [-HOUR, 0.0, HOUR])
@pytest.mark.parametrize("milters", [-HOUR, 0.0, HOUR])
def test_a_decision_applies_for_its_window(record: Recorder, operators: float, milters: float) -> None:
    """To copies on other hosts for half an hour, and not a minute longer, whatever their clocks show."""
    with clock_ahead(milters):
        case = record.hold(new_hold("4AAA", arrived=time.time())).case_id
    with clock_ahead(operators):
        decided = record.book.decide(case, Decision.DROP, "ann", "", time.time())
    assert abs(decided.at - decided.opened) < 60.0
    with clock_ahead(milters):
        assert record.decided(SAME, time.time() - WINDOW) is Decision.DROP
        assert record.hold(new_hold("4AAB", arrived=time.time())).case_id == case
    with clock_ahead(milters + WINDOW + 60.0):
        late = time.time()
    with clock_ahead(milters):
        assert record.decided(SAME, late - WINDOW) is None


@pytest.mark.parametrize("first", [-HOUR, HOUR])
def test_a_mailing_is_followed_for_its_window(record: Recorder, first: float) -> None:
    """Its next message joins the case that another host opened a moment ago."""
    with clock_ahead(first):
        case = record.hold(new_hold("4AAA", "m1 c1 e1 s1", arrived=time.time())).case_id
    with clock_ahead(-first):
        assert record.hold(new_hold("4AAB", "m2 c2 e2 s1", arrived=time.time())).case_id == case
        since = time.time() - WINDOW
        assert record.campaign(Fingerprints("m3", "c3", "e3", "s1"), since).case_id == case


def test_decision_times_are_never_negative(record: Recorder, server_url: str) -> None:
    """Not for cases of earlier versions either, opened by a clock that was ahead."""
    case = record.hold(new_hold("4AAA", arrived=time.time() + HOUR)).case_id
    record.book.decide(case, Decision.DROP, "ann", "", time.time())
    database = Database(server_url, MILTER_TIMEOUT)
    with database.reading() as connection:
        assert stats_of(connection, 0, time.time() + HOUR).median_decision_seconds == 0.0
    database.close()


@pytest.mark.parametrize("other", [-HOUR, 0.0, HOUR])
def test_recipients_are_counted_with_those_of_other_hosts(server_url: str, other: float) -> None:
    """In the same window, although the other host's clock is an hour off."""
    database = Database(server_url, MILTER_TIMEOUT, Writers.TRAIL)
    with clock_ahead(other), database.writing() as connection:
        theirs = SenderRecipients(time.time(), "elsewhere", 7, array("q", range(40)))
        store_sender_recipients(connection, [theirs])
    rate = RecipientRate(CircuitBreaker(database), lambda _entry: None, WINDOW, [1000])
    rate.pull()
    assert rate.count(7, [100]).by_sender == 41
    database.close()


@pytest.mark.parametrize("other", [-HOUR, 0.0, HOUR])
def test_correspondents_are_known_after_the_window(server_url: str, other: float) -> None:
    """Those to whom another host, whose clock is an hour off, wrote within the window are still unknown."""
    database = Database(server_url, MILTER_TIMEOUT, Writers.TRAIL)
    with clock_ahead(other), database.writing() as connection:
        now = time.time()
        wrote = [Correspondence(now, array("q", range(10)), array("q"))]
        wrote.append(Correspondence(now - WINDOW - 60.0, array("q", range(10, 15)), array("q")))
        store_correspondence(connection, wrote)
    with clock_ahead(-other):
        rate = RecipientRate(CircuitBreaker(database), lambda _entry: None, WINDOW, [1])
        rate.pull()
        assert rate.count(7, range(15)).by_sender == 10
    database.close()
