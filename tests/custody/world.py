"""A guarded Postfix and the mail that one test sends through it."""

import contextlib
import itertools
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from holdback.cases.model import Decision, Hold
from holdback.custody.host import Host
from rig.holdback import Holdback
from rig.mta import PrivateMta
from rig.sink import Delivery, Sink
from rig.waiting import wait_until

SENDER = "ann@sockenladen.example"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class World:
    """The outside network, the MTA, the running milter, and custody on this host."""

    sink: Sink
    postfix: PrivateMta
    holdback: Holdback
    host: Host

    def dying(self, case_id: str, step: str) -> list[str]:
        """The command line of dying.py: carries out a case and is killed after `step`."""
        return [
            sys.executable,
            str(Path(__file__).with_name("dying.py")),
            str(self.holdback.config_file),
            case_id,
            step,
        ]

    def sql(self, statement: str, *values: object) -> None:
        """Changes the record directly."""
        with (
            contextlib.closing(sqlite3.connect(self.holdback.state_dir / "holdback.db")) as database,
            database,
        ):
            database.execute(statement, values)

    def send(self, parties: int = 60, town: str = "") -> "Mail":
        """Sends a message that shows so many strangers to each other, and waits for its hold."""
        number = next(_numbers)
        people = [f"p{n}@shop{n}-{number}{town}.example" for n in range(parties)]
        half = parties // 2
        raw = (
            f"From: {SENDER}\r\nTo: {', '.join(people[:half])}\r\nCc: {', '.join(people[half:])}\r\n"
            f"Subject: offer {number}\r\nDate: Sun, 22 Nov 2026 04:00:00 +0000\r\n"
            f"Message-ID: <{number}@sockenladen.example>\r\n\r\n"
            f"Offer {number}.\r\n.\r\n..dots\r\nlast line \xe4\r\n"
        ).encode("latin-1")
        reply = self.postfix.send(raw, SENDER, people)
        (hold,) = self.host.book.holds_by_queue_id(self.host.id, reply.queue_id)
        return Mail(self, f"<{number}@sockenladen.example>", raw, tuple(people), hold)


@dataclass(frozen=True, slots=True)
class Mail:
    """One held message and its deliveries."""

    world: World
    marker: str
    raw: bytes
    people: tuple[str, ...]
    hold: Hold
    """The message as it was recorded."""

    def decide(self, decision: Decision) -> str:
        """Decides the mail's case without carrying it out; returns the case id."""
        self.world.host.book.decide(self.hold.case_id, decision, "operator", "", time.time())
        return self.hold.case_id

    @property
    def now(self) -> Hold:
        hold = self.world.host.book.hold(self.hold.id)
        assert hold
        return hold

    @property
    def deliveries(self) -> list[Delivery]:
        return self.world.sink.deliveries(self.marker)

    def reached(self) -> Counter[str]:
        """Number of copies per recipient, once the queue has only held mail."""
        self.world.postfix.wait_empty()
        wait_until(lambda: self.world.postfix.queue("maildrop") == [], "an empty maildrop")
        return Counter(self.world.sink.recipients(self.marker))

    @property
    def to_everybody_once(self) -> Counter[str]:
        return Counter(self.people)

    @property
    def waits(self) -> bool:
        """True if the original queue file is on hold."""
        return self.hold.queue_id in self.world.postfix.held()

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]
