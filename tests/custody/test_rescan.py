"""Orphans in a real Postfix are inspected by the real milter; the holds of others stay."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from custody.dying_rescan import STEPS
from custody.world import SENDER, World
from holdback.cases.events import EventKind
from holdback.cases.model import HoldState
from holdback.config import load
from holdback.custody import rescan as module
from holdback.custody.host import open_host
from holdback.custody.inspection_request import Inspected, Request
from holdback.custody.reconcile import reconcile
from holdback.custody.rescan import Result, Scope, rescan
from holdback.custody.serving import Period, answered_throughout, periods_in
from holdback.mta.interface import HeldMail
from rig.holdback import TESTS, Holdback
from rig.postfix import PrivatePostfix, transact
from rig.sendmail import QUEUE_ONLY, PrivateSendmail
from rig.sink import Sink
from rig.waiting import wait_until

pytestmark = pytest.mark.postfix

PEOPLE = tuple(f"p{n}@shop{n}.example" for n in range(20))


@dataclass(frozen=True, slots=True)
class Outage:
    """A milter that does not run, and the mail that Postfix holds meanwhile."""

    world: World

    @property
    def scope(self) -> Scope:
        return Scope(f"unix:{self.world.holdback.socket}")

    def start(self) -> None:
        """Starts the milter, and waits for its first sign of life."""
        now = time.time()
        self.world.holdback.start()
        wait_until(lambda: any(last > now for _, last in self.periods), "the first sign of life")

    @property
    def periods(self) -> list[Period]:
        return periods_in(self.world.host.state_dir)

    def send(
        self, name: str, people: int = 2, subject: str = "offer", session: smtplib.SMTP | None = None
    ) -> str:
        """Sends a message that shows so many strangers to each other; its queue id."""
        recipients = PEOPLE[:people]
        raw = (
            f"From: {SENDER}\r\nTo: {', '.join(recipients)}\r\nSubject: {subject}\r\n"
            f"Message-ID: <{name}@sockenladen.example>\r\n\r\nOffer {name}.\r\n"
        ).encode()
        if session:
            reply = transact(session, raw, SENDER, recipients)
        else:
            reply = self.world.postfix.send(raw, SENDER, recipients)
        assert reply.accepted
        return reply.queue_id

    def results(self, scope: Scope | None = None) -> dict[str, Result]:
        return {one.queue_id: one.result for one in rescan(self.world.host, scope or self.scope)}

    def events(self) -> Counter[EventKind]:
        """Numbers of events, without those of housekeeping, which may see an orphan first."""
        kinds = Counter(event.kind for event in self.world.host.book.events_after(0))
        del kinds[EventKind.ORPHAN_SEEN]
        return kinds

    def delivered(self) -> Counter[str]:
        """Deliveries by name, once the queue has only held mail."""
        self.world.postfix.wait_empty()
        headers = (one.header.decode() for one in self.world.sink.deliveries())
        return Counter(header.partition("Message-ID: <")[2].partition("@")[0] for header in headers)


@contextmanager
def opened(sink: Sink, settings: Mapping[str, str]) -> Iterator[Outage]:
    with (
        PrivatePostfix(relay=sink.port, settings=settings) as postfix,
        Holdback(postfix) as holdback,
        open_host(load(holdback.config_file)) as host,
    ):
        holdback.kill()
        yield Outage(World(sink, postfix, holdback, host))


@pytest.fixture
def world(sink: Sink) -> Iterator[Outage]:
    with opened(sink, {}) as outage:
        yield outage


def test_an_outage(world: Outage) -> None:
    """The innocent are delivered once, the rest are held in cases, and a second run finds nothing."""
    innocent = {world.send("a"), world.send("b")}
    guilty = world.send("c", 20)
    assert set(world.results().values()) == {Result.POSTPONED}
    world.start()
    before = world.events()
    preview = world.results(replace(world.scope, dry_run=True))
    assert preview == dict.fromkeys(innocent, Result.RELEASED) | {guilty: Result.HELD}
    assert (world.events(), len(world.world.postfix.held())) == (before, 3)
    assert world.results() == preview
    assert world.results() == {}
    assert world.delivered() == {"a": 1, "b": 1}
    assert world.world.postfix.held() == [guilty]
    (hold,) = world.world.host.book.holds_by_queue_id(world.world.host.id, guilty)
    reconcile(world.world.host)
    now = world.world.host.book.hold(hold.id)
    assert now
    assert (now.state, now.people) == (HoldState.HELD, 20)
    assert world.events() - before == {EventKind.CASE_OPENED: 1, EventKind.ORPHAN_RELEASED: 2}


def test_sendmail_is_judged_by_its_own_recipients(world: Outage) -> None:
    """Mail of local programs has no client; recipients come from the header or the command."""
    raw = f"From: {SENDER}\nTo: {', '.join(PEOPLE)}\nMessage-ID: <s@sockenladen.example>\n\nhello\n"
    world.world.postfix.submit(raw.encode(), SENDER, ["joe@sockenladen.example"])
    world.world.postfix.wait_held(1)
    world.start()
    assert list(world.results().values()) == [Result.RELEASED]
    assert world.delivered() == {"s": 1}


@pytest.mark.parametrize("step", STEPS)
def test_killed_after(step: str, world: Outage) -> None:
    """Every message is delivered once, and counts once."""
    ids = {world.send("a"), world.send("b")}
    world.start()
    command = [sys.executable, str(Path(__file__).with_name("dying_rescan.py"))]
    died = subprocess.run(
        [*command, str(world.world.holdback.config_file), step],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        capture_output=True,
        timeout=300,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert set(world.results().values()) <= {Result.RELEASED}
    # A message that was only taken off hold leaves at Postfix's next queue run.
    world.world.postfix.run("postqueue", "-f")
    wait_until(lambda: sum(world.delivered().values()) >= 2, "both deliveries")
    assert world.delivered() == {"a": 1, "b": 1}
    assert world.world.holdback.metrics()['holdback_messages_total{action="pass"}'] == len(ids)


@pytest.mark.parametrize("tool", ["-d", "-H"])
def test_an_orphan_leaves_meanwhile(world: Outage, monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    """Deleted or released by hand during its inspection: it is not released once more."""
    queue_id = world.send("a")
    world.start()
    real = module.ask

    def ask(listen: str, key: bytes, request: Request, mail: HeldMail, timeout: float) -> Inspected:
        found = real(listen, key, request, mail, timeout)
        world.world.postfix.run("postsuper", tool, queue_id)
        return found

    monkeypatch.setattr(module, "ask", ask)
    assert world.results() == {queue_id: Result.GONE}
    world.world.postfix.run("postqueue", "-f")
    assert world.delivered() == ({} if tool == "-d" else {"a": 1})


def test_put_on_hold_by_an_administrator(sink: Sink) -> None:
    """postsuper -h leaves its mark; the message is listed, and released only if it is named."""
    with opened(sink, {"defer_transports": "smtp"}) as world:
        queue_id = world.send("a")
        # As long as the queue file takes to be complete at most.
        time.sleep(3)
        world.world.postfix.run("postsuper", "-H", queue_id)
        world.world.postfix.run("postsuper", "-h", queue_id)
        world.start()
        assert world.results() == {queue_id: Result.LEFT}
        assert world.world.postfix.held() == [queue_id]
        assert world.results(replace(world.scope, only=[queue_id])) == {queue_id: Result.RELEASED}
        assert world.world.postfix.held() == []


HELD_BY_HEADER = {"header_checks": "regexp:{{/^Subject: suspicious/ HOLD}}"}


def test_others_may_hold_mail(sink: Sink) -> None:
    """With a header check that holds, an outage's mail is left, unless the operator says otherwise."""
    with opened(sink, HELD_BY_HEADER) as world:
        during = world.send("a")
        world.start()
        assert world.results() == {during: Result.LEFT}
        assert world.results(replace(world.scope, never_hold=["body_checks"])) == {during: Result.LEFT}
        assert world.results(replace(world.scope, never_hold=["header_checks"])) == {during: Result.RELEASED}
        assert world.delivered() == {"a": 1}


