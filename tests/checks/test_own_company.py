"""People of one company, sent to that company only, are one party; with an outsider everybody counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from holdback.config import Config, domains_of, policy_of
from holdback.documents.confined.openers import open_confined
from holdback.inspection import Means, gather, inspect, judge
from holdback.mail import Envelope
from holdback.people.canaries import Canaries, Canary
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.policy import Policy
from holdback.trail.disclosure import disclosure_of
from holdback.verdict import Verdict
from rig.customers import PSEUDONYMS, Customer, index_of
from rig.files.everything import WRITERS
from rig.people import HEADINGS, people

CONFIG = Config(internal_domains=["corp.example"], partner_domains=["partner.example"])
POLICY, KNOWLEDGE = policy_of(CONFIG), Knowledge(domains_of(CONFIG))
MEANS = Means(reader=open_confined)
ME, PEOPLE = "jane@corp.example", 30


@dataclass(frozen=True, slots=True)
class One:
    """Somebody in a list."""

    name: str
    email: str
    phone: str


def staff(domain: str, language: str = "en", count: int = PEOPLE) -> list[One]:
    """People of one domain; two languages have different phones."""
    area = str(30 + len(domain))
    return [
        One(one.name, f"{language}.{n}@{domain}", one.phone.replace(" 30 ", f" {area} "))
        for n, one in enumerate(people(count, language))
    ]


def mail(content: str | tuple[str, bytes], *recipients: str, cc: str = "", subtype: str = "plain") -> Verdict:
    """The verdict on our mail to the recipients with this text, or with this file (name, content)."""
    return inspect(*message(content, *recipients, cc=cc, subtype=subtype), POLICY, KNOWLEDGE, MEANS)


def message(
    content: str | tuple[str, bytes], *recipients: str, cc: str = "", subtype: str = "plain"
) -> tuple[Envelope, bytes]:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = ME, ", ".join(recipients), "Your people"
    if cc:
        made["Cc"] = cc
    if isinstance(content, str):
        made.set_content(content, subtype)
    else:
        made.set_content("Please find attached.\n")
        name, data = content
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return Envelope(ME, (*recipients, *filter(None, [cc]))), made.as_bytes()


def records(verdict: Verdict) -> int:
    return sum(finding.count for finding in verdict.findings if finding.check == "customer_data")


def minutes(some: Sequence[One]) -> str:
    return "Present:\n" + "".join(f"- {one.name}, {one.email}\n" for one in some) + "\n1. Budget\nAgreed.\n"


def csv(some: Sequence[One]) -> str:
    return "Login,Name,E-mail\n" + "".join(
        f"{one.email.partition('@')[0]},{one.name},{one.email}\n" for one in some
    )


def telefonliste(some: Sequence[One]) -> str:
    return "Name;E-Mail;Telefon\n" + "".join(f"{one.name};{one.email};{one.phone}\n" for one in some)


def lacking(some: Sequence[One]) -> str:
    """Every third has no address, only a phone."""
    return "Nom;Courriel;Téléphone\n" + "".join(
        f"{one.name};{one.email if n % 3 else ''};{one.phone}\n" for n, one in enumerate(some)
    )


def forms(some: Sequence[One]) -> str:
    return "\n".join(f"Name: {one.name}\nE-Mail: {one.email}\nTelefon: {one.phone}\n" for one in some)


def angles(some: Sequence[One]) -> str:
    return "Invited:\n" + ";\n".join(f'"{one.name}" <{one.email}>' for one in some) + "\n"


def lines(some: Sequence[One]) -> str:
    """Every fourth has a phone only."""
    return "".join(f"{one.name}  {one.email if n % 4 else ''}  {one.phone}\n" for n, one in enumerate(some))


def invitation(some: Sequence[One]) -> str:
    guests = "".join(f"ATTENDEE;CN={one.name};RSVP=TRUE:mailto:{one.email}\n" for one in some)
    return (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Workshop\nORGANIZER;CN=Jane:mailto:{ME}\n"
        f"{guests}END:VEVENT\nEND:VCALENDAR\n"
    )


def cards(some: Sequence[One]) -> str:
    return "".join(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:{one.name}\nEMAIL:{one.email}\nTEL:{one.phone}\nEND:VCARD\n"
        for one in some
    )


def table(some: Sequence[One]) -> str:
    rows = "".join(f"<tr><td>{one.name}</td><td>{one.email}</td><td>{one.phone}</td></tr>" for one in some)
    return f"<table><tr><th>Name</th><th>E-mail</th><th>Phone</th></tr>{rows}</table>"


LAYOUTS = [minutes, csv, telefonliste, lacking, forms, angles, lines, invitation, cards, table]
SUBTYPES = {"invitation": "calendar", "table": "html"}
Layout = Callable[[Sequence[One]], str]


def verdict(layout: Layout, some: Sequence[One], *recipients: str, cc: str = "") -> Verdict:
    return mail(layout(some), *recipients, cc=cc, subtype=SUBTYPES.get(layout.__name__, "plain"))


@pytest.mark.parametrize("language", ["en", "de", "fr", "pl", "ru"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_people_of_the_only_company(layout: Layout, language: str) -> None:
    """They pass to one of them, to another mailbox of the company, and to a colleague of ours beside them."""
    some = staff("client.example", language)
    assert records(verdict(layout, some, some[0].email)) == 0
    assert records(verdict(layout, some, "IT@Mail.Client.example", cc="tom@corp.example")) == 0
    assert records(verdict(layout, some, some[1].email, some[2].email)) == 0


OUTSIDERS = {
    "another company": "ann@other.example",
    "free mail": "ann.client@gmail.com",
    "a partner": "ann@partner.example",
    "a name that ends alike": "ann@notclient.example",
}


@pytest.mark.parametrize("outsider", OUTSIDERS.values(), ids=[*OUTSIDERS])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_an_outsider_among_the_recipients(layout: Layout, outsider: str) -> None:
    """All count who are no recipients."""
    some = staff("client.example")
    assert records(verdict(layout, some, some[1].email, cc=outsider)) == PEOPLE - 1
    assert records(verdict(layout, some, outsider, some[1].email)) == PEOPLE - 1
    assert records(verdict(layout, some, outsider)) == PEOPLE


def guests(some: Sequence[One]) -> str:
    """An invitation without names."""
    return invitation(some).replace(";CN=", ";X-NAME=")


@pytest.mark.parametrize("layout", [invitation, guests], ids=lambda layout: layout.__name__)
def test_invitations(layout: Layout) -> None:
    """They pass with guests of the recipient's company, of ours, who are recipients, or who are few."""
    strangers = [One(one.name, f"p{n}@firm{n}.example", "") for n, one in enumerate(people(25))]
    ours, client = staff("corp.example", count=25), staff("client.example", count=25)
    every = [one.email for one in strangers]
    for some, recipients, count in (
        (client, [client[0].email], 0),
        (client, [client[0].email, "ann@other.example"], 24),
        (strangers, every, 0),
        (strangers, every[:1], 24),
        (strangers[:15], every[:1], 0),
        (ours, every[:1], 0),
        ([*ours, *client], [client[0].email], 0),
    ):
        assert records(mail(layout(some), *recipients, subtype="calendar")) == count


