"""Three hosts with one record, what they hold, and what arrives outside."""

import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from holdback.cases.casebook import Casebook
from holdback.cases.model import AlreadyDecided, Decision, HoldState, RecordUnavailable
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink
from rig.waiting import wait_until

SENDER = "ann@sockenladen.example"
CAMPAIGNS = 6


@dataclass(frozen=True, slots=True)
class Fleet:
    """The hosts, what they share, and what arrives outside."""

    url: str
    sink: Sink
    hosts: tuple[tuple[PrivatePostfix, Holdback], ...]

    def send(self, first: int = 0) -> dict[str, int]:
        """Send a copy of each campaign, numbered from `first`, to each host; return them by queue id."""
        campaigns = {}
        for number in range(first, first + CAMPAIGNS):
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


@contextmanager
def fleet_of(
    url: str, sink: Sink, clocks: Sequence[float] = (0, 0, 0), made: Path | None = None, **settings: object
) -> Iterator[Fleet]:
    """Run three hosts with one key, each with its own Postfix, milter and state directory.

    `clocks`: seconds that each is ahead. `made`: state directory with the key and the customers of all.
    """
    with ExitStack() as running:
        hosts: list[tuple[PrivatePostfix, Holdback]] = []
        for ahead in clocks:
            postfix = running.enter_context(PrivatePostfix(sink.port))
            faults = [f"clock={ahead}"] if ahead else []
            holdback = Holdback(postfix, {"database": {"url": url}, **settings}, faults)
            for file in (made / "key", made / "customers.idx") if made else ():
                if file.exists():
                    shutil.copy(file, holdback.state_dir)
            running.enter_context(holdback)
            made = made or holdback.state_dir
            hosts.append((postfix, holdback))
        yield Fleet(url, sink, tuple(hosts))


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
