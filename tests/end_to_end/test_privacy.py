"""No address of any mail is in the log or the metrics, whatever happens."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from rig.golden import goldens
from rig.holdback import Holdback
from rig.office import JANE, STRANGER, Office, World, hidden, mail, opened
from rig.people import Person, people
from rig.postfix import PrivatePostfix
from rig.samples import FIRMS, Sample, all_samples
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

ADDRESS = re.compile(rb"[\w.+-]+@[\w.-]+\w")


def golden_mails() -> list[Sample]:
    mails = [(golden.name, golden.envelope, golden.raw) for golden in goldens()]
    return [Sample(name, "", envelope.sender, envelope.recipients, raw) for name, envelope, raw in mails]


def addresses(mails: list[Sample]) -> set[str]:
    """Every address in the mails, base64 attachments included, and in their envelopes."""
    found: set[bytes] = set()
    for one in mails:
        found.update(ADDRESS.findall(one.raw))
        for part in message_from_bytes(one.raw).walk():
            content = part.get_payload(decode=True)
            found.update(ADDRESS.findall(content) if isinstance(content, bytes) else ())
        found.update(address.encode() for address in (one.sender, *one.recipients))
    return {address.decode(errors="replace").lower() for address in found}


def test_no_address_in_log_or_metrics(postfix: PrivatePostfix, sink: Sink) -> None:
    """All sample mails, decisions and a broken database put no address into log or metrics."""
    mails = golden_mails() + all_samples()
    with Holdback(postfix, {"internal_domains": [*FIRMS, "corp.example"]}) as holdback:
        for mail in mails:
            postfix.send(mail.raw, mail.sender, mail.recipients, login="tom@mongrelsocks.example")
        for case in holdback.cli("cases", "--json").lines[:3]:
            assert holdback.cli("drop" if case["copies"] > 1 else "release", case["id"]).code == 0
        for file in holdback.state_dir.glob("holdback.db*"):
            file.unlink()
        postfix.send(mails[-1].raw, mails[-1].sender, mails[-1].recipients)
        holdback.restart()
        postfix.submit(mails[-6].raw, mails[-6].sender, mails[-6].recipients)
        wait_until(lambda: len(holdback.messages()) == len(mails) + 2, "the last message's turn")
        logged, judged = holdback.log() + holdback.metrics_text(), holdback.messages()
    known = addresses(mails)
    assert len(known) > 20_000
    assert len(judged) == len(mails) + 2
    assert sorted(address for address in known if address in logged.lower()) == []
    assert re.findall(r"[^\s\"]@[^\s\"]", logged) == []


CUSTOMERS, BOUGHT = people(120), people(300)[200:]
KNOWING = {
    "checks": {
        "unknown_recipients": {"action": "hold", "limit": 20},
        "customer_data": {"known_limit": 5},
    },
    "campaigns": {"copies": 1000},
    "customers": {"region": "DE"},
}


def number_of(person: Person) -> str:
    return f"KD-{person.phone[-7:]}"


def export(some: Sequence[Person]) -> bytes:
    rows = [",".join((number_of(one), *one.row)) for one in some]
    return "\n".join(["customer_no,name,email,phone,street,city", *rows]).encode()


def busy_day(canary: str) -> list[Sample]:
    """Mail of all kinds, in both directions, that shows people in every supported form."""
    addresses = [one.email for one in CUSTOMERS]
    ann = CUSTOMERS[0]
    about_ann = mail("subject", [STRANGER, BOUGHT[4].email], f"{ann.phone}\n{number_of(ann)}\n")
    thread = mail("thread", [JANE], sender=BOUGHT[0].email, cc=[one.email for one in BOUGHT[:12]])
    return [
        mail("visible", addresses[:30]),
        mail("few", addresses[:2], cc=addresses[2:4]),
        hidden("news", addresses),
        mail("export", [STRANGER], attached=("export.csv", export(CUSTOMERS))),
        mail("five", [BOUGHT[3].email], export(CUSTOMERS[:5]).decode()),
        mail("own", [ann.email], export([ann]).decode()),
        mail("named", [STRANGER], attached=(f"{ann.email}.csv", export(CUSTOMERS[:40]))),
        replace(about_ann, raw=about_ann.raw.replace(b"About", ann.email.encode())),
        mail("canary", [STRANGER], f"{canary}\n{export(CUSTOMERS[:9]).decode()}"),
        Sample("thread", "", thread.sender, (JANE,), thread.raw),
        mail("reply", [one.email for one in BOUGHT[:12]]),
        *(mail(f"bought-{n}", [one.email], f"Dear {one.name}!\n") for n, one in enumerate(BOUGHT[:40])),
        mail("forwarded", [BOUGHT[1].email, BOUGHT[2].email], sender=BOUGHT[5].email),
    ]


def test_no_personal_data_is_stored(world: World, tmp_path: Path) -> None:
    """Database, index, journal, log and metrics contain no customer's or recipient's data."""
    with opened(world, KNOWING) as office:
        (tmp_path / "crm.csv").write_bytes(export(CUSTOMERS))
        assert office.holdback.cli("customers", "build", str(tmp_path / "crm.csv")).code == 0
        minted = office.holdback.cli("canary", "mint", "--list", "Spring", "-n", "2").out.split()
        office.reload()
        logged = office.send_all(busy_day(minted[0]))
        assert {line["action"] for line in logged} == {"pass", "hold"}
        cases = office.holdback.cli("cases", "--json").lines
        for case, decision in zip(cases, ("release", "drop", "release"), strict=False):
            assert office.holdback.cli(decision, case["id"]).code == 0
        world.postfix.wait_empty()
        wait_until(lambda: office.holdback.cli("trace", CUSTOMERS[0].email).code == 0, "the ledger")
        kept = b"".join(file.read_bytes() for file in files_of(office))
        with sqlite3.connect(office.holdback.state_dir / "holdback.db", isolation_level=None) as locked:
            locked.execute("BEGIN IMMEDIATE")
            office.send(mail("locked", [one.email for one in CUSTOMERS[40:80]]))
            kept += b"".join(file.read_bytes() for file in files_of(office))
            locked.execute("ROLLBACK")
        locked.close()
        kept += office.holdback.metrics_text().encode()
    assert b"export.csv" in kept, "nothing of all this was noted: the test proved nothing"
    assert [one for one in secrets([*CUSTOMERS, *BOUGHT]) if one.lower().encode() in kept.lower()] == []


def files_of(office: Office) -> list[Path]:
    """Every file that Holdback writes, and its log."""
    kept = [file for file in office.holdback.state_dir.rglob("*") if file.is_file()]
    assert {"holdback.db", "holdback.db-wal", "customers.idx"} <= {file.name for file in kept}
    return [*kept, office.holdback.log_file]


def secrets(some: Sequence[Person]) -> list[str]:
    """Data that would identify people, in all spellings in which it could be stored."""
    found: list[str] = []
    for one in some:
        digits = one.phone.replace(" ", "").removeprefix("+49")
        found += [one.email, one.name, one.phone, digits, number_of(one), one.street]
    return found


def test_delivered_mail_has_no_header_of_ours(world: World) -> None:
    """Passed and released mail has the same fields as sent, except trace fields of the mail server."""
    with opened(world, KNOWING, CUSTOMERS) as office:
        passed = mail("few", [CUSTOMERS[0].email], cc=[CUSTOMERS[1].email])
        released = mail("five", [STRANGER], export(CUSTOMERS[:9]).decode())
        office.send(passed)
        assert office.holdback.cli("release", office.send(released)["case"]).code == 0
        world.postfix.wait_empty()
        for sent in (passed, released):
            (arrived,) = world.sink.deliveries(f"<{sent.name}@")
            fields = [one for one in message_from_bytes(arrived.raw) if one != "Received"]
            assert fields == list(message_from_bytes(sent.raw))
