"""Typical senders, and which of their messages a limit of fifty unknown recipients an hour holds.

The check, the counts and the correspondents on record work together as in the milter, on a clock set by hand.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from checks.customers import index_of
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.checks.evidence import Evidence
from holdback.checks.unknown_recipients import unknown_recipients
from holdback.mail import Envelope, Message
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.knowledge import Contacts, Knowledge
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.contacts import Correspondence, correspondence_of, store_correspondence
from holdback.trail.queries import CircuitBreaker
from holdback.trail.recipient_rate import RecipientRate

NOON = 1_700_000_000.25
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
LIMIT = 50
PSEUDONYMS = Pseudonyms(bytes(32))
DOMAINS = company_domains(["corp.example", ".branch.example"], ["partner.example"])
CUSTOMERS = [f"ann{n}@customer.example" for n in range(1_000)]
INDEX = index_of(CUSTOMERS, PSEUDONYMS)
STRANGERS = [f"bob@bought{n}.example" for n in range(2_000)]


@dataclass
class Office:
    """The company's mail as the milter sees it."""

    database: Database
    now: float = NOON
    held: int = 0
    entries: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        counts = RecipientRate(
            CircuitBreaker(self.database), self.entries.append, HOUR, (LIMIT,), clock=lambda: self.now
        )
        contacts = Contacts(count_recipients=counts.count, window=HOUR)
        self._knowledge = Knowledge(DOMAINS, PSEUDONYMS, INDEX, contacts=contacts)

    def send(self, to: Sequence[str], sender: str = "sales@corp.example", login: str = "") -> int:
        """Send one message; return the unknown recipients found, 0 if none."""
        envelope, message = Envelope(sender, tuple(to), login=login), Message(authors=(address(sender),))
        found = list(unknown_recipients(Evidence(envelope, message, (), self._knowledge)))
        count = found[0].count if found else 0
        if count >= LIMIT:
            self.held += 1
        else:
            self._store(correspondence_of(envelope, message, DOMAINS, PSEUDONYMS, self.now))
        return count

    def receive(self, written_by: str) -> None:
        """Receive one message from outside."""
        number = PSEUDONYMS.number(Field.EMAIL, address(written_by).key)
        self._store(Correspondence(self.now, array("q"), array("q", [number])))

    def _store(self, value: Correspondence | None) -> None:
        if value:
            with self.database.writing() as connection:
                store_correspondence(connection, [value])


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    database = Database(sqlite_url, MILTER_TIMEOUT)
    yield Office(database)
    database.close()


def stolen_login(office: Office) -> None:
    for n, stranger in enumerate(STRANGERS[:100]):
        office.send([stranger], f"anyone{n}@elsewhere{n}.example", login="jane")


def bought_list_at_once(office: Office) -> None:
    office.send(STRANGERS[:500])


def patience(office: Office) -> None:
    for stranger in STRANGERS[:100]:
        office.send([stranger])
        office.now += HOUR / 49


def bursts(office: Office) -> None:
    for hour in range(3):
        for stranger in STRANGERS[60 * hour : 60 * hour + 60]:
            office.send([stranger])
        office.now += HOUR + 1


def several_people(office: Office) -> None:
    for n, stranger in enumerate(STRANGERS[:98]):
        office.send([stranger], ("ann", "bert")[n % 2] + "@corp.example")


def verp(office: Office) -> None:
    for n, stranger in enumerate(STRANGERS[:60]):
        office.send([stranger], f"news-bounces+{stranger.replace('@', '=')}@corp.example")
        office.send([CUSTOMERS[n]], f"news-bounces+ann{n}=customer.example@corp.example")


def tokens(office: Office) -> None:
    for n, stranger in enumerate(STRANGERS[:60]):
        office.send([stranger], f"bounce-{n * 0x9E3779B1 % 2**32:08x}@corp.example")


def newsletter(office: Office) -> None:
    for at in range(0, 1_000, 100):
        office.send(CUSTOMERS[at : at + 100])


def newsletter_to_some_unknown(office: Office) -> None:
    for start in range(0, 1_000, 20):
        office.send([*CUSTOMERS[start : start + 20], STRANGERS[start]])


def newsletter_again(office: Office) -> None:
    newsletter_to_some_unknown(office)
    office.held, office.now = 0, office.now + DAY
    newsletter_to_some_unknown(office)


def autoresponder(office: Office) -> None:
    for stranger in STRANGERS[:80]:
        office.receive(stranger)
        office.send([stranger], "")


def ticket_system(office: Office) -> None:
    for stranger in STRANGERS[:100]:
        office.receive(stranger)
        office.send([stranger], "support@corp.example")
        office.now += MINUTE


def web_form(office: Office) -> None:
    """Thirty people an hour who never wrote to us."""
    for stranger in STRANGERS[:60]:
        office.send([stranger], "support@corp.example")
        office.now += 2 * MINUTE


def busy_web_form(office: Office) -> None:
    for stranger in STRANGERS[:60]:
        office.send([stranger], "support@corp.example")
        office.now += MINUTE / 2


def discussion(office: Office) -> None:
    members = STRANGERS[:200]
    office.send(members, "list-bounces@corp.example")
    for member in members[:10]:
        office.receive(member)
    office.held, office.now = 0, office.now + MINUTE
    for member in members[:10]:
        office.send([member], "list-bounces@corp.example")


def colleagues_and_partners(office: Office) -> None:
    ours = [f"p{n}@partner.example" for n in range(100)]
    branches = [f"x{n}@a{n}.branch.example" for n in range(100)]
    office.send([*ours, *branches, "root", "x@branch.example", "x@corp.example"])


def one_stranger_often(office: Office) -> None:
    for n in range(100):
        office.send([f"bob+{n}@bought.example"])


STORIES: list[tuple[Callable[[Office], None], int]] = [
    (stolen_login, 51),
    (bought_list_at_once, 1),
    (patience, 0),
    (bursts, 3 * 11),
    (several_people, 0),
    (verp, 11),
    (tokens, 11),
    (newsletter, 0),
    (newsletter_to_some_unknown, 1),
    (newsletter_again, 0),
    (autoresponder, 0),
    (ticket_system, 0),
    (web_form, 0),
    (busy_web_form, 11),
    (discussion, 0),
    (colleagues_and_partners, 0),
    (one_stranger_often, 0),
]


@pytest.mark.parametrize(("story", "held"), STORIES, ids=[story.__name__ for story, _ in STORIES])
def test_held_messages(office: Office, story: Callable[[Office], None], held: int) -> None:
    """Number of messages that a limit of fifty an hour holds."""
    story(office)
    assert office.held == held


def test_customers_are_not_limited(office: Office) -> None:
    """A sender over the limit still reaches customers and correspondents, not strangers."""
    office.send(STRANGERS[:500])
    office.receive(STRANGERS[600])
    assert [office.send([to]) for to in (CUSTOMERS[0], STRANGERS[600])] == [0, 0]
    assert office.send([STRANGERS[601]]) > LIMIT


def test_a_clock_that_is_set_back(office: Office) -> None:
    """Autoresponses still pass, and no recipient counts twice."""
    office.send(STRANGERS[:49], "")
    office.now -= DAY
    for stranger in STRANGERS[100:160]:
        office.receive(stranger)
        office.send([stranger], "")
        office.now += MINUTE
    assert office.held == 0
