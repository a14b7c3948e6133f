"""Decisions become deeds on a real Postfix with the real milter: once, and only what was decided."""

import dataclasses
import subprocess

import pytest
from custody.world import World
from holdback.cases.values import Decision, HoldState
from holdback.config import load
from holdback.custody.carry_out import carry_out
from holdback.custody.host import Busy, open_site, sole
from rig.holdback import Holdback
from rig.postfix import PrivatePostfix
from rig.sink import Sink

pytestmark = pytest.mark.postfix


def test_release_sends_the_very_same_message(world: World) -> None:
    """Same queue id, byte-identical header and body, everybody once."""
    mail = world.send()
    (done,) = carry_out(world.site, mail.decide(Decision.RELEASE))
    assert (done.done, done.state, done.text) == (True, HoldState.RELEASED, "released")
    assert (mail.reached(), mail.now.state) == (mail.to_everybody_once, HoldState.RELEASED)
    for delivery in mail.deliveries:
        assert delivery.raw.endswith(mail.raw)
        assert mail.hold.queue_id.encode() in delivery.header


@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.RELEASE_BCC, Decision.DROP, Decision.RETURN])
def test_the_second_time_changes_nothing(decision: Decision, world: World) -> None:
    """It says so, and neither queue nor record nor anybody outside notices."""
    mail = world.send(12)
    case = mail.decide(decision)
    (first,) = carry_out(world.site, case)
    before = (mail.now, mail.reached(), world.postfix.held())
    (second,) = carry_out(world.site, case)
    assert (first.done, second.done, second.text) == (True, True, f"was {first.text} before")
    assert (mail.now, mail.reached(), world.postfix.held()) == before


def test_release_bcc_shows_nobody(world: World) -> None:
    """Sixty recipients got exactly one each, no address of theirs is in it, the token stayed here."""
    mail = world.send(60)
    (done,) = carry_out(world.site, mail.decide(Decision.RELEASE_BCC))
    assert (done.done, done.state) == (True, HoldState.RELEASED)
    assert mail.reached() == mail.to_everybody_once
    for delivery in mail.deliveries:
        assert [person for person in mail.people if person.encode() in delivery.raw] == []
        assert b"\r\nTo: undisclosed-recipients:;\r\n" in delivery.header + b"\r\n"
        assert (b"holdback-release" in delivery.raw.lower(), delivery.body) == (False, mail.body)
    assert not mail.waits


def test_drop(world: World) -> None:
    """Gone, and nobody outside hears of it."""
    mail = world.send(12)
    (done,) = carry_out(world.site, mail.decide(Decision.DROP))
    assert (done.done, done.state, mail.reached()) == (True, HoldState.DROPPED, {})
    assert not mail.waits


def test_drop_return_tells_the_sender_only(world: World) -> None:
    """One bounce to the sender; none of the recipients gets anything."""
    mail = world.send(12)
    before = len(world.sink.deliveries())
    (done,) = carry_out(world.site, mail.decide(Decision.RETURN))
    (bounce,) = world.sink.wait_for(before + 1)[before:]
    assert (done.done, done.state, mail.reached()) == (True, HoldState.RETURNED, {})
    assert (bounce.recipients, mail.marker.encode() in bounce.body) == (("ann@sockenladen.example",), True)


def test_only_one_hold_of_a_case(world: World) -> None:
    """A decision on one of two copies leaves the other where it is."""
    first = world.send(12)
    reply = world.postfix.send(first.raw, "ann@sockenladen.example", first.people[:1])
    world.site.book.decide(first.hold.case_id, Decision.DROP, "operator", "", 1.0, only=first.hold.id)
    told = carry_out(world.site, first.hold.case_id)
    assert [(done.done, done.state) for done in told] == [(True, HoldState.DROPPED), (False, HoldState.HELD)]
    assert reply.queue_id in world.postfix.held()


def test_undecided_and_foreign_holds_are_left_alone(world: World) -> None:
    """Without a decision nothing happens; what waits on another host is told, not touched."""
    mail = world.send(12)
    (undecided,) = carry_out(world.site, mail.hold.case_id)
    elsewhere = dataclasses.replace(world.site, host="other.example")
    (foreign,) = carry_out(elsewhere, mail.decide(Decision.RELEASE))
    assert [(one.done, one.state) for one in (undecided, foreign)] == [
        (False, HoldState.HELD),
        (False, HoldState.HELD),
    ]
    assert foreign.text == f"waits for {world.site.host} to carry it out"
    assert mail.waits


def test_a_used_again_queue_id_is_another_message(world: World) -> None:
    """The queue file of that id is days older or younger than the hold: it is not what was decided about."""
    mail = world.send(12)
    case = mail.decide(Decision.DROP)
    for days in (-3, 3):
        moved = mail.hold.arrived + days * 86_400
        world.sql("UPDATE holds SET arrived = ? WHERE id = ?", moved, mail.hold.id)
        (done,) = carry_out(world.site, case)
        assert not done.done
        assert mail.waits


@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.RELEASE_BCC])
def test_two_operators_at_once(decision: Decision, world: World) -> None:
    """Both commands end well, everybody gets the mail once."""
    mail = world.send()
    arguments = world.dying(mail.decide(decision), "never")
    operators = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [operator.communicate(timeout=120)[0] for operator in operators]
    assert [operator.returncode for operator in operators] == [0, 0]
    assert sorted("before" in one for one in said) == [False, True]
    assert mail.reached() == mail.to_everybody_once


def test_who_waits_too_long_is_told(world: World) -> None:
    """The lock is not forced."""
    impatient = dataclasses.replace(world.site, patience=0.1)
    with sole(world.site), pytest.raises(Busy):
        carry_out(impatient, "any case")


def test_mail_that_waited_too_long_gets_a_new_queue_file(sink: Sink) -> None:
    """Plainly released, its first failed delivery would bounce it. No milter holds the new file again."""
    settings = {"maximal_queue_lifetime": "0"}
    with (
        PrivatePostfix(relay=sink.port, settings=settings) as postfix,
        Holdback(postfix) as holdback,
        open_site(load(holdback.config_file)) as site,
    ):
        mail = World(sink, postfix, holdback, site).send(12)
        (done,) = carry_out(site, mail.decide(Decision.RELEASE))
        assert (done.done, mail.reached(), mail.waits) == (True, mail.to_everybody_once, False)
        for delivery in mail.deliveries:
            assert delivery.body == mail.body
            assert delivery.header.count(b"\r\nReceived:") == 1
