"""The MTA protocol with a private Postfix without a milter, which holds everything."""

import re
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.mta.choice import choose
from holdback.mta.interface import Mta, MtaError, Place, Queued, Submission
from holdback.mta.postfix import Postfix
from rig.postfix import PrivatePostfix
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


@pytest.fixture
def mta(postfix: PrivatePostfix) -> Mta:
    return choose("postfix", postfix.config_dir)


@pytest.fixture
def queue_id(postfix: PrivatePostfix) -> str:
    return postfix.send(RAW, SENDER, RECIPIENTS).queue_id


def test_the_listing(mta: Mta, queue_id: str) -> None:
    """One entry per queue file, with the number of recipients and no address."""
    (queued,) = mta.list_queue()
    assert queued == Queued(queue_id, Place.HELD, queued.arrived, queued.size, SENDER, 3, is_unique=True)
    assert queued.size > len(RAW)


def test_reading_a_part_of_the_listing(postfix: PrivatePostfix, mta: Mta) -> None:
    """A caller may stop reading a long listing."""
    for _ in range(3):
        postfix.send(RAW, SENDER, RECIPIENTS[:1])
    listing: Iterator[Queued] = mta.list_queue()
    assert next(listing).place is Place.HELD
    del listing


def test_reading(mta: Mta, queue_id: str) -> None:
    """Message and envelope are read as submitted."""
    raw = mta.read(queue_id)
    assert raw.endswith(RAW.partition(b"\n\n")[2])
    assert b"\nSubject: x\n" in mta.read_header(queue_id)
    assert b"dot" not in mta.read_header(queue_id)
    held = mta.open(queue_id)
    assert (held.sender, held.recipients) == (SENDER, RECIPIENTS)


def test_release_keeps_every_byte(mta: Mta, queue_id: str, postfix: PrivatePostfix, sink: Sink) -> None:
    """The same queue file is delivered to each recipient once."""
    header = mta.read_header(queue_id).replace(b"\n", b"\r\n").rstrip()
    mta.release(queue_id)
    postfix.wait_empty()
    assert sorted(sink.recipients()) == sorted(RECIPIENTS)
    for delivery in sink.deliveries():
        assert (delivery.header.endswith(header), delivery.body) == (True, BODY)


def test_many_are_released_at_once(sink: Sink) -> None:
    """They are delivered at once, and deferred mail is not tried again before it is due."""
    dead = {"transport_maps": "inline:{dead.example=smtp:[127.0.0.1]:1}"}
    with PrivatePostfix(relay=sink.port, settings=dead) as postfix:
        mta = Postfix(postfix.config_dir)
        deferred = postfix.send(RAW, SENDER, ["x@dead.example"]).queue_id
        mta.release(deferred)
        wait_until(lambda: f"{deferred}: to=<x@dead.example>" in postfix.log(), "the first attempt")
        many = [postfix.send(RAW, SENDER, RECIPIENTS[:1]).queue_id for _ in range(20)]
        mta.release(*many)
        sink.wait_for(20)
        wait_until(lambda: [one["queue_id"] for one in postfix.queue()] == [deferred], "one in the queue")
        assert postfix.log().count(f"{deferred}: to=<x@dead.example>") == 1


def test_one_of_many_is_still_on_hold(mta: Mta, postfix: PrivatePostfix) -> None:
    """Then nothing is claimed: MtaError, whatever happened to the others."""
    ids = [postfix.send(RAW, SENDER, RECIPIENTS[:1]).queue_id for _ in range(7)]
    with pytest.raises(MtaError):
        mta.delete(*ids, "ALL")
    assert sorted(postfix.held()) == sorted(ids)
    mta.delete(*ids, "4ABCDEF0")
    assert postfix.held() == []
    mta.delete()


def test_requeue_delivers_the_same_body(mta: Mta, queue_id: str, postfix: PrivatePostfix, sink: Sink) -> None:
    """The message gets a new queue file, which no milter sees and holds again."""
    mta.requeue(queue_id)
    sink.wait_for(1)
    postfix.wait_empty()
    assert sorted(sink.recipients()) == sorted(RECIPIENTS)
    assert {delivery.body for delivery in sink.deliveries()} == {BODY}
    assert postfix.held() == []


def test_return_to_sender(mta: Mta, queue_id: str, postfix: PrivatePostfix, sink: Sink) -> None:
    """The sender gets a bounce at once, the recipients get nothing."""
    mta.return_to_sender(queue_id)
    (bounce,) = sink.wait_for(1)
    postfix.wait_empty()
    assert (bounce.sender.strip("<>"), bounce.recipients, postfix.queue()) == ("", (SENDER,), [])