@pytest.mark.parametrize("domain", ["gmail.com", "web.de", "orange.fr", "wp.pl", "client.example.net"])
def test_people_of_another_domain(domain: str) -> None:
    """Free-mail users are no company, and another domain is another company."""
    some = staff(domain)
    recipient = some[0].email if "client" not in domain else "ann@client.example"
    count = PEOPLE - (recipient == some[0].email)
    assert records(mail(csv(some), recipient)) == count
    assert records(mail(minutes(some), recipient)) == count


def test_a_hidden_outsider() -> None:
    """A recipient in the envelope only, or in the header only, is an outsider, too."""
    envelope, raw = message(csv(staff("client.example")), "ann@client.example")
    hidden = Envelope(ME, (*envelope.recipients, "bob@other.example"))
    assert records(inspect(hidden, raw, POLICY, KNOWLEDGE)) == PEOPLE
    envelope, raw = message(csv(staff("client.example")), "ann@client.example", cc="bob@other.example")
    assert records(inspect(Envelope(ME, ("ann@client.example",)), raw, POLICY, KNOWLEDGE)) == PEOPLE


def test_an_internal_address_that_expands_to_outsiders() -> None:
    """It may reach anybody."""
    domains = company_domains(["corp.example"], expanding=lambda keys: {"all@corp.example"} & set(keys))
    envelope, raw = message(csv(staff("client.example")), "ann@client.example", cc="all@corp.example")
    assert records(inspect(envelope, raw, POLICY, Knowledge(domains))) == PEOPLE


def test_strangers_beside_the_company() -> None:
    """Those of other domains count, and with them people without an address."""
    both = [*staff("client.example"), *staff("elsewhere.example", "de")]
    assert records(mail(csv(both), "ann@client.example")) == PEOPLE
    assert records(mail(lacking(both), "ann@client.example")) == PEOPLE + PEOPLE // 3


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_list_that_is_not_of_the_company(language: str) -> None:
    """Forty customers with phones, and one address or a few of the recipients among them."""
    some = people(40, language)
    for known in (1, 5, 12):
        rows = [
            f"{one.name};{f'ann{n}@client.example' if n < known else ''};{one.phone}"
            for n, one in enumerate(some)
        ]
        text = "\n".join((";".join(HEADINGS[language][:3]), *rows)) + "\n"
        assert records(mail(text, "ann0@client.example")) == 40 - known


