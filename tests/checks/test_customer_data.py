"""The check for customer data, from bytes to findings."""

from pathlib import Path

import pytest
from holdback.checks.customer_data import customer_data
from holdback.documents import Budget, OutOfTime, open_parts
from holdback.inspection import evidence_of
from holdback.mail import Envelope, Limits, Message, Part
from holdback.mail.address import address
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.verdict import Finding
from people.corpus import hits, misses
from people.corpus.invented import LANGUAGES, people
from rig.public_samples import sample_files

_RECORD_LIMIT, _ADDRESS_LIMIT = 20, 100
_KNOWLEDGE = Knowledge(company_domains(["corp.example"], ["partner.example"]))
_ENVELOPE = Envelope("me@corp.example", ("someone@elsewhere.example",))


def _findings(*parts: Part, message: Message | None = None, envelope: Envelope = _ENVELOPE) -> list[Finding]:
    documents = open_parts(parts, Budget(Limits(), lambda: True))
    return list(customer_data(evidence_of(envelope, message or Message(parts=parts), documents, _KNOWLEDGE)))


def _count(content: str | bytes, kind: str = "records", name: str = "", declared: str = "text/plain") -> int:
    raw = content if isinstance(content, bytes) else content.encode()
    return sum(f.count for f in _findings(Part("1", raw, declared, name)) if f.kind == kind)


@pytest.mark.parametrize("name", ["list.csv", ""], ids=["attached", "as the body"])
@pytest.mark.parametrize("content", hits.TABLES.values(), ids=hits.TABLES.keys())
def test_every_person_of_a_table_counts(content: str, name: str) -> None:
    """In any language, with and without a header, as a file or in the body."""
    assert _count(content, name=name) == hits.PEOPLE


@pytest.mark.parametrize("content", hits.TEXTS.values(), ids=hits.TEXTS.keys())
def test_every_person_in_running_text_counts(content: str) -> None:
    """In lines, forms, address blocks, aligned columns and prose."""
    assert _count(content) == hits.PEOPLE


@pytest.mark.parametrize(
    "content", [*misses.TABLES.values(), *misses.TEXTS.values()], ids=[*misses.TABLES, *misses.TEXTS]
)
def test_ordinary_documents_pass(content: str) -> None:
    """Everyday business documents stay below both limits."""
    assert _count(content) < _RECORD_LIMIT
    assert _count(content, "addresses") < _ADDRESS_LIMIT


@pytest.mark.parametrize("path", sample_files("people/*.csv"), ids=lambda path: path.name)
def test_samples_of_people_are_held(path: Path) -> None:
    """Public sample lists of invented people."""
    assert _count(path.read_bytes(), name=path.name) >= _RECORD_LIMIT


@pytest.mark.parametrize("path", sample_files("ordinary/*.csv"), ids=lambda path: path.name)
def test_ordinary_samples_pass(path: Path) -> None:
    """Public sample tables about other things."""
    assert _findings(Part("1", path.read_bytes(), "text/csv", path.name)) == []


_CUSTOMERS = hits.TABLES["crm export"].encode()


def test_the_finding_names_places_and_fields() -> None:
    """Count, fields and place in words; never a value."""
    (finding,) = _findings(
        Part("1", b"Hello, see the list.\n"), Part("2", _CUSTOMERS, "text/csv", "customers.csv")
    )
    assert finding == Finding(
        "customer_data",
        40,
        "part 2, customers.csv",
        "40 people; e-mail, name, phone, customer id, plan, price",
        "records",
    )


def test_an_address_in_a_file_name_is_masked() -> None:
    """A finding must not disclose an address."""
    (finding,) = _findings(Part("2", _CUSTOMERS, "text/csv", "for ann@x.example.csv"))
    assert finding.where == "part 2, for ‹address›"


def test_text_and_html_of_one_message_count_once() -> None:
    """The same people in two alternatives count once; both places are named."""
    rows = "".join(f"<tr><td>{p.name}</td><td>{p.email}</td></tr>" for p in people("en"))
    html = f"<html><table><tr><th>Name</th><th>E-mail</th></tr>{rows}</table></html>".encode()
    text = "\n".join(f"{p.name} <{p.email}>" for p in people("en")).encode()
    (finding,) = _findings(Part("1.1", text), Part("1.2", html, "text/html"))
    assert (finding.count, finding.where) == (40, "part 1.1; part 1.2, table 1")


