"""What only Sendmail does, with a private one and the real milter."""

import fcntl
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from holdback.config.sections import MtaSection
from holdback.mta.choice import choose
from holdback.mta.interface import Holder, Mta, MtaError, Place
from rig.holdback import Holdback
from rig.samples import FIRMS, socks
from rig.sendmail import HOST, QUEUE_ONLY, PrivateSendmail
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

SOCKS = socks()
SENDER = "ann@sockenladen.example"
RECIPIENTS = ("bob@shop.example", "eve@shop.example")
RAW = b"From: ann@sockenladen.example\nTo: bob@shop.example\nSubject: x\n\nhello\n"
DIVIDED = "QUEUE_GROUP(`mqueue', `P=ROOT/queue, F=f, r=25, R=4')dnl\n"
"""At most 25 recipients in a file."""
FOLDERS = {
    "one": ("queue", []),
    "several": ("queue*", ["queue1", "queue2", "queue3"]),
    "subfolders": ("queue", ["queue/qf", "queue/df", "queue/xf"]),
}


def mta_of(sendmail: PrivateSendmail) -> Mta:
    return choose(MtaSection.model_validate(sendmail.settings))


@pytest.fixture
def sendmail(sink: Sink) -> Iterator[PrivateSendmail]:
    """A Sendmail without a milter, whose mail waits for a queue run."""
    with PrivateSendmail(sink.port, guarded=False, more=QUEUE_ONLY) as private:
        yield private


@pytest.mark.parametrize("layout", list(FOLDERS))
@pytest.mark.parametrize("words", [("release",), ("release", "--bcc"), ("drop",), ("drop", "--return")])
def test_divided_recipients(words: tuple[str, ...], layout: str, sink: Sink) -> None:
    """A message in three files is one hold, in whichever folders they are; all parts are decided at once."""
    queue, folders = FOLDERS[layout]
    group = DIVIDED.replace("ROOT/queue", f"ROOT/{queue}")
    with (
        PrivateSendmail(sink.port, more=group, queue=queue, folders=folders) as private,
        Holdback(private, {"internal_domains": FIRMS}) as holdback,
    ):
        queue_id = private.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients).queue_id
        assert len(private.wait_held(3)) == 3
        (listed,) = mta_of(private).list_queue()
        assert (listed.queue_id, listed.place, listed.recipients) == (queue_id, Place.HELD, 60)
        assert holdback.cli("reconcile", "--json").json["orphans"] == 0
        (case,) = holdback.cli("cases", "--json").lines
        done = holdback.cli(words[0], case["id"], *words[1:])
        assert done.code == 0, done.out + done.err
        wait_until(lambda: private.queue() == [], "an empty queue")
        delivered = {"release": SOCKS.recipients, "drop": ()}[words[0]]
        bounced = 3 * [SOCKS.sender] if "--return" in words else []
        assert Counter(sink.recipients()) == Counter([*delivered, *bounced])
        assert holdback.cli("reconcile", "--json").json["orphans"] == 0
        if words[0] == "release":
            shown = holdback.cli("show", case["id"], "--json").json["delivery"]
            assert shown == {"sent": 60, "failed": 0, "queued": 0, "unknown": 0}


def test_the_reason_names_no_person(sink: Sink) -> None:
    """All local users may read it: it has the case and the queue id."""
    with (
        PrivateSendmail(sink.port) as private,
        Holdback(private, {"internal_domains": FIRMS}) as holdback,
    ):
        queue_id = private.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients).queue_id
        (case,) = holdback.cli("cases", "--json").lines
        (reason,) = re.findall(rb"QUARANTINE: (.*)", private.run("-bp", "-qQ"))
        assert reason.decode() == f"{case['id']} {queue_id}"
        assert mta_of(private).holder(queue_id) is Holder.MILTER


@pytest.mark.parametrize(
    "reason", ["looks odd", "TEST-00", "TEST-00 ALL", "TEST-00 6B1AZecQ013618 x", "see 6B1AZecQ013618"]
)
def test_held_by_another_program(reason: str, sendmail: PrivateSendmail) -> None:
    """Another reason is that of an administrator or of another milter."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS, reason)
    assert (mta.holder(queue_id), mta.place_of(queue_id)) == (Holder.OTHER, Place.HELD)


def test_one_that_is_locked(sendmail: PrivateSendmail) -> None:
    """Sendmail works on it: nothing is done to it, and that is an error."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    with (sendmail.root / "queue" / f"hf{queue_id}").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for act in (mta.release, mta.delete, mta.requeue, mta.return_to_sender):
            with pytest.raises(MtaError, match=r"(?i)locked"):
                act(queue_id)
            assert mta.place_of(queue_id) is Place.HELD
    mta.release(queue_id)
    assert mta.place_of(queue_id) is not Place.HELD


