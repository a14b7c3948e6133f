"""Record and queue are compared in both directions with a real MTA and the real milter."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from custody.world import SENDER, Mail, World
from holdback.cases.model import CaseState, Decision, Fingerprints, Hold, HoldState, NewHold
from holdback.config import load
from holdback.custody import release_token
from holdback.custody.carry_out import carry_out
from holdback.custody.host import open_host
from holdback.custody.reconcile import reconcile
from holdback.custody.results import Reconciled
from holdback.mta.blind import blinded
from rig.holdback import Holdback
from rig.mta import PrivateMta
from rig.postfix import PrivatePostfix
from rig.sink import Sink

pytestmark = pytest.mark.postfix

ONLY_POSTFIX = pytest.mark.parametrize("mta", ["postfix"], indirect=True)
"""Sendmail cannot hold mail while the milter is down, and its queue has no other places."""
NOTHING = Reconciled(
    imported=0,
    confirmed=0,
    released_outside=0,
    vanished=0,
    carried_out=0,
    unfinished=(),
    failed=(),
    own_copies_deleted=0,
    orphans=(),
)


@pytest.fixture
def world(sink: Sink, mta: PrivateMta) -> Iterator[World]:
    """An MTA for each test, because these tests count everything."""
    with Holdback(mta) as holdback, open_host(load(holdback.config_file)) as host:
        yield World(sink, mta, holdback, host)


def test_a_pending_hold_is_confirmed_once(world: World) -> None:
    """The first run marks it held, the second finds nothing; an undecided hold is not touched."""
    mail = world.send(12)
    world.sql("UPDATE holds SET state = 'pending'")
    assert reconcile(world.host) == replace(NOTHING, confirmed=1)
    assert mail.now.state == HoldState.HELD
    assert reconcile(world.host) == NOTHING
    assert mail.waits


def test_deleted_with_the_mta_s_tools(world: World) -> None:
    """After a deletion without Holdback the hold is vanished, and a decision reports this."""
    mail = world.send(12)
    reconcile(world.host)
    world.postfix.delete(mail.hold.queue_id)
    assert reconcile(world.host) == replace(NOTHING, vanished=1)
    (done,) = carry_out(world.host, mail.decide(Decision.RELEASE))
    assert not done.done
    assert done.state == HoldState.VANISHED
    assert mail.reached() == {}


def test_released_with_the_mta_s_tools(world: World) -> None:
    """After a release without Holdback the hold counts as released; a later drop is reported as too late."""
    mail = world.send(12)
    reconcile(world.host)
    world.postfix.release(mail.hold.queue_id)
    assert reconcile(world.host) == replace(NOTHING, released_outside=1)
    (done,) = carry_out(world.host, mail.decide(Decision.DROP))
    assert done.state == HoldState.RELEASED
    assert done.text == "already released"


def test_deleted_before_it_was_seen_on_hold(world: World) -> None:
    """A pending hold whose message was deleted is vanished at once, and its case is closed."""
    mail = world.send(12)
    world.sql("UPDATE holds SET state = 'pending'")
    world.postfix.delete(mail.hold.queue_id)
    assert reconcile(world.host) == replace(NOTHING, vanished=1)
    assert world.host.book.show(mail.hold.case_id).case.state is CaseState.VANISHED


@ONLY_POSTFIX
def test_a_pending_hold_waits_for_the_end_of_its_message(world: World) -> None:
    """While its queue file is being written a hold is pending."""
    mail = world.send(12)
    world.sql("UPDATE holds SET state = 'pending'")
    world.postfix.run("postfix", "stop")
    queue = world.postfix.root / "queue"
    (queue / "hold" / mail.hold.queue_id).rename(queue / "incoming" / mail.hold.queue_id)
    assert (reconcile(world.host), mail.now.state) == (NOTHING, HoldState.PENDING)
    (queue / "incoming" / mail.hold.queue_id).rename(queue / "hold" / mail.hold.queue_id)
    assert (reconcile(world.host).confirmed, mail.now.state) == (1, HoldState.HELD)


def test_given_up_too_early(world: World) -> None:
    """A vanished hold whose queue file exists is held again, and is no orphan."""
    mail = world.send(12)
    world.sql("UPDATE holds SET state = 'vanished'")
    world.sql("UPDATE cases SET state = 'vanished'")
    assert reconcile(world.host).orphans == ()
    assert mail.now.state == HoldState.HELD
    assert world.host.book.show(mail.hold.case_id).case.state is CaseState.OPEN


def test_a_decision_from_elsewhere_is_carried_out(world: World) -> None:
    """A decision made on another host is carried out by this host's timer, once."""
    mail = world.send(12)
    mail.decide(Decision.RELEASE)
    assert reconcile(world.host).carried_out == 1
    assert mail.reached() == mail.to_everybody_once
    assert reconcile(world.host) == NOTHING


