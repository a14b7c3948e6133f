"""Postfix's queue through its own programs, on a private Postfix without a milter: everything is held."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.mta.postfix import MtaError, Postfix, Queued
from rig.postfix import PrivatePostfix
from rig.sink import Sink

pytestmark = pytest.mark.postfix

SENDER = "ann@sockenladen.example"
RECIPIENTS = ("bob@shop.example", '"b c"@shop.example', "d+e@shop.example")
RAW = (
    b"From: ann@sockenladen.example\nTo: bob@shop.example\nSubject: x\n\n.dot\n.\n\xe9\n\n"
    + b"long " * 150
    + b"\n"
)
BODY = RAW.partition(b"\n\n")[2].replace(b"\n", b"\r\n")


@pytest.fixture
def mta(postfix: PrivatePostfix) -> Postfix:
    return Postfix(postfix.config_dir)


@pytest.fixture
def queue_id(postfix: PrivatePostfix) -> str:
    return postfix.send(RAW, SENDER, RECIPIENTS).queue_id


def test_the_listing_tells_what_waits(mta: Postfix, queue_id: str) -> None:
    """One entry a queue file, with the number of recipients but none of their addresses."""
    (queued,) = mta.queued()
    assert queued == Queued(queue_id, "hold", queued.arrived, queued.size, SENDER, 3)
    assert queued.size > len(RAW)


def test_listening_half_way(postfix: PrivatePostfix, mta: Postfix) -> None:
    """Whoever has seen enough of a long queue need not read on."""
    for _ in range(3):
        postfix.send(RAW, SENDER, RECIPIENTS[:1])
    listing: Iterator[Queued] = mta.queued()
    assert next(listing).queue == "hold"
    del listing


def test_what_is_held_can_be_read(mta: Postfix, queue_id: str) -> None:
    """Message and envelope come out as they went in."""
    raw = mta.read(queue_id)
    assert raw.endswith(RAW.partition(b"\n\n")[2])
    assert b"\nSubject: x\n" in mta.header(queue_id)
    assert b"dot" not in mta.header(queue_id)
    assert mta.sender_and_recipients(queue_id) == (SENDER, RECIPIENTS)


def test_release_keeps_every_byte(mta: Postfix, queue_id: str, postfix: PrivatePostfix, sink: Sink) -> None:
    """The same queue file is delivered, to everybody once."""
    header = mta.header(queue_id).replace(b"\n", b"\r\n").rstrip()
    mta.release(queue_id)
    postfix.wait_empty()
    assert sorted(sink.recipients()) == sorted(RECIPIENTS)
    for delivery in sink.deliveries():
        assert (delivery.header.endswith(header), delivery.body) == (True, BODY)


def test_requeue_delivers_the_same_body(
    mta: Postfix, queue_id: str, postfix: PrivatePostfix, sink: Sink
) -> None:
    """What was held too long gets a new queue file; no milter sees it, else it would be held again."""
    mta.requeue(queue_id)
    sink.wait_for(1)
    postfix.wait_empty()
    assert sorted(sink.recipients()) == sorted(RECIPIENTS)
    assert {delivery.body for delivery in sink.deliveries()} == {BODY}
    assert postfix.held() == []


def test_give_back_bounces(mta: Postfix, queue_id: str, postfix: PrivatePostfix, sink: Sink) -> None:
    """The sender is told at once, nobody else gets anything."""
    mta.give_back(queue_id)
    (bounce,) = sink.wait_for(1)
    postfix.wait_empty()
    assert (bounce.sender.strip("<>"), bounce.recipients, postfix.queue()) == ("", (SENDER,), [])


def test_delete(mta: Postfix, queue_id: str, sink: Sink) -> None:
    """Gone, and nobody is told."""
    mta.delete(queue_id)
    assert (mta.where(queue_id), list(mta.queued()), sink.deliveries()) == ("", [], [])


@pytest.mark.parametrize("depth", ["0", "1", "2"])
def test_what_stays_on_hold_is_noticed(depth: str) -> None:
    """postsuper's exit code is not believed: the file is looked for, however the hold queue is hashed."""
    settings = {"hash_queue_names": "hold", "hash_queue_depth": depth} if depth != "0" else {}
    with PrivatePostfix(relay=None, settings=settings) as postfix:
        queue_id = postfix.send(RAW, SENDER, RECIPIENTS).queue_id
        mta = Postfix(postfix.config_dir)
        with pytest.raises(MtaError):
            mta._take_off_hold("-p", queue_id)
        mta.delete(queue_id)
        assert list(mta.queued()) == []


def test_delete_leaves_alone_what_is_on_its_way(mta: Postfix, queue_id: str, postfix: PrivatePostfix) -> None:
    """A message that somebody released meanwhile is not deleted under way."""
    postfix.run("postsuper", "-H", queue_id)
    mta.delete(queue_id)
    assert mta.where(queue_id) == "deferred"


@pytest.mark.parametrize("sender", [SENDER, "", '"a b"@sockenladen.example'])
def test_inject(sender: str, mta: Postfix, postfix: PrivatePostfix) -> None:
    """What is submitted has the very envelope and body that it was given, dots and quotes included."""
    raw = RAW + b"endless " * 10_000 + b"\n"
    mta.inject(raw, sender, ["-bp@shop.example", *RECIPIENTS])
    (queue_id,) = postfix.wait_held(1)
    assert mta.sender_and_recipients(queue_id) == (sender, ("-bp@shop.example", *RECIPIENTS))
    assert mta.read(queue_id).partition(b"\n\n")[2] == raw.partition(b"\n\n")[2]


@pytest.mark.parametrize("queue_id", ["ALL", "-", "", "../../x", "4Abc;rm", "-dALL", "A" * 41])
def test_no_id_means_everything(queue_id: str, mta: Postfix, postfix: PrivatePostfix) -> None:
    """What is no queue id never reaches Postfix: `ALL` would be every message."""
    for act in (mta.release, mta.requeue, mta.delete, mta.give_back, mta.read, mta.where):
        with pytest.raises(MtaError):
            act(queue_id)


def test_nothing_there(mta: Postfix) -> None:
    """An id that nobody has: nowhere, unreadable, and gone from hold as wanted."""
    assert mta.where("4ABCDEF0") == ""
    with pytest.raises(MtaError, match=r"^postcat -qbh: .*4ABCDEF0: No such file"):
        mta.read("4ABCDEF0")
    mta.release("4ABCDEF0")


def test_no_postfix_there(tmp_path: Path) -> None:
    """Without a configuration every look fails, and says which program said what; no address in it."""
    mta = Postfix(tmp_path)
    with pytest.raises(MtaError, match=r"^postqueue -j: .*main\.cf"):
        list(mta.queued())
    with pytest.raises(MtaError, match=r"main\.cf"):
        mta.where("4ABCDEF0")
    with pytest.raises(MtaError, match=r"^sendmail: ") as failed:
        mta.inject(RAW, SENDER, RECIPIENTS)
    assert "@" not in str(failed.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [("fatal: bad <a@b.example>, sorry", "fatal: bad (address) sorry"), ("no such file", "no such file")],
)
def test_errors_name_nobody(said: str, told: str) -> None:
    """Whatever a program complains about, no address of it is kept."""
    assert MtaError("sendmail", 75, said).said == told


def test_lifetime(mta: Postfix) -> None:
    """Postfix's defaults are five days for mail and for bounces."""
    assert mta.lifetime() == 5 * 86_400
