"""The operator's command is killed (-9) after every step of `release --bcc`, then reconcile runs."""

import signal
import subprocess

import pytest
from custody.dying import STEPS
from custody.world import Mail, World
from holdback.cases.model import Decision, HoldState
from holdback.custody import release_token
from holdback.custody.reconcile import reconcile
from holdback.mta.blind import blinded
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix


def kill_after(step: str, mail: Mail, decision: Decision) -> None:
    command = mail.world.dying(mail.decide(decision), step)
    died = subprocess.run(command, capture_output=True, timeout=120)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


def finish(mail: Mail) -> None:
    """Reconciles as the timer does, until the decision is carried out."""

    def finished() -> bool:
        reconcile(mail.world.host)
        return mail.now.state is HoldState.RELEASED

    wait_until(finished, "the release to be finished")


@pytest.mark.parametrize("step", STEPS)
def test_everybody_gets_it_once(step: str, world: World) -> None:
    """Every recipient gets one copy without visible recipients, and nothing stays on hold."""
    mail = world.send()
    held = set(world.postfix.held()) - {mail.hold.queue_id}
    kill_after(step, mail, Decision.RELEASE_BCC)
    finish(mail)
    assert mail.reached() == mail.to_everybody_once
    reconcile(world.host)
    assert set(world.postfix.held()) == held
    assert [person for person in mail.people for one in mail.deliveries if person.encode() in one.raw] == []
    assert not any(b"holdback-release" in one.raw.lower() for one in mail.deliveries)


@pytest.mark.parametrize("step", ["original releasing", "off hold", "release"])
def test_a_plain_release(step: str, world: World) -> None:
    """The same for a release without changes."""
    mail = world.send(12)
    kill_after(step, mail, Decision.RELEASE)
    finish(mail)
    assert (mail.reached(), mail.waits) == (mail.to_everybody_once, False)


def test_the_command_is_repeated(world: World) -> None:
    """Repeating the command completes the decision without the timer."""
    mail = world.send()
    kill_after("copy releasing", mail, Decision.RELEASE_BCC)
    assert mail.waits
    subprocess.run(world.dying(mail.hold.case_id, "never"), check=True, timeout=120)
    assert (mail.reached(), mail.now.state) == (mail.to_everybody_once, HoldState.RELEASED)


def test_a_deletion_that_was_not_recorded(world: World) -> None:
    """A hold deleted before the kill is recorded as dropped, not vanished."""
    mail = world.send(12)
    kill_after("delete", mail, Decision.DROP)
    reconcile(world.host)
    assert (mail.now.state, mail.reached()) == (HoldState.DROPPED, {})


def test_a_void_copy_does_not_leave(world: World) -> None:
    """A copy that appears after the mail has left is not sent."""
    mail = world.send()
    kill_after("give_token", mail, Decision.RELEASE_BCC)
    with world.host.book._database.reading() as connection:
        nonce = connection.exec_driver_sql(
            "SELECT nonce FROM holds WHERE id = ?", (mail.hold.id,)
        ).scalar_one()
    envelope = world.host.mta.submission(mail.hold.queue_id)
    finish(mail)
    field = b"Holdback-Release: " + release_token.make(world.host.key, mail.hold.id, nonce).encode() + b"\n"
    held = len(world.postfix.held())
    world.host.mta.inject(field + blinded(mail.raw.replace(b"\r\n", b"\n")), envelope)
    world.postfix.wait_held(held + 1)
    for _ in range(2):
        reconcile(world.host)
    assert mail.reached() == mail.to_everybody_once
