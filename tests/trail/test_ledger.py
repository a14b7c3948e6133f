"""The ledger: what was noted is found, before, while and after it is folded, until its time is over."""

import random
import threading
from dataclasses import dataclass, field

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.trail import compaction
from holdback.trail.compaction import AGE, fold, prune
from holdback.trail.ledger import PLACES, store_disclosures
from holdback.trail.schema import disclosures, segments, shelves, shown
from holdback.trail.statistics import kept_since
from holdback.trail.trace import Traced, look_up, traced
from holdback.trail.values import Disclosure
from sqlalchemy import Table, func, select
from trail.samples import NOON, disclosure

pytestmark = pytest.mark.slow

LOWEST, HIGHEST = -(2**63), 2**63 - 1


def store(database: Database, *notes: Disclosure) -> None:
    with database.writing() as connection:
        store_disclosures(connection, notes)


def find(database: Database, *numbers: int, since: float = 0.0) -> list[Traced]:
    with database.reading() as connection:
        return list(traced(connection, look_up(connection, numbers), since))


def rows(database: Database, table: Table) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def told(found: list[Traced]) -> list[tuple[str, list[str]]]:
    """Queue id and places of each."""
    return [(one.queue_id, [sighting.where for sighting in one.shown]) for one in found]


@pytest.mark.parametrize("folded", [False, True])
def test_who_was_shown_is_found(database: Database, folded: bool) -> None:
    """Each number in its message and place; its neighbours in nobody's."""
    store(
        database,
        disclosure([5, 7], [7], queue_id="A"),
        disclosure([], [LOWEST, HIGHEST], queue_id="B", at=NOON + 1),
        disclosure([-1], [5, 5], queue_id="C", at=NOON + 2),
    )
    if folded:
        assert fold(database, NOON + AGE)
        assert rows(database, shown) == 0
    assert told(find(database, 5)) == [("C", ["place 1"]), ("A", ["place 0"])]
    assert told(find(database, 7)) == [("A", ["place 0", "place 1"])]
    assert told(find(database, LOWEST)) == told(find(database, HIGHEST)) == [("B", ["place 1"])]
    assert told(find(database, -1, 7)) == [("C", ["place 0"]), ("A", ["place 0", "place 1"])]
    assert find(database, 6, 0, 8) == find(database) == []


def test_what_is_told_of_a_message(database: Database) -> None:
    """All that was noted, as it was noted; texts that no database takes are written readably."""
    note = disclosure(
        [5], sender="a\0b\udc80", audience={"": 2, "x.example": 1}, people=3, action="hold", case="K7Q2-9F"
    )
    store(database, note)
    (one,) = find(database, 5)
    assert (one.sender, one.audience, one.people) == ("a\\0b\\udc80", {"": 2, "x.example": 1}, 3)
    assert (one.at, one.action, one.case, one.state) == (NOON, "hold", "K7Q2-9F", "")
    assert one.numbers == {5}


def test_since_leaves_out_what_was_before(database: Database) -> None:
    """The moment itself belongs to it."""
    store(database, *(disclosure([5], queue_id=str(n), at=NOON + n) for n in range(4)))
    assert [one.queue_id for one in find(database, 5, since=NOON + 2)] == ["3", "2"]


def test_more_places_than_can_be_told_apart(database: Database) -> None:
    """The last name stands for all the others."""
    store(database, disclosure(*([n] for n in range(1, 301))))
    assert fold(database, NOON + AGE)
    assert told(find(database, 255)) == [("4AAA", ["place 254"])]
    assert [find(database, n)[0].shown[0].where for n in (PLACES, PLACES + 1, 300)] == ["other places"] * 3


def test_nothing_is_folded_too_early(database: Database) -> None:
    """Few and young they stay as they are."""
    assert not fold(database, NOON)
    store(database, disclosure([5]))
    assert not fold(database, NOON + AGE - 1)
    assert fold(database, NOON + AGE)
    assert not fold(database, NOON + AGE)


def test_many_are_folded_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as a segment has, the others in the next one."""
    monkeypatch.setattr(compaction, "SEGMENT", 1000)
    for start in range(0, 2500, 100):
        store(database, disclosure(range(start + 1, start + 101), queue_id=str(start)))
    while fold(database, NOON):
        pass
    assert (rows(database, segments), rows(database, shown)) == (2, 5)
    for number in (1, 1000, 1001, 2000, 2001, 2500):
        assert [one.queue_id for one in find(database, number)] == [str((number - 1) // 100 * 100)]


@dataclass(slots=True)
class Model:
    """What the ledger should answer."""

    shown: dict[int, set[str]] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)

    def expected(self, number: int) -> set[str]:
        return {queue_id for queue_id in self.shown.get(number, ()) if queue_id in self.at}


@pytest.mark.parametrize("seed", range(3))
def test_always_exactly_what_was_noted(
    database: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever is stored, folded and pruned in whatever order: nothing missing, nothing too much."""
    monkeypatch.setattr(compaction, "SEGMENT", 300)
    monkeypatch.setattr(compaction, "_AT_ONCE", 7)
    chance, model = random.Random(seed), Model()
    people = [chance.randrange(LOWEST, HIGHEST) for _ in range(60)] + [1 << 63 - n for n in range(1, 20)]
    for step in range(60):
        now = NOON + step * 3600
        notes = []
        for n in range(chance.randrange(4)):
            places = [chance.sample(people, chance.randrange(30)) for _ in range(chance.randrange(1, 4))]
            # Notes may wait, and clocks of hosts differ.
            note = disclosure(*places, queue_id=f"{step}.{n}", at=now - chance.randrange(4 * 3600))
            model.at[note.queue_id] = note.at
            for number in set().union(*places):
                model.shown.setdefault(number, set()).add(note.queue_id)
            notes.append(note)
        if notes:
            store(database, *notes)
        if chance.random() < 0.3:
            fold(database, now)
        if chance.random() < 0.2:
            prune(database, now - 20 * 3600)
            model.at = {name: at for name, at in model.at.items() if at >= now - 20 * 3600}
        for number in chance.sample(people, 5):
            assert {one.queue_id for one in find(database, number)} == model.expected(number)
    prune(database, NOON + 1000 * 3600)
    while fold(database, NOON + 1000 * 3600):
        pass
    prune(database, NOON + 1000 * 3600)
    assert [rows(database, table) for table in (disclosures, shown, segments, shelves)] == [0, 0, 0, 0]


def test_looked_up_while_it_is_folded(url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hosts fold, one writes, and somebody asks all the time: everything is found, nothing twice."""
    monkeypatch.setattr(compaction, "SEGMENT", 200)
    done, troubles = threading.Event(), []
    others = [Database(url, MILTER_TIMEOUT) for _ in range(2)]

    def folding_host(other: Database) -> None:
        while not done.is_set():
            try:
                fold(other, NOON)
            except Exception as error:
                troubles.append(error)

    store(database, disclosure([9], queue_id="0"))
    threads = [threading.Thread(target=folding_host, args=(other,)) for other in others]
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


def test_since_when_there_are_entries(database: Database) -> None:
    """The oldest one, not the first one stored."""
    with database.reading() as connection:
        assert kept_since(connection) is None
    store(database, disclosure([5], at=NOON), disclosure([5], at=NOON - 9))
    with database.reading() as connection:
        assert kept_since(connection) == NOON - 9