def test_held_by_others_while_the_milter_answered(sink: Sink) -> None:
    """Whatever the operator says of a header check: the milter saw this message and let it pass."""
    with opened(sink, HELD_BY_HEADER) as world:
        world.start()
        host = world.world.host
        # The queue counts whole seconds.
        time.sleep(1)
        sent = time.time()
        foreign = world.send("a", subject="suspicious")
        scope = replace(world.scope, never_hold=["header_checks"])
        assert world.results(scope)[foreign] in (Result.POSTPONED, Result.LEFT)
        complete = host.mta.held_on_arrival(foreign)
        assert complete
        wait_until(lambda: answered_throughout(world.periods, sent, complete), "a later sign of life")
        scope = replace(scope, session=0)
        assert world.results(scope) == {foreign: Result.LEFT}
        assert (world.world.postfix.held(), world.delivered()) == ([foreign], {})


def test_a_session_that_began_in_the_outage(world: Outage) -> None:
    """Postfix holds its mail, although the milter answers again."""
    host = world.world.host
    with smtplib.SMTP("127.0.0.1", world.world.postfix.port, local_hostname="client.example") as session:
        session.ehlo()
        world.world.holdback.start()
        wait_until(lambda: (host.state_dir / "serving.json").exists(), "the first sign of life")
        # The queue counts whole seconds.
        time.sleep(1)
        sent, queue_id = time.time(), world.send("a", session=session)
    complete = host.mta.held_on_arrival(queue_id)
    assert complete
    wait_until(
        lambda: answered_throughout(periods_in(host.state_dir), sent, complete), "a later sign of life"
    )
    assert world.results() == {queue_id: Result.RELEASED}
    assert world.delivered() == {"a": 1}


