"""Heartbeat, count of messages in progress, and periodic work of the daemon."""

import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from holdback import metrics
from holdback.cases.events import EventKind
from holdback.cases.model import Decision, Fingerprints, HoldState, NewHold
from holdback.config import Config
from holdback.daemon.deadline import Deadline
from holdback.daemon.event_metrics import EventMetrics
from holdback.daemon.housekeeping import compare_queue, set_gauges
from holdback.daemon.setup import Setup, open_record, setup_of
from holdback.mta.interface import Place, Queued
from prometheus_client import REGISTRY


def test_heartbeat() -> None:
    """Progress is sent once a second; after the timeout it returns false."""
    now, asked = [100.0], []
    beat = Deadline(3.0, lambda: asked.append(now[0]), lambda: now[0])
    alive = []
    for tenth in range(40):
        now[0] = 100 + tenth / 10
        alive.append(beat())
    assert alive == [True] * 30 + [False] * 10
    assert asked == [101.0, 102.0, 103.0]


def test_waiting_is_not_work() -> None:
    """While a message waits, progress goes on, and the time for its inspection does not run."""
    now, asked = [0.0], []
    deadline = Deadline(3.0, lambda: asked.append(now[0]), lambda: now[0])
    alive = []
    for second, call in enumerate([deadline, *[deadline.wait] * 60, deadline, deadline, deadline]):
        now[0] = float(second)
        alive.append(call())
    assert alive == [True] * 63 + [False]
    assert asked == [float(second) for second in range(1, 64)]


@pytest.mark.parametrize(("timeout", "longest"), [(30.0, 510), (500.0, 40), (600.0, 30)])
def test_waiting_ends_before_the_client_gives_up(timeout: float, longest: int) -> None:
    """Inspection and waiting together take nine minutes at most; clients wait for ten."""
    now = [0.0]
    deadline = Deadline(timeout, lambda: None, lambda: now[0])
    waited = 0
    while deadline.wait():
        now[0] += 1
        waited += 1
    assert waited == longest


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    config = Config(internal_domains=["corp.example"], state_dir=tmp_path)
    return setup_of(config, *open_record(config))


def hold(setup: Setup, queue_id: str, arrived: float = 1000.0) -> str:
    """A recorded hold; returns its case."""
    fingerprints = Fingerprints("", f"content {queue_id}", f"exact {queue_id}")
    new = NewHold(setup.host, queue_id, arrived, "a@corp.example", "", "", fingerprints, 1, 1, 1, 1, "hold")
    return setup.record.hold(replace(new, host_id=setup.identity.id)).case_id


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_gauges(setup: Setup) -> None:
    """Holds and cases by state, and the age of the oldest undecided one."""
    first, _ = hold(setup, "4A", 1000.0), hold(setup, "4B", 1500.0)
    set_gauges(setup, 2000.0)
    assert sample("holdback_oldest_hold_seconds") == 1000.0
    setup.record.book.decide(first, Decision.DROP, "olga", "", 1600.0)
    set_gauges(setup, 2000.0)
    assert sample("holdback_oldest_hold_seconds") == 500.0
    assert (sample("holdback_cases", state="open"), sample("holdback_cases", state="dropped")) == (1.0, 1.0)
    assert sample("holdback_holds", state="pending") == 2.0


def test_decisions_are_counted_once(setup: Setup) -> None:
    """Earlier decisions are not counted; each later one counts once, with its time."""
    book = setup.record.book
    first, second = hold(setup, "4A", 1000.0), hold(setup, "4B", 1000.0)
    before = sample("holdback_decisions_total", decision="drop")
    book.decide(first, Decision.DROP, "olga", "", 1600.0)
    counting = EventMetrics()
    counting.count_new(book, setup.identity)
    assert sample("holdback_decisions_total", decision="drop") == before
    book.decide(second, Decision.DROP, "olga", "", 1700.0)
    waited = sample("holdback_decision_seconds_sum")
    for _ in range(2):
        counting.count_new(book, setup.identity)
    assert sample("holdback_decisions_total", decision="drop") == before + 1
    assert sample("holdback_decision_seconds_sum") == waited + 700.0


def test_nothing_was_ever_decided(setup: Setup) -> None:
    """The first decision counts, although there was none at start."""
    counting = EventMetrics()
    counting.count_new(setup.record.book, setup.identity)
    before = sample("holdback_decisions_total", decision="release")
    case = hold(setup, "4A")
    setup.record.book.decide(case, Decision.RELEASE, "olga", "", 1600.0)
    counting.count_new(setup.record.book, setup.identity)
    assert sample("holdback_decisions_total", decision="release") == before + 1


def test_queue_is_compared(setup: Setup) -> None:
    """A hold in the queue is confirmed, one that is missing stays pending, an orphan is counted."""
    case, missing = hold(setup, "4A"), hold(setup, "4B")
    listing = [Queued("4A", Place.HELD, 999.0, 1, "", 1), Queued("4Z", Place.HELD, 999.0, 1, "", 1)]
    elsewhere = Queued("4B", Place.LEAVING, 999.0, 1, "", 1)
    seen = _with_queue(setup, [*listing, elsewhere])
    compare_queue(seen, time.time())
    book = setup.record.book
    states = [book.show(name).holds[0].state for name in (case, missing)]
    assert states == [HoldState.HELD, HoldState.PENDING]
    assert sample("holdback_orphan_holds") == 1.0
    compare_queue(seen, time.time())
    orphans = [event.queue_id for event in book.events_after(0) if event.kind is EventKind.ORPHAN_SEEN]
    assert orphans == ["4Z"]


