"""The ledger: disclosures are found before, during and after compaction, until they expire."""

import random
import threading
from dataclasses import dataclass, field

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.trail.compaction import AGE, compact
from holdback.trail.disclosure import Disclosure
from holdback.trail.ledger import MAX_PLACES, store_disclosures
from holdback.trail.retention import expire_disclosures
from holdback.trail.schema import disclosures, segments, shelves, shown
from holdback.trail.statistics import oldest_disclosure
from holdback.trail.trace import TracedMessage, look_up, trace_messages
from sqlalchemy import Table, func, select
from trail.samples import NOON, disclosure

pytestmark = pytest.mark.slow

LOWEST, HIGHEST = -(2**63), 2**63 - 1


def store(database: Database, *entries: Disclosure) -> None:
    with database.writing() as connection:
        store_disclosures(connection, entries)


def find(database: Database, *numbers: int, since: float = 0.0) -> list[TracedMessage]:
    with database.reading() as connection:
        return list(trace_messages(connection, look_up(connection, numbers), since))


def rows(database: Database, table: Table) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def summaries(found: list[TracedMessage]) -> list[tuple[str, list[str]]]:
    """Return queue id and places of each message."""
    return [(one.queue_id, [sighting.where for sighting in one.shown]) for one in found]


@pytest.mark.parametrize("compacted", [False, True])
def test_look_up(database: Database, compacted: bool) -> None:
    """Each pseudonym is found in its messages and places only."""
    store(
        database,
        disclosure([5, 7], [7], queue_id="A"),
        disclosure([], [LOWEST, HIGHEST], queue_id="B", at=NOON + 1),
        disclosure([-1], [5, 5], queue_id="C", at=NOON + 2),
    )
    if compacted:
        assert compact(database, NOON + AGE)
        assert rows(database, shown) == 0
    assert summaries(find(database, 5)) == [("C", ["place 1"]), ("A", ["place 0"])]
    assert summaries(find(database, 7)) == [("A", ["place 0", "place 1"])]
    assert summaries(find(database, LOWEST)) == summaries(find(database, HIGHEST)) == [("B", ["place 1"])]
    assert summaries(find(database, -1, 7)) == [("C", ["place 0"]), ("A", ["place 0", "place 1"])]
    assert find(database, 6, 0, 8) == find(database) == []


def test_fields_of_a_message(database: Database) -> None:
    """All fields are returned as stored; characters that databases refuse are escaped."""
    entry = disclosure(
        [5], sender="a\0b\udc80", audience={"": 2, "x.example": 1}, people=3, action="hold", case="K7Q2-9F"
    )
    store(database, entry)
    (one,) = find(database, 5)
    assert (one.sender, one.audience, one.people) == ("a\\0b\\udc80", {"": 2, "x.example": 1}, 3)
    assert (one.at, one.action, one.case, one.state) == (NOON, "hold", "K7Q2-9F", "")
    assert one.numbers == {5}


def test_since_is_inclusive(database: Database) -> None:
    """Messages from that time on are listed."""
    store(database, *(disclosure([5], queue_id=str(n), at=NOON + n) for n in range(4)))
    assert [one.queue_id for one in find(database, 5, since=NOON + 2)] == ["3", "2"]


def test_surplus_places_are_merged(database: Database) -> None:
    """Places beyond the limit share the name of the last one."""
    store(database, disclosure(*([n] for n in range(1, 301))))
    assert compact(database, NOON + AGE)
    assert summaries(find(database, 255)) == [("4AAA", ["place 254"])]
    assert [find(database, n)[0].shown[0].where for n in (MAX_PLACES, MAX_PLACES + 1, 300)] == [
        "other places"
    ] * 3


def test_recent_rows_are_not_compacted(database: Database) -> None:
    """Few rows are compacted only after `AGE`."""
    assert not compact(database, NOON)
    store(database, disclosure([5]))
    assert not compact(database, NOON + AGE - 1)
    assert compact(database, NOON + AGE)
    assert not compact(database, NOON + AGE)


def test_segments_have_their_size(database: Database) -> None:
    """Rows are compacted into segments of `size` entries; the rest remains."""
    for start in range(0, 2500, 100):
        store(database, disclosure(range(start + 1, start + 101), queue_id=str(start)))
    while compact(database, NOON, size=1000):
        pass
    assert (rows(database, segments), rows(database, shown)) == (2, 5)
    for number in (1, 1000, 1001, 2000, 2001, 2500):
        assert [one.queue_id for one in find(database, number)] == [str((number - 1) // 100 * 100)]


@dataclass(slots=True)
class Model:
    """Reference model of the ledger."""

    shown: dict[int, set[str]] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)

    def expected(self, number: int) -> set[str]:
        return {queue_id for queue_id in self.shown.get(number, ()) if queue_id in self.at}


@pytest.mark.parametrize("seed", range(3))
def test_against_the_model(database: Database, seed: int) -> None:
    """Store, compact and expire in random order: look-ups equal the model."""
    chance, model = random.Random(seed), Model()
    people = [chance.randrange(LOWEST, HIGHEST) for _ in range(60)] + [1 << 63 - n for n in range(1, 20)]
    for step in range(60):
        now = NOON + step * 3600
        entries = []
        for n in range(chance.randrange(4)):
            places = [chance.sample(people, chance.randrange(30)) for _ in range(chance.randrange(1, 4))]
            # Notes may wait, and clocks of hosts differ.
            entry = disclosure(*places, queue_id=f"{step}.{n}", at=now - chance.randrange(4 * 3600))
            model.at[entry.queue_id] = entry.at
            for number in set().union(*places):
                model.shown.setdefault(number, set()).add(entry.queue_id)
            entries.append(entry)
        if entries:
            store(database, *entries)
        if chance.random() < 0.3:
            compact(database, now, size=300)
        if chance.random() < 0.2:
            expire_disclosures(database, now - 20 * 3600, batch=7)
            model.at = {name: at for name, at in model.at.items() if at >= now - 20 * 3600}
        for number in chance.sample(people, 5):
            assert {one.queue_id for one in find(database, number)} == model.expected(number)
    expire_disclosures(database, NOON + 1000 * 3600, batch=7)
    while compact(database, NOON + 1000 * 3600, size=300):
        pass
    expire_disclosures(database, NOON + 1000 * 3600, batch=7)
    assert [rows(database, table) for table in (disclosures, shown, segments, shelves)] == [0, 0, 0, 0]


def test_look_up_during_compaction(url: str, database: Database) -> None:
    """Two hosts compact, one writes, one reads: each message is found exactly once."""
    done, troubles = threading.Event(), []
    others = [Database(url, MILTER_TIMEOUT) for _ in range(2)]

    def compacting_host(other: Database) -> None:
        while not done.is_set():
            try:
                compact(other, NOON, size=200)
            except Exception as error:
                troubles.append(error)

    store(database, disclosure([9], queue_id="0"))
    threads = [threading.Thread(target=compacting_host, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    seen = []
    for step in range(1, 80):
        store(database, disclosure([9, *range(100, 120)], queue_id=str(step)))
        seen.append(sorted(int(one.queue_id) for one in find(database, 9)))
    done.set()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()
    assert (seen, troubles) == ([list(range(step + 1)) for step in range(1, 80)], [])
    assert rows(database, segments) > 3


def test_oldest_disclosure(database: Database) -> None:
    """The earliest by time, not the first stored."""
    with database.reading() as connection:
        assert oldest_disclosure(connection) is None
    store(database, disclosure([5], at=NOON), disclosure([5], at=NOON - 9))
    with database.reading() as connection:
        assert oldest_disclosure(connection) == NOON - 9