def test_a_message_without_an_inspection_is_inspected_again(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held because an earlier inspection was interrupted: released by itself, decided by Holdback."""
    monkeypatch.setattr(module, "is_quiet", lambda: False)
    with opened(sink, {}) as world:
        innocent, guilty = world.send("a"), world.send("b", 20)
        host = world.world.host
        for orphan in host.mta.list_queue():
            host.book.begin_inspection(host.id, (orphan.queue_id, orphan.arrived), time.time())
        world.start()
        assert world.results() == dict.fromkeys([innocent, guilty], Result.HELD)
        reconcile(host)
        assert world.results(replace(world.scope, only=[innocent, guilty])) == {
            innocent: Result.RELEASED,
            guilty: Result.HELD,
        }
        assert world.delivered() == {"a": 1}
        (hold,) = host.book.holds_by_queue_id(host.id, innocent)
        (decided,) = host.book.show(hold.case_id).decisions
        assert (hold.state, decided.operator) == (HoldState.RELEASED, "holdback")
        (case,) = host.book.cases()
        assert (case.people, [finding.check for finding in case.findings]) == (20, ["visible_recipients"])


@pytest.fixture
def sendmail(sink: Sink) -> Iterator[tuple[PrivateSendmail, Holdback]]:
    """A Sendmail and its milter."""
    with PrivateSendmail(sink.port, more=QUEUE_ONLY) as private, Holdback(private) as holdback:
        yield private, holdback


@pytest.mark.parametrize(
    ("limit", "result"), [(10, Result.HELD), (100, Result.RELEASED)], ids=["still held", "innocent now"]
)
def test_sendmail_names_who_holds(
    limit: int, result: Result, sendmail: tuple[PrivateSendmail, Holdback], sink: Sink
) -> None:
    """A hold of ours that is on record nowhere is inspected again; one of an administrator stays."""
    private, holdback = sendmail
    raw = f"From: {SENDER}\nTo: {', '.join(PEOPLE)}\nSubject: offer\n\nhello\n".encode()
    ours = private.send(raw, SENDER, PEOPLE).queue_id
    theirs = private.send(b"Subject: x\n\nhello\n", SENDER, PEOPLE[:1]).queue_id
    private.run("-Qlooks odd", f"-qI{theirs}")
    holdback.kill()
    for file in holdback.state_dir.glob("*holdback.db*"):
        file.unlink()
    holdback.configure({"checks": {"visible_recipients": {"limit": limit}}})
    holdback.start()
    with open_host(load(holdback.config_file)) as host:
        found = {one.queue_id: one.result for one in rescan(host, Scope(f"unix:{holdback.socket}"))}
        assert found == {ours: result, theirs: Result.LEFT}
        assert rescan(host, Scope(f"unix:{holdback.socket}"))[0].result is Result.LEFT
        assert len(host.book.holds_by_queue_id(host.id, ours)) == (result is Result.HELD)
    wait_until(lambda: len(private.queue()) == 1 + (result is Result.HELD), "the delivery")
    assert Counter(sink.recipients()) == Counter(PEOPLE if result is Result.RELEASED else ())
