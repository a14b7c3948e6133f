"""Correspondents: who becomes one, and what is stored."""

from array import array

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.mail import Envelope, Message
from holdback.mail.address import address
from holdback.people.fields.kinds import Field
from holdback.people.parties.domains import company_domains
from holdback.people.pseudonyms import Pseudonyms
from holdback.trail.contacts import (
    AT_ONCE,
    Correspondence,
    correspondence_of,
    known_correspondents,
    split_correspondence,
    store_correspondence,
)
from holdback.trail.schema import correspondents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

DAY = 86_400
NOON = 1_700_000_000.25
PSEUDONYMS = Pseudonyms(bytes(32))
DOMAINS = company_domains(["corp.example"], ["partner.example"])
ANN, BOB, CARL = 11, -22, 33
NOBODY = array("q")


def numbers(*written: str) -> "array[int]":
    return array("q", [PSEUDONYMS.number(Field.EMAIL, address(one).key) for one in written])


def mail(sender: str, *recipients: str, authors: str = "", login: str = "") -> Correspondence | None:
    message = Message(authors=tuple(map(address, authors.split())))
    envelope = Envelope(sender=sender, recipients=recipients, login=login)
    return correspondence_of(envelope, message, DOMAINS, PSEUDONYMS, NOON)


BOUNCE = ""
SENT = [
    (mail("me@corp.example", "ann@shop.example", "Ann+x@Shop.example"), numbers("ann@shop.example")),
    (mail("me@home.example", "ann@shop.example", login="me"), numbers("ann@shop.example")),
    (mail(BOUNCE, "ann@shop.example"), numbers("ann@shop.example")),
    (mail("me@corp.example", "p@partner.example", "you@corp.example", "root"), None),
]


@pytest.mark.parametrize(("made", "sent"), SENT)
def test_sent(made: Correspondence | None, sent: "array[int] | None") -> None:
    """External recipients of our mail; colleagues and partners are not correspondents."""
    assert made == (Correspondence(NOON, sent, array("q")) if sent else None)


RECEIVED = [
    (mail("b17@list.example", "me@corp.example", authors="ann@shop.example"), numbers("ann@shop.example")),
    (mail("a@b.example", "me@corp.example", authors="a@a.example a@b.example a@c.example a@d.example"), 3),
    (mail("a@b.example", "me@corp.example", authors="p@partner.example"), None),
    (mail("me@corp.example", "me@corp.example", authors="ann@shop.example"), None),
    (mail("me@home.example", "you@corp.example", authors="me@home.example", login="me"), None),
    (mail(BOUNCE, "me@corp.example", authors="daemon@shop.example"), None),
]


@pytest.mark.parametrize(("made", "received"), RECEIVED)
def test_received(made: Correspondence | None, received: "array[int] | int | None") -> None:
    """The first few authors of inbound mail; not colleagues away from the office, not bounces."""
    found = made.received if made else None
    assert received == (len(found) if isinstance(received, int) and found else found)


def store(database: Database, *values: Correspondence) -> None:
    with database.writing() as connection:
        store_correspondence(connection, values)


def sent(at: float, *people: int) -> Correspondence:
    return Correspondence(at, array("q", people), array("q"))


def received(at: float, *people: int) -> Correspondence:
    return Correspondence(at, array("q"), array("q", people))


def on_record(database: Database) -> dict[int, tuple[int, int, int]]:
    with database.reading() as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(select(correspondents))}


def test_times(database: Database) -> None:
    """The first message exactly, the last one to the day, in any order of storing."""
    store(database, sent(NOON, ANN), received(NOON + 5, BOB, ANN), sent(NOON + 3, ANN))
    noon = int(NOON)
    assert on_record(database) == {ANN: (noon, noon + 3, noon + 5), BOB: (0, 0, noon + 5)}
    store(database, sent(NOON + 60, ANN, BOB))
    assert on_record(database) == {ANN: (noon, noon + 3, noon + 5), BOB: (noon + 60, noon + 60, noon + 5)}
    store(database, sent(NOON + 2 * DAY, ANN), received(NOON - DAY, BOB), sent(NOON - 9, ANN))
    assert on_record(database)[ANN] == (noon - 9, noon + 2 * DAY, noon + 5)
    assert on_record(database)[BOB] == (noon + 60, noon + 60, noon + 5)


def test_a_mailing_is_split() -> None:
    """Each part is small, and together they hold all recipients."""
    sent, received = array("q", range(2 * AT_ONCE + 1)), array("q", [-1])
    parts = list(split_correspondence(Correspondence(NOON, sent, received)))
    assert [len(part.sent) for part in parts] == [AT_ONCE, AT_ONCE, 1]
    assert sum((part.sent for part in parts), array("q")) == sent
    assert ([part.received for part in parts], parts[0].at) == ([received, NOBODY, NOBODY], NOON)


def test_known_correspondents(database: Database) -> None:
    """Everyone who wrote to us, and those we wrote to before the given time."""
    store(database, sent(NOON, ANN), received(NOON, BOB))
    with database.reading() as connection:
        assert known_correspondents(connection, [ANN, BOB, CARL], NOON - 1) == {BOB}
        assert known_correspondents(connection, [ANN, BOB, CARL], NOON + 1) == {ANN, BOB}
        assert known_correspondents(connection, [], NOON + 1) == set()


def test_large_lookup(database: Database) -> None:
    """More numbers than one statement may have parameters."""
    store(database, sent(NOON, *range(1, 70_000, 7)))
    with database.reading() as connection:
        assert known_correspondents(connection, range(70_000), NOON + 1) == set(range(1, 70_000, 7))


_MOMENTS = st.lists(st.tuples(st.booleans(), st.integers(0, 5 * DAY)), min_size=1, max_size=6)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_MOMENTS)
def test_times_in_any_order(sqlite_url: str, moments: list[tuple[bool, int]]) -> None:
    """The last time may lag by a day; the first is exact."""
    database = Database(sqlite_url, MILTER_TIMEOUT)
    with database.writing() as connection:
        connection.execute(delete(correspondents))
        for out, at in moments:
            store_correspondence(connection, [(sent if out else received)(at + 1, ANN)])
    first, last, back = on_record(database)[ANN]
    outs, ins = ([at + 1 for out, at in moments if out is kind] for kind in (True, False))
    assert first == min(outs, default=0)
    assert max(outs, default=0) - DAY <= last <= max(outs, default=0)
    assert max(ins, default=0) - DAY <= back <= max(ins, default=0)
    database.close()
