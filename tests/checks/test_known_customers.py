"""The check for customer data with a customer index: people's own data passes, other customers' does not."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from holdback.checks.customer_data import customer_data
from holdback.documents import Budget, Document, OutOfTime, Table, Text, open_parts
from holdback.inspection import evidence_of
from holdback.mail import Envelope, Limits, Message, Part
from holdback.mail.address import address
from holdback.people.fields.canonical import name_and_postcode
from holdback.people.fields.kinds import NAME_AND_POSTCODE, Field
from holdback.people.knowledge import Knowledge
from holdback.verdict import Finding
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.customers import DOMAINS, PSEUDONYMS, Customer, knowledge_of

ANN = Customer(
    "Ann Smith", "ann@home.example", "+44 20 7946 0001", "1001", "anns", "SW1A 1AA", "ann@work.example"
)
BOB = Customer("Bob Smith", "bob@smiths.example", "+44 20 7946 0002", "1002", "bobs", "SW1A 1AA")
# A couple with one mailbox, a family with one phone.
EVE = Customer("Eve Jones", "jones@home.example", "+44 20 7946 0003", "1003", "evej", "N1 9GU")
ROY = Customer("Roy Jones", "jones@home.example", "+44 20 7946 0004", "1004", "royj", "N1 9GU")
SARAH = Customer("Sarah Brown", "sarah@home.example", "+44 20 7946 0005", "1005", "sarahb", "E8 3PH")
PETER = Customer("Peter Brown", "peter@browns.example", "+44 20 7946 0005", "1006", "peterb", "E8 3PH")
OTHERS = [
    Customer(f"{given} Walker", f"{given.lower()}@mail{n}.example", f"+44 20 7946 1{n:03}", f"{2000 + n}",
             f"{given.lower()}w", f"LS{n} 4QA")
    for n, given in enumerate(("James", "Olivia", "Harry", "Grace", "Thomas", "Chloe", "Daniel", "Emily"), 1)
]  # fmt: skip
CUSTOMERS = [ANN, BOB, EVE, ROY, SARAH, PETER, *OTHERS]
STRANGER = "someone@elsewhere.example"
HEADER = "Name,E-mail,Phone,Customer ID,Postcode"


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """Return knowledge with an index of the customers above."""
    return knowledge_of(CUSTOMERS, tmp_path_factory.mktemp("index"))


def row(one: Customer, email: str | None = None) -> str:
    return f"{one.name},{one.email if email is None else email},{one.phone},{one.id},{one.postcode}"


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def found(knowledge: Knowledge, content: str, *recipients: str, name: str = "list.csv") -> dict[str, Finding]:
    """Return the findings on a message with `content`, by kind."""
    part = Part("1", content.encode(), name=name)
    documents = open_parts((part,), Budget(Limits(), lambda: True))
    envelope = Envelope("me@corp.example", recipients or (STRANGER,))
    return {f.kind: f for f in customer_data(evidence_of(envelope, Message(), documents, knowledge))}


def known(knowledge: Knowledge, content: str, *recipients: str) -> int:
    """Return the customers found in `content` as a file; except small tables, a body must give the same."""
    return count(found(knowledge, content, *recipients), "known")


def count(findings: dict[str, Finding], kind: str) -> int:
    return findings[kind].count if kind in findings else 0


_EVERYBODY = table(*map(row, CUSTOMERS))
_RECORDS = {
    "an address and nothing else": ("ann@home.example", 1),
    "a second address": ("Ann Smith, ann@work.example", 1),
    "both addresses of one": ("ann@work.example\n\nann@home.example", 1),
    "an address in another spelling": ("ANN+x@Home.Example", 1),
    "a near miss of an address": ("anne@home.example", 0),
    "one of ours": ("me2@corp.example", 0),
    "a phone in a sentence": ("Please call 020 7946 0002 today.", 1),
    "a phone from abroad": ("Bob: 0044 20 7946-0002", 1),
    "a near miss of a phone": ("Please call 020 7946 0009 today.", 0),
    "the digits of a phone in a number": ("Order 1020794600021 of today", 0),
    "a list of phones": ("\n".join(one.phone for one in CUSTOMERS), 13),
    "a column of phones": (table(*(one.phone for one in CUSTOMERS), header="Mobile"), 13),
    "phones among remarks": (
        table(*(f"{n},ask for {one.phone} please" for n, one in enumerate(OTHERS)), header="Lot,Remark"),
        8,
    ),
    "addresses among remarks": (
        table(*(f"x{n}@y.example,see {one.email}" for n, one in enumerate(OTHERS)), header="E-mail,Remark"),
        8,
    ),
    "ids alone": (table(*(one.id for one in CUSTOMERS), header="Customer ID"), 0),
    "ids and amounts": (table(*(f"{one.id},12.50" for one in CUSTOMERS), header="Customer ID,Amount"), 0),
    "logins alone": (table(*(one.login for one in CUSTOMERS), header="Username"), 0),
    "ids and logins": (
        table(*(f"{one.id},{one.login}" for one in CUSTOMERS), header="Customer ID,Username"),
        14,
    ),
    "ids and others' logins": (
        table(
            *(f"{one.id},{other.login}" for one, other in pairwise(CUSTOMERS)),
            header="Customer ID,Username",
        ),
        0,
    ),
    "names and ids": (
        table(*(f"{one.name},{one.id}" for one in CUSTOMERS), header="Name,Customer ID"),
        14,
    ),
    "names and others' ids": (
        table(
            *(f"{one.name},{other.id}" for one, other in pairwise(CUSTOMERS)),
            header="Name,Customer ID",
        ),
        0,
    ),
    "names and postcodes": (
        table(*(f"{one.name},{one.postcode}" for one in CUSTOMERS), header="Name,Postcode"),
        14,
    ),
    "names and postcodes with towns": (
        table(*(f"{one.name},{one.postcode} Leeds" for one in CUSTOMERS), header="Name,PLZ Ort"),
        14,
    ),
    "names and towns": (table(*(f"{one.name},Leeds" for one in CUSTOMERS), header="Name,Town"), 0),
    "names alone": (table(*(one.name for one in CUSTOMERS), header="Name"), 0),
    "everything": (_EVERYBODY, 14),
    "everything twice": (_EVERYBODY + table(*map(row, CUSTOMERS)), 14),
    "one person in several rows": (table(*[row(ANN), row(ANN, "ann@work.example")] * 9), 1),
    "a couple by their mailbox": ("jones@home.example", 1),
    "a couple, both with their own data": (table(row(EVE), row(ROY)), 2),
    "a family by its phone": ("020 7946 0005", 1),
    "a family by phone, then one of it": (table(f"?,,{SARAH.phone},,", row(PETER)), 1),
    "a new address with a known phone": (table(row(BOB, "new@home.example")), 1),
    "a form": ("Name: Bob Smith\nPostcode: SW1A 1AA\nPhone: none\n", 0),
}


@pytest.mark.parametrize(("content", "people"), _RECORDS.values(), ids=_RECORDS)
def test_known_customers_are_counted(content: str, people: int, knowledge: Knowledge) -> None:
    """By an address, a phone, or two fields of one person; each once; never by less."""
    assert known(knowledge, content) == people


_OWN = {
    "Ann's data to Ann": (table(row(ANN)), ANN.email, 0),
    "five rows of Ann to Ann": (table(*[row(ANN)] * 5), ANN.email, 0),
    "Ann's data to her other address": (table(row(ANN)), ANN.second, 0),
    "Ann's data to her plus-tag": (table(row(ANN)), "Ann+shop@home.example", 0),
    "Bob's data to Ann": (table(row(BOB)), ANN.email, 1),
    "both to Ann": (table(row(ANN), row(BOB)), ANN.email, 1),
    "either of a couple to their mailbox": (table(row(EVE), row(ROY)), EVE.email, 0),
    "the family's phone to one of it": (f"Call {SARAH.phone}", SARAH.email, 0),
    "the other one of the family": (table(row(PETER)), SARAH.email, 1),
    "the other one without address": (table(*[row(PETER, "")] * 3), SARAH.email, 1),
    "another customer of her company to her": (table(row(SARAH)), ANN.email, 0),
    "her phone with an unknown address": (table(row(ANN, "new@home.example")), ANN.email, 0),
    "her name and postcode": (table("Ann Smith,,,,SW1A 1AA"), ANN.email, 0),
    "her phone alone": ("Your number is 020 7946 0001.", ANN.email, 0),
}


@pytest.mark.parametrize(("content", "recipient", "people"), _OWN.values(), ids=_OWN)
def test_data_of_the_recipient_is_no_disclosure(
    content: str, recipient: str, people: int, knowledge: Knowledge
) -> None:
    """Including couples, families and a second address."""
    assert known(knowledge, content, recipient) == people


def test_records_of_a_recipient_known_by_another_address_do_not_count(knowledge: Knowledge) -> None:
    """A record with Ann's private address counts neither as record nor as address if she writes from work."""
    private = table(*[row(ANN, "unknown@home.example")] * 3)
    assert found(knowledge, private, ANN.second) == {}
    assert count(found(knowledge, private), "records") == 1
    assert found(knowledge, "ann@home.example", ANN.second) == {}