@pytest.mark.parametrize(("known", "count"), [(1, 3), (4, 4), (5, 0), (6, 0)])
def test_people_without_an_address_go_with_a_list_only(known: int, count: int) -> None:
    """The recipient's own row, or a few of his colleagues, take nobody along."""
    some = people(known + (3 if known == 1 else 4))
    emails = [f"p{n}@client.example" if n < known else "" for n in range(len(some))]
    rows = [f"{one.name},{email},{one.phone}" for one, email in zip(some, emails, strict=True)]
    evidence = gather(
        *message("Name,E-mail,Phone\n" + "\n".join(rows) + "\n", "p0@client.example"), Policy({}), KNOWLEDGE
    )
    assert sum(place.subjects.people_count for place in evidence.disclosed) == count


@pytest.mark.parametrize("heading", ["Account manager", "Contact", "E-mail"])
def test_one_address_of_the_company_in_every_row(heading: str) -> None:
    """A shared address is nobody's: the people in the rows count."""
    rows = [f"{one.name},{one.phone},info@client.example" for one in people(PEOPLE)]
    text = f"Name,Phone,{heading}\n" + "\n".join(rows) + "\n"
    assert records(mail(text, "ann@client.example")) == PEOPLE


@pytest.mark.parametrize("first", [True, False])
def test_an_account_manager_of_the_company_in_every_row(first: bool) -> None:
    """The customers' own addresses count, whichever column is first."""
    pairs = [(f"rep{n % 4}@client.example", one) for n, one in enumerate(people(PEOPLE))]
    rows = [
        f"{rep},{one.name},{one.email}" if first else f"{one.email},{one.name},{rep}" for rep, one in pairs
    ]
    assert records(mail("Rep,Name,E-mail\n" + "\n".join(rows) + "\n", "rep0@client.example")) == PEOPLE


@pytest.mark.parametrize("writer", ["xlsx", "docx", "json", "sql", "vcf", "xml", "yaml", "ldif", "html"])
def test_files(writer: str) -> None:
    """User lists in files pass to the company, and to nobody else."""
    rows = [HEADINGS["en"]] + [
        (one.name, one.email, one.phone, "High Street 1", "London") for one in staff("client.example")
    ]
    file = (f"users.{writer}", WRITERS[writer](rows))
    for recipient, count in (("it@client.example", 0), ("it@other.example", PEOPLE)):
        verdict = mail(file, recipient)
        assert sum(one.count for one in verdict.findings if one.check == "customer_data") in (
            count,
            count + 1,
        )


def test_bare_addresses() -> None:
    """A list of addresses only."""
    text = "".join(f"p{n}@client.example\n" for n in range(120))
    assert records(mail(text, "p0@client.example")) == 0
    assert records(mail(text, "p0@client.example", cc="x@other.example")) == 119


CUSTOMERS = [Customer(one.name, one.email, one.phone) for one in staff("client.example")]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_customers_of_ours(layout: Layout, tmp_path: Path) -> None:
    """People of the company are one party, also if the index has all of them."""
    domains = domains_of(CONFIG)
    knowledge = Knowledge(domains, PSEUDONYMS, index_of(CUSTOMERS, tmp_path), "GB")
    subtype = SUBTYPES.get(layout.__name__, "plain")
    content = layout(staff("client.example"))
    envelope, raw = message(content, "en.0@client.example", subtype=subtype)
    assert records(inspect(envelope, raw, POLICY, knowledge)) == 0
    envelope, raw = message(content, "en.0@client.example", cc="ann@other.example", subtype=subtype)
    assert records(inspect(envelope, raw, POLICY, knowledge)) >= PEOPLE - 1


@pytest.mark.parametrize("with_index", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_the_ledger_has_them(layout: Layout, with_index: bool, tmp_path: Path) -> None:
    """A trace finds the message that showed an address to the company."""
    index = index_of(CUSTOMERS, tmp_path) if with_index else None
    knowledge = Knowledge(domains_of(CONFIG), PSEUDONYMS, index, "GB")
    subtype = SUBTYPES.get(layout.__name__, "plain")
    envelope, raw = message(layout(staff("client.example")), "it@client.example", subtype=subtype)
    entry = disclosure_of(gather(envelope, raw, POLICY, knowledge), 0, "pass", "", True)
    assert entry is not None
    numbers = {number for place in entry.shown for number in place.numbers}
    assert PSEUDONYMS.number(Field.EMAIL, "en.5@client.example") in numbers


def test_a_canary_is_found() -> None:
    """A planted address counts wherever it goes."""
    planted = Canary(1, "en.5@client.example", "Spring export", "Agency X", 0.0, "jane")
    knowledge = Knowledge(domains_of(CONFIG), canaries=Canaries((planted,)))
    envelope, raw = message(csv(staff("client.example")), "it@client.example")
    (finding,) = judge(gather(envelope, raw, POLICY, knowledge), POLICY).findings
    assert finding.check == "canary"
