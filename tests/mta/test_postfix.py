"""What only Postfix does, with a private one without a milter, which holds everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from holdback.mta.interface import Mta, MtaError, Place, Queued, Submission
from holdback.mta.postfix import Postfix
from rig.postfix import PrivatePostfix
from rig.sink import Sink
from rig.waiting import wait_until

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
    return Postfix(postfix.config_dir)


@pytest.fixture
def queue_id(postfix: PrivatePostfix) -> str:
    return postfix.send(RAW, SENDER, RECIPIENTS).queue_id


def test_reading_a_part_of_the_listing(postfix: PrivatePostfix, mta: Mta) -> None:
    """A caller may stop reading a long listing."""
    for _ in range(3):
        postfix.send(RAW, SENDER, RECIPIENTS[:1])
    listing: Iterator[Queued] = mta.list_queue()
    assert next(listing).place is Place.HELD
    del listing


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


def test_many_recipients(mta: Mta, postfix: PrivatePostfix) -> None:
    """More than an SMTP transaction may have, and more than fit on a command line."""
    many = tuple((f"recipient-{number}-{'x' * 40}@shop{number % 9}.example",) for number in range(5_000))
    mta.inject(RAW, Submission(SENDER, many, (), frozenset()))
    (queue_id,) = postfix.wait_held(1)
    assert mta.submission(queue_id).delivered_to == {address for (address,) in many}


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
