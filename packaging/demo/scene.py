"""The scene of `make run`: a private Postfix, Holdback, the outside network, and failed claims."""

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
from rig.postfix import PrivatePostfix, Reply
from rig.sink import Delivery, Sink
from rig.waiting import wait_until


@dataclass(frozen=True, slots=True)
class Sent:
    """One sample after Postfix accepted it."""

    sample: Sample
    reply: Reply
    logged: dict[str, Any]
    """Holdback's log line about it: `action`, `case`, `people`, …"""

    @property
    def held(self) -> bool:
        return bool(self.logged["action"] == "hold")


@dataclass(slots=True)
class Scene:
    """The running programs, and the claims that failed so far."""

    console: Console
    sink: Sink
    postfix: PrivatePostfix
    holdback: Holdback
    broken: list[str] = field(default_factory=list)
    """Claims that failed."""

    def title(self, text: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{text}", align="left")

    def claim(self, what: str, holds: bool) -> None:
        """Prints a claim in green if it holds; in red if not, which fails the run."""
        self.console.print(f"[green]✓[/] {what}" if holds else f"[bold red]✗ {what}[/]")
        if not holds:
            self.broken.append(what)

    def operator(self, *words: str) -> bool:
        """Runs a `holdback` command and prints its output; True if it succeeded."""
        self.console.print(f"[bold]$ holdback {shlex.join(words)}[/]")
        done = subprocess.run([HOLDBACK, *words], env=self.holdback.environment)
        self.console.print()
        return done.returncode == 0

    def arrived(self, sample: Sample, count: int) -> list[Delivery]:
        """The deliveries of `sample`, once there are `count` of them and the queue is idle."""
        self.wait("the delivery", lambda: len(self.sink.deliveries(sample.message_id)) >= count)
        self.wait("an empty queue", lambda: self.queued() == set(self.postfix.held()))
        return self.sink.deliveries(sample.message_id)

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Returns when `condition` holds, or after half a minute; a claim then checks it."""
        with contextlib.suppress(TimeoutError), self.console.status(f"waiting for {what}"):
            wait_until(condition, what)

    def queued(self) -> set[str]:
        """Queue ids of all messages in Postfix."""
        return {entry["queue_id"] for entry in self.postfix.queue()}

    def send(self, sample: Sample, quietly: bool = False) -> Sent:
        """Sends `sample` over SMTP and waits for Holdback's log line; `quietly` unless it fails."""
        reply = self.postfix.send(sample.raw, sample.sender, sample.recipients)
        logged = [line for line in self.holdback.messages() if line["queue_id"] == reply.queue_id]
        taken = reply.accepted and len(logged) == 1
        if not (taken and quietly):
            self.claim(f"{sample.name}: Postfix answered {reply.code}", taken)
        return Sent(sample, reply, logged[0] if logged else {"action": "nothing", "case": "", "people": 0})


@contextmanager
def scene(console: Console) -> Iterator[Scene]:
    """Starts all three; stops them and removes their directories afterwards."""
    settings = {
        "internal_domains": [SHOP, PHONES, BROADBAND, AIRLINE, COMPUTERS],
        "customers": {"region": "GB"},
        # Of hundreds of recipients the story has a few dozen.
        "checks": {"unknown_recipients": {"action": "hold", "limit": 20}},
    }
    with ExitStack() as running:
        console.print("starting the outside world, a recording SMTP server …")
        sink = running.enter_context(Sink())
        console.print("starting a private Postfix …")
        postfix = running.enter_context(PrivatePostfix(relay=sink.port))
        console.print("starting Holdback …")
        holdback = running.enter_context(Holdback(postfix, settings))
        yield Scene(console, sink, postfix, holdback)
