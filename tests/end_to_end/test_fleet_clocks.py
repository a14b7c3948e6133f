"""Three hosts with one PostgreSQL, the clock of one a minute behind, that of another a minute ahead."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing

import psycopg
import pytest
from holdback.cases.casebook import Casebook
from rig.fleet import CAMPAIGNS, SENDER, Fleet, cases_of, fleet_of, mail, recipients
from rig.holdback import Holdback
from rig.office import table_of
from rig.people import people
from rig.postfix import PrivatePostfix
from rig.postgresql import Cluster
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = [pytest.mark.postfix, pytest.mark.slow]

CLOCKS = (-60.0, 0.0, 60.0)
WINDOW = 600
LIMIT = 12
NOW = "extract(epoch FROM clock_timestamp())"


@pytest.fixture
def url(cluster: Cluster) -> str:
    return cluster.new_database()


@pytest.fixture
def fleet(sink: Sink, url: str) -> Iterator[Fleet]:
    with fleet_of(url, sink, CLOCKS, campaigns={"window": WINDOW}) as running:
        yield running


def change(url: str, statement: str) -> None:
    """Change the record, as if time had passed."""
    with closing(psycopg.connect(url.replace("+psycopg", ""), autocommit=True)) as connection:
        assert connection.execute(statement).rowcount > 0


def seconds(url: str, expression: str) -> float:
    """Return a number from the decisions on record."""
    with closing(psycopg.connect(url.replace("+psycopg", ""))) as connection:
        query = f"SELECT {expression} FROM decisions d JOIN cases c ON c.id = d.case_id"
        return float(connection.execute(query).fetchone()[0])


def actions(fleet: Fleet, number: int) -> list[str]:
    """Send a copy of a campaign to each host; return what each did."""
    replies = [postfix.send(mail(number), SENDER, recipients(number)) for postfix, _ in fleet.hosts]
    return [
        str(line["action"])
        for reply, (_, holdback) in zip(replies, fleet.hosts, strict=True)
        for line in holdback.messages()
        if line["queue_id"] == reply.queue_id
    ]


def test_a_decision_applies_for_its_window(fleet: Fleet, url: str) -> None:
    """50 seconds before its end it still does on all hosts, 10 seconds after it on none."""
    campaigns = fleet.send()
    case = cases_of(fleet)[0]
    with closing(Casebook.open(url)) as book:
        number = campaigns[book.show(case).holds[0].queue_id]
    fleet.hosts[0][1].cli("release", case)
    change(url, f"UPDATE decisions SET at = {NOW} - {WINDOW - 50}")
    assert actions(fleet, number) == ["pass"] * 3
    change(url, f"UPDATE decisions SET at = {NOW} - {WINDOW + 10}")
    assert actions(fleet, number) == ["hold"] * 3


def test_times_to_decisions(fleet: Fleet, url: str) -> None:
    """By the host that is ahead and the one behind: neither negative, nor longer than the test took."""
    began = time.monotonic()
    fleet.send()
    behind, _, ahead = (holdback for _, holdback in fleet.hosts)
    for number, case in enumerate(cases_of(fleet)):
        (behind, ahead)[number % 2].cli("drop", case)
    took = time.monotonic() - began
    assert seconds(url, "count(*)") == CAMPAIGNS
    assert seconds(url, "min(d.at - c.opened)") >= 0
    assert seconds(url, "max(d.at - c.opened)") <= took
    for _, holdback in fleet.hosts:
        holdback.cli("reconcile")
    fleet.wait_decided()


def test_hosts_that_are_alive(fleet: Fleet, url: str) -> None:
    """Seen nine and a half minutes ago a host is not gone, seen ten and a half minutes ago it may be."""
    behind, other, ahead = (holdback for _, holdback in fleet.hosts)
    wait_until(lambda: len(ahead.cli("hosts", "--json").lines) == 3, "all hosts")
    other.stop()
    identity = (other.state_dir / "host.id").read_text().split()[0]
    ask = ("hosts", "--gone", identity)
    change(url, f"UPDATE hosts SET last_seen = {NOW} - 570 WHERE id = '{identity}'")
    assert (behind.cli(*ask).code, ahead.cli(*ask).code) == (65, 65)
    change(url, f"UPDATE hosts SET last_seen = {NOW} - 630 WHERE id = '{identity}'")
    assert behind.cli(*ask).code == 0


def test_unknown_recipients_count_together(sink: Sink, url: str, postfix: PrivatePostfix) -> None:
    """Within a window of less than two minutes, although the clocks are two minutes apart."""
    builder = Holdback(postfix)
    table = builder.root / "customers.csv"
    table.write_text(table_of(people(50)))
    assert builder.cli("customers", "build", str(table)).code == 0
    checks = {"unknown_recipients": {"action": "hold", "limit": LIMIT, "window": 110}}
    with fleet_of(url, sink, CLOCKS, builder.state_dir, checks=checks) as fleet:
        behind, _, ahead = fleet.hosts
        half = LIMIT // 2
        for host, addresses in ((behind, range(half)), (ahead, range(half, LIMIT - 1))):
            assert one_each(host, addresses) == {"pass"}
        for host in (ahead, behind):
            wait_until(lambda host=host: one_each(host, [LIMIT]) == {"hold"}, "the count of both")


def one_each(host: tuple[PrivatePostfix, Holdback], addresses: Iterable[int]) -> set[str]:
    """Send a message to each of these strangers; return what was done."""
    postfix, holdback = host
    for number in addresses:
        text = f"From: {SENDER}\nTo: p{number}@shop{number}.example\nSubject: offer\n\nOffer {number}.\n"
        postfix.send(text.encode(), SENDER, [f"p{number}@shop{number}.example"])
    return {str(line["action"]) for line in holdback.messages()[-len(list(addresses)) :]}