def test_delete(mta: Mta, queue_id: str, sink: Sink) -> None:
    """The message is deleted without a bounce."""
    mta.delete(queue_id)
    assert (mta.place_of(queue_id), list(mta.list_queue()), sink.deliveries()) == (Place.GONE, [], [])


@pytest.mark.parametrize("depth", ["0", "1", "2"])
def test_a_message_still_on_hold_is_an_error(depth: str) -> None:
    """The queue file decides, not postsuper's exit code, however the hold queue is hashed."""
    settings = {"hash_queue_names": "hold", "hash_queue_depth": depth} if depth != "0" else {}
    with PrivatePostfix(relay=None, settings=settings) as postfix:
        queue_id = postfix.send(RAW, SENDER, RECIPIENTS).queue_id
        mta = Postfix(postfix.config_dir)
        with pytest.raises(MtaError):
            mta._take_off_hold("-p", queue_id)
        mta.delete(queue_id)
        assert list(mta.list_queue()) == []


def test_delete_leaves_alone_what_is_on_its_way(mta: Mta, queue_id: str, postfix: PrivatePostfix) -> None:
    """A message released in the meantime is not deleted."""
    postfix.run("postsuper", "-H", queue_id)
    mta.delete(queue_id)
    assert mta.place_of(queue_id) is Place.LEAVING


@pytest.mark.parametrize("sender", [SENDER, "", '"a b"@sockenladen.example'])
def test_inject(sender: str, mta: Mta, postfix: PrivatePostfix) -> None:
    """The submitted message has the given envelope and body, dots and quotes included."""
    raw = RAW + b"endless " * 10_000 + b"\n" + b"x" * 2048 + b"\n\x00\n"
    recipients = (("-bp@shop.example",), ("bob@shop.example",), ("b c@shop.example",))
    mta.inject(raw, Submission(sender.replace('"', ""), recipients, (), frozenset()))
    (queue_id,) = postfix.wait_held(1)
    held = mta.open(queue_id)
    assert (held.sender, held.recipients) == (sender, ("-bp@shop.example", *RECIPIENTS[:2]))
    assert mta.read(queue_id).partition(b"\n\n")[2] == raw.partition(b"\n\n")[2]


def test_a_message_is_submitted_again(mta: Mta, postfix: PrivatePostfix) -> None:
    """Recipients, transfer encoding and what the sender asked of DSN are the same."""
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=LONGEST) as smtp:
        smtp.ehlo()
        smtp.mail(SENDER, ["BODY=8BITMIME", "RET=HDRS", "ENVID=order-7"])
        smtp.rcpt(RECIPIENTS[0], ["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;robert@else.example"])
        smtp.rcpt(RECIPIENTS[2])
        smtp.data(RAW)
    (queue_id,) = postfix.wait_held(1)
    mta.inject(RAW, mta.submission(queue_id))
    (copy,) = set(postfix.wait_held(2)) - {queue_id}
    again = mta.submission(copy)
    assert again == mta.submission(queue_id)
    assert again.recipients[0] == (
        "bob@shop.example",
        "notify_flags=10",
        "dsn_orig_rcpt=rfc822;robert@else.example",
    )
    assert set(again.attributes) > {"encoding=8bit", "ret_flags=2", "envelope_id=order-7"}


def test_many_recipients(mta: Mta, postfix: PrivatePostfix) -> None:
    """More than an SMTP transaction may have, and more than fit on a command line."""
    many = tuple((f"recipient-{number}-{'x' * 40}@shop{number % 9}.example",) for number in range(5_000))
    mta.inject(RAW, Submission(SENDER, many, (), frozenset()))
    (queue_id,) = postfix.wait_held(1)
    assert mta.submission(queue_id).delivered_to == {address for (address,) in many}


@pytest.mark.parametrize("raw", [b"", b"\n", b"Subject: x\n", b"Subject: x\n\n", b"no header"])
def test_odd_messages_are_submitted(raw: bytes, mta: Mta, postfix: PrivatePostfix) -> None:
    """A message without body, header or line end is queued."""
    mta.inject(raw, Submission(SENDER, (("bob@shop.example",),), (), frozenset()))
    assert len(postfix.wait_held(1)) == 1


