"""The scene of `make run`: a private MTA, Holdback, an external mail server, and the failed checks."""

import contextlib
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from messages import AIRLINE, BROADBAND, COMPUTERS, PHONES, SHOP, Sample
from rich.console import Console
from rig.holdback import HOLDBACK, Holdback
from rig.mta import PrivateMta, private_mta
from rig.postfix import Reply
from rig.sink import Delivery, Sink
from rig.waiting import wait_until


@dataclass(frozen=True, slots=True)
class Sent:
    """One sample, and what the MTA and Holdback did with it."""

    sample: Sample
    reply: Reply
    line: dict[str, Any]
    """Holdback's log line for it: `action`, `case`, `people`, …"""

    @property
    def held(self) -> bool:
        return bool(self.line["action"] == "hold")


@dataclass(slots=True)
class Scene:
    """The servers, and the results of the checks so far."""

    console: Console
    sink: Sink
    mta: PrivateMta
    holdback: Holdback
    failed: list[str] = field(default_factory=list)
    """Checks that failed."""
    passed: int = 0
    """Number of checks that passed."""

    def title(self, text: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{text}", align="left")

    def check(self, what: str, passed: bool) -> None:
        """Print and count the result of one check. A failed check fails the run."""
        self.console.print(f"[green]✓[/] {what}" if passed else f"[bold red]✗ {what}[/]")
        if passed:
            self.passed += 1
        else:
            self.failed.append(what)

    def operator(self, *words: str) -> bool:
        """Run a `holdback` command with its output on the console; return whether it succeeded."""
        self.console.print(f"[bold]$ holdback {shlex.join(words)}[/]")
        done = subprocess.run([HOLDBACK, *words], env=self.holdback.environment)
        self.console.print()
        return done.returncode == 0

    def arrived(self, sample: Sample, count: int) -> list[Delivery]:
        """Wait for `count` deliveries of `sample` and an empty queue; return the deliveries."""
        self.wait("the delivery", lambda: len(self.sink.deliveries(sample.message_id)) >= count)
        self.wait("an empty queue", lambda: self.queued() == set(self.mta.held()))
        return self.sink.deliveries(sample.message_id)

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until `condition` is true, but no longer than half a minute: a later check fails then."""
        with contextlib.suppress(TimeoutError), self.console.status(f"waiting for {what}"):
            wait_until(condition, what)

    def queued(self) -> set[str]:
        """Return the ids of all messages in the MTA's queue."""
        return {entry["queue_id"] for entry in self.mta.queue()}

    def send(self, sample: Sample, quietly: bool = False) -> Sent:
        """Send `sample` over SMTP and read Holdback's log line; print nothing if `quietly` and no error."""
        reply = self.mta.send(sample.raw, sample.sender, sample.recipients)
        lines = [line for line in self.holdback.messages() if line["queue_id"] == reply.queue_id]
        logged = reply.accepted and len(lines) == 1
        if not (logged and quietly):
            self.check(f"{sample.name}: {self.mta.name} replied {reply.code}", logged)
        return Sent(sample, reply, lines[0] if lines else {"action": "nothing", "case": "", "people": 0})


@contextmanager
def scene(console: Console, kind: str) -> Iterator[Scene]:
    """Start all three; stop them and remove their directories at the end."""
    settings = {
        "internal_domains": [SHOP, PHONES, BROADBAND, AIRLINE, COMPUTERS],
        "customers": {"region": "GB"},
        # The incident had thousands of recipients; this run has a few dozen.
        "checks": {"unknown_recipients": {"action": "hold", "limit": 20}},
    }
    with ExitStack() as running:
        console.print("Starting an external SMTP server that records what arrives …")
        sink = running.enter_context(Sink())
        console.print(f"Starting a private {kind.capitalize()} …")
        mta = running.enter_context(private_mta(kind, sink.port))
        console.print("Starting Holdback …")
        holdback = running.enter_context(Holdback(mta, settings))
        yield Scene(console, sink, mta, holdback)
