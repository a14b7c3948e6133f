"""An inbound thread and our reply to all: learned pairs and correspondents reach the checks."""

from dataclasses import replace

from checks.customers import index_of
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.checks.evidence import Evidence
from holdback.checks.unknown_recipients import unknown_recipients
from holdback.checks.visible_recipients import visible_recipients
from holdback.mail import Envelope, Message
from holdback.mail.address import Address, address
from holdback.people.knowledge import Contacts, Knowledge
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.acquaintances import Acquaintances, acquainted_pairs_of, store_acquainted_pairs
from holdback.trail.contacts import correspondence_of, store_correspondence
from holdback.trail.queries import CircuitBreaker
from holdback.trail.recipient_rate import RecipientRate

PSEUDONYMS = Pseudonyms(bytes(32))
DOMAINS = company_domains(["corp.example"])
KNOWN = Knowledge(DOMAINS, PSEUDONYMS, index_of(["ann@customer.example"], PSEUDONYMS))
NOON = 1_700_000_000.25
THREAD = tuple(address(f"p@shop{n}.example") for n in range(30))
ME = address("me@corp.example")


def knowledge(database: Database) -> Knowledge:
    """Return the knowledge of a process that has just started."""
    breaker = CircuitBreaker(database)
    rate = RecipientRate(breaker, lambda _note: None, 3600.0, [10])
    contacts = Contacts(rate.count, 3600.0, Acquaintances(breaker).among, smallest_limit=10)
    return replace(KNOWN, contacts=contacts)


def reply_to_all(known: Knowledge, *others: Address) -> list[int]:
    """Return the strangers found by the checks for visible and for unknown recipients."""
    to = (*THREAD, *others)
    envelope = Envelope("me@corp.example", tuple(someone.written for someone in to))
    evidence = Evidence(envelope, Message(visible=to), (), known)
    return [f.count for check in (visible_recipients, unknown_recipients) for f in check(evidence)]


def test_an_inbound_thread(database: Database) -> None:
    """Its people are acquainted, and its author is a correspondent."""
    assert reply_to_all(knowledge(database)) == [30, 30]
    author, *others = THREAD
    envelope = Envelope(author.written, ("me@corp.example",))
    message = Message(authors=(author,), visible=(ME, *others))
    learned = acquainted_pairs_of(envelope, message, DOMAINS, PSEUDONYMS, NOON)
    received = correspondence_of(envelope, message, DOMAINS, PSEUDONYMS, NOON)
    assert learned and received
    with database.writing() as connection:
        store_acquainted_pairs(connection, [learned])
        store_correspondence(connection, [received])
    assert reply_to_all(knowledge(database)) == [1, 29]
    assert reply_to_all(knowledge(database), address("new@new.example")) == [2, 30]


def test_while_the_database_is_down() -> None:
    """All recipients count as strangers."""
    nowhere = Database("sqlite:////nowhere/at/all.db", MILTER_TIMEOUT)
    assert reply_to_all(knowledge(nowhere)) == [30, 30]
