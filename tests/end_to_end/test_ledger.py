"""The ledger with real mail: its content, and losses after crashes and failures."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cases.disk import fill
from rig.load import Load
from rig.office import COMPANY, JANE, STRANGER, Office, World, hidden, mail, opened, table_of
from rig.people import people
from rig.samples import Sample
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

PEOPLE = people(400)
TRAIL = 'holdback_errors_total{stage="trail"}'
LOST = "holdback_trail_lost_total"


def pairs(count: int, name: str = "pair") -> list[Sample]:
    """Messages that each show two people to each other."""
    return [mail(f"{name}-{n}", [PEOPLE[2 * n].email, PEOPLE[2 * n + 1].email]) for n in range(count)]


def ledger(office: Office, url: str = "") -> set[str]:
    """Queue ids in the ledger file, which can be read without a running milter."""
    path = url or f"{office.holdback.state_dir}/holdback.db"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as record:
        return {queue_id for (queue_id,) in record.execute("SELECT queue_id FROM disclosures")}


def traced(office: Office, who: str) -> list[dict[str, Any]]:
    """What `holdback trace` prints about an identifier, newest first."""
    return [one for one in office.holdback.cli("trace", who, "--json").lines if one["kind"] == "disclosure"]


def test_what_is_on_record(world: World) -> None:
    """Passed, held and released mail by address, phone and domain; not a letter about its only recipient."""
    ann, bob, cem = PEOPLE[:3]
    list_of_30 = ("people.csv", table_of(PEOPLE[:30]).encode())
    with opened(world) as office:
        alone = office.send(mail("alone", [ann.email]))
        blind = office.send(hidden("blind", [ann.email, bob.email]))
        both = office.send(mail("both", [ann.email], cc=[bob.email]), login="jane")
        table = office.send(mail("table", [STRANGER], attached=list_of_30))
        inside = office.send(mail("inside", [f"tom@{COMPANY}"], attached=list_of_30))
        assert [line["action"] for line in (alone, blind, both, table, inside)] == ["pass"] * 3 + [
            "hold",
            "pass",
        ]
        wait_until(lambda: len(ledger(office)) == 2, "two disclosures")
        found = traced(office, ann.email)
        assert [one["queue_id"] for one in found] == [table["queue_id"], both["queue_id"]]
        assert [(one["action"], one["sender"], one["login"]) for one in found] == [
            ("hold", JANE, ""),
            ("pass", JANE, "jane"),
        ]
        assert {one["client"] for one in found} == {"127.0.0.1"}
        assert [one["shown"][0]["where"] for one in found] == ["part 2, people.csv", "To, Cc"]
        for who in (bob.email.upper(), ann.email.replace("@", "+tag@"), "customers1.example"):
            assert both["queue_id"] in {one["queue_id"] for one in traced(office, who)}, who
        assert [one["queue_id"] for one in traced(office, cem.phone)] == [table["queue_id"]]
        assert office.holdback.cli("trace", PEOPLE[50].email).code == 1
        assert office.holdback.cli("release", table["case"]).code == 0
        assert "released" in office.holdback.cli("trace", cem.email).out
        assert traced(office, cem.email)[0]["state"] == "released"


def test_killed_under_load(world: World) -> None:
    """After `kill -9` no mail is lost, and the ledger loses the last seconds at most."""
    first, mails = pairs(200)[:20], pairs(200)[20:]
    with opened(world) as office:
        office.send_all(first)
        wait_until(lambda: len(ledger(office)) == len(first), "the ledger")
        with Load(world.postfix, mails) as load:
            load.wait_finished(120)
            killed = time.time()
            office.holdback.kill()
            before = office.holdback.messages()
            office.holdback.start()
            outcomes = load.outcomes()
        world.postfix.wait_empty()
        office.holdback.stop()
        accepted = [one for one in outcomes if one.reply and one.reply.accepted]
        waiting = set(world.postfix.held())
        for one in accepted:
            assert one.reply
            delivered = len(world.sink.deliveries(f"<{one.sample.name}@"))
            assert delivered == (0 if one.reply.queue_id in waiting else 1), one.sample.name
        judged = {line["queue_id"]: line for line in office.holdback.messages()}
        missing = judged.keys() - ledger(office)
        assert missing <= {line["queue_id"] for line in before}
        assert [judged[one] for one in missing if _age(judged[one], killed) > 5] == []
        assert len(before) - len(missing) >= len(first)


def _age(line: dict[str, Any], now: float) -> float:
    return now - datetime.fromisoformat(line["timestamp"]).timestamp()


def test_an_orderly_end_loses_nothing(world: World) -> None:
    """After SIGTERM right after the last answer every disclosure is recorded."""
    with opened(world) as office:
        logged = office.send_all(pairs(120), sessions=8)
        assert office.holdback.stop() == 0
        assert ledger(office) == {line["queue_id"] for line in logged}
        assert traced(office, PEOPLE[239].email)[0]["queue_id"] == logged[119]["queue_id"]


def test_an_orderly_end_with_a_locked_database(world: World) -> None:
    """The daemon ends in time without the pending entries; holds are in the journal."""
    with opened(world) as office:
        with sqlite3.connect(office.holdback.state_dir / "holdback.db", isolation_level=None) as locked:
            locked.execute("BEGIN IMMEDIATE")
            assert {line["action"] for line in office.send_all(pairs(10))} == {"pass"}
            held = office.send(mail("many", [one.email for one in PEOPLE[:30]]))
            assert office.holdback.stop() == 0
            locked.execute("ROLLBACK")
        locked.close()
        office.holdback.start()
        wait_until(lambda: office.holdback.cli("cases", "--json").lines, "the case")
        assert office.only_case()["id"] == held["case"]


def test_a_locked_database(world: World) -> None:
    """During a long lock mail is answered and held, and nothing is lost."""
    with opened(world) as office:
        first = office.send_all(pairs(5, "before"))
        wait_until(lambda: len(ledger(office)) == 5, "the first disclosures")
        with sqlite3.connect(office.holdback.state_dir / "holdback.db", isolation_level=None) as locked:
            locked.execute("BEGIN IMMEDIATE")
            during = office.send_all(pairs(40, "during"))
            held = office.send(mail("many", [one.email for one in PEOPLE[:30]]))
            assert {line["action"] for line in during} == {"pass"}
            assert held["action"] == "hold"
            office.wait_metric(TRAIL, lambda count: count > 0)
            locked.execute("ROLLBACK")
        wanted = {line["queue_id"] for line in (*first, *during, held)}
        wait_until(lambda: ledger(office) == wanted, "the other disclosures")
        assert office.metric(LOST) == 0
        locked.close()


def test_a_removed_database(world: World) -> None:
    """With all its files removed mail is inspected as before, and a new ledger is begun."""
    with opened(world) as office:
        office.send_all(pairs(5, "before"))
        wait_until(lambda: len(ledger(office)) == 5, "the first disclosures")
        for file in office.holdback.state_dir.glob("*holdback.db*"):
            file.unlink()
        during = office.send_all(pairs(20, "during"))
        held = office.send(mail("many", [one.email for one in PEOPLE[:30]]))
        assert {line["action"] for line in during} == {"pass"}
        assert held["action"] == "hold"
        office.holdback.restart()
        after = office.send_all(pairs(5, "after"))
        office.holdback.stop()
        assert {line["queue_id"] for line in after} <= ledger(office)
        assert {line["queue_id"] for line in (*during, held)} <= ledger(office)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk(world: World, small_disk: Path) -> None:
    """Mail is not affected; once there is space, all pending entries are stored."""
    file = small_disk / "holdback.db"
    with opened(world, {"database": {"url": f"sqlite:///{file}"}}) as office:
        first = office.send_all(pairs(5, "before"))
        wait_until(lambda: len(ledger(office, str(file))) == 5, "the first disclosures")
        filler = fill(small_disk)
        during = office.send_all(pairs(40, "during"))
        held = office.send(mail("many", [one.email for one in PEOPLE[:30]]))
        assert {line["action"] for line in during} == {"pass"}
        assert held["action"] == "hold"
        office.wait_metric(TRAIL, lambda count: count > 0)
        filler.unlink()
        wanted = {line["queue_id"] for line in (*first, *during, held)}
        wait_until(lambda: ledger(office, str(file)) == wanted, "the other disclosures")
        assert office.metric(LOST) == 0


def test_observe_mode(world: World) -> None:
    """Everything passes and is in the ledger."""
    with opened(world, {"mode": "observe"}) as office:
        table = mail("table", [STRANGER], attached=("people.csv", table_of(PEOPLE[:30]).encode()))
        assert office.send(table)["action"] == "observe"
        wait_until(lambda: len(ledger(office)) == 1, "the disclosure")
        assert [one["action"] for one in traced(office, PEOPLE[4].email)] == ["observe"]


def test_switched_off(world: World) -> None:
    """With `ledger.enabled = false` nothing is recorded; reloads switch it on and off."""
    with opened(world, {"ledger": {"enabled": False}}) as office:
        office.send(pairs(1, "off")[0])
        office.holdback.configure({"internal_domains": [COMPANY]})
        office.reload()
        noted = office.send(pairs(1, "on")[0])
        office.holdback.stop()
        assert ledger(office) == {noted["queue_id"]}
