"""The ledger entry of a message: the people disclosed, and the audience."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.checks.evidence import Evidence
from holdback.inspection import gather
from holdback.mail import Envelope
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.policy import Policy
from holdback.trail.compaction import AGE, compact
from holdback.trail.disclosure import Disclosure, disclosure_of
from holdback.trail.ledger import store_disclosures
from trail.samples import NOON

PSEUDONYMS = Pseudonyms(bytes(range(32)))
DOMAINS = company_domains(["corp.example"], ["partner.example"])
KNOWN = Knowledge(DOMAINS, PSEUDONYMS)
CSV = "name,email,phone\n" + "".join(
    f"Ann Person{n},ann{n}@shop{n}.example,+49 30 12345{n:02}\n" for n in range(30)
)


def number(kind: Field, value: str) -> int:
    return PSEUDONYMS.number(kind, value)


def email(value: str) -> int:
    return number(Field.EMAIL, value)


def domain(value: str) -> int:
    return number(Field.DOMAIN, value)


def evidence(
    recipients: str, to: str = "", cc: str = "", csv: str = "", known: Knowledge = KNOWN, **envelope: Any
) -> Evidence:
    """Evidence of our message to `recipients`, with `to` and `cc` visible and `csv` attached."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "jane@corp.example", "Hello", "<1@corp.example>"
    if to:
        mail["To"] = to
    if cc:
        mail["Cc"] = cc
    mail.set_content("Please find attached.\n")
    if csv:
        mail.add_attachment(csv.encode(), maintype="text", subtype="csv", filename="customers.csv")
    given = {"sender": "jane@corp.example", "login": "jane", "queue_id": "4AAA", "host": "mx1", **envelope}
    wrapped = Envelope(recipients=tuple(recipients.split()), **given)
    return gather(wrapped, mail.as_bytes(), Policy({}), known)


def entry_of(found: Evidence, recipient_domains: bool = True) -> Disclosure | None:
    return disclosure_of(found, NOON, "pass", "", recipient_domains)


BOB, EVE = "bob@b.example", "eve@e.example"


@pytest.mark.parametrize(
    ("recipients", "to", "cc", "shown"),
    [
        pytest.param(BOB, BOB, "", None, id="a letter to one person"),
        pytest.param(BOB, "Bob+x@B.example", "", None, id="however they are written"),
        pytest.param(BOB, "", "", None, id="no visible recipient"),
        pytest.param(f"{BOB} {EVE}", "", "", None, id="nor to several"),
        pytest.param(BOB, f"{BOB}, ann@corp.example", "tom@corp.example", None, id="with visible colleagues"),
        pytest.param("ann@corp.example", f"{BOB}, {EVE}", "", None, id="the message stays inside"),
        pytest.param(f"{BOB} {EVE}", BOB, EVE, {BOB, EVE}, id="two see each other"),
        pytest.param(f"{BOB} {EVE}", BOB, "", {BOB}, id="one sees the other, who has a blind copy"),
        pytest.param(BOB, BOB, EVE, {BOB, EVE}, id="one sees another, who gets it by another server"),
        pytest.param(BOB, EVE, "", {EVE}, id="a forwarded letter to another person"),
        pytest.param("x@partner.example", BOB, "", {BOB}, id="to a partner"),
    ],
)
def test_people_in_the_header(recipients: str, to: str, cc: str, shown: set[str] | None) -> None:
    """A recipient who sees only their own address is not a disclosure."""
    found = entry_of(evidence(recipients, to, cc))
    assert (None if shown is None else {email(key) for key in shown}) == (
        found and set(found.shown[0].numbers) - {domain("b.example"), domain("e.example")}
    )