@pytest.mark.parametrize("queue_id", ["ALL", "-", "", "../../x", "4Abc;rm", "-dALL", "A" * 41])
def test_invalid_queue_ids_are_refused(queue_id: str, mta: Mta, postfix: PrivatePostfix) -> None:
    """Only queue ids reach Postfix: `ALL` would select every message."""
    verbs = (mta.release, mta.requeue, mta.flush, mta.delete, mta.return_to_sender)
    for act in (*verbs, mta.read, mta.read_header, mta.open, mta.submission, mta.place_of):
        with pytest.raises(MtaError):
            act(queue_id)


def test_an_unknown_id(mta: Mta) -> None:
    """An unknown id is gone, unreadable, and counts as off hold."""
    assert mta.place_of("4ABCDEF0") is Place.GONE
    with pytest.raises(MtaError, match=r"^postcat -qbh: .*4ABCDEF0: No such file"):
        mta.read("4ABCDEF0")
    mta.release("4ABCDEF0")


def test_no_postfix(tmp_path: Path) -> None:
    """Without a configuration every method fails with the program and its message, without addresses."""
    mta = Postfix(tmp_path)
    with pytest.raises(MtaError, match=r"^postqueue -j: .*main\.cf"):
        list(mta.list_queue())
    with pytest.raises(MtaError, match=r"main\.cf"):
        mta.place_of("4ABCDEF0")
    with pytest.raises(MtaError, match=r"^postdrop -r: ") as failed:
        mta.inject(RAW, Submission(SENDER, (("bob@shop.example",),), (), frozenset()))
    assert "@" not in str(failed.value)


@pytest.mark.parametrize(
    ("complaint", "kept"),
    [("fatal: bad <a@b.example>, sorry", "fatal: bad (address) sorry"), ("no such file", "no such file")],
)
def test_errors_contain_no_address(complaint: str, kept: str) -> None:
    """Addresses in error messages of programs are removed."""
    assert MtaError("sendmail", 75, complaint).reason == kept


@pytest.mark.parametrize(
    ("queue", "listed", "place"),
    [
        ("maildrop", [Place.ARRIVING], Place.ARRIVING),
        ("incoming", [Place.ARRIVING], Place.ARRIVING),
        ("active", [Place.LEAVING], Place.LEAVING),
        ("deferred", [Place.LEAVING], Place.LEAVING),
        ("hold", [Place.HELD], Place.HELD),
        ("saved", [], Place.GONE),
        ("corrupt", [], Place.GONE),
    ],
)
def test_queues_and_places(queue: str, listed: list[Place], place: Place) -> None:
    """Every queue of a stopped Postfix has its place, in the listing and for one message."""
    with PrivatePostfix(relay=None, settings={"hash_queue_names": "trace"}) as postfix:
        queue_id = postfix.send(RAW, SENDER, RECIPIENTS).queue_id
        postfix.run("postfix", "stop")
        folder = postfix.root / "queue"
        (folder / queue).mkdir(exist_ok=True)
        (folder / "hold" / queue_id).rename(folder / queue / queue_id)
        mta = Postfix(postfix.config_dir)
        assert [queued.place for queued in mta.list_queue()] == listed
        assert mta.place_of(queue_id) is place


def test_flush_leaves_held_mail_alone(mta: Mta, queue_id: str) -> None:
    """A flush delivers deferred mail and releases no held mail."""
    mta.flush(queue_id)
    assert mta.place_of(queue_id) is Place.HELD


def test_version(mta: Mta) -> None:
    """The version has three numbers, as Postfix prints it."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", mta.version())


def test_lifetime(mta: Mta) -> None:
    """Postfix's defaults are five days for mail and for bounces."""
    assert mta.lifetime() == 5 * 86_400


def test_looking_addresses_up_in_a_table(mta: Mta, postfix: PrivatePostfix) -> None:
    """Case does not matter; an address without an entry is no error."""
    source = postfix.root / "external"
    source.write_text("agency@corp.example list\nmembers x\n")
    postfix.run("postmap", f"hash:{source}")
    for table in (f"hash:{source}", f"texthash:{source}"):
        assert mta.look_up(table, ["agency@corp.example", "ann@corp.example", "members"]) == {
            "agency@corp.example",
            "members",
        }
        assert mta.look_up(table, ["ann@corp.example"]) == set()
        assert mta.look_up(table, []) == set()


@pytest.mark.parametrize("table", ["hash:/no/such/table", "bogus:/x", "tcp:127.0.0.1:1", "-q"])
def test_a_table_that_cannot_be_read(mta: Mta, table: str) -> None:
    """It raises, instead of finding nothing."""
    with pytest.raises(MtaError):
        mta.look_up(table, ["ann@corp.example"])
