"""The check for visible recipients, counted as parties."""

from dataclasses import replace
from itertools import combinations

import pytest
from checks.customers import index_of
from holdback.checks.evidence import Evidence
from holdback.checks.visible_recipients import visible_recipients
from holdback.mail import Envelope, Limits, read
from holdback.mta.blind import blinded
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import NO_CONTACTS, Contacts, Knowledge
from holdback.people.parties.acquainted import pair
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.verdict import Finding

_KNOWLEDGE = Knowledge(
    company_domains(["corp.example", ".group.example"], ["partner.example"], ["village.example"])
)


def _parties(header: str) -> int:
    raw = f"From: me@corp.example\r\n{header}\r\n\r\nHello\r\n".encode()
    evidence = Evidence(Envelope("me@corp.example"), read(raw, Limits()), (), _KNOWLEDGE)
    return sum(finding.count for finding in visible_recipients(evidence))


def _many(form: str, count: int = 30) -> list[str]:
    return [form.format(n=n) for n in range(count)]


_HEADERS = {
    "strangers": ("To: " + ", ".join(_many("a@shop{n}.example")), 30),
    "one client": ("To: " + ", ".join(_many("p{n}@client.example")), 1),
    "departments of one client": ("To: " + ", ".join(_many("p@d{n}.client.example")), 1),
    "free mail": ("To: " + ", ".join(_many("p{n}@gmail.com")), 30),
    "free mail of the operator": ("To: " + ", ".join(_many("p{n}@village.example")), 30),
    "our own": ("To: " + ", ".join(_many("p{n}@corp.example")), 0),
    "our subsidiaries": ("To: " + ", ".join(_many("p@d{n}.group.example")), 0),
    "partners": ("Cc: " + ", ".join(_many("p{n}@partner.example")), 0),
    "spellings of one person": ("To: Ann@gmail.com, a.n.n@googlemail.com, ann+x@gmail.com, ANN@GMAIL.COM", 1),
    "to and cc": ("To: a@a.example\r\nCc: b@b.example", 2),
    "resent": ("Resent-To: a@a.example\r\nResent-Cc: b@b.example", 2),
    "a bcc left in": ("To: a@a.example\r\nBcc: b@b.example", 2),
    "header twice": ("To: a@a.example\r\nTo: b@b.example", 2),
    "same party in both": ("To: a@a.example\r\nCc: b@a.example", 1),
    "semicolons": ("To: " + "; ".join(_many("a@shop{n}.example")), 30),
    "group": ("To: Friends: " + ", ".join(_many("a@shop{n}.example")) + ";", 30),
    "comments": ("To: " + ", ".join(_many("a@shop{n}.example (no {n})")), 30),
    "unclosed quote": ('To: "Ann <x@y.example>, ' + ", ".join(_many("a@shop{n}.example")), 31),
    "folded": ("To: " + ",\r\n ".join(_many("a@shop{n}.example")), 30),
    "names": ("To: " + ", ".join(_many('"Person {n}" <a@shop{n}.example>')), 30),
    "many": ("To: " + ", ".join(_many("a@shop{n}.example", 20_000)), 20_000),
    **{
        f"strangers in {name}": (
            f"To: a@a.example\r\n{name}: " + ",\r\n ".join(_many("a@shop{n}.example", 40)),
            41,
        )
        for name in (
            *("Reply-To", "Sender", "Mail-Followup-To", "Mail-Reply-To", "Envelope-To", "X-Envelope-To"),
            *("X-RCPT-To", "X-Original-To", "Delivered-To", "Apparently-To", "X-Spamd-Result", "Subject"),
        )
    },
    **{
        f"strangers in {name}": (
            f"To: a@a.example\r\n{name}: " + " ".join(_many("<a@shop{n}.example>", 60)),
            1,
        )
        for name in (
            *("References", "In-Reply-To", "Message-ID", "Resent-Message-ID", "Content-ID", "X-Received"),
            *("Received", "Return-Path", "ARC-Seal", "DKIM-Signature", "List-Unsubscribe", "Received-SPF"),
            *("Authentication-Results", "X-Google-DKIM-Signature"),
        )
    },
    "forty fields of one address": ("\r\n".join(_many("Delivered-To: a@shop{n}.example", 40)), 40),
    "forty traces": ("\r\n".join(_many("Received: for <a@shop{n}.example>", 40)), 0),
    "nine in Reply-To": ("Reply-To: " + ", ".join(_many("a@shop{n}.example", 9)), 9),
    "one client in Reply-To": ("Reply-To: " + ", ".join(_many("p{n}@client.example", 40)), 1),
    "our own in Reply-To": ("Reply-To: " + ", ".join(_many("p{n}@corp.example", 40)), 0),
    "authors": ("To: a@a.example\r\nReply-To: b@b.example\r\nSender: c@c.example", 1),
    "a mailer with an address": ("To: a@a.example\r\nX-Mailer: Mail 1 (help@mailer.example)", 1),
    "a preference is no reference": ("X-Preferences: " + ", ".join(_many("a@shop{n}.example", 40)), 40),
    "the same in To and Delivered-To": (
        "\r\n".join(
            f"{name}: " + ", ".join(_many("a@shop{n}.example", 9)) for name in ("To", "Delivered-To")
        ),
        9,
    ),
    "group in Reply-To": ("Reply-To: All: " + ", ".join(_many("a@shop{n}.example", 40)) + ";", 40),
    "encoded in Reply-To": ("Reply-To: " + " ".join(_many("=?utf-8?Q?a=40shop{n}.example,?=", 40)), 40),
    "encoded in an unknown field": ("X-To: " + " ".join(_many("=?utf-8?Q?a=40shop{n}.example,?=", 40)), 40),
    "a broken line before it": (
        "To: a@a.example\r\nno field\r\nX-RCPT-To: " + ", ".join(_many("a@shop{n}.example", 40)),
        41,
    ),
    "no recipients": ("To: undisclosed-recipients:;", 0),
    "no header": ("Subject: Hi", 0),
}


