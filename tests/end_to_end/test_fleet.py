"""Three hosts with one record on a real PostgreSQL: each carries out what is decided about its mail, once."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from holdback.cases.casebook import Casebook
from holdback.cases.model import AlreadyDecided, Decision, HoldState, RecordUnavailable
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.postgresql import Cluster
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

SENDER = "ann@sockenladen.example"
CAMPAIGNS = 6


@dataclass(frozen=True, slots=True)
class Fleet:
    """The hosts, what they share, and what arrives outside."""

    cluster: Cluster
    url: str
    sink: Sink
    hosts: tuple[tuple[PrivatePostfix, Holdback], ...]

    def send(self) -> dict[str, int]:
        """Send a copy of each campaign to each host; return the campaigns by queue id."""
        campaigns = {}
        for number in range(CAMPAIGNS):
            for postfix, _ in self.hosts:
                reply = postfix.send(mail(number), SENDER, recipients(number))
                assert reply.accepted
                campaigns[reply.queue_id] = number
        return campaigns

    def held(self) -> int:
        return sum(len(postfix.held()) for postfix, _ in self.hosts)

    def wait_decided(self) -> None:
        """Wait until no host has mail on hold or under way."""
        wait_until(lambda: not any(postfix.queue() for postfix, _ in self.hosts), "empty queues")


def recipients(number: int) -> list[str]:
    return [f"p{n}@shop{n}-{number}.example" for n in range(12)]


def mail(number: int) -> bytes:
    shown = ", ".join(recipients(number))
    return f"From: {SENDER}\nTo: {shown}\nSubject: offer {number}\n\nOffer {number}.\n".encode()


@pytest.fixture
def fleet(sink: Sink, cluster: Cluster) -> Iterator[Fleet]:
    """Three hosts with one key, each with its own Postfix, milter and state directory."""
    url = cluster.new_database()
    with ExitStack() as running:
        hosts = []
        for _ in range(3):
            postfix = running.enter_context(PrivatePostfix(sink.port))
            holdback = Holdback(postfix, {"database": {"url": url}})
            if hosts:
                shutil.copy(hosts[0][1].state_dir / "key", holdback.state_dir / "key")
            running.enter_context(holdback)
            hosts.append((postfix, holdback))
        yield Fleet(cluster, url, sink, tuple(hosts))


def decide_all(url: str, operator: str, decisions: dict[str, Decision]) -> Counter[str]:
    """Decide all cases as one of two operators, and go on when the database is back."""
    results: Counter[str] = Counter()
    with closing(Casebook.open(url)) as book:
        for case, decision in decisions.items():
            while True:
                try:
                    book.decide(case, decision, operator, "", time.time())
                    results["decided"] += 1
                except AlreadyDecided:
                    results["second"] += 1
                except RecordUnavailable:
                    results["unavailable"] += 1
                    time.sleep(0.2)
                    continue
                break
    return results


def cases_of(fleet: Fleet) -> tuple[str, ...]:
    with closing(Casebook.open(fleet.url)) as book:
        cases = book.cases()
    assert [case.copies for case in cases] == [3] * CAMPAIGNS
    return tuple(case.id for case in cases)


def check(fleet: Fleet, campaigns: dict[str, int], cases: Iterable[str]) -> None:
    """Every message is where its decision wants it, and reached each of its recipients once or nobody."""
    with closing(Casebook.open(fleet.url)) as book:
        files = [book.show(case) for case in cases]
    expected: Counter[str] = Counter()
    for file in files:
        (decided,) = file.decisions
        messages = [hold for hold in file.holds if hold.replaces is None]
        dropped = decided.decision is Decision.DROP
        assert {hold.state for hold in messages} == {HoldState.DROPPED if dropped else HoldState.RELEASED}
        for hold in messages if not dropped else ():
            expected.update(recipients(campaigns[hold.queue_id]))
    sent = (address for delivery in fleet.sink.deliveries() for address in delivery.recipients)
    assert Counter(sent) == expected


@pytest.mark.parametrize("trouble", [Cluster.restart, Cluster.freeze])
def test_two_operators_while_the_database_fails(
    trouble: Callable[[Cluster, float], None], fleet: Fleet
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
        trouble(fleet.cluster, 5)
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
