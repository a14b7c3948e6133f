"""A mailing to unknown recipients in two workers is one case with one decision."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from holdback.cases.model import Decision
from holdback.config import Config
from holdback.custody import release_token
from holdback.customer_list.build import build
from holdback.customer_list.rows import Origin, RowBatch
from holdback.daemon import end_of_message
from holdback.daemon.arrival import Arrival
from holdback.daemon.replies import Answer, Reply
from holdback.daemon.setup import Setup, open_record, setup_of
from holdback.mail import Envelope
from holdback.people.pseudonyms import Pseudonyms
from rig.waiting import wait_until

CUSTOMERS = [f"ann{n}@customer.example" for n in range(50)]
LIMIT, COPIES = 10, 5
VISIBLE = "Cc: a@a.example, b@b.example, c@c.example\r\n"
Start = Callable[[], Setup]


@pytest.fixture
def start(tmp_path: Path, url: str) -> Iterator[Start]:
    """`start()`: one more worker on the same database, with an index of the customers."""
    started: list[Setup] = []
    settings: dict[str, Any] = {
        "internal_domains": ["corp.example"],
        "state_dir": tmp_path,
        "database": {"url": url},
        "campaigns": {"copies": COPIES},
        "checks": {
            "unknown_recipients": {"action": "hold", "limit": LIMIT},
            "visible_recipients": {"action": "blind", "limit": 3},
        },
    }

    def start() -> Setup:
        config = Config(**settings)
        record, key, trail = open_record(config)
        if not started:
            rows = RowBatch(len(CUSTOMERS), emails=[CUSTOMERS])
            build(tmp_path / "customers.idx", [rows], Pseudonyms(key), Origin(at=0, source="test"))
        setup = setup_of(config, record, key, trail)
        setup.knowledge.refresh()
        trail.start()
        started.append(setup)
        return setup

    yield start
    for setup in started:
        setup.trail.close(5)
        setup.record.close()


def send(
    setup: Setup, number: int, to: str = "", body: str = "", sender: str = "offers", header: str = ""
) -> Answer:
    """Sends a copy of the mailing with its own recipient, subject and text."""
    to = to or f"bob{number}@bought{number}.example"
    raw = f"To: {to}\r\n{header}Subject: Offer {number}\r\n\r\nDear {number}\r\n{body}".encode()
    envelope = Envelope(f"{sender}@corp.example", (to,), f"4{sender}{number:03}", "", "192.0.2.1", "mx1")
    return end_of_message.answer(Arrival(envelope, raw, len(raw), time.time()), setup, lambda: True)


def replies(setup: Setup, numbers: range, **changes: str) -> list[Reply]:
    return [send(setup, number, **changes).reply for number in numbers]


def test_the_rest_of_the_mailing_is_one_case(start: Start) -> None:
    """Nine copies pass, some are held, later ones deferred; a release lets the rest pass."""
    setup = start()
    answers = [send(setup, number) for number in range(20)]
    said = [Reply.ACCEPT] * (LIMIT - 1) + [Reply.QUARANTINE] * COPIES
    assert [answer.reply for answer in answers[: len(said)]] == said
    assert {answer.reply for answer in answers[len(said) :]} == {Reply.TEMPFAIL}
    (case,) = {answer.case for answer in answers[len(said) - COPIES : len(said)]}
    assert replies(setup, range(20, 30), sender="jane") == [*said[:9], Reply.QUARANTINE]
    assert send(setup, 99, to=CUSTOMERS[0]).reply is Reply.ACCEPT
    setup.record.book.decide(case, Decision.RELEASE, "olga", "", time.time())
    assert set(replies(setup, range(14, 40))) == {Reply.ACCEPT}


def test_a_newsletter_to_customers_passes(start: Start) -> None:
    """A newsletter with three unknown recipients in a hundred passes."""
    setup = start()
    sent = [send(setup, n, to=customer).reply for n, customer in enumerate(CUSTOMERS * 2)]
    assert set(sent) | set(replies(setup, range(3))) == {Reply.ACCEPT}


def test_two_workers(start: Start) -> None:
    """Recipients counted in one worker count in the other a second later; both hold for one case."""
    first, second = start(), start()
    assert replies(first, range(6)) == [Reply.ACCEPT] * 6
    assert replies(second, range(6, 9)) == [Reply.ACCEPT] * 3

    def held_by(setup: Setup, number: int) -> str:
        setup.knowledge.pull_recipient_counts()
        return send(setup, number).case

    case = wait_until(lambda: held_by(second, 9), "the second worker to hear of the first")
    assert case == wait_until(lambda: held_by(first, 10), "the first worker to hear of the second")


def test_a_restart_forgets_nothing(start: Start) -> None:
    """A new worker knows what another one stored before it stopped."""
    before = start()
    assert replies(before, range(9)) == [Reply.ACCEPT] * 9
    before.trail.close(5)
    after = start()
    after.knowledge.pull_recipient_counts()
    assert send(after, 9).reply is Reply.QUARANTINE


def test_held_for_more_than_that(start: Start) -> None:
    """A message that also discloses customers does not join the mailing's case."""
    setup = start()
    replies(setup, range(9))
    case = send(setup, 9).case
    table = "Name,E-mail\r\n" + "".join(f"Ann Smith{n},{one}\r\n" for n, one in enumerate(CUSTOMERS))
    setup.record.book.decide(case, Decision.RELEASE, "olga", "", time.time())
    other = send(setup, 10, body=table)
    assert other.reply is Reply.QUARANTINE
    assert other.case != case
    assert send(setup, 11).reply is Reply.ACCEPT


OTHERWISE = {"shown to others": VISIBLE, "a forged token": f"{release_token.HEADER}: forged\r\n"}


@pytest.mark.parametrize("header", OTHERWISE.values(), ids=OTHERWISE.keys())
def test_its_release_frees_nothing_else(start: Start, header: str) -> None:
    """Blinded messages and claimed copies of ours need decisions of their own."""
    setup = start()
    replies(setup, range(9))
    setup.record.book.decide(send(setup, 9).case, Decision.RELEASE, "olga", "", time.time())
    assert send(setup, 10, header=header).reply is Reply.QUARANTINE
    (hold,) = setup.record.book.holds_by_queue_id(setup.identity.id, "4offers010")
    assert hold.decision is None