@pytest.mark.parametrize("place", ["recipients", "authors"])
def test_people_in_the_header_are_participants(place: str, knowledge: Knowledge) -> None:
    """Data of customers in To, Cc or From is no disclosure."""
    documents = open_parts((Part("1", table(row(ANN), row(BOB)).encode()),), Budget(Limits(), lambda: True))
    message = Message(**{place: (address(ANN.second),)})
    evidence = evidence_of(Envelope("me@corp.example", (STRANGER,)), message, documents, knowledge)
    (known,) = (finding for finding in customer_data(evidence) if finding.kind == "known")
    assert (known.count, known.text) == (1, "1 customer in all, 1 more is a recipient")


def test_a_mail_merge_passes(knowledge: Knowledge) -> None:
    """Each customer gets their own record."""
    assert [found(knowledge, table(row(one)), one.email) for one in CUSTOMERS] == [{}] * len(CUSTOMERS)


def test_texts_of_the_findings(knowledge: Knowledge) -> None:
    """People and the customers among them; customers again in a finding with its own limit."""
    strangers = [f"Ida Reid,ida{n}@x.example,+44 20 7946 5{n:03},{9000 + n},AB1 2CD" for n in range(6)]
    findings = found(knowledge, table(*map(row, CUSTOMERS), *strangers))
    kinds = "e-mail, name, phone, customer id, town"
    assert {kind: (finding.count, finding.text) for kind, finding in findings.items()} == {
        "records": (19, f"19 people in records, 14 of them customers, none a recipient; {kinds}"),
        "known": (14, "14 customers in all, none a recipient"),
    }
    assert findings["known"].where == "part 1, list.csv"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a@x.example, Ann Smith", "1 person in records, no customers, none a recipient; e-mail, name"),
        (
            "ann@home.example, Ann Smith",
            "1 person in records, 1 of them a customer, none a recipient; e-mail, name",
        ),
    ],
)
def test_singular_in_texts(content: str, text: str, knowledge: Knowledge) -> None:
    """One person, one customer, one recipient."""
    assert found(knowledge, content)["records"].text == text


