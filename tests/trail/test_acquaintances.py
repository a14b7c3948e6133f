"""Acquaintances: which messages they are learned from, and when they expire."""

from array import array
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cases.samples import new_hold
from holdback.cases.assignment import file_hold
from holdback.cases.casebook import Casebook
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.model import Decision, HoldState
from holdback.mail import Envelope, Limits, read
from holdback.people.fields.kinds import Field
from holdback.people.parties.acquainted import MAX_ADDRESSES, pair
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.acquaintances import (
    MAX_INBOUND_ADDRESSES,
    Acquaintances,
    AcquaintedPairs,
    PendingPairs,
    acquainted_pairs_of,
    learn_from_released,
    pending_pairs_of,
    store_acquainted_pairs,
    store_pending_pairs,
)
from holdback.trail.contacts import AT_ONCE, known_correspondents
from holdback.trail.queries import CircuitBreaker
from holdback.trail.retention import expire_contacts
from holdback.trail.schema import waiting_acquaintances
from holdback.trail.statistics import count_trail
from sqlalchemy import Connection, update
from sqlalchemy.event import listen

DAY = 86_400
NOON = 1_700_000_000.25
PSEUDONYMS = Pseudonyms(bytes(32))
DOMAINS = company_domains(["corp.example"], ["partner.example"])
HOST = "mx1.corp.example"


def number(written: str) -> int:
    return PSEUDONYMS.number(Field.EMAIL, written)


def pair_of(one: str, other: str) -> int:
    return pair(number(one), number(other), PSEUDONYMS)


ANN, BOB, CARL = "ann@a.example", "bob@b.example", "carl@c.example"
ANN_BOB, ANN_CARL, BOB_CARL = pair_of(ANN, BOB), pair_of(ANN, CARL), pair_of(BOB, CARL)
HEADER = f"From: {ANN}\r\nTo: me@corp.example, {BOB}\r\nCc: Carl <{CARL}>\r\n\r\n"
OURS = ("me@corp.example",)


def taught(header: str, sender: str = ANN, recipients: tuple[str, ...] = OURS, login: str = "") -> set[int]:
    envelope = Envelope(sender=sender, recipients=recipients, login=login)
    made = acquainted_pairs_of(envelope, read(header.encode(), Limits()), DOMAINS, PSEUDONYMS, NOON)
    return set(made.pairs) if made else set()


def test_learned_from_inbound_mail() -> None:
    """The author and all visible recipients become acquainted."""
    assert taught(HEADER) == {ANN_BOB, ANN_CARL, BOB_CARL}
    assert taught(HEADER, sender="bounces@list.example") == {ANN_BOB, ANN_CARL, BOB_CARL}


NOTHING = {
    "our own": {"sender": "me@corp.example"},
    "our own, from home": {"login": "me"},
    "no internal recipient": {"recipients": (BOB,)},
    "a bounce": {"sender": ""},
    "none of us visible": {"header": HEADER.replace("me@corp.example", "you@d.example")},
    "no other visible address": {"header": f"From: {ANN}\r\nTo: me@corp.example\r\n\r\n"},
    "colleagues": {"header": f"From: {ANN}\r\nTo: me@corp.example, amy@a.example\r\n\r\n"},
    "a partner": {"header": f"From: {ANN}\r\nTo: me@corp.example, p@partner.example\r\n\r\n"},
}


@pytest.mark.parametrize("changes", NOTHING.values(), ids=NOTHING.keys())
def test_not_learned_from_other_mail(changes: dict[str, str]) -> None:
    """Our own mail, mail without a visible address of ours, and people already covered teach no pairs."""
    assert taught(**{"header": HEADER, **changes}) == set()


