"""How many strangers a sender wrote to of late: in one process, in several, on several hosts."""

import subprocess
import sys
from array import array
from dataclasses import dataclass, field

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.people.knowledge import Approached
from holdback.trail import recipient_rate as module
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.questions import Questions
from holdback.trail.recipient_rate import Approach, Approaches, store_approaches
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
    """One process's count, and what it tells the others. Its clock is set by hand."""

    database: Database
    limits: tuple[int, ...] = (LIMIT,)
    now: float = NOON
    notes: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.questions = Questions(self.database)
        self.counts = Approaches(self.questions, self.notes.append, HOUR, self.limits, lambda: self.now)

    def send(self, *recipients: int, sender: int = TOOL) -> Approached:
        return self.counts.approach(sender, recipients)

    def tell(self) -> None:
        """What the trail's writer does."""
        with self.database.writing() as connection:
            store_approaches(connection, [note for note in self.notes if isinstance(note, Approach)])
        self.notes.clear()

    def pull(self) -> None:
        self.counts.pull()


@pytest.fixture
def worker(database: Database) -> Worker:
    return Worker(database)


@pytest.fixture
def alone() -> Worker:
    """A worker whose database does not answer."""
    return Worker(Database(NOWHERE, MILTER_TIMEOUT))


def correspond(database: Database, at: float, *people: int, back: bool = False) -> None:
    nobody = array("q")
    with database.writing() as connection:
        some = array("q", people)
        value = Correspondence(at, nobody, some) if back else Correspondence(at, some, nobody)
        store_correspondence(connection, [value])


def test_one_message_to_many(alone: Worker) -> None:
    """All of them count at once."""
    assert alone.send(*range(60)) == Approached(60, 60)


def test_many_messages_to_one_each(alone: Worker) -> None:
    """Each counts with those before; the same recipient twice is one; another sender begins anew."""
    assert [alone.send(number) for number in range(60)] == [Approached(1, n + 1) for n in range(60)]
    assert alone.send(7) == Approached(1, 60)
    assert alone.send(7, sender=JANE) == Approached(1, 1)


def test_the_window_slides(alone: Worker) -> None:
    """Who was written to longer ago counts no more; who was written to again counts from then on."""
    alone.send(1, 2)
    alone.now += HOUR / 2
    alone.send(2, 3)
    alone.now += HOUR / 2 + 1
    assert alone.send(4) == Approached(1, 3)
    alone.now += HOUR + 1
    assert alone.send(4) == Approached(1, 1)


def test_correspondents_do_not_count(database: Database, worker: Worker) -> None:
    """Who wrote to us, and whom we had written to before the window began; asked at the limit, once."""
    correspond(database, NOON - 2 * HOUR, *range(40))
    correspond(database, NOON - 1, *range(40, 50), back=True)
    correspond(database, NOON - 1, *range(50, 60))
    assert worker.send(*range(49)) == Approached(49, 49)
    assert worker.send(49) == Approached(0, 0)
    assert worker.send(*range(45, 60)) == Approached(10, 10)
    assert worker.send(*range(60, 100)) == Approached(40, 50)
    assert worker.send(1) == Approached(0, 50)


def test_known_strangers_are_asked_about_again(database: Database, worker: Worker) -> None:
    """A window later the company has written to them before."""
    assert worker.send(*range(50)) == Approached(50, 50)
    correspond(database, NOON, *range(50))
    for later in (HOUR / 2, HOUR + 1):
        worker.now = NOON + later
        found = worker.send(*range(50))
    assert found == Approached(0, 0)


def test_an_autoresponder(database: Database, worker: Worker) -> None:
    """It answers before the trail has stored that somebody wrote: none of them remains a stranger."""
    for number in range(300):
        found = worker.send(number)
        correspond(database, worker.now, number, back=True)
        worker.now += 1
        assert found.by_sender <= LIMIT + 10
    assert found.by_sender < LIMIT


