"""`holdback canary mint`, `list` and `hits`: from minting to the alert."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cli.samples import LIST, NOON, SOCKS, Office
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.key import load_key
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.exits import Exit
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.canaries import CanaryHit, store_hits
from rig.people import HEADINGS, people

Run = Callable[..., tuple[int, str, str]]
_SPRING = ("canary", "mint", "--list", "Spring export", "--given-to", "Agency X")


def _noted(office: Office, *hits: CanaryHit) -> None:
    database = Database(f"sqlite:///{office.config.parent}/holdback.db", MILTER_TIMEOUT)
    with database.writing() as connection:
        store_hits(connection, hits)
    database.close()


def test_minting_prints_addresses_and_advice_apart(office: Office, run: Run) -> None:
    """Addresses go to standard output, the next steps to standard error."""
    code, out, advice = run(*_SPRING)
    addresses = out.split()
    assert (code, len(set(addresses))) == (Exit.OK, 5)
    assert all(address.endswith("@corp.example") for address in addresses)
    plain = " ".join(advice.split())
    assert '5 canaries of list "Spring export" (given to Agency X). Next steps:' in plain
    assert "Make them deliverable" in plain
    assert "Mint with --sender to allow its senders." in plain
    assert max(map(len, advice.splitlines())) <= 80


def test_minted_canaries_are_listed_by_set(office: Office, run: Run) -> None:
    """Each receiver of a list has a set."""
    run(*_SPRING, "-n", "3", "--reason", "ticket 7", "--sender", "*@agency.example")
    run("canary", "mint", "--list", "Crew list", "-n", "1")
    code, out, _ = run("canary", "list")
    lines = [line.strip() for line in out.splitlines()]
    assert (code, lines[0], lines[5]) == (
        Exit.OK,
        'list "Spring export" (given to Agency X)',
        'list "Crew list" (internal)',
    )
    assert lines[1].startswith("minted   3 canaries, ")
    assert lines[2:5] == ["reason   ticket 7", "senders  *@agency.example", "hits     none"]
    assert run("canary", "list", "--list", "Crew list")[1].splitlines() == out.splitlines()[5:]


def test_json_has_everything(office: Office, run: Run) -> None:
    """An object a line, from mint and from list."""
    _, out, advice = run(*_SPRING, "-n", "2", "--json", "--sender", "news@corp.example")
    minted = [json.loads(line) for line in out.splitlines()]
    assert (len(minted), advice) == (2, "")
    assert (minted[0]["list_name"], minted[0]["given_to"], minted[0]["senders"]) == (
        "Spring export",
        "Agency X",
        ["news@corp.example"],
    )
    listed = [json.loads(line) for line in run("canary", "list", "--json")[1].splitlines()]
    assert listed == [one | {"inbound": 0, "outbound": 0, "last": 0.0} for one in minted]


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        (("--domain", "Shop.example"), "", "@shop.example"),
        (("--domain", "xn--mller-kva.example"), "", "@xn--mller-kva.example"),
        (("--plus", "jane"), "jane+", "@corp.example"),
        (("--plus", "Jane@shop.example"), "jane+", "@shop.example"),
        (("--plus", "jane@shop.example", "--domain", "x.shop.example"), "jane+", "@x.shop.example"),
    ],
)
def test_the_domain_and_the_mailbox_can_be_chosen(
    office: Office, run: Run, words: tuple[str, ...], start: str, end: str
) -> None:
    """Any of internal_domains, subdomains of one with a dot included; or tags of one mailbox."""
    office.config.write_text(
        office.config.read_text().replace(
            '"corp.example"', '"corp.example", ".shop.example", "müller.example"'
        )
    )
    code, out, _ = run(*_SPRING, *words)
    assert (code, len(out.split())) == (Exit.OK, 5)
    assert all(address.startswith(start) and address.lower().endswith(end) for address in out.split())


def test_rows_are_in_the_style_of_a_file(office: Office, run: Run, tmp_path: Path) -> None:
    """Its header and rows on standard output and nothing else, so that they can be piped into a file."""
    lines = [";".join(HEADINGS["de"]), *(";".join(person.row) for person in people(50, "de"))]
    sample = tmp_path / "crm.csv"
    sample.write_text("\r\n".join(lines), "utf-8")
    _, out, advice = run(*_SPRING, "-n", "3", "--like", str(sample))
    header, *rows = out.splitlines()
    assert (header, len(rows)) == (lines[0], 3)
    assert {row.count(";") for row in rows} == {4}
    assert "Next steps:" in advice
    listed = {json.loads(line)["address"] for line in run("canary", "list", "--json")[1].splitlines()}
    assert {row.split(";")[1] for row in rows} == listed


def test_a_customer_does_not_become_a_canary(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Addresses in the customer index are not minted."""
    pseudonyms = Pseudonyms(load_key(office.config.parent))
    customers = RowBatch(1, emails=[["Ann.Smith@corp.example"]])
    build(office.config.parent / "customers.idx", [customers], pseudonyms, Origin(0, "crm"))
    monkeypatch.setattr("holdback.canary_minting.mint._local", lambda *_: "ann.smith")
    code, out, error = run(*_SPRING)
    assert (code, out) == (Exit.UNAVAILABLE, "")
    assert "no canaries minted" in error
    assert run("canary", "list")[1] == "No canaries. Mint some with holdback canary mint.\n"


