"""A thread that came from outside, and our reply to all: what is learned serves the checks."""

from dataclasses import replace

from checks.customers import index_of
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.checks.evidence import Evidence
from holdback.checks.unknown_recipients import unknown_recipients
from holdback.checks.visible_recipients import visible_recipients
from holdback.mail import Envelope, Message
from holdback.mail.address import Address, address
from holdback.people.knowledge import Contacts, Knowledge
from holdback.people.parties.domains import circle
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.acquaintances import Acquaintances, acquainted_of, store_acquainted
from holdback.trail.contacts import correspondence_of, store_correspondence
from holdback.trail.questions import Questions
from holdback.trail.recipient_rate import Approaches

PSEUDONYMS = Pseudonyms(bytes(32))
CIRCLE = circle(["corp.example"])
KNOWN = Knowledge(CIRCLE, PSEUDONYMS, index_of(["ann@customer.example"], PSEUDONYMS))
NOON = 1_700_000_000.25
THREAD = tuple(address(f"p@shop{n}.example") for n in range(30))
ME = address("me@corp.example")


def knowledge(database: Database) -> Knowledge:
    """As a process has it that just started."""
    questions = Questions(database)
    approaches = Approaches(questions, lambda _note: None, 3600.0, [10])
    contacts = Contacts(approaches.approach, 3600.0, Acquaintances(questions).among, matters_from=10)
    return replace(KNOWN, contacts=contacts)


def reply_to_all(known: Knowledge, *others: Address) -> list[int]:
    """How many strangers would see each other, and to how many we never wrote."""
    to = (*THREAD, *others)
    envelope = Envelope("me@corp.example", tuple(someone.written for someone in to))
    evidence = Evidence(envelope, Message(visible=to), (), known)
    return [f.count for check in (visible_recipients, unknown_recipients) for f in check(evidence)]


def test_a_thread_from_outside(database: Database) -> None:
    """Those in it know each other from then on, and its author corresponds with us."""
    assert reply_to_all(knowledge(database)) == [30, 30]
    author, *others = THREAD
    envelope = Envelope(author.written, ("me@corp.example",))
    message = Message(authors=(author,), visible=(ME, *others))
    learned = acquainted_of(envelope, message, CIRCLE, PSEUDONYMS, NOON)
    received = correspondence_of(envelope, message, CIRCLE, PSEUDONYMS, NOON)
    assert learned and received
    with database.writing() as connection:
        store_acquainted(connection, [learned])
        store_correspondence(connection, [received])
    assert reply_to_all(knowledge(database)) == [1, 29]
    assert reply_to_all(knowledge(database), address("new@new.example")) == [2, 30]


def test_while_the_database_is_down() -> None:
    """Everybody is a stranger to everybody, and to us."""
    nowhere = Database("sqlite:////nowhere/at/all.db", MILTER_TIMEOUT)
    assert reply_to_all(knowledge(nowhere)) == [30, 30]
