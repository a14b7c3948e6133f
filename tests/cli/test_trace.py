"""`holdback trace` lists the messages that disclosed a person."""

import json
from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import LIST, NOON, SOCKS, Office
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.key import load_key
from holdback.cases.model import Decision, HoldState
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.exits import Exit
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.canaries import CanaryHit, CanaryStore, Provenance, store_hits
from holdback.trail.disclosure import DisclosedPlace, Disclosure
from holdback.trail.ledger import store_disclosures
from trail.samples import disclosure

Run = Callable[..., tuple[int, str, str]]
ANN = (Field.EMAIL, "ann@customer.example")
ANN_BY_PHONE = (Field.PHONE, "+493012345678")
FILE = "part 2, customers.csv rows 2-20001"
CUSTOMER = (Field.DOMAIN, "customer.example")
TO_BROKER = disclosure(at=NOON, queue_id="4BBBB2", message_id="<7@corp.example>", people=20_000)


def pseudonyms(office: Office) -> Pseudonyms:
    return Pseudonyms(load_key(office.config.parent))


def database(office: Office) -> Database:
    return Database(f"sqlite:///{office.config.parent}/holdback.db", MILTER_TIMEOUT)


def record(office: Office, *people: tuple[Field, str], where: str = FILE, **changes: object) -> None:
    """A message that showed these in one file."""
    numbers = array("q", [pseudonyms(office).number(*one) for one in people])
    shown = DisclosedPlace(where, 20_000, numbers)
    one: Disclosure = replace(TO_BROKER, shown=(shown,), **changes)
    with database(office).writing() as connection:
        store_disclosures(connection, [one])


def lines(out: str) -> list[str]:
    return [line.strip() for line in out.splitlines()]


def test_the_answer_the_airline_did_not_have(office: Office, run: Run) -> None:
    """Time, sender, recipients, place, and what happened to the message."""
    case = office.hold(LIST)
    book = office.record.book
    (hold,) = book.show(case).holds
    book.decide(case, Decision.RELEASE, "jane", "", NOON)
    for was, now in ((HoldState.PENDING, HoldState.HELD), (HoldState.HELD, HoldState.RELEASED)):
        book.mark(hold.id, was, now, NOON)
    record(office, ANN, action="hold", case=case)
    code, out, err = run("trace", "ann@customer.example")
    assert (code, err) == (Exit.OK, "")
    printed = lines(out)
    assert printed[0] == "ann@customer.example: shown in 1 message, 1 sent (newest first)"
    assert printed[2].endswith(f"held, case {case}, released by jane")
    assert printed[3:] == [
        "from     offers@corp.example, login jane, client 192.0.2.7",
        "to       1 recipient at list-broker.example",
        "shown in part 2, customers.csv rows 2-20001, with 19,999 other people",
        "queue id 4BBBB2 on mx1.corp.example",
        "message  <7@corp.example>",
    ]
    assert max(map(len, out.splitlines())) <= 80


def test_a_message_whose_case_got_another_id(office: Office, run: Run) -> None:
    """The ledger has the id that was given without the database; the hold is found, with its case now."""
    case = office.hold(LIST)
    office.hold(replace(LIST, arrived=NOON + 3600, fingerprints=SOCKS.fingerprints))
    office.record.book.decide(case, Decision.DROP, "jane", "", NOON)
    (hold,) = office.record.book.show(case).holds
    for was, now in ((HoldState.PENDING, HoldState.HELD), (HoldState.HELD, HoldState.DROPPED)):
        office.record.book.mark(hold.id, was, now, NOON)
    record(office, ANN, action="hold", case="K7Q2-9F")
    assert f"held, case {case}, deleted by jane" in run("trace", "ann@customer.example")[1]
    (found,) = [json.loads(line) for line in run("trace", "--json", "ann@customer.example")[1].splitlines()]
    assert (found["case"], found["state"], found["decision"]) == (case, "dropped", "drop")


@pytest.mark.parametrize(
    "spelling",
    [
        "Ann+news@Customer.Example",
        " <ann@customer.example> ",
        "customer.example",
        "@mail.customer.example",
        "+49 (0)30 1234-5678",
        "030/12345678",
        " kd-4711",
    ],
)
def test_found_by_any_spelling(office: Office, run: Run, spelling: str) -> None:
    """Plus-tag, case and notation do not matter; phone, customer id and domain are as good."""
    office.config.write_text(office.config.read_text() + '[customers]\nregion = "DE"\n')
    record(office, ANN, ANN_BY_PHONE, CUSTOMER, (Field.ID, "kd-4711"))
    assert run("trace", spelling)[0] == Exit.OK


@pytest.mark.parametrize("near", ["anne@customer.example", "ann@customer2.example", "+493012345679", "4711"])
def test_not_found_by_a_similar_identifier(office: Office, run: Run, near: str) -> None:
    """Similar identifiers belong to other people."""
    record(office, ANN, ANN_BY_PHONE, CUSTOMER, (Field.ID, "kd-4711"))
    assert run("trace", near)[0] == Exit.FOUND


