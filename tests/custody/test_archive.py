"""`release --bcc` where Postfix adds recipients by itself: each address gets the mail once."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

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

ARCHIVES = {
    "always_bcc": "all@archive.example",
    "sender_bcc_maps": f"inline:{{{SENDER}=sent@archive.example}}",
    "recipient_bcc_maps": "regexp:{{/^p1@.*/ one@archive.example}}",
    "virtual_alias_maps": "inline:{all@archive.example=vault@archive.example}",
}
ADDED = Counter(["vault@archive.example", "sent@archive.example", "one@archive.example"])


@contextmanager
def running(sink: Sink, settings: dict[str, str]) -> Iterator[World]:
    with (
        PrivatePostfix(relay=sink.port, settings=settings) as postfix,
        Holdback(postfix) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        yield World(sink, postfix, holdback, host)


@pytest.fixture
def world(sink: Sink) -> Iterator[World]:
    with running(sink, ARCHIVES) as world:
        yield world


def released(mail: Mail) -> Counter[str]:
    """Carries out `release --bcc`; the number of copies by recipient."""
    (done,) = carry_out(mail.world.host, mail.decide(Decision.RELEASE_BCC))
    assert (done.done, done.state) == (True, HoldState.RELEASED)
    return mail.reached()


def test_each_archive_gets_it_once(world: World) -> None:
    """They are added to the copy again, and so are not handed over with it."""
    mail = world.send(12)
    assert released(mail) == mail.to_everybody_once + ADDED


def test_an_archive_that_is_no_longer_added(world: World) -> None:
    """The archive that was added when the mail arrived gets it, though Postfix is set up anew since."""
    mail = world.send(12)
    world.postfix.set("always_bcc", "")
    world.postfix.set("sender_bcc_maps", "")
    assert released(mail) == mail.to_everybody_once + ADDED


def test_a_kill_before_the_archive_was_missed(world: World) -> None:
    """A copy without the archive, left by a killed command, is replaced."""
    mail = world.send(12)
    world.postfix.set("always_bcc", "")
    subprocess.run(world.dying(mail.decide(Decision.RELEASE_BCC), "inject"), timeout=120)
    world.postfix.wait_held(2)
    assert reconcile(world.host).carried_out == 1
    assert mail.reached() == mail.to_everybody_once + ADDED


def test_mail_of_a_program_that_wants_no_bounces(world: World) -> None:
    """Recipients with NOTIFY=NEVER (RFC 3461) are recipients, not archives."""
    mail = world.send(12)
    world.host.mta.delete(mail.hold.queue_id)
    command = [
        "sendmail",
        "-C",
        str(world.postfix.config_dir),
        "-N",
        "never",
        "-f",
        SENDER,
        "--",
        *mail.people,
    ]
    subprocess.run(command, input=mail.raw.replace(b"\r\n", b"\n"), check=True)
    (queue_id,) = world.postfix.wait_held(1)
    (done,) = [
        one for one in carry_out(world.host, mail.decide(Decision.RELEASE_BCC)) if one.queue_id == queue_id
    ]
    assert (done.state, mail.reached()) == (HoldState.RELEASED, mail.to_everybody_once + ADDED)


@pytest.mark.parametrize("original", ["yes", "no"])
def test_without_archives(sink: Sink, original: str) -> None:
    """Aliases are expanded once, whether Postfix keeps original recipients or not."""
    aliases = "regexp:{{/^(p[01])@(shop.*)/ $$1@$$2, $$1@also.example}}"
    settings = {"virtual_alias_maps": aliases, "enable_original_recipient": original}
    with running(sink, settings) as world:
        mail = world.send(12)
        also = Counter(["p0@also.example", "p1@also.example"])
        assert released(mail) == mail.to_everybody_once + also
