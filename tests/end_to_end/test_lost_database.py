"""The milter and the connections of all its threads recover from any loss of the database."""

from itertools import count

import pytest
from holdback.cases.database import created_file_of
from rig.daemonlog import lines
from rig.office import COMPANY, STRANGER, Office, World, mail, opened
from rig.people import people
from rig.postgresql import Cluster
from rig.samples import Sample
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

PEOPLE = people(100)
SETTINGS = {"campaigns": {"copies": 10_000}}
_NUMBERS = count()


def held(some: int) -> list[Sample]:
    """Messages that are held, each in a case of its own."""
    addresses = [one.email for one in PEOPLE[:15]]
    return [
        mail(f"many-{n}", addresses, f"Number {n}.\n") for n, _ in zip(_NUMBERS, range(some), strict=False)
    ]


def passing(some: int) -> list[Sample]:
    return [mail(f"two-{next(_NUMBERS)}", [PEOPLE[0].email, PEOPLE[1].email]) for _ in range(some)]


def judged(office: Office, mails: list[Sample]) -> set[str]:
    return set(office.actions(mails, sessions=12))


def test_removed_files_are_noticed_and_not_replaced(world: World) -> None:
    """Verdicts do not change; log, metric, commands and doctor show it; the journal has the holds."""
    with opened(world, SETTINGS) as office:
        folder = office.holdback.state_dir
        assert judged(office, held(4)) == {"hold"}
        for file in folder.glob("holdback.db*"):
            file.unlink(missing_ok=True)
        assert judged(office, held(4)) == {"hold"}
        assert judged(office, passing(12)) == {"pass"}
        wait_until(lambda: "DatabaseRemoved" in office.holdback.log(), "the error in the log")
        housekeeping = 'holdback_errors_total{stage="housekeeping"}'
        wait_until(lambda: office.metric(housekeeping) > 0, "an error of housekeeping")
        assert office.metric('holdback_errors_total{stage="record"}') > 0
        assert not (folder / "holdback.db").exists()
        failed = office.holdback.cli("cases")
        assert (failed.code, "holdback.db was removed" in " ".join(failed.err.split())) == (69, True)
        findings = {one["name"]: one for one in office.holdback.cli("doctor", "--json").lines}
        assert (findings["database"]["state"], "removed" in findings["database"]["text"]) == ("wrong", True)
        created_file_of(folder / "holdback.db").unlink()
        wait_until(lambda: office.holdback.cli("cases", "--json").lines, "a new database")
        wait_until(lambda: len(office.holdback.cli("cases", "--json").lines) == 4, "the journal")
        assert len(lines(office.holdback, "started")) == 1
        assert office.holdback.stop() == 0


def test_a_server_that_stops_at_once(world: World, cluster: Cluster) -> None:
    """While it is down mail is inspected and the journal has the holds; later all are recorded."""
    with opened(world, {**SETTINGS, "database": {"url": cluster.new_database()}}) as office:
        for _ in range(3):
            assert judged(office, held(24)) == {"hold"}
            cluster.stop()
            assert judged(office, held(12)) == {"hold"}
            assert judged(office, passing(12)) == {"pass"}
            cluster.start()
        wait_until(lambda: len(office.holdback.cli("cases", "--json").lines) == 3 * 36, "all cases")
        wait_until(
            lambda: office.holdback.cli("trace", PEOPLE[0].email, "--json").out.count("\n") == 3 * 48,
            "all disclosures",
        )
        assert len(lines(office.holdback, "started")) == 1


def test_a_reload_while_the_server_is_down(world: World, cluster: Cluster) -> None:
    """Canaries and customers stay loaded with the new configuration; the hit is recorded later."""
    checks = {"customer_data": {"known_limit": 5}}
    settings = {**SETTINGS, "checks": checks, "database": {"url": cluster.new_database()}}
    five = "".join(f"{one.name}, {one.email}\n" for one in PEOPLE[:5])
    with opened(world, settings, PEOPLE) as office:
        canary = office.holdback.cli("canary", "mint", "--list", "Spring", "-n", "1").out.strip()
        office.reload()
        cluster.stop()
        checks["customer_data"]["known_limit"] = 6
        office.holdback.configure({"internal_domains": [COMPANY], **settings})
        office.reload()
        assert office.metric("holdback_canaries") == 1
        mails = [mail("leak", [STRANGER], f"{canary}\n"), mail("five", [STRANGER], five)]
        mails.append(mail("six", [STRANGER], f"{five}{PEOPLE[6].name}, {PEOPLE[6].email}\n"))
        assert office.actions(mails) == ["hold", "pass", "hold"]
        cluster.start()
        wait_until(lambda: office.holdback.cli("canary", "hits", "--json").out, "the hit")
