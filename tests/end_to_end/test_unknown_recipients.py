"""Mail to unknown recipients is counted over messages, connections and hosts, and decided once."""

import shutil
import sqlite3
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace

import pytest
from rig.holdback import Holdback
from rig.office import COMPANY, JANE, Office, World, hidden, mail, opened
from rig.people import people
from rig.postfix import PrivatePostfix
from rig.postgresql import Cluster
from rig.samples import Sample
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

CUSTOMERS = people(300)
BOUGHT = [f"prospect{n}@bought{n % 50}.example" for n in range(600)]
LIMIT = 20
CHECKS = {"unknown_recipients": {"action": "hold", "limit": LIMIT}}
SETTINGS = {"checks": CHECKS, "campaigns": {"copies": 10_000}}
TOM = f"tom@{COMPANY}"


def offers(start: int, end: int, sender: str = JANE) -> list[Sample]:
    """One message per recipient; every copy is different."""
    return [
        mail(f"offer-{n}", [BOUGHT[n]], f"Dear {BOUGHT[n]}, offer number {n}.\n", sender)
        for n in range(start, end)
    ]


def newsletters(sender: str = JANE) -> list[Sample]:
    return [mail(f"news-{n}", [one.email], sender=sender) for n, one in enumerate(CUSTOMERS)]


def cases(office: Office) -> set[str]:
    return {case["id"] for case in office.holdback.cli("cases", "--json").lines}


def test_one_message_to_many(world: World) -> None:
    """At the limit it is held; customers, colleagues and repetitions do not count."""
    below = BOUGHT[: LIMIT - 1]
    harmless = [*CUSTOMERS[:60], *people(1)]
    with opened(world, SETTINGS, CUSTOMERS) as office:
        everybody = [*below, *(one.email for one in harmless), TOM, below[0].upper()]
        assert office.send(hidden("below", everybody))["action"] == "pass"
        assert office.send(hidden("again", everybody))["action"] == "pass"
        assert office.send(hidden("one-more", BOUGHT[LIMIT : LIMIT + 1]))["action"] == "hold"
        assert office.send(hidden("tom", BOUGHT[:LIMIT], sender=TOM))["action"] == "hold"
        assert office.send(hidden("customers", [one.email for one in CUSTOMERS]))["action"] == "pass"


def test_hundreds_of_messages_to_one_each(world: World) -> None:
    """Over eight connections the limit is exact, later copies are one case, the newsletter passes."""
    mixed = [made for pair in zip(offers(0, 300), newsletters(), strict=True) for made in pair]
    with opened(world, SETTINGS, CUSTOMERS) as office:
        told = office.send_all(mixed, sessions=8)
        assert Counter(line["action"] for line in told[::2]) == {"pass": LIMIT - 1, "hold": 301 - LIMIT}
        assert Counter(line["action"] for line in told[1::2]) == {"pass": 300}
        (case,) = {line["case"] for line in told[::2] if line["case"]}
        assert office.only_case()["copies"] == 301 - LIMIT
        text = " ".join(office.holdback.cli("show", case).out.split())
        assert "recipients are neither customers nor known correspondents" in text


def test_one_sender_under_many_names(world: World) -> None:
    """Bounce addresses of one sender count together, and so do all addresses of a login."""
    verp = [replace(made, sender=f"bounce-{n}=x@{COMPANY}") for n, made in enumerate(offers(0, LIMIT))]
    with opened(world, SETTINGS, CUSTOMERS) as office:
        assert office.actions(verp, sessions=1) == ["pass"] * (LIMIT - 1) + ["hold"]
        names = [
            replace(made, sender=f"{'ab' * (n + 1)}@{COMPANY}") for n, made in enumerate(offers(100, 120))
        ]
        jane = [office.send(made, login="jane")["action"] for made in names[:10]]
        tom = [office.send(made, login="tom")["action"] for made in names[:10]]
        more = [office.send(made, login="JANE")["action"] for made in names[10:]]
        assert {"jane": set(jane), "tom": set(tom)} == {"jane": {"pass"}, "tom": {"pass"}}
        assert more == ["pass"] * 9 + ["hold"]


def test_released_the_rest_passes(world: World) -> None:
    """Held copies are delivered once each, and later copies pass."""
    with opened(world, SETTINGS, CUSTOMERS) as office:
        office.send_all(offers(0, 60))
        case = office.only_case()["id"]
        assert office.holdback.cli("release", case).code == 0
        assert set(office.actions(offers(60, 120))) == {"pass"}
        world.postfix.wait_empty()
        assert sorted(world.sink.recipients()) == sorted(BOUGHT[:120])
        assert office.send(hidden("tom", BOUGHT[200 : 200 + LIMIT], sender=TOM))["action"] == "hold"


