"""The protocol of the MTA on a private Postfix and a private Sendmail, without a milter."""

import re
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from holdback.config.sections import MtaSection
from holdback.mta.choice import choose
from holdback.mta.interface import Mta, MtaError, Place, Queued, Submission
from rig.postfix import PrivatePostfix
from rig.sendmail import QUEUE_ONLY, PrivateSendmail
from rig.sink import Sink
from rig.waiting import LONGEST, wait_until

pytestmark = pytest.mark.postfix

SENDER = "ann@sockenladen.example"
RECIPIENTS = ("bob@shop.example", '"b c"@shop.example', "d+e@shop.example")
RAW = (
    b"From: ann@sockenladen.example\nTo: bob@shop.example\nSubject: x\n\n.dot\n.\n\xe9\n\n"
    + b"long " * 150
    + b"\n"
)
BODY = RAW.partition(b"\n\n")[2].replace(b"\n", b"\r\n")
UNKNOWN = "6B1AZecQ013618"

RECIPIENT_OPTIONS = {
    "Postfix": ("notify_flags=10", "dsn_orig_rcpt=rfc822;robert@else.example"),
    "Sendmail": ("ORCPT=rfc822;robert@else.example", "NOTIFY=SUCCESS,DELAY"),
}
MESSAGE_OPTIONS = {
    "Postfix": {"encoding=8bit", "ret_flags=2", "envelope_id=order-7"},
    "Sendmail": {"BODY=8BITMIME", "RET=HDRS", "ENVID=order-7"},
}

Server = PrivatePostfix | PrivateSendmail


@pytest.fixture(params=["postfix", "sendmail"])
def server(request: pytest.FixtureRequest, sink: Sink) -> Iterator[Server]:
    """One kind after the other; mail comes on hold with `hold`."""
    private: Server = (
        PrivatePostfix(sink.port)
        if request.param == "postfix"
        else PrivateSendmail(sink.port, guarded=False, more=QUEUE_ONLY)
    )
    with private:
        yield private


@pytest.fixture
def mta(server: Server) -> Mta:
    return choose(MtaSection.model_validate(server.settings))


@pytest.fixture
def queue_id(server: Server) -> str:
    return server.hold(RAW, SENDER, RECIPIENTS)


def queued(server: Server, count: int) -> set[str]:
    """The ids of all messages, as soon as so many are complete."""

    def complete() -> set[str]:
        entries = server.queue()
        ready = all(entry["queue_name"] in ("hold", "active") for entry in entries)
        return {entry["queue_id"] for entry in entries} if ready and len(entries) == count else set()

    return wait_until(complete, f"{count} messages in the queue")


def test_the_listing(mta: Mta, queue_id: str) -> None:
    """One entry per message, with the number of recipients and no address."""
    (queued,) = mta.list_queue()
    assert queued == Queued(queue_id, Place.HELD, queued.arrived, queued.size, SENDER, 3, is_unique=True)
    assert queued.size > len(RAW)


def test_reading(mta: Mta, queue_id: str) -> None:
    """Message and envelope are read as submitted, without our own Received field where it is inspected."""
    assert mta.read(queue_id).endswith(RAW.partition(b"\n\n")[2])
    assert b"\nSubject: x\n" in mta.read_header(queue_id)
    assert b"dot" not in mta.read_header(queue_id)
    held = mta.open(queue_id)
    assert (held.sender, held.recipients, held.client) == (SENDER, RECIPIENTS, "127.0.0.1")
    assert b"Received:" not in held.raw
    assert b"From: ann@sockenladen.example\n" in held.raw


def test_release(mta: Mta, queue_id: str, server: Server, sink: Sink) -> None:
    """The same message is delivered to each recipient once."""
    mta.release(queue_id)
    sink.wait_for(1)
    server.wait_empty()
    assert sorted(sink.recipients()) == sorted(RECIPIENTS)
    for delivery in sink.deliveries():
        assert delivery.body == BODY
        assert queue_id.encode() in delivery.header


def test_one_of_many_is_none(mta: Mta, server: Server) -> None:
    """Then nothing is claimed: MtaError, and every message stays; a message that is gone is no error."""
    ids = [server.hold(RAW, SENDER, RECIPIENTS[:1]) for _ in range(7)]
    with pytest.raises(MtaError):
        mta.delete(*ids, "ALL")
    assert sorted(server.held()) == sorted(ids)
    mta.delete(*ids, UNKNOWN)
    assert server.held() == []
    mta.delete()


def test_requeue(mta: Mta, queue_id: str, server: Server, sink: Sink) -> None:
    """The message is delivered, and no milter sees and holds it again."""
    mta.requeue(queue_id)
    sink.wait_for(1)
    server.wait_empty()
    assert sorted(sink.recipients()) == sorted(RECIPIENTS)
    assert {delivery.body for delivery in sink.deliveries()} == {BODY}
    assert server.held() == []


def test_return_to_sender(mta: Mta, queue_id: str, server: Server, sink: Sink) -> None:
    """The sender gets a bounce at once, the recipients get nothing."""
    mta.return_to_sender(queue_id)
    (bounce,) = sink.wait_for(1)
    server.wait_empty()
    assert (bounce.sender.strip("<>"), bounce.recipients, server.queue()) == ("", (SENDER,), [])


