"""Who knows whom: what is learned, from which messages, and for how long."""

from array import array
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cases.samples import new_hold
from holdback.cases.assignment import file_hold
from holdback.cases.casebook import Casebook
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.values import Decision, HoldState
from holdback.mail import Envelope, Limits, read
from holdback.people.fields.kinds import Field
from holdback.people.parties.acquainted import MOST, pair
from holdback.people.parties.domains import circle
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.acquaintances import (
    MOST_FROM_OUTSIDE,
    Acquaintances,
    Acquainted,
    Waiting,
    acquainted_of,
    settle_waiting,
    store_acquainted,
    store_waiting,
    waiting_of,
)
from holdback.trail.contacts import AT_ONCE, corresponded
from holdback.trail.forgetting import forget_contacts
from holdback.trail.questions import Questions
from holdback.trail.schema import waiting_acquaintances
from holdback.trail.statistics import known_of
from sqlalchemy import Connection, update
from sqlalchemy.event import listen

DAY = 86_400
NOON = 1_700_000_000.25
PSEUDONYMS = Pseudonyms(bytes(32))
CIRCLE = circle(["corp.example"], ["partner.example"])
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
    made = acquainted_of(envelope, read(header.encode(), Limits()), CIRCLE, PSEUDONYMS, NOON)
    return set(made.pairs) if made else set()


def test_a_message_from_outside_teaches() -> None:
    """Its author and everybody visible know each other from now on."""
    assert taught(HEADER) == {ANN_BOB, ANN_CARL, BOB_CARL}
    assert taught(HEADER, sender="bounces@list.example") == {ANN_BOB, ANN_CARL, BOB_CARL}


NOTHING = {
    "our own": {"sender": "me@corp.example"},
    "our own, from home": {"login": "me"},
    "to nobody of us": {"recipients": (BOB,)},
    "a bounce": {"sender": ""},
    "none of us visible": {"header": HEADER.replace("me@corp.example", "you@d.example")},
    "nobody else visible": {"header": f"From: {ANN}\r\nTo: me@corp.example\r\n\r\n"},
    "colleagues": {"header": f"From: {ANN}\r\nTo: me@corp.example, amy@a.example\r\n\r\n"},
    "a partner": {"header": f"From: {ANN}\r\nTo: me@corp.example, p@partner.example\r\n\r\n"},
}


@pytest.mark.parametrize("changes", NOTHING.values(), ids=NOTHING.keys())
def test_others_teach_nothing(changes: dict[str, str]) -> None:
    """What we wrote ourselves, what we cannot reply to, and what is known anyway."""
    assert taught(**{"header": HEADER, **changes}) == set()