def test_without_an_index_the_text_is_short() -> None:
    """Customers are not mentioned without an index."""
    for none in (Knowledge(DOMAINS), Knowledge(DOMAINS, PSEUDONYMS)):
        findings = found(none, _EVERYBODY)
        assert set(findings) == {"records"}
        assert findings["records"].text == "13 people; e-mail, name, phone, customer id, town"


def test_an_agents_address_in_every_row_hides_no_customer(knowledge: Knowledge) -> None:
    """An address shared by many rows does not identify them, be it a customer's, a recipient's or ours."""
    for agent in (ANN.email, "me@corp.example", "agent@elsewhere.example"):
        content = table(*(row(one, agent) for one in OTHERS))
        assert known(knowledge, content, "agent@elsewhere.example") == len(OTHERS) + (agent == ANN.email)


def test_a_shared_phone_counts_once(knowledge: Knowledge) -> None:
    """A customer's number in records of many other people counts as one customer."""
    strangers = [f"{name} Reid,,{BOB.phone},," for name in ("Ida", "Jim", "Pam", "Ron", "Sue", "Tom")]
    assert known(knowledge, table(*strangers)) == 1


def test_staff_in_the_index_are_no_customers(tmp_path: Path) -> None:
    """Employees in the index do not count in a phone list; a placeholder address makes no one a recipient."""
    stopgap = [Customer(one.name, "nomail@corp.example", one.phone, one.id) for one in OTHERS]
    knowing = knowledge_of(stopgap, tmp_path)
    assert (
        known(knowing, table(*(f"{one.name},{one.name[:3]}@corp.example,{one.phone},," for one in OTHERS)))
        == 0
    )
    documents = open_parts((Part("1", table(*map(row, OTHERS)).encode()),), Budget(Limits(), lambda: True))
    evidence = evidence_of(Envelope("nomail@corp.example", (STRANGER,)), Message(), documents, knowing)
    assert count({f.kind: f for f in customer_data(evidence)}, "known") == len(OTHERS)


