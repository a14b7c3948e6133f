"""Holds whose time on record is far from that of the queue: clocks differ, or a queue id is used again."""

from collections.abc import Iterator

import pytest
from custody.world import SENDER, Mail, World
from holdback.cases.model import Decision, HoldState
from holdback.config import load
from holdback.custody.carry_out import carry_out
from holdback.custody.host import open_host
from holdback.custody.reconcile import reconcile
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink

pytestmark = pytest.mark.postfix

FAR = (-30 * 86_400.0, -3_600.0, 2 * 86_400.0)
"""Seconds by which the milter's clock is off."""


@pytest.fixture(scope="module", params=["no", "yes"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Postfix with short queue ids, which are used again, and with long ones."""
    with (
        Sink() as sink,
        PrivatePostfix(relay=sink.port, settings={"enable_long_queue_ids": request.param}) as postfix,
        Holdback(postfix) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        yield World(sink, postfix, holdback, host)


def with_clock_off(mail: Mail, seconds: float) -> Mail:
    """The mail, as a milter with such a clock records it."""
    mail.world.sql("UPDATE holds SET arrived = arrived + ? WHERE id = ?", seconds, mail.hold.id)
    return mail


@pytest.mark.parametrize("seconds", FAR)
@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.RELEASE_BCC, Decision.DROP])
def test_a_decision_is_carried_out(world: World, decision: Decision, seconds: float) -> None:
    """By the command and once, whatever the clocks show."""
    mail = with_clock_off(world.send(12), seconds)
    (done,) = carry_out(world.host, mail.decide(decision))
    assert (done.done, mail.waits) == (True, False)
    assert mail.reached() == ({} if decision is Decision.DROP else mail.to_everybody_once)


@pytest.mark.parametrize("seconds", FAR)
def test_the_timer_finds_it(world: World, seconds: float) -> None:
    """It is no orphan, and its decision is carried out later."""
    mail = with_clock_off(world.send(12), seconds)
    assert (reconcile(world.host).orphans, mail.now.state) == ((), HoldState.HELD)
    mail.decide(Decision.RELEASE)
    assert reconcile(world.host).carried_out == 1
    assert mail.reached() == mail.to_everybody_once


def test_mail_without_a_message_id(world: World) -> None:
    """Its content decides."""
    mail = world.send(12)
    raw = mail.raw.replace(b"Message-ID:", b"X-Other:").replace(b"Offer", b"Other offer")
    reply = world.postfix.send(raw, SENDER, mail.people)
    (hold,) = world.host.book.holds_by_queue_id(world.host.id, reply.queue_id)
    other = with_clock_off(Mail(world, mail.marker, raw, mail.people, hold), -30 * 86_400)
    (done,) = carry_out(world.host, other.decide(Decision.DROP))
    assert (done.text, mail.waits, other.waits) == ("deleted", True, False)
    world.postfix.clear()


@pytest.mark.parametrize("seconds", FAR)
def test_a_queue_id_that_is_used_again(world: World, seconds: float) -> None:
    """Another message under a short id is not touched, and is an orphan; a long id has one message."""
    old, new = with_clock_off(world.send(12), seconds), world.send(12)
    world.postfix.run("postsuper", "-d", old.hold.queue_id)
    world.sql("DELETE FROM findings WHERE hold_id = ?", new.hold.id)
    world.sql("DELETE FROM events WHERE hold_id = ?", new.hold.id)
    world.sql("DELETE FROM holds WHERE id = ?", new.hold.id)
    world.sql("UPDATE holds SET queue_id = ? WHERE id = ?", new.hold.queue_id, old.hold.id)
    (done,) = carry_out(world.host, old.decide(Decision.DROP))
    assert done.done is ("z" in new.hold.queue_id)
    if not done.done:
        assert (new.hold.queue_id in reconcile(world.host).orphans, new.waits) == (True, True)
    world.postfix.clear()