def test_queue_that_only_root_may_list(setup: Setup) -> None:
    """It is left to `holdback reconcile`, and is no error."""
    before = sample("holdback_errors_total", stage="queue")
    case = hold(setup, "4A")
    compare_queue(
        _with_queue(setup, [Queued("4A", Place.HELD, 999.0, 1, "", 1)], may_list=False), time.time()
    )
    assert setup.record.book.show(case).holds[0].state is HoldState.PENDING
    assert sample("holdback_errors_total", stage="queue") == before


def test_one_damaged_row_of_the_queue(setup: Setup) -> None:
    """It is counted, and is no orphan; the holds around it are confirmed."""
    cases = [hold(setup, name) for name in ("4A", "4B", "4C")]
    with setup.trail.database.writing() as connection:
        connection.exec_driver_sql("UPDATE holds SET arrived = 'damaged' WHERE queue_id = '4B'")
    before = sample("holdback_errors_total", stage="housekeeping")
    listing = [Queued(name, Place.HELD, 999.0, 1, "", 1) for name in ("4A", "4B", "4C")]
    compare_queue(_with_queue(setup, listing), time.time())
    states = [setup.record.book.show(case).holds[0].state for case in cases]
    assert states == [HoldState.HELD, HoldState.PENDING, HoldState.HELD]
    assert sample("holdback_errors_total", stage="housekeeping") == before + 1
    assert sample("holdback_orphan_holds") == 0.0


def test_two_hosts_count_each_thing_once(setup: Setup, tmp_path: Path) -> None:
    """Gauges of holds have those of the own host, and a decision is counted by that of the first message."""
    book, other = setup.record.book, replace(setup.identity, id="2" * 32, name="mx2.corp.example")
    theirs = replace(setup, identity=other)
    shared = hold(setup, "4A", 1000.0)
    foreign = hold(theirs, "4B", 500.0)
    copy = NewHold(
        other.name, "4C", 1500.0, "a@corp.example", "", "",
        Fingerprints("", "content 4A", "exact 4A"), 1, 1, 1, 1, "hold", host_id=other.id,
    )  # fmt: skip
    assert setup.record.hold(copy).case_id == shared
    gauges = []
    for one in (setup, theirs):
        set_gauges(one, 2000.0)
        gauges.append((sample("holdback_holds", state="pending"), sample("holdback_oldest_hold_seconds")))
        assert sample("holdback_cases", state="open") == 2.0
    assert gauges == [(1.0, 1000.0), (2.0, 1500.0)]
    counting = [(EventMetrics(), one.identity) for one in (setup, theirs)]
    for counter, identity in counting:
        counter.count_new(book, identity)
    (_, second) = book.show(shared).holds
    book.decide(shared, Decision.RELEASE, "olga", "", 1700.0, second.id)
    book.decide(shared, Decision.DROP, "olga", "", 1700.0)
    book.decide(foreign, Decision.DROP, "olga", "", 1700.0)
    counted = []
    for counter, identity in counting:
        before = [sample("holdback_decisions_total", decision=one) for one in ("drop", "release")]
        counter.count_new(book, identity)
        after = [sample("holdback_decisions_total", decision=one) for one in ("drop", "release")]
        counted.append([now - then for now, then in zip(after, before, strict=True)])
    assert counted == [[1.0, 0.0], [1.0, 1.0]]


def test_events_of_a_newer_version_are_not_counted(setup: Setup) -> None:
    """And those after them are."""
    counting, book = EventMetrics(), setup.record.book
    case = hold(setup, "4A", 1000.0)
    counting.count_new(book, setup.identity)
    with setup.trail.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO events (kind, at, host) VALUES ('shredded', 1, 'mx9')")
    book.decide(case, Decision.DROP, "olga", "", 1700.0)
    before = sample("holdback_decisions_total", decision="drop")
    counting.count_new(book, setup.identity)
    assert sample("holdback_decisions_total", decision="drop") == before + 1


def test_queue_that_cannot_be_listed(setup: Setup) -> None:
    """Without Postfix or postqueue an error is counted, and nothing else changes."""
    before = sample("holdback_errors_total", stage="queue")
    compare_queue(setup, time.time())
    assert sample("holdback_errors_total", stage="queue") == before + 1


def _with_queue(setup: Setup, queued: list[Queued], may_list: bool = True) -> Any:
    fields = {name: getattr(setup, name) for name in Setup.__dataclass_fields__}
    return SimpleNamespace(
        **{**fields, "mta": SimpleNamespace(list_queue=lambda: queued, may_list=lambda: may_list)}
    )


def test_every_metric_has_a_closed_set_of_labels() -> None:
    """Labels are states, actions and stages, never text of a message."""
    labels = {
        label
        for metric in (metrics.messages, metrics.findings, metrics.holds, metrics.cases, metrics.errors)
        for label in metric._labelnames
    }
    assert json.dumps(sorted(labels)) == '["action", "check", "stage", "state"]'