def _shown(knowledge: Knowledge, content: str, *recipients: str) -> set[int]:
    documents = open_parts((Part("1", content.encode()),), Budget(Limits(), lambda: True))
    envelope = Envelope("me@corp.example", recipients or (STRANGER,))
    evidence = evidence_of(envelope, Message(), documents, knowledge)
    return {number for place in evidence.disclosed for number in place.subjects.pseudonyms}


def _numbers(**values: Sequence[str]) -> set[int]:
    return {
        PSEUDONYMS.number(NAME_AND_POSTCODE if kind == "NAME_AND_POSTCODE" else Field[kind], value)
        for kind, some in values.items()
        for value in some
    }


_TRACES = {
    "a record": (
        table(*[row(BOB)] * 3),
        {
            "EMAIL": ["bob@smiths.example"],
            "PHONE": ["+442079460002"],
            "ID": ["1002"],
            "DOMAIN": ["smiths.example"],
        },
    ),
    "a bare address": (
        "b@x.y.example, c@gmail.com",
        {"EMAIL": ["b@x.y.example", "c@gmail.com"], "DOMAIN": ["y.example"]},
    ),
    "a name and a postcode of a customer": (
        table(
            f"{BOB.name},{BOB.postcode},High Street 1",
            "Leo Nobody,LS9 9ZZ,Mill Lane 2",
            header="Name,Postcode,Street",
        ),
        {"NAME_AND_POSTCODE": [name_and_postcode(BOB.name, BOB.postcode)]},
    ),
    "an address in remarks": (
        table(*[f"{row(BOB)},ask c@gmail.com"] * 3, header=f"{HEADER},Remarks"),
        {
            "EMAIL": ["bob@smiths.example", "c@gmail.com"],
            "PHONE": ["+442079460002"],
            "ID": ["1002"],
            "DOMAIN": ["smiths.example"],
        },
    ),
    "a customer's phone": ("Call 020 7946 0002", {"PHONE": ["+442079460002"]}),
    "an unknown phone": ("Call 020 7946 0099", {}),
    "an id without a record": (table("1002,1", "1003,2", header="Customer ID,Rank"), {}),
    "our own": ("x@corp.example and x@partner.example", {}),
    "the recipient's": (f"{STRANGER}", {}),
    "who takes part under another address": (table(row(ANN)), {}),
}


@pytest.mark.parametrize(("content", "values"), _TRACES.values(), ids=_TRACES)
def test_the_trail_gets_pseudonyms(content: str, values: dict[str, list[str]], knowledge: Knowledge) -> None:
    """Of all addresses, of phones and ids in records, and of organisations; none of internal ones."""
    recipients = (STRANGER, ANN.second)
    assert _shown(knowledge, content, *recipients) == _numbers(**values)


