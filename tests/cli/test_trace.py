"""`holdback trace`: who disclosed somebody, read by whoever has to answer for it."""

import json
from array import array
from collections.abc import Callable
from dataclasses import replace

import pytest
from cli.samples import LIST, NOON, Office
from holdback.cases.database import BRIEFLY, Database
from holdback.cases.key import load_key
from holdback.cases.values import Decision, HoldState
from holdback.customer_list.build import build
from holdback.exits import Exit
from holdback.people.customers import Made, Rows
from holdback.people.fields.kinds import Field
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.canaries import Aviary, Provenance, store_hits
from holdback.trail.ledger import store_disclosures
from holdback.trail.values import CanaryHit, Disclosure, Shown
from trail.samples import disclosure

Told = Callable[..., tuple[int, str, str]]
ANN = (Field.EMAIL, "ann@customer.example")
ANN_BY_PHONE = (Field.PHONE, "+493012345678")
FILE = "part 2, customers.csv rows 2-20001"
CUSTOMER = (Field.DOMAIN, "customer.example")
TO_BROKER = disclosure(at=NOON, queue_id="4BBBB2", message_id="<7@corp.example>", people=20_000)


def pseudonyms(office: Office) -> Pseudonyms:
    return Pseudonyms(load_key(office.config.parent))


def database(office: Office) -> Database:
    return Database(f"sqlite:///{office.config.parent}/holdback.db", BRIEFLY)


def note(office: Office, *people: tuple[Field, str], where: str = FILE, **changes: object) -> None:
    """A message that showed these in one file."""
    numbers = array("q", [pseudonyms(office).number(*one) for one in people])
    shown = Shown(where, 20_000, numbers)
    one: Disclosure = replace(TO_BROKER, shown=(shown,), **changes)
    with database(office).writing() as connection:
        store_disclosures(connection, [one])


def lines(out: str) -> list[str]:
    return [line.strip() for line in out.splitlines()]


def test_the_answer_the_airline_did_not_have(office: Office, told: Told) -> None:
    """When, by whom, to whom, how, and what became of it."""
    case = office.hold(LIST)
    book = office.record.book
    (hold,) = book.show(case).holds
    book.decide(case, Decision.RELEASE, "jane", "", NOON)
    for was, now in ((HoldState.PENDING, HoldState.HELD), (HoldState.HELD, HoldState.RELEASED)):
        book.mark(hold.id, was, now, NOON)
    note(office, ANN, action="hold", case=case)
    code, out, err = told("trace", "ann@customer.example")
    assert (code, err) == (Exit.OK, "")
    said = lines(out)
    assert said[0] == "ann@customer.example is shown in 1 message, newest first; 1 went out"
    assert said[2].endswith(f"held, case {case}, released by jane")
    assert said[3:] == [
        "from     offers@corp.example, login jane, client 192.0.2.7",
        "to       1 recipient at list-broker.example",
        "shown in part 2, customers.csv rows 2-20001, with 19,999 other people",
        "queue id 4BBBB2 at mx1.corp.example",
        "message  <7@corp.example>",
    ]
    assert max(map(len, out.splitlines())) <= 80


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
def test_found_by_any_spelling(office: Office, told: Told, spelling: str) -> None:
    """Plus-tag, case and notation do not matter; phone, customer id and domain are as good."""
    office.config.write_text(office.config.read_text() + '[customers]\nregion = "DE"\n')
    note(office, ANN, ANN_BY_PHONE, CUSTOMER, (Field.ID, "kd-4711"))
    assert told("trace", spelling)[0] == Exit.OK


@pytest.mark.parametrize("near", ["anne@customer.example", "ann@customer2.example", "+493012345679", "4711"])
def test_not_found_by_somebody_else_s(office: Office, told: Told, near: str) -> None:
    """Nearly the same is somebody else."""
    note(office, ANN, ANN_BY_PHONE, CUSTOMER, (Field.ID, "kd-4711"))
    assert told("trace", near)[0] == Exit.FOUND