def test_a_bounce_is_not_returned(mta: Mta, server: Server, sink: Sink) -> None:
    """It has no sender: it is deleted."""
    queue_id = server.hold(RAW, "", RECIPIENTS)
    mta.return_to_sender(queue_id)
    server.wait_empty()
    assert (server.queue(), sink.deliveries()) == ([], [])


def test_delete(mta: Mta, queue_id: str, sink: Sink) -> None:
    """The message is deleted without a bounce."""
    mta.delete(queue_id)
    assert (mta.place_of(queue_id), list(mta.list_queue()), sink.deliveries()) == (Place.GONE, [], [])


def test_delete_leaves_alone_what_is_on_its_way(mta: Mta, queue_id: str, server: Server) -> None:
    """A message released in the meantime is not deleted."""
    server.release(queue_id)
    mta.delete(queue_id)
    assert mta.place_of(queue_id) is Place.LEAVING


def test_flush_leaves_held_mail_alone(mta: Mta, queue_id: str) -> None:
    """A flush delivers what is off hold and releases nothing."""
    mta.flush(queue_id)
    assert mta.place_of(queue_id) is Place.HELD


@pytest.mark.parametrize("sender", [SENDER, "", '"a b"@sockenladen.example'])
def test_inject(sender: str, mta: Mta, server: Server) -> None:
    """The submitted message has the given envelope and body, dots and quotes included."""
    raw = RAW + b"endless " * 10_000 + b"\n" + b"x" * 900 + b"\n"
    mta.inject(raw, envelope_of(mta, server, sender, ("-bp@shop.example", "bob@shop.example")))
    (queue_id,) = queued(server, 1)
    found = mta.open(queue_id)
    assert (found.sender, found.recipients) == (sender, ("-bp@shop.example", "bob@shop.example"))
    assert mta.read(queue_id).partition(b"\n\n")[2] == raw.partition(b"\n\n")[2]


def envelope_of(mta: Mta, server: Server, sender: str, recipients: tuple[str, ...]) -> Submission:
    """The envelope of a message with this sender, as the MTA's queue has it, to other recipients."""
    queue_id = server.hold(RAW, sender, RECIPIENTS[:1])
    envelope = mta.submission(queue_id)
    mta.delete(queue_id)
    return replace(envelope, recipients=tuple((one,) for one in recipients))


def test_a_message_is_submitted_again(mta: Mta, server: Server) -> None:
    """Recipients, transfer encoding and what the sender asked of DSN are the same."""
    with smtplib.SMTP("127.0.0.1", server.port, timeout=LONGEST) as smtp:
        smtp.ehlo()
        smtp.mail(SENDER, ["BODY=8BITMIME", "RET=HDRS", "ENVID=order-7"])
        smtp.rcpt(RECIPIENTS[0], ["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;robert@else.example"])
        smtp.rcpt(RECIPIENTS[1], ["NOTIFY=NEVER"])
        smtp.rcpt(RECIPIENTS[2])
        smtp.data(RAW.replace(b"\n", b"\r\n"))
    (queue_id,) = queued(server, 1)
    envelope = mta.submission(queue_id)
    mta.inject(RAW, envelope)
    (copy,) = queued(server, 2) - {queue_id}
    again = mta.submission(copy)
    assert again == envelope
    assert {address.replace('"', "") for address in again.delivered_to} == {
        address.replace('"', "") for address in RECIPIENTS
    }
    assert again.recipients[0][1:] == RECIPIENT_OPTIONS[server.name]
    assert MESSAGE_OPTIONS[server.name] <= set(again.attributes)


@pytest.mark.parametrize("raw", [b"", b"\n", b"Subject: x\n", b"Subject: x\n\n", b"no header"])
def test_odd_messages_are_submitted(raw: bytes, mta: Mta, server: Server) -> None:
    """A message without body, header or line end is queued."""
    mta.inject(raw, Submission(SENDER, (("bob@shop.example",),), (), frozenset()))
    assert queued(server, 1)


@pytest.mark.parametrize("queue_id", ["ALL", "-", "", "../../x", "4Abc;rm", "-dALL", "A" * 41])
def test_invalid_queue_ids_are_refused(queue_id: str, mta: Mta) -> None:
    """Only queue ids reach the MTA: `ALL` and an empty one would select every message."""
    verbs: tuple[Any, ...] = (mta.release, mta.requeue, mta.flush, mta.delete, mta.return_to_sender)
    for act in (*verbs, mta.read, mta.read_header, mta.open, mta.submission, mta.place_of, mta.held_file):
        with pytest.raises(MtaError):
            act(queue_id)


def test_an_unknown_id(mta: Mta) -> None:
    """An unknown id is gone, unreadable, and counts as off hold."""
    assert mta.place_of(UNKNOWN) is Place.GONE
    for read in (mta.read, mta.read_header, mta.open, mta.submission):
        with pytest.raises(MtaError, match="No such file"):
            read(UNKNOWN)
    mta.release(UNKNOWN)


def test_held_file(mta: Mta, server: Server) -> None:
    """Two messages have different files; one that is released has none."""
    first, second = (server.hold(RAW, SENDER, RECIPIENTS) for _ in range(2))
    assert mta.held_file(first) == mta.held_file(first) != mta.held_file(second) is not None
    server.release(first)
    assert mta.held_file(first) is None


def test_version(mta: Mta) -> None:
    """The version has numbers, as the MTA prints it."""
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.\d+)?", mta.version())


def test_lifetime(mta: Mta) -> None:
    """The default of both is five days."""
    assert mta.lifetime() == 5 * 86_400