@pytest.mark.parametrize("invalid", ["", " ", "@", "n/a"])
def test_an_invalid_identifier(office: Office, run: Run, invalid: str) -> None:
    """Text that is no identifier is a usage error, not an empty result."""
    code, out, err = run("trace", invalid)
    assert (code, out) == (Exit.USAGE, "")
    assert "write an e-mail address, a phone number, a customer id or a domain" in err


OUTCOMES = [
    ("pass", "", "sent"),
    ("observe", "", "sent, observed"),
    ("blind", "", "sent, recipients hidden"),
    ("reject", "", "rejected, not sent"),
    ("tempfail", "K7Q2-9F", "temporarily rejected, not sent"),
    ("hold", "K7Q2-9F", "held, case K7Q2-9F, no longer in the database"),
]


@pytest.mark.parametrize(("action", "case", "expected"), OUTCOMES)
def test_the_outcome_of_a_message(office: Office, run: Run, action: str, case: str, expected: str) -> None:
    """Every action in words."""
    record(office, ANN, action=action, case=case)
    assert lines(run("trace", "ann@customer.example")[1])[2].endswith(f"  {expected}")


def test_the_outcome_of_a_held_message(office: Office, run: Run) -> None:
    """Waiting, decided, carried out."""

    def outcome() -> str:
        return lines(run("trace", "ann@customer.example")[1])[2].partition(f"case {case}, ")[2]

    case = office.hold(LIST)
    record(office, ANN, action="hold", case=case)
    book = office.record.book
    (hold,) = book.show(case).holds
    assert outcome() == "waiting"
    book.decide(case, Decision.RELEASE_BCC, "jane", "", NOON)
    assert outcome() == "waiting, release bcc decided by jane"
    assert "1 message, 0 sent (newest first)" in run("trace", "ann@customer.example")[1]
    book.mark(hold.id, HoldState.PENDING, HoldState.HELD, NOON)
    book.mark(hold.id, HoldState.HELD, HoldState.RELEASED, NOON)
    assert outcome() == "released by jane, recipients hidden"
    assert "1 message, 1 sent (newest first)" in run("trace", "ann@customer.example")[1]


def test_newest_first_and_since(office: Office, run: Run) -> None:
    """Whatever the order of storage; --since leaves out older messages."""
    for day in (3, 1, 2):
        record(office, ANN, at=NOON + day * 86_400, queue_id=f"4DAY{day}")
    found = [json.loads(line) for line in run("trace", "--json", "ann@customer.example")[1].splitlines()]
    assert [one["queue_id"] for one in found] == ["4DAY3", "4DAY2", "4DAY1"]
    code, out, _ = run("trace", "--since", "2023-11-17", "ann@customer.example")
    assert (code, out.count("queue id")) == (Exit.OK, 1)
    assert run("trace", "--since", "1d", "ann@customer.example")[0] == Exit.FOUND


def test_many_are_cut_short(office: Office, run: Run) -> None:
    """Text stops after 50 messages, JSON has all."""
    for n in range(51):
        record(office, CUSTOMER, at=NOON + n)
    _, out, _ = run("trace", "customer.example")
    assert (lines(out)[0], out.count("queue id")) == (
        "customer.example: shown in more than 50 messages (newest first)",
        50,
    )
    assert run("trace", "--json", "customer.example")[1].count("\n") == 51


def test_as_json(office: Office, run: Run) -> None:
    """One object a line, without any number of anybody."""
    record(office, ANN, CUSTOMER, audience={"": 1, "x.example": 2}, recipients=3)
    found = json.loads(run("trace", "--json", "ann@customer.example")[1])
    assert found.pop("at") == NOON
    assert found == {
        "kind": "disclosure",
        "as_asked": True,
        "host": "mx1.corp.example",
        "queue_id": "4BBBB2",
        "message_id": "<7@corp.example>",
        "sender": "offers@corp.example",
        "login": "jane",
        "client": "192.0.2.7",
        "recipients": 3,
        "audience": {"": 1, "x.example": 2},
        "action": "pass",
        "case": "",
        "state": "",
        "decision": "",
        "operator": "",
        "people": 20_000,
        "shown": [{"where": "part 2, customers.csv rows 2-20001", "people": 20_000}],
    }