def test_dropped_the_rest_is_refused(world: World) -> None:
    """Later copies are refused with 550; other mail of the sender passes."""
    with opened(world, SETTINGS, CUSTOMERS) as office:
        office.send_all(offers(0, 60))
        assert office.holdback.cli("drop", office.only_case()["id"]).code == 0
        assert set(office.actions(offers(60, 90))) == {"550"}
        assert set(office.actions(newsletters()[:30])) == {"pass"}
        assert set(office.actions(offers(90, 90 + LIMIT - 1, sender=TOM))) == {"pass"}
        world.postfix.wait_empty()
        assert not {*BOUGHT[60:90]} & {*world.sink.recipients()}
        assert world.postfix.held() == []


def test_enough_copies_wait(world: World) -> None:
    """After `campaigns.copies` held copies, further ones are deferred."""
    with opened(world, {"checks": CHECKS, "campaigns": {"copies": 5}}, CUSTOMERS) as office:
        told = office.send_all(offers(0, LIMIT + 20), sessions=1)
        assert [line["action"] for line in told] == ["pass"] * (LIMIT - 1) + ["hold"] * 5 + ["451"] * 16
        assert office.only_case()["id"] in told[-1]["text"]
        assert office.send(newsletters()[0])["action"] == "pass"


def test_who_is_no_stranger(world: World) -> None:
    """Known correspondents of before the window do not count, also under another case tag."""
    wrote = BOUGHT[:LIMIT]
    settings = {"checks": {"unknown_recipients": {**CHECKS["unknown_recipients"], "window": 3}}}
    with opened(world, settings, CUSTOMERS) as office:
        office.actions(mail(f"ask-{n}", [JANE], sender=one) for n, one in enumerate(wrote))
        wait_until(lambda: office.send(hidden("answer", wrote, sender=TOM))["action"] == "pass", "learned")
    with opened(world, SETTINGS, CUSTOMERS) as office:
        tagged = [address.replace("@", f"+{n}@") for n, address in enumerate(wrote[:5] * 10)]
        assert office.send(hidden("tags", tagged))["action"] == "pass"


@pytest.mark.parametrize("how", ["restart", "reload", "kill"])
def test_it_is_counted_across_restarts(how: str, world: World) -> None:
    """Messages before and after a restart count together."""
    half = LIMIT // 2
    with opened(world, SETTINGS, CUSTOMERS) as office:
        assert set(office.actions(offers(0, half))) == {"pass"}
        noted(office, half)
        if how == "kill":
            office.holdback.kill()
            office.holdback.start()
        elif how == "restart":
            office.holdback.restart()
        else:
            office.reload()
        after = office.actions(offers(half, LIMIT), sessions=1)
        assert after == ["pass"] * (LIMIT - half - 1) + ["hold"]


def noted(office: Office, count: int) -> None:
    """Waits until the database has so many messages to strangers."""

    def on_record() -> int:
        with sqlite3.connect(f"file:{office.holdback.state_dir}/holdback.db?mode=ro", uri=True) as record:
            return int(record.execute("SELECT count(*) FROM approaches").fetchone()[0])

    wait_until(lambda: on_record() >= count, "the count on record")


def test_two_hosts_share_the_count(world: World, cluster: Cluster) -> None:
    """Two mail servers with one PostgreSQL and key share the count, the case and the decision."""
    settings = {**SETTINGS, "database": {"url": cluster.new_database()}}
    with ExitStack() as running:
        first = running.enter_context(opened(world, settings, CUSTOMERS))
        server = running.enter_context(PrivatePostfix(relay=world.sink.port))
        other = Holdback(server, {"internal_domains": [COMPANY], **settings})
        for name in ("key", "customers.idx"):
            shutil.copy(first.holdback.state_dir / name, other.state_dir)
        second = Office(world.sink, server, running.enter_context(other))
        half = LIMIT // 2
        assert set(first.actions(offers(0, half))) == {"pass"}
        told = wait_until(lambda: held(second.send_all(offers(half, LIMIT))), "the other host's count")
        wait_until(lambda: held(first.send_all(offers(0, 5))), "the count of both")
        assert len(cases(first)) == 1
        assert {line["case"] for line in told} == cases(first) == cases(second)
        # Both are one computer here: what the other one holds is not found in the queue of this one.
        second.holdback.cli("drop", told[0]["case"])
        assert set(first.actions(offers(100, 110))) == set(second.actions(offers(110, 120))) == {"550"}
        assert set(first.actions(newsletters()[:10])) == set(second.actions(newsletters()[10:20])) == {"pass"}


def held(told: list[dict[str, str]]) -> list[dict[str, str]]:
    return [line for line in told if line["action"] == "hold"]