@pytest.mark.parametrize("nobody", ["", " ", "@", "n/a"])
def test_nobody_is_asked_for(office: Office, told: Told, nobody: str) -> None:
    """What cannot be an identifier is a mistake of the operator's, not somebody nobody disclosed."""
    code, out, err = told("trace", nobody)
    assert (code, out) == (Exit.USAGE, "")
    assert "write an e-mail address, a phone number, a customer id or a domain" in err


FATES = [
    ("pass", "", "sent"),
    ("observe", "", "sent, observed only"),
    ("blind", "", "sent, recipients hidden"),
    ("reject", "", "refused, not sent"),
    ("tempfail", "K7Q2-9F", "refused for now, not sent"),
    ("hold", "K7Q2-9F", "held, case K7Q2-9F, no longer on record"),
]


@pytest.mark.parametrize(("action", "case", "said"), FATES)
def test_what_became_of_it(office: Office, told: Told, action: str, case: str, said: str) -> None:
    """In words, whatever the action was."""
    note(office, ANN, action=action, case=case)
    assert lines(told("trace", "ann@customer.example")[1])[2].endswith(f"  {said}")


def test_what_becomes_of_a_held_one(office: Office, told: Told) -> None:
    """As it stands now: waiting, decided, done."""

    def fate() -> str:
        return lines(told("trace", "ann@customer.example")[1])[2].partition(f"case {case}, ")[2]

    case = office.hold(LIST)
    note(office, ANN, action="hold", case=case)
    book = office.record.book
    (hold,) = book.show(case).holds
    assert fate() == "waits"
    book.decide(case, Decision.RELEASE_BCC, "jane", "", NOON)
    assert fate() == "waits; jane decided: release bcc"
    assert "1 message, newest first; 0 went out" in told("trace", "ann@customer.example")[1]
    book.mark(hold.id, HoldState.PENDING, HoldState.HELD, NOON)
    book.mark(hold.id, HoldState.HELD, HoldState.RELEASED, NOON)
    assert fate() == "released by jane, recipients hidden"
    assert "1 message, newest first; 1 went out" in told("trace", "ann@customer.example")[1]


def test_newest_first_and_since(office: Office, told: Told) -> None:
    """Across folding and clocks; --since leaves out what is older."""
    for day in (3, 1, 2):
        note(office, ANN, at=NOON + day * 86_400, queue_id=f"4DAY{day}")
    found = [json.loads(line) for line in told("trace", "--json", "ann@customer.example")[1].splitlines()]
    assert [one["queue_id"] for one in found] == ["4DAY3", "4DAY2", "4DAY1"]
    code, out, _ = told("trace", "--since", "2023-11-17", "ann@customer.example")
    assert (code, out.count("queue id")) == (Exit.OK, 1)
    assert told("trace", "--since", "1d", "ann@customer.example")[0] == Exit.FOUND


def test_many_are_cut_short(office: Office, told: Told) -> None:
    """A page is enough to read; JSON has all of them."""
    for n in range(51):
        note(office, CUSTOMER, at=NOON + n)
    _, out, _ = told("trace", "customer.example")
    assert (lines(out)[0], out.count("queue id")) == (
        "customer.example is shown in more than 50 messages, newest first",
        50,
    )
    assert told("trace", "--json", "customer.example")[1].count("\n") == 51


def test_as_json(office: Office, told: Told) -> None:
    """One object a line, without any number of anybody."""
    note(office, ANN, CUSTOMER, audience={"": 1, "x.example": 2}, recipients=3)
    found = json.loads(told("trace", "--json", "ann@customer.example")[1])
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
    ("recipients", "audience", "said"),
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
def test_to_whom(office: Office, told: Told, recipients: int, audience: dict[str, int], said: str) -> None:
    """Counts and domains."""
    note(office, ANN, recipients=recipients, audience=audience)
    assert f"to       {said}" in lines(told("trace", "ann@customer.example")[1])