def test_organisations() -> None:
    """Organisations are found by domain; mailbox providers are not organisations."""
    found = entry_of(evidence(f"{BOB} {EVE}", "bob@mail.b.example, p@gmail.com", "q@gmail.com"))
    assert found
    assert (found.shown[0].where, found.shown[0].people, found.people) == ("To, Cc", 3, 3)
    assert set(found.shown[0].numbers) == {
        email("bob@mail.b.example"), email("p@gmail.com"), email("q@gmail.com"), domain("b.example")
    }  # fmt: skip


def test_people_in_an_attachment() -> None:
    """People are found by address and phone, with the place; the recipient's own address is excluded."""
    found = entry_of(evidence(BOB, BOB, csv=CSV))
    assert found
    # The To field shows the recipient only to themselves.
    (table,) = found.shown
    assert (table.where, table.people) == ("part 2, customers.csv", 30)
    for wanted in (
        email("ann7@shop7.example"),
        number(Field.PHONE, "+49301234507"),
        domain("shop7.example"),
    ):
        assert wanted in table.numbers
    assert email("bob@b.example") not in table.numbers
    assert (found.people, found.queue_id, found.login, found.at) == (30, "4AAA", "jane", NOON)


def test_an_own_record_is_no_disclosure() -> None:
    """A mail merge that sends each recipient their own record discloses no one."""
    own = "name,email,phone\nBob Miller,bob@b.example,+49 30 1234567\n"
    assert entry_of(evidence(BOB, BOB, csv=own)) is None


def test_no_entry_without_a_key() -> None:
    """Without a key there are no pseudonyms, hence no entry."""
    assert entry_of(evidence(f"{BOB} {EVE}", BOB, EVE, known=Knowledge(DOMAINS))) is None


@pytest.mark.parametrize(
    ("recipients", "named", "audience"),
    [
        ("a@mail.x.example b@x.example c@y.example", True, {"x.example": 2, "y.example": 1}),
        ("a@x.example A@x.example us@corp.example", True, {"x.example": 1}),
        ("p@gmail.com q@gmail.com", True, {"gmail.com": 2}),
        ("a@x.example b@y.example", False, {"other": 2}),
        (
            "b@x0.example " + " ".join(f"a@x{n}.example" for n in range(12)),
            True,
            {"x0.example": 2, **{f"x{n}.example": 1 for n in range(1, 8)}, "other": 4},
        ),
    ],
)
def test_audience(recipients: str, named: bool, audience: dict[str, int]) -> None:
    """Domains with the most recipients, never an address; no domains if switched off."""
    found = entry_of(evidence(recipients, "z@z.example"), named)
    assert found
    assert (dict(found.audience), found.recipients) == (audience, len(recipients.split()))


def test_external_senders_are_masked() -> None:
    """The sender of forwarded mail is masked."""
    found = entry_of(evidence(BOB, EVE, sender="ann@friend.example", login=""))
    assert found
    assert (found.sender, found.login) == ("‹address›", "")


def test_no_personal_data_in_the_database(tmp_path: Path) -> None:
    """No recipient, disclosed person, name or phone in any byte of the file."""
    found = entry_of(evidence(f"{BOB} {EVE}", f"{BOB}, eva@gmail.com", csv=CSV))
    assert found
    database = Database(f"sqlite:///{tmp_path}/holdback.db", MILTER_TIMEOUT)
    with database.writing() as connection:
        store_disclosures(connection, [found])
    assert compact(database, NOON + AGE)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    database.close()
    assert b"jane@corp.example" in kept
    for secret in (b"bob@", b"eve@", b"eva@", b"ann7", b"person", b"shop7", b"1234507"):
        assert secret not in kept


def test_long_places_are_cut() -> None:
    """An overlong file name is cut before it is stored."""
    mail = evidence(BOB, BOB, csv=CSV)
    (place,) = mail.disclosed
    long = type(place)("x" * 10_000, place.subjects)
    found = entry_of(type(mail)(mail.envelope, mail.message, mail.documents, mail.knowledge, True, (long,)))
    assert found
    assert len(found.shown[0].where) == 200
