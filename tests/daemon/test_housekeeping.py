"""Housekeeping goes on after failures and counts them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from holdback.cases.model import RecordUnavailable
from holdback.config import Config
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.daemon import housekeeping, logline
from holdback.daemon.event_metrics import EventMetrics
from holdback.daemon.housekeeping import (
    Sparing,
    compact_trail,
    delete_expired,
    follow_contacts,
    maintain_trail,
    run_housekeeping,
)
from holdback.daemon.knowledge import CurrentKnowledge
from holdback.daemon.registration import Registration
from holdback.daemon.serving_record import ServingRecord
from holdback.daemon.setup import Setup, open_record, setup_of
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.ledger import store_disclosures
from holdback.trail.schema import disclosures, segments, shown
from prometheus_client import REGISTRY
from sqlalchemy import Table, func, select
from trail.samples import NOON, disclosure

DAY = 86_400.0
STEPS = ["import_journal", "compare_queue", "count_new"]
STEPS += ["set_gauges", "compact_trail", "delete_expired", "record_serving", "renew"]
OWNERS = {
    "count_new": EventMetrics,
    "record_serving": ServingRecord,
    "renew": Registration,
}


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    config = Config(internal_domains=["corp.example"], state_dir=tmp_path, ledger={"retention": "30d"})
    return setup_of(config, *open_record(config))


class Rounds(threading.Event):
    """Stops after so many rounds, without waiting between them."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self._left = rounds

    def wait(self, timeout: float | None = None) -> bool:
        self._left -= 1
        return self._left < 0


def errors() -> float:
    return REGISTRY.get_sample_value("holdback_errors_total", {"stage": "housekeeping"}) or 0.0


def rows(setup: Setup, table: Table) -> int:
    with setup.trail.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize(("seconds", "rounds"), [(0.01, 13), (0.2, 2)])
def test_a_large_record_is_counted_once_a_minute(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, seconds: float, rounds: int
) -> None:
    """Every ten seconds as long as that is quick; in two minutes here."""
    now, counted = 0.0, []

    def count(*_: object) -> None:
        nonlocal now
        counted.append(now)
        now += seconds

    monkeypatch.setattr(housekeeping.time, "monotonic", lambda: now)
    step = Sparing(count)
    for turn in range(13):
        now = max(now, 10.0 * turn)
        step(setup, 0.0)
    assert len(counted) == rounds


@pytest.mark.parametrize("error", [RecordUnavailable("down"), ValueError("ours"), MemoryError()])
@pytest.mark.parametrize("broken", STEPS)
def test_a_step_that_fails(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, broken: str, error: Exception
) -> None:
    """The failure is counted, other steps run, and the step runs again in the next round."""
    ran: list[str] = []

    def fake(name: str) -> Callable[..., Any]:
        def step(*_: object) -> None:
            ran.append(name)
            if name == broken:
                raise error

        return step

    for name in STEPS:
        monkeypatch.setattr(OWNERS.get(name, housekeeping), name, fake(name))
    before = errors()
    run_housekeeping(setup, Rounds(12))
    maintain_trail(setup, Rounds(60))
    assert [ran.count(name) for name in STEPS] == [13, 3, 13, 13, 61, 2, 13, 3]
    assert errors() == before + ran.count(broken)


def test_a_conflict_of_hosts(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged when it begins, and the gauge shows it until it is over."""
    gauge = partial(REGISTRY.get_sample_value, "holdback_host_conflict")
    logged: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(logline, "error", lambda event, **fields: logged.append((event, fields)))
    registration = Registration()
    registration.renew(setup, NOON)
    assert gauge() == 0
    other = replace(setup.identity, id="2" * 32)
    setup.record.book.register(other)
    for _ in range(2):
        registration.renew(setup, NOON)
        assert gauge() == 1
    setup.record.book.declare_gone(other.id, NOON)
    registration.renew(setup, NOON)
    assert gauge() == 0
    assert logged == [("host conflict", {"trouble": "name"})]


def test_the_customer_index_of_the_host(setup: Setup) -> None:
    """The copy that the workers use is on record with the host: none, one, a newer one."""
    registration, book, pseudonyms = Registration(), setup.record.book, Pseudonyms(setup.key)
    expected: list[tuple[int, float | None]] = [(0, None), (1, 1e9), (1, 1e9 + DAY)]
    for entries, built in expected:
        if built:
            rows = [RowBatch(1, emails=[["ann@customer.example"]])]
            build(setup.config.state_dir / "customers-1.copy", rows, pseudonyms, Origin(int(built), "test"))
        for _ in range(2):
            registration.renew(setup, NOON)
            (host,) = book.hosts()
            assert (host.customers, host.customers_built) == (entries, built)
    book.set_customers(setup.identity.id, 7, NOON)
    registration.renew(setup, NOON)
    assert book.hosts()[0].customers == 7
    Registration().renew(setup, NOON)
    assert book.hosts()[0].customers == 1


def test_following_contacts_goes_on(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invalid row in the database fails one round, not later ones."""
    heard: list[int] = []

    def listen(_: CurrentKnowledge) -> None:
        heard.append(1)
        raise ValueError("bytes length not a multiple of item size")

    monkeypatch.setattr(CurrentKnowledge, "pull_recipient_counts", listen)
    before = errors()
    follow_contacts(setup, Rounds(3))
    assert (len(heard), errors() - before) == (3, 3)


def test_the_ledger_is_compacted_and_expires(setup: Setup) -> None:
    """After a day the entries are in segments; those older than the retention are deleted."""
    with setup.trail.database.writing() as connection:
        store_disclosures(connection, [disclosure([1], at=NOON), disclosure([2], at=NOON + 60 * DAY)])
    compact_trail(setup, NOON + 60)
    assert (rows(setup, shown), rows(setup, segments)) == (1, 0)
    compact_trail(setup, NOON + DAY)
    assert (rows(setup, shown), rows(setup, segments)) == (0, 1)
    delete_expired(setup, NOON + 30 * DAY)
    assert rows(setup, disclosures) == 2
    delete_expired(setup, NOON + 30 * DAY + 1)
    assert rows(setup, disclosures) == 1
    delete_expired(setup, NOON + 91 * DAY)
    assert (rows(setup, disclosures), rows(setup, segments)) == (0, 0)