def test_without_its_body(sendmail: PrivateSendmail, sink: Sink) -> None:
    """Sendmail would send it empty: it is not released."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    (sendmail.root / "queue" / f"df{queue_id}").unlink()
    with pytest.raises(MtaError, match="no body"):
        mta.release(queue_id)
    assert (sendmail.held(), sink.deliveries()) == ([queue_id], [])
    mta.delete(queue_id)
    assert sendmail.held() == []


def age(sendmail: PrivateSendmail, queue_id: str, days: int) -> None:
    path = sendmail.root / "queue" / f"hf{queue_id}"
    older = b"\nT%d\n" % (time.time() - days * 86_400)
    path.write_bytes(re.sub(rb"\nT\d+\n", older, path.read_bytes(), count=1))


@contextmanager
def down(sendmail: PrivateSendmail, sink: Sink) -> Iterator[None]:
    """The next hop does not answer inside the block."""
    sink.stop()
    yield
    sink.start()


def test_mail_older_than_its_lifetime(sendmail: PrivateSendmail, sink: Sink) -> None:
    """After a requeue a failed delivery does not bounce it."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    age(sendmail, queue_id, 6)
    with down(sendmail, sink):
        mta.requeue(queue_id)
        wait_until(lambda: "stat=Deferred" in sendmail.log(), "the first attempt")
    assert mta.place_of(queue_id) is Place.LEAVING
    wait_until(lambda: sendmail.unlocked(queue_id), "the end of the attempt")
    sendmail.run_queue()
    wait_until(lambda: sendmail.queue() == [], "an empty queue")
    assert Counter(sink.recipients()) == Counter(RECIPIENTS)


def test_a_bounce_that_cannot_be_delivered_now(sendmail: PrivateSendmail, sink: Sink) -> None:
    """Sendmail quarantines it with the same reason: it is released, and nothing is left on hold."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    with down(sendmail, sink):
        mta.return_to_sender(queue_id)
        assert sendmail.held() == []
        (bounce,) = (entry["queue_id"] for entry in sendmail.queue())
        assert bounce != queue_id
        wait_until(lambda: sendmail.unlocked(bounce), "the end of the attempt")
    sendmail.run_queue()
    wait_until(lambda: sink.recipients() == [SENDER], "the bounce")


def test_an_id_within_another(sendmail: PrivateSendmail) -> None:
    """`-qI` selects by a part of an id: what would choose two messages is refused."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    for kind in ("hf", "df"):
        path = sendmail.root / "queue" / f"{kind}{queue_id}"
        path.with_name(f"{kind}{queue_id}7").write_bytes(path.read_bytes())
    with pytest.raises(MtaError, match="part of"):
        mta.release(queue_id)
    assert sorted(sendmail.held()) == [queue_id, f"{queue_id}7"]


def test_killed_while_it_lifted_the_quarantine(sendmail: PrivateSendmail, sink: Sink) -> None:
    """Both control files are there: the message is on its way, and is not sent twice."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    held = sendmail.root / "queue" / f"hf{queue_id}"
    content = held.read_bytes()
    sendmail.release(queue_id)
    held.write_bytes(content)
    assert (mta.place_of(queue_id), [one.place for one in mta.list_queue()]) == (
        Place.LEAVING,
        [Place.LEAVING],
    )
    mta.flush(queue_id)
    sink.wait_for(1)
    wait_until(lambda: sendmail.queue() == [], "an empty queue")
    assert Counter(sink.recipients()) == Counter(RECIPIENTS)


def test_a_message_that_waits_for_the_milter(sendmail: PrivateSendmail) -> None:
    """Until the answer only its body is in the queue: it is arriving."""
    mta = mta_of(sendmail)
    (sendmail.root / "queue" / "df6B1AZecQ013618").write_bytes(b"hello\n")
    assert (mta.place_of("6B1AZecQ013618"), list(mta.list_queue())) == (Place.ARRIVING, [])


@pytest.mark.parametrize(
    "content", [b"", b"V8\n", b"V8\nT1\nS<a@b.example>\nR<c@d.example>\n", os.urandom(4096), b"\0" * 9000]
)
def test_a_damaged_control_file(content: bytes, sendmail: PrivateSendmail) -> None:
    """It is not listed, as Sendmail does not deliver it; the others are."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    (sendmail.root / "queue" / "hf6B1AZecQ013618").write_bytes(content)
    assert [one.queue_id for one in mta.list_queue()] == [queue_id]


