"""A fault in an opener: the message is held, case and log name the place, and other mail is inspected."""

import re
from pathlib import Path

import pytest
from reader.faulty_child import SECRET
from rig.daemonlog import lines
from rig.files.everything import WRITERS
from rig.office import COMPANY, STRANGER, World, mail, opened, table_of
from rig.people import people
from rig.samples import Sample

pytestmark = pytest.mark.postfix

STOCK = [["Item", "Price"], *([f"Sock {number}", f"{number}.99"] for number in range(40))]
COUNTER = 'holdback_errors_total{stage="opener"}'
FAULT = re.compile(r"KeyError at \w+\.py:\d+")


FAULTY = ["faulty_openers"]
"""A mistake in the opener of PDF and in that of HTML."""


def stock(form: str) -> Sample:
    """A harmless message with a price list in that format."""
    return mail(f"stock-{form}", [STRANGER], attached=(f"stock.{form}", WRITERS[form](STOCK)))


@pytest.mark.parametrize(("form", "file"), [("pdf", "document.py"), ("html", "open.py")])
def test_a_fault_is_held_and_named(world: World, form: str, file: str) -> None:
    """In the confined reader and in the worker alike: type and place, no content; other mail goes its way."""
    with opened(world, faults=FAULTY) as office:
        assert office.metric(COUNTER) == 0
        held = office.send(stock(form))
        assert (held["action"], held["why"], held["because"]) == ("hold", "unreadable:1", "")
        (line,) = lines(office.holdback, "error")
        assert (line["stage"], line["count"], line["queue_id"]) == ("opener", 1, held["queue_id"])
        assert FAULT.fullmatch(line["error"])
        assert line["error"].startswith(f"KeyError at {file}:")
        assert office.metric(COUNTER) == 1
        case = office.holdback.cli("show", held["case"])
        assert (case.code, line["error"] in " ".join(case.out.split())) == (0, True), case.out
        assert SECRET not in office.holdback.log() + office.holdback.metrics_text() + case.out
        customers = mail("list", [STRANGER], attached=("a.csv", table_of(people(30)).encode()))
        assert office.actions([stock("xlsx"), stock("csv"), customers], sessions=1) == [
            "pass",
            "pass",
            "hold",
        ]
        assert office.metric("holdback_reader_restarts_total") == 0


def test_the_operator_may_decide_otherwise(world: World) -> None:
    """`fault` has an action of its own, and rules apply to it as to any other kind."""
    with opened(
        world, {"checks": {"unreadable": {"action": "reject", "fault": "observe"}}}, faults=FAULTY
    ) as office:
        assert office.send(stock("pdf"))["action"] == "observe"
        assert office.metric(COUNTER) == 1
        rule = {"senders": [f"*@{COMPANY}"], "check": "unreadable", "action": "pass"}
        changed = {"internal_domains": [COMPANY], "rules": [rule]}
        office.holdback.configure(changed)
        office.reload()
        assert office.send(stock("pdf"))["action"] == "pass"


def test_scan_finds_it_too(world: World, tmp_path: Path) -> None:
    """What would be held, and why."""
    path = tmp_path / "stock.eml"
    path.write_bytes(stock("pdf").raw)
    with opened(world, faults=FAULTY) as office:
        scanned = office.holdback.cli("scan", "--json", str(path))
    (result,) = scanned.lines
    (finding,) = result["findings"]
    assert (scanned.code, result["action"], finding["check"]) == (1, "hold", "unreadable")
    assert FAULT.search(finding["text"])
    assert SECRET not in scanned.out + scanned.err