@pytest.mark.parametrize(
    ("recipients", "audience", "expected"),
    [
        (1, {"x.example": 1}, "1 recipient at x.example"),
        (4, {"x.example": 3, "other": 1}, "4 recipients: 3 at x.example, 1 elsewhere"),
        (2, {"": 2}, "2 recipients: 2 of them customers"),
        (3, {"x.example": 2}, "3 recipients: 2 at x.example"),
        (3, {"other": 3}, "3 recipients"),
        (3, {"": 1, "other": 2}, "3 recipients: 2 elsewhere, 1 of them a customer"),
        (3, {}, "3 recipients"),
    ],
)
def test_the_audience(
    office: Office, run: Run, recipients: int, audience: dict[str, int], expected: str
) -> None:
    """Counts and domains."""
    record(office, ANN, recipients=recipients, audience=audience)
    assert f"to       {expected}" in lines(run("trace", "ann@customer.example")[1])


def test_nothing_found(office: Office, run: Run) -> None:
    """What was searched for, and what is not covered."""
    code, out, _ = run("trace", "eve@customer.example")
    assert (code, lines(out)[0]) == (
        Exit.FOUND,
        "eve@customer.example: no messages found",
    )
    assert "The ledger is empty." in lines(out)
    record(office, ANN)
    _, out, _ = run("trace", "4711")
    assert "Searched for: 4711 (customer id or login name)." in lines(out)
    assert any(line.startswith("The ledger starts at 2023-11-1") for line in lines(out))
    assert run("trace", "--json", "eve@customer.example") == (Exit.FOUND, "", "")


def index(office: Office, key: Pseudonyms | None = None) -> None:
    """An index in which Ann has a second address and a phone."""
    rows = RowBatch(
        2, [["ann@customer.example", "bob@b.example"], ["ann@home.example", ""]], [["+493012345678", ""]]
    )
    path = office.config.parent / "customers.idx"
    build(path, [rows], key or pseudonyms(office), Origin(int(NOON), "crm", ""))


def test_the_person_s_other_identifiers(office: Office, run: Run) -> None:
    """The customer index adds them; messages found only by them are marked."""
    index(office)
    record(office, ANN)
    record(office, (Field.EMAIL, "ann@home.example"), queue_id="4HOME")
    record(office, (Field.EMAIL, "bob@b.example"), queue_id="4BOB")
    code, out, _ = run("trace", "ann@customer.example")
    assert (code, "4BOB" in out, out.count("queue id")) == (Exit.OK, False, 2)
    assert "2 other identifiers" in " ".join(lines(out))
    assert lines(out).count("found by another identifier of this person") == 1
    found = [json.loads(line) for line in run("trace", "--json", "ann@customer.example")[1].splitlines()]
    assert {one["queue_id"]: one["as_asked"] for one in found} == {"4BBBB2": True, "4HOME": False}


def test_an_index_of_another_key(office: Office, run: Run) -> None:
    """A warning; the person is still found by the identifier typed."""
    index(office, Pseudonyms(bytes(32)))
    record(office, ANN)
    code, out, err = run("trace", "ann@customer.example")
    assert (code, out.count("queue id")) == (Exit.OK, 1)
    assert "customer index not used: " in " ".join(err.split())


def test_a_canary_is_printed_with_its_hits(office: Office, run: Run) -> None:
    """List, receiver and hits, even if no message disclosed it."""
    store = CanaryStore(database(office))
    provenance = Provenance("Spring export", "Agency X", NOON, "jane", "campaign")
    (canary,) = store.add(lambda _: ["lena.hart@corp.example"], provenance)
    code, out, _ = run("trace", "lena.hart@corp.example")
    assert (code, "hits     none" in out) == (Exit.OK, True)
    hit = CanaryHit(
        canary.id, "inbound", NOON, "mx1", "4SPAM", "shop@spam.example", "203.0.113.9", "0", "pass"
    )
    with database(office).writing() as connection:
        store_hits(connection, [hit])
    code, out, _ = run("trace", "Lena.Hart@corp.example")
    text = " ".join(out.split())
    for part in (
        'is a canary list "Spring export" (given to Agency X)',
        "by jane",
        "from shop@spam.example",
    ):
        assert part in text
    kinds = [
        json.loads(line)["kind"] for line in run("trace", "--json", "lena.hart@corp.example")[1].splitlines()
    ]
    assert (code, kinds) == (Exit.OK, ["canary", "canary_hit"])


def test_hostile_texts_stay_harmless(office: Office, run: Run) -> None:
    """Untrusted text is made printable, and invalid text does not break JSON."""
    escape = "\x1b[31m\udc80"
    fields = ("sender", "login", "host", "message_id", "client", "queue_id", "where")
    record(office, ANN, audience={escape: 1}, **dict.fromkeys(fields, escape))
    out = [run("trace", *words)[1] for words in ((ANN[1],), (escape,), ("--json", ANN[1]))]
    assert "\x1b" not in "".join(out)


def test_a_broken_database(office: Office, run: Run) -> None:
    """Exit code 69, not that of nothing found."""
    office.record.close()
    (office.config.parent / "holdback.db").write_bytes(b"this is no database" * 100)
    assert run("trace", "ann@customer.example")[0] == Exit.UNAVAILABLE