@pytest.mark.parametrize(("header", "parties"), _HEADERS.values(), ids=_HEADERS.keys())
def test_parties_are_counted(header: str, parties: int) -> None:
    """People of one organisation are one party, in any spelling of their addresses."""
    assert _parties(header) == parties


def test_hidden_recipients_do_not_count() -> None:
    """Five hundred envelope recipients with an empty To give no finding."""
    envelope = Envelope("me@corp.example", tuple(f"p{n}@x{n}.example" for n in range(500)))
    message = read(b"To: undisclosed-recipients:;\r\n\r\nHello\r\n", Limits())
    assert list(visible_recipients(Evidence(envelope, message, (), _KNOWLEDGE))) == []


def test_the_finding_names_the_fields() -> None:
    """Places and count in the text."""
    raw = b"To: a@a.example\r\nCc: b@b.example, c@b.example\r\n\r\n"
    (finding,) = visible_recipients(Evidence(Envelope(), read(raw, Limits()), (), _KNOWLEDGE))
    assert (finding.where, finding.text) == ("To, Cc", "2 parties would see each other (3 addresses)")


def test_the_finding_names_other_fields() -> None:
    """Fields that list people follow those of recipients; an odd name is not shown."""
    people = ", ".join(_many("a@shop{n}.example", 40))
    raw = f"X-RCPT-To: {people}\r\nX_ann: {people}\r\nReply-To: {people}\r\nTo: a@a.example\r\n\r\n".encode()
    message = read(raw, Limits())
    assert set(message.visible_in[1:]) == {"Reply-To", "X-RCPT-To", "another field"}
    assert message.visible_in[0] == "To"


@pytest.mark.parametrize("header", [header for header, _ in _HEADERS.values()], ids=[*_HEADERS])
def test_a_blinded_message_shows_nobody(header: str) -> None:
    """What the check counts, `blind` removes."""
    hidden = blinded(header.encode() + b"\r\n\r\nHi\r\n")
    assert read(hidden, Limits()).visible == ()


PSEUDONYMS = Pseudonyms(bytes(32))
THREAD = _many("a@shop{n}.example", 60)


_KNOWN = replace(_KNOWLEDGE, pseudonyms=PSEUDONYMS)


def _number(written: str) -> int:
    return PSEUDONYMS.number(Field.EMAIL, written)


def _finding(to: list[str], known: Knowledge = _KNOWLEDGE, contacts: Contacts = NO_CONTACTS) -> Finding:
    knowledge = replace(known, contacts=contacts)
    message = read(f"To: {', '.join(to)}\r\n\r\n".encode(), Limits())
    (finding,) = visible_recipients(Evidence(Envelope(), message, (), knowledge))
    return finding


def test_customers_are_counted() -> None:
    """The finding names the number of customers among the visible addresses, in any spelling."""
    customers = index_of(THREAD[:58], PSEUDONYMS)
    known = replace(_KNOWLEDGE, pseudonyms=PSEUDONYMS, customers=customers)
    finding = _finding([THREAD[0].upper(), *THREAD[1:]], known)
    assert finding.text == "60 parties would see each other (60 addresses, 58 of them customers)"
    assert "0 of them customers" in _finding(["new@shop.example"], known).text


def _thread(people: list[str], smallest_limit: int = 10) -> Contacts:
    on_record = {pair(_number(a), _number(b), PSEUDONYMS) for a, b in combinations(people, 2)}
    return Contacts(acquainted=on_record.intersection, smallest_limit=smallest_limit)


THREADS = [
    (THREAD, 1, "60 parties would see each other (60 addresses); some know each other: they count as 1"),
    (
        [*THREAD, "x@new.example"],
        2,
        "61 parties would see each other (61 addresses); some know each other: they count as 2",
    ),
    (_many("b@new{n}.example"), 30, "30 parties would see each other (30 addresses)"),
]


@pytest.mark.parametrize(("to", "count", "text"), THREADS)
def test_a_reply_to_an_old_thread(to: list[str], count: int, text: str) -> None:
    """People who saw each other before count as one; a newcomer adds one."""
    finding = _finding(to, _KNOWN, _thread(THREAD))
    assert (finding.count, finding.text) == (count, text)


def test_no_query_below_the_smallest_limit() -> None:
    """Acquaintances could not change the action."""
    assert _finding(THREAD[:9], _KNOWN, _thread(THREAD)).count == 9
    assert _finding(THREAD[:10], _KNOWN, _thread(THREAD)).count == 1
    assert _finding(THREAD[:10], _KNOWLEDGE, _thread(THREAD)).count == 10


def test_an_alias_that_reaches_outsiders_counts_as_one_party() -> None:
    """Colleagues do not count; nor does the alias count twice."""
    domains = company_domains(["corp.example"], expanding=lambda keys: {"all@corp.example"} & set(keys))
    raw = b"To: all@corp.example, ALL@corp.example, ann@corp.example\r\nCc: bob@shop.example\r\n\r\nHello\r\n"
    message = read(raw, Limits())
    for pseudonyms in (None, Pseudonyms(bytes(32))):
        evidence = Evidence(Envelope("me@corp.example"), message, (), Knowledge(domains, pseudonyms))
        assert [finding.count for finding in visible_recipients(evidence)] == [2]