@ONLY_POSTFIX
def test_mail_held_while_the_milter_was_down_is_an_orphan(world: World) -> None:
    """Mail on hold without a record is listed and not touched."""
    known = world.send(12)
    world.holdback.kill()
    orphan = world.postfix.send(known.raw, SENDER, known.people).queue_id
    assert reconcile(world.host).orphans == (orphan,)
    assert sorted(world.postfix.held()) == sorted([known.hold.queue_id, orphan])


def test_the_journal_is_imported_first(world: World) -> None:
    """A hold whose record is in the journal is no orphan."""
    database = world.holdback.state_dir / "holdback.db"
    world.host.book.close()
    for file in database.parent.glob("*holdback.db*"):
        file.unlink()
    database.mkdir()
    world.postfix.send(
        b"From: ann@sockenladen.example\r\nTo: "
        + b", ".join(b"p%d@shop%d.example" % (n, n) for n in range(12))
        + b"\r\n\r\nhello\r\n",
        "ann@sockenladen.example",
        ["p1@shop1.example"],
    )
    world.postfix.wait_held(1)
    database.rmdir()
    found = reconcile(world.host)
    assert found.imported == 1
    assert found.confirmed == 1
    assert found.orphans == ()


@ONLY_POSTFIX
def test_release_bcc_while_the_milter_is_down(world: World) -> None:
    """The unrecognised copy is deleted and the original stays; later every recipient gets it once."""
    mail = world.send()
    case = mail.decide(Decision.RELEASE_BCC)
    world.holdback.kill()
    (done,) = carry_out(world.host, case)
    assert not done.done
    assert done.state == HoldState.RELEASING
    assert world.postfix.held() == [mail.hold.queue_id]
    world.holdback.start()
    assert reconcile(world.host).carried_out == 1
    assert mail.reached() == mail.to_everybody_once
    assert world.postfix.held() == []


def copy_and_original_held(world: World, step: str) -> tuple[Mail, Hold]:
    """A `release --bcc` that was killed when both the original and its copy were on hold."""
    mail = world.send(12)
    subprocess.run(world.dying(mail.decide(Decision.RELEASE_BCC), step), timeout=120)
    world.postfix.wait_held(2)
    (copy,) = world.host.book.copies_of(mail.hold.id)
    assert sorted(world.postfix.held()) == sorted([mail.hold.queue_id, copy.queue_id])
    return mail, copy


@pytest.mark.parametrize("which", ["original", "copy"])
@pytest.mark.parametrize("step", ["inject", "copy releasing"])
def test_deleted_in_the_middle_of_a_release(step: str, which: str, world: World) -> None:
    """If the original or the copy is deleted by hand, the mail is sent once, without recipients."""
    mail, copy = copy_and_original_held(world, step)
    world.postfix.delete({"original": mail.hold, "copy": copy}[which].queue_id)
    assert reconcile(world.host).carried_out == 1
    assert mail.reached() == mail.to_everybody_once
    assert world.postfix.held() == []
    assert not any(person.encode() in one.raw for person in mail.people for one in mail.deliveries)