def test_people_of_several_documents_are_added() -> None:
    """Nineteen people in one document and twenty-one in another are forty."""
    persons = people("en")
    halves = [persons[:19], persons[19:]]
    parts = [
        Part(str(n), "\n".join(f"{p.name},{p.email},{p.phone}" for p in half).encode(), name=f"{n}.csv")
        for n, half in enumerate(halves, 1)
    ]
    (finding,) = _findings(*parts)
    assert (finding.count, finding.where) == (40, "part 2, 2.csv")


@pytest.mark.parametrize("domain", ["corp.example", "partner.example"])
def test_our_own_people_and_partners_do_not_count(domain: str) -> None:
    """A phone list of the staff gives no finding."""
    table = "\n".join(
        ["Name,E-mail,Phone", *(f"{p.name},{p.email},{p.phone}" for p in people("en", 40, domain))]
    )
    assert _findings(Part("1", table.encode())) == []


def test_sender_and_recipients_do_not_count() -> None:
    """Neither those of the envelope nor those of the header."""
    persons = people("en")
    table = "\n".join(["Name,E-mail", *(f"{p.name},{p.email}" for p in persons)]).encode()
    envelope = Envelope(persons[0].email, tuple(p.email for p in persons[1:10]))
    message = Message(
        authors=(address(persons[0].email),),
        recipients=tuple(address(p.email.upper()) for p in persons[10:15]),
    )
    (finding,) = _findings(Part("1", table), message=message, envelope=envelope)
    assert finding.count == 25


@pytest.mark.parametrize(("recipients", "count"), [(1, 37), (10, 30), (60, 0)])
def test_authors_are_exempt_up_to_the_audience(recipients: int, count: int) -> None:
    """Forty people in Reply-To are no authors; three are, or as many as there are recipients."""
    persons = people("en")
    table = "\n".join(["Name,E-mail", *(f"{p.name},{p.email}" for p in persons)]).encode()
    envelope = Envelope("me@corp.example", tuple(f"x{n}@other{n}.example" for n in range(recipients)))
    message = Message(authors=tuple(address(p.email) for p in persons))
    findings = _findings(Part("1", table), message=message, envelope=envelope)
    assert sum(finding.count for finding in findings) == count


def test_addresses_without_records_are_a_separate_finding() -> None:
    """A list of addresses only has its own limit."""
    persons = [p.email for language in LANGUAGES for p in people(language, 10)]
    (finding,) = _findings(Part("1", "\n".join([*persons, "me@corp.example"]).encode()))
    assert finding == Finding("customer_data", 170, "part 1", "170 addresses", "addresses")


def test_one_address_a_thousand_times_is_one() -> None:
    """A support address in every line or row identifies no one."""
    assert _count("Ask support@vendor.example\n" * 1000, "addresses") == 1
    assert _count("Product,Mail\n" + "Lamp,support@vendor.example\n" * 1000, "addresses") == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    """All encodings that office programs write."""
    assert _count(hits.TABLES["kundenliste"].encode(encoding), name="kunden.csv") == hits.PEOPLE


def test_a_form_in_html_is_read() -> None:
    """A label in one cell and its value in the next."""
    cards = "".join(
        f"<table><tr><td>Name</td><td>{p.name}</td></tr><tr><td>E-mail</td><td>{p.email}</td></tr>"
        f"<tr><td>Phone</td><td>{p.phone}</td></tr></table>"
        for p in people("en")
    )
    assert _count(f"<html><body>{cards}</body></html>", declared="text/html") == 40


def test_long_text_is_read_to_its_end() -> None:
    """No one is lost where text is divided, with and without paragraphs."""
    filler = "Lorem ipsum dolor sit amet.\n"
    for edge in ("", "\n"):
        text = "".join(f"{filler * 1_500}{edge}{p.name} {p.email}\n{edge}" for p in people("en"))
        assert _count(text) == 40


def test_the_heartbeat_ends_the_inspection() -> None:
    """The heartbeat can end it at any document."""

    def late() -> None:
        raise OutOfTime

    documents = open_parts((Part("1", _CUSTOMERS),), Budget(Limits(), lambda: True))
    with pytest.raises(OutOfTime):
        evidence_of(_ENVELOPE, Message(), documents, _KNOWLEDGE, late)


def test_findings_contain_no_personal_data() -> None:
    """Neither names nor addresses nor numbers of people appear in the findings."""
    texts = " ".join(f"{f.where} {f.text}" for f in _findings(Part("1", _CUSTOMERS, name="customers.csv")))
    values = {value for p in people("en") for value in (p.email, p.family, p.phone, p.number)}
    assert [value for value in values if value in texts] == []