@pytest.mark.parametrize(
    ("people", "pairs"), [(MOST_FROM_OUTSIDE, MOST_FROM_OUTSIDE * (MOST_FROM_OUTSIDE - 1) // 2), (51, 0)]
)
def test_a_list_teaches_nothing(people: int, pairs: int) -> None:
    """Nobody who sends us a thousand addresses acquaints a thousand people."""
    to = ", ".join(f"p@shop{n}.example" for n in range(people - 1))
    assert len(taught(f"From: {ANN}\r\nTo: me@corp.example, {to}\r\n\r\n")) == pairs


@pytest.fixture
def ask(database: Database) -> Callable[..., set[int]]:
    """Which pairs are on record."""
    acquaintances = Acquaintances(Questions(database))
    return lambda *pairs: set(acquaintances.among(pairs))


def learn(database: Database, at: float, *pairs: int) -> None:
    for start in range(0, len(pairs), AT_ONCE):
        with database.writing() as connection:
            some = array("q", pairs[start : start + AT_ONCE])
            store_acquainted(connection, [Acquainted(at, some)])


def test_kept_until_not_seen_for_long(database: Database, ask: Callable[..., set[int]]) -> None:
    """Each time a pair is seen, its days begin anew; an old message that comes late does not end them."""
    learn(database, NOON, ANN_BOB, ANN_CARL, ANN_BOB)
    assert ask(ANN_BOB, ANN_CARL, BOB_CARL) == {ANN_BOB, ANN_CARL}
    learn(database, NOON + 2 * DAY, ANN_BOB)
    learn(database, NOON - 2 * DAY, ANN_BOB)
    assert forget_contacts(database, NOON + 100 * DAY, 100 * DAY, DAY) == 0
    assert forget_contacts(database, NOON + 101 * DAY, 100 * DAY, DAY) == 1
    assert ask(ANN_BOB, ANN_CARL) == {ANN_BOB}


def test_nobody_is_acquainted_while_the_database_is_down() -> None:
    """A question that cannot be answered errs on the strict side."""
    nowhere = Database("sqlite:////nowhere/at/all.db", MILTER_TIMEOUT)
    assert list(Acquaintances(Questions(nowhere)).among([ANN_BOB])) == []


def test_as_many_as_are_ever_asked_about(database: Database, ask: Callable[..., set[int]]) -> None:
    """Twenty thousand pairs in one question."""
    asked = range(-MOST * MOST // 4, MOST * MOST // 4)
    learn(database, NOON, *asked[::3])
    assert ask(*asked) == set(asked[::3])


def test_a_flood_is_not_learned(database: Database, ask: Callable[..., set[int]]) -> None:
    """One transaction takes so many pairs and no more, whatever they come in."""
    with database.writing() as connection:
        one = Acquainted(NOON, array("q", range(AT_ONCE - 1)))
        store_acquainted(connection, [one, one, Acquainted(NOON, array("q", range(-50, 0)))])
        assert known_of(connection, 0, 0).acquaintances == AT_ONCE


ENVELOPE = Envelope("me@corp.example", (ANN, BOB, "you@corp.example"), "4AAA", host=HOST)


@pytest.mark.parametrize(
    ("shown", "switch", "pairs"), [(2, True, 1), (200, True, 19_900), (201, True, 0), (9, False, 0)]
)
def test_what_a_held_message_would_teach(shown: int, switch: bool, pairs: int) -> None:
    """The pairs it shows, if it is not too many and wanted; and whom it would go to."""
    to = ", ".join(f"p@shop{n}.example" for n in range(shown))
    waiting = waiting_of(
        ENVELOPE, read(f"To: {to}\r\n\r\n".encode(), Limits()), CIRCLE, PSEUDONYMS, NOON, switch
    )
    assert (waiting.host, waiting.queue_id, waiting.arrived) == (HOST, "4AAA", NOON)
    assert (len(waiting.pairs), waiting.recipients) == (pairs, array("q", [number(ANN), number(BOB)]))


@pytest.fixture
def book(url: str) -> Iterator[Casebook]:
    book = Casebook.open(url)
    yield book
    book.close()


def hold(database: Database, queue_id: str) -> None:
    """A message on hold that shows Ann and Bob, and goes to Ann; and what it would teach."""
    waiting = Waiting(HOST, queue_id, NOON, array("q", [ANN_BOB]), array("q", [number(ANN)]))
    with database.writing() as connection:
        file_hold(connection, new_hold(queue_id, f"m{queue_id} c{queue_id} e"), bytes(32), NOON)
        store_waiting(connection, [waiting])


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
def test_a_held_message_teaches_when_it_is_released(
    database: Database,
    book: Casebook,
    ask: Callable[..., set[int]],
    state: HoldState,
    decision: Decision,
    known: set[int],
    sent: bool,
) -> None:
    """Those who saw each other are acquainted, those who received it are correspondents; all at its end."""
    hold(database, "4AAA")
    hold(database, "4AAB")
    assert (settle_waiting(database), ask(ANN_BOB)) == (0, set())
    end(book, "4AAA", state, decision)
    assert [settle_waiting(database), settle_waiting(database)] == [1, 0]
    assert ask(ANN_BOB) == known
    with database.reading() as connection:
        assert corresponded(connection, [number(ANN)], NOON + DAY) == set()
        assert bool(corresponded(connection, [number(ANN)], NOON + DAY + 1)) == sent


def test_a_large_one_is_settled(database: Database, book: Casebook, ask: Callable[..., set[int]]) -> None:
    """Two hundred people who know each other now, and ten thousand who got it: in many transactions."""
    pairs, recipients = array("q", range(19_900)), array("q", range(-10_000, 0))
    hold(database, "4AAA")
    with database.writing() as connection:
        changes = {"pairs": pairs.tobytes(), "recipients": recipients.tobytes()}
        connection.execute(update(waiting_acquaintances).values(changes))
    end(book, "4AAA", HoldState.RELEASED, Decision.RELEASE)
    wrote = monitor(database)
    assert settle_waiting(database) == 1
    assert ask(*pairs) == set(pairs)
    with database.reading() as connection:
        assert corresponded(connection, recipients, NOON + 2 * DAY) == set(recipients)
    assert max(wrote) <= AT_ONCE


def monitor(database: Database) -> list[int]:
    """Rows written by each transaction from now on."""
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
def test_many_are_settled(database: Database, book: Casebook) -> None:
    """More than one transaction takes."""
    for at in range(201):
        hold(database, f"4A{at:03}")
    for at in range(201):
        (held,) = book.holds_by_queue_id(HOST, f"4A{at:03}")
        book.mark(held.id, HoldState.PENDING, HoldState.HELD, NOON)
        book.mark(held.id, HoldState.HELD, HoldState.DROPPED, NOON)
    assert settle_waiting(database) == 201


def test_hostile_names(database: Database) -> None:
    """SMTP allows what is no text."""
    with database.writing() as connection:
        store_waiting(connection, [Waiting("\udce4", "\0", NOON, array("q"), array("q"))])
    assert settle_waiting(database) == 0
