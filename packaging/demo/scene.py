"""The scene of `make run`: a private Postfix, Holdback, the outside world, and what turned out false."""

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
    """One sample after Postfix took it."""

    sample: Sample
    reply: Reply
    told: dict[str, Any]
    """Holdback's log line about it: `action`, `case`, `people`, …"""

    @property
    def held(self) -> bool:
        return bool(self.told["action"] == "hold")


@dataclass(slots=True)
class Scene:
    """Who takes part, and what has turned out false so far."""

    console: Console
    sink: Sink
    postfix: PrivatePostfix
    holdback: Holdback
    broken: list[str] = field(default_factory=list)
    """Claims that did not hold."""

    def title(self, text: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{text}", align="left")

    def claim(self, what: str, holds: bool) -> None:
        """Says in green that it holds, or in red that it does not, which fails the whole run."""
        self.console.print(f"[green]✓[/] {what}" if holds else f"[bold red]✗ {what}[/]")
        if not holds:
            self.broken.append(what)

    def operator(self, *words: str) -> bool:
        """Types a `holdback` command and shows what it prints; True if it succeeded."""
        self.console.print(f"[bold]$ holdback {shlex.join(words)}[/]")
        done = subprocess.run([HOLDBACK, *words], env=self.holdback.environment)
        self.console.print()
        return done.returncode == 0

    def arrived(self, sample: Sample, count: int) -> list[Delivery]:
        """What the outside world got of `sample`, once there are `count` deliveries and the queue rests."""
        self.wait("the delivery", lambda: len(self.sink.deliveries(sample.message_id)) >= count)
        self.wait("an empty queue", lambda: self.queued() == set(self.postfix.held()))
        return self.sink.deliveries(sample.message_id)

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Returns when `condition` holds, or after half a minute: a claim says later whether it did."""
        with contextlib.suppress(TimeoutError), self.console.status(f"waiting for {what}"):
            wait_until(condition, what)

    def queued(self) -> set[str]:
        """Queue ids of all that Postfix still has."""
        return {entry["queue_id"] for entry in self.postfix.queue()}

    def send(self, sample: Sample, quietly: bool = False) -> Sent:
        """Sends `sample` over SMTP and waits for what Holdback says about it; `quietly` unless it fails."""
        reply = self.postfix.send(sample.raw, sample.sender, sample.recipients)
        told = [line for line in self.holdback.messages() if line["queue_id"] == reply.queue_id]
        taken = reply.accepted and len(told) == 1
        if not (taken and quietly):
            self.claim(f"{sample.name}: Postfix answered {reply.code}", taken)
        return Sent(sample, reply, told[0] if told else {"action": "nothing", "case": "", "people": 0})


@contextmanager
def scene(console: Console) -> Iterator[Scene]:
    """All three running; everything is stopped and its directories are removed afterwards."""
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
