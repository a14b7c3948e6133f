"""Three hosts with one record on a real PostgreSQL: each carries out what is decided about its mail, once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from holdback.cases.model import Decision
from rig.fleet import CAMPAIGNS, Fleet, cases_of, check, decide_all, fleet_of
from rig.postgresql import Cluster
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = [pytest.mark.postfix, pytest.mark.slow]


@pytest.fixture
def fleet(sink: Sink, cluster: Cluster) -> Iterator[Fleet]:
    with fleet_of(cluster.new_database(), sink) as running:
        yield running


@pytest.mark.parametrize("trouble", [Cluster.restart, Cluster.freeze])
def test_two_operators_while_the_database_fails(
    trouble: Callable[[Cluster, float], None], fleet: Fleet, cluster: Cluster
) -> None:
    """Every case is decided once, on any host, and carried out once on each host that has mail of it."""
    campaigns, choices = fleet.send(), (Decision.RELEASE, Decision.RELEASE_BCC, Decision.DROP)
    decisions = {case: choices[number % 3] for number, case in enumerate(cases_of(fleet))}
    with ExitStack() as agents, ThreadPoolExecutor(2) as pool:
        for _, holdback in fleet.hosts:
            agents.enter_context(holdback.agent())
        first = pool.submit(decide_all, fleet.url, "olga", decisions)
        second = pool.submit(decide_all, fleet.url, "otto", dict(reversed(decisions.items())))
        wait_until(lambda: fleet.held() < 3 * CAMPAIGNS, "the first decision to be carried out")
        trouble(cluster, 5)
        results = first.result() + second.result()
        # A decision whose reply was lost is on record all the same: then it is made by neither of the two.
        assert results["decided"] + results["second"] == 2 * CAMPAIGNS
        fleet.wait_decided()
    check(fleet, campaigns, decisions)


def test_a_host_that_was_down(fleet: Fleet) -> None:
    """The others carry out what is theirs; when it is back, it carries out the rest."""
    campaigns = fleet.send()
    decisions = dict.fromkeys(cases_of(fleet), Decision.RELEASE)
    (_, first), (_, second), (postfix, third) = fleet.hosts
    with first.agent(), second.agent():
        decide_all(fleet.url, "olga", decisions)
        wait_until(lambda: fleet.held() == CAMPAIGNS, "the decisions on two hosts")
        assert len(postfix.held()) == CAMPAIGNS
    with third.agent():
        fleet.wait_decided()
    check(fleet, campaigns, decisions)