def test_a_later_format(sendmail: PrivateSendmail) -> None:
    """It is an error, and not an empty queue."""
    mta = mta_of(sendmail)
    queue_id = sendmail.hold(RAW, SENDER, RECIPIENTS)
    path = sendmail.root / "queue" / f"hf{queue_id}"
    path.write_bytes(path.read_bytes().replace(b"V8", b"V9", 1))
    for ask in (lambda: list(mta.list_queue()), lambda: mta.place_of(queue_id)):
        with pytest.raises(MtaError, match="unknown format V9"):
            ask()


def test_the_listing_while_mail_moves(sendmail: PrivateSendmail) -> None:
    """Files that come and go while they are read are no error."""
    mta, ending = mta_of(sendmail), threading.Event()
    ids = [sendmail.hold(RAW, SENDER, RECIPIENTS) for _ in range(8)]

    def move() -> None:
        while not ending.is_set():
            sendmail.run("-qQ", "-Q", *(f"-qI{queue_id}" for queue_id in ids[:4]))
            sendmail.run("-QTEST-00 again", *(f"-qI{queue_id}" for queue_id in ids[:4]))

    moving = threading.Thread(target=move)
    moving.start()
    try:
        for _ in range(300):
            listed = {one.queue_id for one in mta.list_queue()}
            assert set(ids[4:]) <= listed <= set(ids)
    finally:
        ending.set()
        moving.join()


def test_looking_addresses_up_in_a_table(sendmail: PrivateSendmail) -> None:
    """Tables of makemap(8), and text files; an address without an entry is no error."""
    mta, source = mta_of(sendmail), sendmail.root / "external"
    source.write_text("# lists\nagency@corp.example\tlist\nmembers x\n")
    sendmail.makemap("hash", source)
    for table in (f"hash:{source}", f"text:{source}"):
        wanted = ["agency@corp.example", "ann@corp.example", "members"]
        assert mta.look_up(table, wanted) == {"agency@corp.example", "members"}
        assert mta.look_up(table, ["ann@corp.example"]) == set()
        assert mta.look_up(table, []) == set()


@pytest.mark.parametrize("table", ["hash:/no/such/table", "bogus:/x", "text:/no/such/file", "-q"])
def test_a_table_that_cannot_be_read(table: str, sendmail: PrivateSendmail) -> None:
    """It raises, instead of finding nothing."""
    with pytest.raises(MtaError):
        mta_of(sendmail).look_up(table, ["ann@corp.example"])


def test_no_sendmail(tmp_path: Path) -> None:
    """Without a configuration or a program every method fails with the reason."""
    mta = choose(MtaSection(kind="sendmail", config_dir=str(tmp_path), program=tmp_path / "sendmail"))
    with pytest.raises(MtaError, match=r"sendmail\.cf: No such file"):
        list(mta.list_queue())
    (tmp_path / "sendmail.cf").write_text(f"O QueueDirectory={tmp_path}/none\n")
    with pytest.raises(MtaError, match="none: No such file"):
        mta.place_of("6B1AZecQ013618")
    with pytest.raises(MtaError, match=r"^sendmail -bt: No such file"):
        mta.version()
    assert [(one.name, str(one.fitness)) for one in mta.diagnose("unix:/x", 30)] == [("sendmail", "weak")]


def test_a_login(sink: Sink) -> None:
    """Only a SASL login counts; AUTH= in MAIL FROM may be anything."""
    rule = {"logins": ["jane"], "action": "observe", "check": "visible_recipients"}
    settings = {"internal_domains": FIRMS, "rules": [rule]}
    with PrivateSendmail(sink.port) as private, Holdback(private, settings) as holdback:
        private.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients, login="jane")
        private.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients, options=["AUTH=jane"])
        private.send(SOCKS.raw, SOCKS.sender, SOCKS.recipients, options=[f"AUTH=jane@{HOST}"])
        assert [line["action"] for line in holdback.messages()] == ["observe", "hold", "hold"]