def test_nothing_found(office: Office, told: Told) -> None:
    """What was looked for, since when, and what that means."""
    code, out, _ = told("trace", "eve@customer.example")
    assert (code, lines(out)[0]) == (
        Exit.FOUND,
        "eve@customer.example: no message on record showed it to others",
    )
    assert "The ledger has no entries: nothing was disclosed yet." in lines(out)
    note(office, ANN)
    _, out, _ = told("trace", "4711")
    assert "Looked for: it, as customer id or login name." in lines(out)
    assert any(line.startswith("The ledger has entries since 2023-11-1") for line in lines(out))
    assert told("trace", "--json", "eve@customer.example") == (Exit.FOUND, "", "")


def index(office: Office, key: Pseudonyms | None = None) -> None:
    """An index in which Ann has a second address and a phone."""
    rows = Rows(
        2, [["ann@customer.example", "bob@b.example"], ["ann@home.example", ""]], [["+493012345678", ""]]
    )
    path = office.config.parent / "customers.idx"
    build(path, [rows], key or pseudonyms(office), Made(int(NOON), "crm", ""))


def test_the_person_s_other_identifiers(office: Office, told: Told) -> None:
    """With the customer index they are looked for, and told apart."""
    index(office)
    note(office, ANN)
    note(office, (Field.EMAIL, "ann@home.example"), queue_id="4HOME")
    note(office, (Field.EMAIL, "bob@b.example"), queue_id="4BOB")
    code, out, _ = told("trace", "ann@customer.example")
    assert (code, "4BOB" in out, out.count("queue id")) == (Exit.OK, False, 2)
    assert "2 other identifiers" in " ".join(lines(out))
    assert lines(out).count("under another identifier of the same person") == 1
    found = [json.loads(line) for line in told("trace", "--json", "ann@customer.example")[1].splitlines()]
    assert {one["queue_id"]: one["as_asked"] for one in found} == {"4BBBB2": True, "4HOME": False}


def test_an_index_of_another_key(office: Office, told: Told) -> None:
    """It is said, and the rest is answered."""
    index(office, Pseudonyms(bytes(32)))
    note(office, ANN)
    code, out, err = told("trace", "ann@customer.example")
    assert (code, out.count("queue id")) == (Exit.OK, 1)
    assert "the person's other identifiers are not looked for" in " ".join(err.split())


def test_a_canary_tells_its_story(office: Office, told: Told) -> None:
    """Which list, to whom, and who wrote to it, even if no message showed it."""
    aviary = Aviary(database(office))
    provenance = Provenance("Spring export", "Agency X", NOON, "jane", "campaign")
    (canary,) = aviary.plant(lambda _: ["lena.hart@corp.example"], provenance)
    code, out, _ = told("trace", "lena.hart@corp.example")
    assert (code, "never in mail that Holdback saw" in out) == (Exit.OK, True)
    hit = CanaryHit(
        canary.id, "inbound", NOON, "mx1", "4SPAM", "shop@spam.example", "203.0.113.9", "0", "pass"
    )
    with database(office).writing() as connection:
        store_hits(connection, [hit])
    code, out, _ = told("trace", "Lena.Hart@corp.example")
    said = " ".join(out.split())
    for part in ("is a canary", "Spring export, given to Agency X", "by jane", "from shop@spam.example"):
        assert part in said
    kinds = [
        json.loads(line)["kind"] for line in told("trace", "--json", "lena.hart@corp.example")[1].splitlines()
    ]
    assert (code, kinds) == (Exit.OK, ["canary", "canary_hit"])


def test_hostile_texts_stay_harmless(office: Office, told: Told) -> None:
    """What somebody else wrote does not reach the terminal as it is; nor does what is no text break JSON."""
    escape = "\x1b[31m\udc80"
    fields = ("sender", "login", "host", "message_id", "client", "queue_id", "where")
    note(office, ANN, audience={escape: 1}, **dict.fromkeys(fields, escape))
    out = [told("trace", *words)[1] for words in ((ANN[1],), (escape,), ("--json", ANN[1]))]
    assert "\x1b" not in "".join(out)


def test_a_broken_database(office: Office, told: Told) -> None:
    """Code 69: nobody must take it for nothing found."""
    office.record.close()
    (office.config.parent / "holdback.db").write_bytes(b"this is no database" * 100)
    assert told("trace", "ann@customer.example")[0] == Exit.UNAVAILABLE