@ONLY_POSTFIX
def test_a_copy_that_kept_its_token_is_not_used(world: World) -> None:
    """A copy that was recorded but still has its token is never sent."""
    mail = world.send(12)
    nonce = release_token.new_nonce()
    mail.decide(Decision.RELEASE_BCC)
    world.host.book.give_token(mail.hold.id, nonce)
    world.holdback.kill()
    made = release_token.make(world.host.key, mail.hold.id, nonce).encode()
    field = b"Holdback-Release: " + made + b"\r\n"
    copy_id = world.postfix.send(field + blinded(mail.raw), SENDER, mail.people).queue_id
    new = NewHold(
        host=world.host.name, queue_id=copy_id, arrived=time.time(), sender=SENDER, login="", client="",
        fingerprints=Fingerprints("", "c", ""), size=1, recipients=12, visible=0, people=0, action="hold",
        replaces=mail.hold.id, host_id=world.host.id,
    )  # fmt: skip
    assert world.host.record.hold_copy(new, nonce)
    world.holdback.start()
    while mail.now.state is not HoldState.RELEASED:
        reconcile(world.host)
    assert mail.reached() == mail.to_everybody_once
    assert world.postfix.held() == []
    assert not any(made in one.raw for one in mail.deliveries)


def test_a_copy_whose_original_vanished_long_ago_is_the_mail(world: World) -> None:
    """A copy whose deleted original is recorded as vanished is sent in its place."""
    mail, copy = copy_and_original_held(world, "inject")
    world.postfix.delete(mail.hold.queue_id)
    world.sql("UPDATE holds SET state = 'vanished' WHERE id = ?", mail.hold.id)
    reconcile(world.host)
    assert mail.reached() == mail.to_everybody_once
    assert world.postfix.held() == []
    assert world.host.book.hold(copy.id).state is HoldState.RELEASED


def test_a_copy_whose_original_left_already_is_deleted(world: World) -> None:
    """A copy is deleted if another copy of the original was sent."""
    mail, copy = copy_and_original_held(world, "inject")
    world.postfix.delete(mail.hold.queue_id)
    world.sql("UPDATE holds SET state = 'released' WHERE id = ?", mail.hold.id)
    reconcile(world.host)
    assert mail.reached() == {}
    assert world.postfix.held() == []
    assert world.host.book.hold(copy.id).state is HoldState.DROPPED


def test_one_damaged_row(sink: Sink) -> None:
    """It is reported and stays on hold; the holds around it are confirmed and carried out."""
    settings = {"enable_long_queue_ids": "no"}
    with (
        PrivatePostfix(relay=sink.port, settings=settings) as postfix,
        Holdback(postfix) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        world = World(sink, postfix, holdback, host)
        first, damaged, last = mails = [world.send(12) for _ in range(3)]
        world.sql("UPDATE holds SET state = 'pending'")
        world.sql("UPDATE holds SET arrived = 'damaged' WHERE id = ?", damaged.hold.id)
        for mail in mails:
            mail.decide(Decision.DROP)
        found = reconcile(host)
        assert [(one.queue_id, one.text) for one in found.failed] == [
            (damaged.hold.queue_id, "internal error: TypeError")
        ]
        assert (found.confirmed, found.carried_out, found.orphans) == (2, 2, ())
        assert [one.hold for one in found.unfinished] == [damaged.hold.id]
        assert [mail.waits for mail in (first, damaged, last)] == [False, True, False]


def test_a_decision_of_a_newer_version_is_left_to_it(world: World) -> None:
    """Its hold is neither an orphan nor carried out, and other holds are."""
    newer, mail = world.send(12), world.send(12)
    for one in (newer, mail):
        one.decide(Decision.DROP)
    world.sql("UPDATE decisions SET decision = 'shred' WHERE case_id = ?", newer.hold.case_id)
    found = reconcile(world.host)
    assert (found.carried_out, found.orphans, newer.waits, mail.waits) == (1, (), True, False)
