"""Unknown recipients of a sender within the window: in one process, in several, on several hosts."""

import subprocess
import sys
from array import array
from dataclasses import dataclass, field

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.people.knowledge import RecipientCounts
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.queries import CircuitBreaker
from holdback.trail.recipient_rate import (
    MAX_RECIPIENTS,
    RecipientRate,
    SenderRecipients,
    store_sender_recipients,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

NOON = 1_700_000_000.25
HOUR = 3600.0
LIMIT = 50
TOOL, JANE = 1, 2
NOWHERE = "sqlite:////nowhere/at/all.db"


@dataclass
class Worker:
    """The counts of one process and the entries it publishes, with a clock set by hand."""

    database: Database
    limits: tuple[int, ...] = (LIMIT,)
    now: float = NOON
    max_recipients: int = MAX_RECIPIENTS
    entries: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breaker = CircuitBreaker(self.database)
        self.counts = RecipientRate(
            self.breaker, self.entries.append, HOUR, self.limits, lambda: self.now, self.max_recipients
        )

    def send(self, *recipients: int, sender: int = TOOL) -> RecipientCounts:
        return self.counts.count(sender, recipients)

    def publish(self) -> None:
        """Store the entries, as the trail's thread does."""
        with self.database.writing() as connection:
            store_sender_recipients(
                connection, [entry for entry in self.entries if isinstance(entry, SenderRecipients)]
            )
        self.entries.clear()

    def pull(self) -> None:
        self.counts.pull()


@pytest.fixture
def worker(database: Database) -> Worker:
    return Worker(database)


@pytest.fixture
def alone() -> Worker:
    """A worker whose database is down."""
    return Worker(Database(NOWHERE, MILTER_TIMEOUT))


def correspond(database: Database, at: float, *people: int, back: bool = False) -> None:
    none = array("q")
    with database.writing() as connection:
        some = array("q", people)
        value = Correspondence(at, none, some) if back else Correspondence(at, some, none)
        store_correspondence(connection, [value])


def test_one_message_to_many(alone: Worker) -> None:
    """All recipients count at once."""
    assert alone.send(*range(60)) == RecipientCounts(60, 60)


def test_many_messages_to_one_each(alone: Worker) -> None:
    """Recipients add up, repeated ones count once, other senders count separately."""
    assert [alone.send(number) for number in range(60)] == [RecipientCounts(1, n + 1) for n in range(60)]
    assert alone.send(7) == RecipientCounts(1, 60)
    assert alone.send(7, sender=JANE) == RecipientCounts(1, 1)


def test_the_window_slides(alone: Worker) -> None:
    """Recipients expire after the window; a repeated message extends it."""
    alone.send(1, 2)
    alone.now += HOUR / 2
    alone.send(2, 3)
    alone.now += HOUR / 2 + 1
    assert alone.send(4) == RecipientCounts(1, 3)
    alone.now += HOUR + 1
    assert alone.send(4) == RecipientCounts(1, 1)


def test_correspondents_do_not_count(database: Database, worker: Worker) -> None:
    """Those who wrote to us or whom we wrote to before the window; one look-up at the limit."""
    correspond(database, NOON - 2 * HOUR, *range(40))
    correspond(database, NOON - 1, *range(40, 50), back=True)
    correspond(database, NOON - 1, *range(50, 60))
    assert worker.send(*range(49)) == RecipientCounts(49, 49)
    assert worker.send(49) == RecipientCounts(0, 0)
    assert worker.send(*range(45, 60)) == RecipientCounts(10, 10)
    assert worker.send(*range(60, 100)) == RecipientCounts(40, 50)
    assert worker.send(1) == RecipientCounts(0, 50)


def test_unknown_recipients_are_rechecked(database: Database, worker: Worker) -> None:
    """A window later we have written to them before."""
    assert worker.send(*range(50)) == RecipientCounts(50, 50)
    correspond(database, NOON, *range(50))
    for later in (HOUR / 2, HOUR + 1):
        worker.now = NOON + later
        found = worker.send(*range(50))
    assert found == RecipientCounts(0, 0)


def test_an_autoresponder(database: Database, worker: Worker) -> None:
    """It replies before the inbound message is stored: the recheck still finds the correspondents."""
    for number in range(300):
        found = worker.send(number)
        correspond(database, worker.now, number, back=True)
        worker.now += 1
        assert found.by_sender <= LIMIT + 10
    assert found.by_sender < LIMIT


def test_a_message_larger_than_memory(database: Database, worker: Worker) -> None:
    """Its recipients are checked before the oldest are removed."""
    correspond(database, NOON - 2 * HOUR, *range(2_000, 4_000))
    assert worker.send(*range(4_000)) == RecipientCounts(2_000, 2_000)
    assert worker.send(*range(2_000)) == RecipientCounts(2_000, 2_000)


def test_memory_is_bounded(alone: Worker) -> None:
    """Per sender by the limits, in total by `max_recipients`; idle and expired senders go first."""
    alone = Worker(alone.database, max_recipients=5_000)
    for number in range(3_000):
        alone.send(number)
    assert alone.send(9_999) == RecipientCounts(1, 1_001)
    for sender in range(100, 600):
        alone.send(*range(10), sender=sender)
    assert alone.send(9_999) == RecipientCounts(1, 1)
    assert alone.counts._size == sum(len(one.latest) for one in alone.counts._senders.values()) <= 5_000
    alone.now += HOUR + 1
    alone.send(1)
    assert (len(alone.counts._senders), alone.counts._size) == (1, 1)


def test_the_largest_limit_is_reached(alone: Worker) -> None:
    """Memory of a sender grows with the largest limit of any rule."""
    generous = Worker(alone.database, (LIMIT, 5_000))
    assert [generous.send(number).by_sender for number in range(6_000)][-1] == 6_000


def test_counts_are_shared(database: Database, worker: Worker) -> None:
    """Published recipients are added once by the next pull; a new process starts with all of them."""
    other = Worker(database)
    worker.send(*range(30))
    other.send(*range(20, 50))
    for one in (worker, other):
        one.publish()
    for one in (worker, other, worker, other):
        one.pull()
    assert [worker.send(0), other.send(0)] == [RecipientCounts(1, 50), RecipientCounts(1, 50)]
    started = Worker(database)
    started.pull()
    assert started.send(0) == RecipientCounts(1, 50)
    late = Worker(database, now=NOON + HOUR + 1)
    late.pull()
    assert late.send(0) == RecipientCounts(1, 1)


def test_another_hosts_clock(database: Database, worker: Worker) -> None:
    """A clock that is fast does not extend the window."""
    fast = Worker(database, now=NOON + 5 * HOUR)
    fast.send(1, 2, 3)
    fast.publish()
    worker.pull()
    assert worker.send(4) == RecipientCounts(1, 4)
    worker.now += HOUR + 1
    assert worker.send(4) == RecipientCounts(1, 1)


_PROCESS = """
import sys
from holdback.cases.database import Database
from holdback.trail.recipient_rate import RecipientRate, store_sender_recipients
from holdback.trail.queries import CircuitBreaker

url, number = sys.argv[1], int(sys.argv[2])
database, entries = Database(url, 30.0), []
counts = RecipientRate(CircuitBreaker(database), entries.append, 3600.0, [50])
for turn in range(12):
    counts.count(1, [1000 * number + turn])
    with database.writing() as connection:
        store_sender_recipients(connection, entries)
    entries.clear()
    counts.pull()
print("counted", flush=True)
sys.stdin.readline()
counts.pull()
print(counts.count(1, [1000 * number]).by_sender)
"""


def test_processes_count_together(url: str, database: Database) -> None:
    """Four processes publish and pull concurrently on one database; no recipient is lost."""
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [
        subprocess.Popen([sys.executable, "-c", _PROCESS, url, str(number)], **piped) for number in range(4)
    ]
    assert ["counted\n"] * 4 == [process.stdout.readline() for process in started]
    assert ["48\n"] * 4 == [process.communicate("go\n", timeout=60)[0] for process in started]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.integers(0, 80), min_size=1), max_size=5), st.integers(0, 90))
def test_counts_are_monotone(alone: Worker, mailings: list[set[int]], newcomer: int) -> None:
    """One more recipient never lowers a count."""
    usual, more = (Worker(alone.database) for _ in range(2))
    for recipients in mailings:
        few, many = usual.send(*recipients), more.send(*recipients, newcomer)
        assert few.by_message <= many.by_message
        assert few.by_sender <= many.by_sender
