"""Three hosts with one record on a PostgreSQL primary that is lost; its streaming standby takes over."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from holdback.cases.casebook import Casebook
from holdback.cases.model import Case, Decision
from holdback.custody.serving import periods_in
from rig.fleet import CAMPAIGNS, Fleet, cases_of, check, decide_all, fleet_of
from rig.postgresql import Cluster, Standby
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

CHOICES = (Decision.RELEASE, Decision.RELEASE_BCC, Decision.DROP)


@pytest.fixture
def primary() -> Iterator[Cluster]:
    with Cluster() as running:
        yield running


@pytest.fixture
def standby(primary: Cluster) -> Iterator[Standby]:
    with Standby(primary) as running:
        wait_until(lambda: streams(primary), "replication")
        yield running


@pytest.fixture
def url(primary: Cluster, standby: Standby) -> str:
    """URL of an empty database on both servers, as the documentation has it."""
    hosts = f"host={primary.folder},{standby.folder}"
    return f"{primary.new_database().partition('?')[0]}?{hosts}&target_session_attrs=read-write"


def streams(primary: Cluster) -> bool:
    return primary.query("SELECT state FROM pg_stat_replication") == "streaming"


def has_all(primary: Cluster) -> bool:
    """Return whether the standby has all that is committed."""
    return primary.query("SELECT pg_current_wal_lsn() = replay_lsn FROM pg_stat_replication") == "t"


def open_cases(fleet: Fleet) -> tuple[Case, ...]:
    with closing(Casebook.open(fleet.url)) as book:
        return book.cases()


def copies(fleet: Fleet) -> list[int]:
    """Return the number of messages of each open case."""
    return [case.copies for case in open_cases(fleet)]


def decided(cases: tuple[str, ...]) -> dict[str, Decision]:
    return {case: CHOICES[number % 3] for number, case in enumerate(cases)}


def test_the_primary_is_killed_in_the_middle(
    url: str, sink: Sink, primary: Cluster, standby: Standby
) -> None:
    """With synchronous replication nothing is lost, doubled or leaked, and all hosts find the new primary."""
    primary.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.query("SELECT pg_reload_conf()")
    with fleet_of(url, sink) as fleet, ExitStack() as agents, ThreadPoolExecutor(2) as pool:
        campaigns = fleet.send()
        first = decided(cases_of(fleet))
        for _, holdback in fleet.hosts:
            agents.enter_context(holdback.agent())
        olga = pool.submit(decide_all, url, "olga", first)
        otto = pool.submit(decide_all, url, "otto", dict(reversed(first.items())))
        wait_until(lambda: fleet.held() < 3 * CAMPAIGNS, "the first decision to be carried out")
        primary.stop()
        campaigns |= fleet.send(CAMPAIGNS)
        standby.promote()
        campaigns |= fleet.send(2 * CAMPAIGNS)
        results = olga.result() + otto.result()
        assert results["decided"] + results["second"] == 2 * CAMPAIGNS
        wait_until(lambda: copies(fleet) == [3] * 2 * CAMPAIGNS, "all holds")
        later = decided(tuple(case.id for case in open_cases(fleet)))
        decide_all(url, "olga", later)
        fleet.wait_decided()
        check(fleet, campaigns, [*first, *later])


@pytest.mark.parametrize("restarted", [False, True])
def test_transactions_that_the_standby_does_not_have(
    url: str, sink: Sink, primary: Cluster, standby: Standby, restarted: bool
) -> None:
    """Holds that are lost are inspected from the queue, and held again; none is left or leaves unseen.

    The milters may be restarted before there is a database again.
    """
    with fleet_of(url, sink, holds={"rescan": True}) as fleet, ExitStack() as agents:
        campaigns = fleet.send()
        kept = decided(cases_of(fleet))
        wait_until(lambda: has_all(primary), "the standby")
        standby.stop()
        campaigns |= fleet.send(CAMPAIGNS)
        lost_at = time.time()
        assert len(open_cases(fleet)) == 2 * CAMPAIGNS
        lost = {case.id for case in open_cases(fleet)} - kept.keys()
        folders = [holdback.state_dir for _, holdback in fleet.hosts]
        wait_until(lambda: all(serves_at(folder, lost_at) for folder in folders), "signs of life")
        primary.stop()
        for _, holdback in fleet.hosts if restarted else ():
            holdback.kill()
            holdback.start()
        standby.start()
        standby.promote()
        assert {case.id for case in open_cases(fleet)} == kept.keys()
        for _, holdback in fleet.hosts:
            agents.enter_context(holdback.agent())
        wait_until(lambda: copies(fleet) == [3] * 2 * CAMPAIGNS, "all holds")
        wait_until(lambda: not any(serves_at(folder, lost_at) for folder in folders), "the retraction")
        assert fleet.held() == 6 * CAMPAIGNS
        assert sink.deliveries() == []
        all_cases = decided(tuple(case.id for case in open_cases(fleet)))
        assert len(all_cases) == len(kept.keys() | lost)
        assert restarted or all_cases.keys() == kept.keys() | lost
        decide_all(url, "olga", all_cases)
        fleet.wait_decided()
        check(fleet, campaigns, all_cases)


def serves_at(state_dir: Path, at: float) -> bool:
    """Return whether a host claims that it has seen, and has on record, what it held at `at` (unix time)."""
    return any(begin <= at <= end for begin, end in periods_in(state_dir))