@pytest.mark.parametrize(
    "name",
    ["a record", "a bare address", "an address in remarks", "an unknown phone", "our own", "the recipient's"],
)
def test_without_an_index_the_trail_gets_the_same(name: str) -> None:
    """Pseudonyms need the key, not the index."""
    knowing = Knowledge(DOMAINS, PSEUDONYMS, region="GB")
    content, values = _TRACES[name]
    assert _shown(knowing, content) == _numbers(**values)


@pytest.mark.parametrize(
    "content",
    [
        _EVERYBODY,
        table(*[row(one, "x@corp.example") for one in CUSTOMERS]),
        table(
            *[f"{row(one, 'x@corp.example')},{one.email}" for one in CUSTOMERS], header=f"{HEADER},E-mail 2"
        ),
        "\n".join(f"{one.name}, {one.email}, {one.phone}" for one in OTHERS),
    ],
    ids=["all", "with an agent of ours", "in a second column", "in a text"],
)
def test_pseudonyms_are_the_same_with_and_without_an_index(knowledge: Knowledge, content: str) -> None:
    """For third parties in tables and text."""
    without = Knowledge(DOMAINS, PSEUDONYMS, region="GB")
    assert _shown(without, content) == _shown(knowledge, content)


def test_the_heartbeat_ends_the_inspection(knowledge: Knowledge) -> None:
    """With an index too."""

    def late() -> None:
        raise OutOfTime

    documents = open_parts((Part("1", _EVERYBODY.encode()),), Budget(Limits(), lambda: True))
    with pytest.raises(OutOfTime):
        evidence_of(Envelope("me@corp.example", (STRANGER,)), Message(), documents, knowledge, late)


_SOME = st.lists(
    st.sampled_from([*map(row, CUSTOMERS), "Ida Reid,ida@x.example,,,", f"?,,{SARAH.phone},,"]), max_size=12
)


@settings(deadline=None, max_examples=60)
@given(_SOME, st.sampled_from(CUSTOMERS), st.sampled_from([STRANGER, *(one.email for one in CUSTOMERS)]))
def test_a_further_third_party_never_lowers_a_count(
    knowledge: Knowledge, rows: list[str], one: Customer, recipient: str
) -> None:
    """Neither a further record nor a recipient who is not in the data lowers a count."""
    before = found(knowledge, table(*rows), recipient)
    more = found(knowledge, table(*rows, row(one)), recipient)
    wider = found(knowledge, table(*rows), recipient, "new@nowhere.example")
    for kind in ("records", "addresses", "known"):
        assert count(before, kind) <= count(wider, kind)
    assert count(before, "known") <= count(more, "known")


@settings(deadline=None, max_examples=60)
@given(
    _SOME, st.randoms(use_true_random=False), st.sampled_from([STRANGER, ANN.email, EVE.email, SARAH.email])
)
def test_order_and_repetition_do_not_matter(
    knowledge: Knowledge, rows: list[str], random: Random, recipient: str
) -> None:
    """The same people in another order, some twice, give the same counts."""
    again = rows + random.choices(rows, k=4) if rows else rows
    random.shuffle(again)
    assert known(knowledge, table(*again), recipient) == known(knowledge, table(*rows), recipient)


_CELL = st.text(st.sampled_from("aB1@.,;:<>+-0()\t |/ß名²\ud800"), max_size=20) | st.sampled_from(
    [
        value
        for one in CUSTOMERS
        for value in (one.name, one.email, one.phone, one.id, one.login, one.postcode)
    ]
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.lists(_CELL, max_size=6), max_size=30),
    st.sampled_from([HEADER, "Username,Customer ID,Name,PLZ", ""]),
)
def test_anything_is_counted(knowledge: Knowledge, rows: list[list[str]], header: str) -> None:
    """No content raises, and no one counts twice."""
    cells = tuple(header.split(",")) if header else ()
    document = Document("1", tables=(Table(rows, cells),), texts=(Text("\n".join(map(", ".join, rows))),))
    evidence = evidence_of(Envelope("me@corp.example", (ANN.email,)), Message(), (document,), knowledge)
    assert count({f.kind: f for f in customer_data(evidence)}, "known") < len(CUSTOMERS)
