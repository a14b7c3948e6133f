"""Decisions carried out on a real MTA with the real milter, each exactly once."""

import dataclasses
import subprocess

import pytest
from custody.world import World
from holdback.cases.model import Decision, HoldState
from holdback.config import load
from holdback.custody.carry_out import carry_out
from holdback.custody.host import Busy, locked, open_host
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink

pytestmark = pytest.mark.postfix


def test_release_sends_the_very_same_message(world: World) -> None:
    """A released message has the same queue id and body, and reaches every recipient once."""
    mail = world.send()
    (done,) = carry_out(world.host, mail.decide(Decision.RELEASE))
    assert (done.done, done.state, done.text) == (True, HoldState.RELEASED, "released")
    assert (mail.reached(), mail.now.state) == (mail.to_everybody_once, HoldState.RELEASED)
    for delivery in mail.deliveries:
        assert delivery.body == mail.body
        assert mail.hold.queue_id.encode() in delivery.header


@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.RELEASE_BCC, Decision.DROP, Decision.RETURN])
def test_the_second_time_changes_nothing(decision: Decision, world: World) -> None:
    """A repeated decision is reported as done; queue, record and recipients do not change."""
    mail = world.send(12)
    case = mail.decide(decision)
    (first,) = carry_out(world.host, case)
    before = (mail.now, mail.reached(), world.postfix.held())
    (second,) = carry_out(world.host, case)
    assert (first.done, second.done, second.text) == (True, True, f"already {first.text}")
    assert (mail.now, mail.reached(), world.postfix.held()) == before


def test_release_bcc_hides_the_recipients(world: World) -> None:
    """Sixty recipients get one copy each, without their addresses and without the token."""
    mail = world.send(60)
    (done,) = carry_out(world.host, mail.decide(Decision.RELEASE_BCC))
    assert (done.done, done.state) == (True, HoldState.RELEASED)
    assert mail.reached() == mail.to_everybody_once
    for delivery in mail.deliveries:
        assert [person for person in mail.people if person.encode() in delivery.raw] == []
        assert b"\r\nTo: undisclosed-recipients:;\r\n" in delivery.header + b"\r\n"
        assert (b"holdback-release" in delivery.raw.lower(), delivery.body) == (False, mail.body)
    assert not mail.waits


def test_drop(world: World) -> None:
    """The message is deleted; neither sender nor recipients get anything."""
    mail = world.send(12)
    (done,) = carry_out(world.host, mail.decide(Decision.DROP))
    assert (done.done, done.state, mail.reached()) == (True, HoldState.DROPPED, {})
    assert not mail.waits


def test_drop_return_bounces_to_the_sender_only(world: World) -> None:
    """The sender gets one bounce; the recipients get nothing."""
    mail = world.send(12)
    before = len(world.sink.deliveries())
    (done,) = carry_out(world.host, mail.decide(Decision.RETURN))
    (bounce,) = world.sink.wait_for(before + 1)[before:]
    assert (done.done, done.state, mail.reached()) == (True, HoldState.RETURNED, {})
    assert (bounce.recipients, mail.marker.encode() in bounce.body) == (("ann@sockenladen.example",), True)


def test_only_one_hold_of_a_case(world: World) -> None:
    """A decision about one of two copies does not affect the other."""
    first = world.send(12)
    reply = world.postfix.send(first.raw, "ann@sockenladen.example", first.people[:1])
    world.host.book.decide(first.hold.case_id, Decision.DROP, "operator", "", 1.0, only=first.hold.id)
    results = carry_out(world.host, first.hold.case_id)
    assert [(done.done, done.state) for done in results] == [
        (True, HoldState.DROPPED),
        (False, HoldState.HELD),
    ]
    assert reply.queue_id in world.postfix.held()


def test_undecided_and_foreign_holds_are_left_alone(world: World) -> None:
    """Undecided holds are not touched; those of another host are listed only."""
    mail = world.send(12)
    (undecided,) = carry_out(world.host, mail.hold.case_id)
    other = dataclasses.replace(world.host.identity, id="2" * 32)
    elsewhere = dataclasses.replace(world.host, identity=other)
    (foreign,) = carry_out(elsewhere, mail.decide(Decision.RELEASE))
    assert [(one.done, one.state) for one in (undecided, foreign)] == [
        (False, HoldState.HELD),
        (False, HoldState.HELD),
    ]
    assert foreign.text == f"{world.host.name} has to carry it out"
    assert mail.waits


@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.RELEASE_BCC])
def test_two_operators_at_once(decision: Decision, world: World) -> None:
    """Both commands succeed, and every recipient gets the mail once."""
    mail = world.send()
    arguments = world.dying(mail.decide(decision), "never")
    operators = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [operator.communicate(timeout=120)[0] for operator in operators]
    assert [operator.returncode for operator in operators] == [0, 0]
    assert sorted("already" in one for one in outputs) == [False, True]
    assert mail.reached() == mail.to_everybody_once


def test_lock_timeout(world: World) -> None:
    """A command gives up after its timeout and does not break the lock."""
    hurried = dataclasses.replace(world.host, timeout=0.1)
    with locked(world.host), pytest.raises(Busy):
        carry_out(hurried, "any case")


def test_mail_that_waited_too_long_gets_a_new_queue_file(sink: Sink) -> None:
    """Mail older than the queue lifetime is requeued, as its first failure would bounce it."""
    settings = {"maximal_queue_lifetime": "0"}
    with (
        PrivatePostfix(relay=sink.port, settings=settings) as postfix,
        Holdback(postfix) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        mail = World(sink, postfix, holdback, host).send(12)
        (done,) = carry_out(host, mail.decide(Decision.RELEASE))
        assert (done.done, mail.reached(), mail.waits) == (True, mail.to_everybody_once, False)
        for delivery in mail.deliveries:
            assert delivery.body == mail.body
            assert delivery.header.count(b"\r\nReceived:") == 1