def test_a_message_longer_than_memory(database: Database, worker: Worker) -> None:
    """Its own recipients are told apart before the oldest are forgotten."""
    correspond(database, NOON - 2 * HOUR, *range(2_000, 4_000))
    assert worker.send(*range(4_000)) == Approached(2_000, 2_000)
    assert worker.send(*range(2_000)) == Approached(2_000, 2_000)


def test_memory_is_bounded(alone: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Per sender to what limits need, in all to `ROOM`; who is idle goes first, and who is long gone."""
    monkeypatch.setattr(module, "ROOM", 5_000)
    for number in range(3_000):
        alone.send(number)
    assert alone.send(9_999) == Approached(1, 1_001)
    for sender in range(100, 600):
        alone.send(*range(10), sender=sender)
    assert alone.send(9_999) == Approached(1, 1)
    assert alone.counts._size == sum(len(one.latest) for one in alone.counts._senders.values()) <= 5_000
    alone.now += HOUR + 1
    alone.send(1)
    assert (len(alone.counts._senders), alone.counts._size) == (1, 1)


def test_the_largest_limit_is_reached(alone: Worker) -> None:
    """A rule that allows more than memory usually has."""
    generous = Worker(alone.database, (LIMIT, 5_000))
    assert [generous.send(number).by_sender for number in range(6_000)][-1] == 6_000


def test_other_workers_count(database: Database, worker: Worker) -> None:
    """What one noted the others know after the next pull, once; one that starts knows what went before."""
    other = Worker(database)
    worker.send(*range(30))
    other.send(*range(20, 50))
    for one in (worker, other):
        one.tell()
    for one in (worker, other, worker, other):
        one.pull()
    assert [worker.send(0), other.send(0)] == [Approached(1, 50), Approached(1, 50)]
    started = Worker(database)
    started.pull()
    assert started.send(0) == Approached(1, 50)
    late = Worker(database, now=NOON + HOUR + 1)
    late.pull()
    assert late.send(0) == Approached(1, 1)


def test_another_hosts_clock(database: Database, worker: Worker) -> None:
    """One that is fast does not keep anybody in the window for longer than the window."""
    fast = Worker(database, now=NOON + 5 * HOUR)
    fast.send(1, 2, 3)
    fast.tell()
    worker.pull()
    assert worker.send(4) == Approached(1, 4)
    worker.now += HOUR + 1
    assert worker.send(4) == Approached(1, 1)


_PROCESS = """
import sys
from holdback.cases.database import Database
from holdback.trail.recipient_rate import Approaches, store_approaches
from holdback.trail.questions import Questions

url, number = sys.argv[1], int(sys.argv[2])
database, notes = Database(url, 30.0), []
counts = Approaches(Questions(database), notes.append, 3600.0, [50])
for turn in range(12):
    counts.approach(1, [1000 * number + turn])
    with database.writing() as connection:
        store_approaches(connection, notes)
    notes.clear()
    counts.pull()
print("told", flush=True)
sys.stdin.readline()
counts.pull()
print(counts.approach(1, [1000 * number]).by_sender)
"""


def test_processes_count_together(url: str, database: Database) -> None:
    """Four processes on one database, all writing and pulling at the same time: nobody is missed."""
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [
        subprocess.Popen([sys.executable, "-c", _PROCESS, url, str(number)], **piped) for number in range(4)
    ]
    assert ["told\n"] * 4 == [process.stdout.readline() for process in started]
    assert ["48\n"] * 4 == [process.communicate("go\n", timeout=60)[0] for process in started]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.integers(0, 80), min_size=1), max_size=5), st.integers(0, 90))
def test_a_further_stranger_makes_it_no_milder(
    alone: Worker, mailings: list[set[int]], newcomer: int
) -> None:
    """In any message of the window."""
    usual, more = (Worker(alone.database) for _ in range(2))
    for recipients in mailings:
        few, many = usual.send(*recipients), more.send(*recipients, newcomer)
        assert few.by_message <= many.by_message
        assert few.by_sender <= many.by_sender