@pytest.mark.parametrize(
    ("people", "pairs"),
    [(MAX_INBOUND_ADDRESSES, 50 * 49 // 2), (MAX_INBOUND_ADDRESSES + 1, 0)],
)
def test_too_many_addresses_are_ignored(people: int, pairs: int) -> None:
    """A message with more addresses than the limit teaches no pairs."""
    to = ", ".join(f"p@shop{n}.example" for n in range(people - 1))
    assert len(taught(f"From: {ANN}\r\nTo: me@corp.example, {to}\r\n\r\n")) == pairs


@pytest.fixture
def ask(database: Database) -> Callable[..., set[int]]:
    """Return a function that looks up stored pairs."""
    acquaintances = Acquaintances(CircuitBreaker(database))
    return lambda *pairs: set(acquaintances.among(pairs))


def learn(database: Database, at: float, *pairs: int) -> None:
    for start in range(0, len(pairs), AT_ONCE):
        with database.writing() as connection:
            some = array("q", pairs[start : start + AT_ONCE])
            store_acquainted_pairs(connection, [AcquaintedPairs(at, some)])


def test_expiry_counts_from_the_last_message(database: Database, ask: Callable[..., set[int]]) -> None:
    """A later message extends the time; an older one that is stored late does not shorten it."""
    learn(database, NOON, ANN_BOB, ANN_CARL, ANN_BOB)
    assert ask(ANN_BOB, ANN_CARL, BOB_CARL) == {ANN_BOB, ANN_CARL}
    learn(database, NOON + 2 * DAY, ANN_BOB)
    learn(database, NOON - 2 * DAY, ANN_BOB)
    assert expire_contacts(database, NOON + 100 * DAY, 100 * DAY, DAY) == 0
    assert expire_contacts(database, NOON + 101 * DAY, 100 * DAY, DAY) == 1
    assert ask(ANN_BOB, ANN_CARL) == {ANN_BOB}


def test_no_pairs_while_the_database_is_down() -> None:
    """An unanswered look-up errs on the strict side."""
    nowhere = Database("sqlite:////nowhere/at/all.db", MILTER_TIMEOUT)
    assert list(Acquaintances(CircuitBreaker(nowhere)).among([ANN_BOB])) == []


def test_largest_lookup(database: Database, ask: Callable[..., set[int]]) -> None:
    """A look-up of 20,000 pairs."""
    asked = range(-MAX_ADDRESSES * MAX_ADDRESSES // 4, MAX_ADDRESSES * MAX_ADDRESSES // 4)
    learn(database, NOON, *asked[::3])
    assert ask(*asked) == set(asked[::3])


def test_pairs_of_one_transaction_are_limited(database: Database, ask: Callable[..., set[int]]) -> None:
    """One transaction stores at most `AT_ONCE` pairs, however they are spread over entries."""
    with database.writing() as connection:
        one = AcquaintedPairs(NOON, array("q", range(AT_ONCE - 1)))
        store_acquainted_pairs(connection, [one, one, AcquaintedPairs(NOON, array("q", range(-50, 0)))])
        assert count_trail(connection, 0, 0).acquaintances == AT_ONCE


ENVELOPE = Envelope("me@corp.example", (ANN, BOB, "you@corp.example"), "4AAA", host=HOST)


@pytest.mark.parametrize(
    ("shown", "switch", "pairs"), [(2, True, 1), (200, True, 19_900), (201, True, 0), (9, False, 0)]
)
def test_pending_pairs_of_a_held_message(shown: int, switch: bool, pairs: int) -> None:
    """The visible pairs, unless too many or switched off, and the envelope recipients."""
    to = ", ".join(f"p@shop{n}.example" for n in range(shown))
    waiting = pending_pairs_of(
        ENVELOPE, read(f"To: {to}\r\n\r\n".encode(), Limits()), DOMAINS, PSEUDONYMS, NOON, switch
    )
    assert (waiting.host, waiting.queue_id, waiting.arrived) == (HOST, "4AAA", NOON)
    assert (len(waiting.pairs), waiting.recipients) == (pairs, array("q", [number(ANN), number(BOB)]))


@pytest.fixture
def book(url: str) -> Iterator[Casebook]:
    book = Casebook.open(url)
    yield book
    book.close()


def hold(database: Database, queue_id: str) -> None:
    """Record a hold that shows Ann and Bob and goes to Ann, with its pending pairs."""
    waiting = PendingPairs(HOST, queue_id, NOON, array("q", [ANN_BOB]), array("q", [number(ANN)]))
    with database.writing() as connection:
        file_hold(connection, new_hold(queue_id, f"m{queue_id} c{queue_id} e"), bytes(32), NOON)
        store_pending_pairs(connection, [waiting])


def end(book: Casebook, queue_id: str, state: HoldState, decision: Decision) -> None:
    (held,) = book.holds_by_queue_id(HOST, queue_id)
    book.decide(held.case_id, decision, "ann", "", NOON)
    book.mark(held.id, HoldState.PENDING, HoldState.HELD, NOON)
    book.mark(held.id, HoldState.HELD, state, NOON + DAY)


ENDS = [
    (HoldState.RELEASED, Decision.RELEASE, {ANN_BOB}, True),
    (HoldState.RELEASED, Decision.RELEASE_BCC, set(), True),
    (HoldState.DROPPED, Decision.DROP, set(), False),
    (HoldState.RETURNED, Decision.RETURN, set(), False),
]


@pytest.mark.parametrize(("state", "decision", "known", "sent"), ENDS)
def test_pairs_are_learned_on_release(
    database: Database,
    book: Casebook,
    ask: Callable[..., set[int]],
    state: HoldState,
    decision: Decision,
    known: set[int],
    sent: bool,
) -> None:
    """Visible people become acquainted and recipients correspondents, at the time of the release."""
    hold(database, "4AAA")
    hold(database, "4AAB")
    assert (learn_from_released(database), ask(ANN_BOB)) == (0, set())
    end(book, "4AAA", state, decision)
    assert [learn_from_released(database), learn_from_released(database)] == [1, 0]
    assert ask(ANN_BOB) == known
    with database.reading() as connection:
        assert known_correspondents(connection, [number(ANN)], NOON + DAY) == set()
        assert bool(known_correspondents(connection, [number(ANN)], NOON + DAY + 1)) == sent


def test_a_large_message_is_learned_in_small_transactions(
    database: Database, book: Casebook, ask: Callable[..., set[int]]
) -> None:
    """200 acquaintances and 10,000 recipients, in transactions of bounded size."""
    pairs, recipients = array("q", range(19_900)), array("q", range(-10_000, 0))
    hold(database, "4AAA")
    with database.writing() as connection:
        changes = {"pairs": pairs.tobytes(), "recipients": recipients.tobytes()}
        connection.execute(update(waiting_acquaintances).values(changes))
    end(book, "4AAA", HoldState.RELEASED, Decision.RELEASE)
    wrote = monitor(database)
    assert learn_from_released(database) == 1
    assert ask(*pairs) == set(pairs)
    with database.reading() as connection:
        assert known_correspondents(connection, recipients, NOON + 2 * DAY) == set(recipients)
    assert max(wrote) <= AT_ONCE


def monitor(database: Database) -> list[int]:
    """Return a list that collects the number of rows written by each transaction."""
    wrote: list[int] = []

    def begin(_connection: Connection) -> None:
        wrote.append(0)

    def count(*event: Any) -> None:
        _, cursor, statement, *_ = event
        if statement.startswith("INSERT"):
            wrote[-1] += cursor.rowcount

    with database.reading() as connection:
        listen(connection.engine, "begin", begin)
        listen(connection.engine, "after_cursor_execute", count)
    return wrote


@pytest.mark.slow
def test_many_released_messages(database: Database, book: Casebook) -> None:
    """More messages than one query selects."""
    for at in range(201):
        hold(database, f"4A{at:03}")
    for at in range(201):
        (held,) = book.holds_by_queue_id(HOST, f"4A{at:03}")
        book.mark(held.id, HoldState.PENDING, HoldState.HELD, NOON)
        book.mark(held.id, HoldState.HELD, HoldState.DROPPED, NOON)
    assert learn_from_released(database) == 201


def test_undecodable_names(database: Database) -> None:
    """Host and queue id that are not valid text can be stored."""
    with database.writing() as connection:
        store_pending_pairs(connection, [PendingPairs("\udce4", "\0", NOON, array("q"), array("q"))])
    assert learn_from_released(database) == 0