def test_the_map_makes_them_deliverable(office: Office, run: Run) -> None:
    """As postmap(1) reads it."""
    _, minted, _ = run(*_SPRING)
    run("canary", "mint", "--list", "Crew list")
    _, out, _ = run("canary", "list", "--map", "canaries@corp.example", "--list", "Spring export")
    assert out == "".join(f"{address} canaries@corp.example\n" for address in minted.split())


def test_hits_name_the_list_and_the_sender(office: Office, run: Run) -> None:
    """Newest first, limited by --since."""
    _, minted, _ = run(*_SPRING, "-n", "1")
    assert run("canary", "hits")[1] == "No canary hits.\n"
    spam = CanaryHit(1, "inbound", NOON, "mx1", "4AAA", "shop@pills.example", "192.0.2.7", "cafe", "pass")
    leak = CanaryHit(1, "outbound", NOON + 60, "mx1", "4BBB", "max@corp.example", "", "cafe", "hold")
    _noted(office, spam, leak)
    code, out, _ = run("canary", "hits")
    lines = [line.strip() for line in out.splitlines()]
    assert code == Exit.OK
    assert lines[0].endswith(f"outbound  message with {minted.strip()}")
    assert lines[1:4] == [
        "held, no longer in the database",
        'list "Spring export" (given to Agency X)',
        "from max@corp.example, client local, queue id 4BBB on mx1",
    ]
    assert lines[4].endswith(f"inbound   message to {minted.strip()}")
    assert lines[5] == "passed"
    assert max(map(len, out.splitlines())) <= 80
    assert run("canary", "hits", "--since", "30d")[1] == "No canary hits.\n"
    found = [json.loads(line) for line in run("canary", "hits", "--json")[1].splitlines()]
    assert [one["direction"] for one in found] == ["outbound", "inbound"]
    assert (found[1]["sender"], found[1]["list_name"]) == ("shop@pills.example", "Spring export")
    assert (found[0]["case"], found[0]["state"]) == ("", "")
    assert "hits     1 inbound, 1 outbound, last 2023-11-1" in run("canary", "list")[1]


@pytest.mark.parametrize(
    ("action", "direction", "held", "words"),
    [
        ("pass", "inbound", False, "passed"),
        ("discard", "inbound", False, "discarded"),
        ("pass", "outbound", False, "sent"),
        ("reject", "outbound", False, "rejected, not sent"),
        ("hold", "outbound", False, "held, no longer in the database"),
        ("hold", "outbound", True, "held, case {case}, waiting"),
        ("pass", "outbound", True, "sent"),
    ],
)
def test_hits_and_trace_say_the_same_about_a_message(
    office: Office, run: Run, action: str, direction: str, held: bool, words: str
) -> None:
    """What happened to it: a held message did not leave. A hold of the same id a year ago is another."""
    minted = run(*_SPRING, "-n", "1")[1].strip()
    office.hold(replace(LIST, arrived=NOON - 365 * 86_400.0))
    case = office.hold(replace(SOCKS, host=LIST.host, queue_id=LIST.queue_id)) if held else ""
    _noted(
        office, CanaryHit(1, direction, NOON, LIST.host, LIST.queue_id, "max@corp.example", "", "", action)
    )
    expected = words.format(case=case)
    hits, trace = (" ".join(run(*command)[1].split()) for command in (("canary", "hits"), ("trace", minted)))
    assert (f"{minted} {expected} list" in hits, f", {direction}: {expected}, from" in trace) == (True, True)
    assert f"{minted}: no disclosures in the ledger" in trace


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--sender", "a b"), Exit.USAGE, "--sender a b"),
        (("--sender", ""), Exit.USAGE, "--sender"),
        (("--domain", ".corp.example"), Exit.USAGE, ".corp.example: write a domain"),
        (("--domain", "corp"), Exit.USAGE, "corp: write a domain"),
        (("--domain", "shop.example"), Exit.USAGE, "shop.example: not one of internal_domains"),
        (("--domain", "x.corp.example"), Exit.USAGE, "x.corp.example: not one of internal_domains"),
        (("--domain", "corp.example.evil.example"), Exit.USAGE, "evil.example: not one of internal_domains"),
        (("--plus", "jane@partner.example"), Exit.USAGE, "partner.example: not one of internal_domains"),
        (("--plus", "jane@corp.example", "--domain", "x.example"), Exit.USAGE, "x.example: not one of"),
        (("--plus", "jane@x@y.example"), Exit.USAGE, "write a domain"),
        (("--plus", "@corp.example"), Exit.USAGE, "write a mailbox"),
        (("--plus", "ja ne"), Exit.USAGE, "write a mailbox"),
        (("-n", "0"), Exit.USAGE, "-n"),
        (("--like", "/nowhere/crm.csv"), Exit.IO, "/nowhere/crm.csv"),
        (("--like", __file__), Exit.DATA, "test_canary.py"),
    ],
)
def test_mistakes_are_reported_and_nothing_is_minted(
    office: Office, run: Run, words: tuple[str, ...], code: Exit, message: str
) -> None:
    """One line that names the mistake."""
    found, out, error = run(*_SPRING, *words)
    assert (found, out) == (code, "")
    assert message in error
    assert run("canary", "list", "--json")[1] == ""


def test_a_foreign_list_name_does_no_harm(office: Office, run: Run) -> None:
    """Escape sequences are not printed."""
    run("canary", "mint", "--list", "a\x1b[31mb", "-n", "1")
    assert "\x1b" not in run("canary", "list")[1]
