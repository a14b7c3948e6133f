"""A company with a mail server: one Postfix for many tests, a Holdback for each test."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rig.daemonlog import lines
from rig.holdback import Holdback
from rig.load import Load
from rig.people import HEADINGS, Person
from rig.postfix import PrivatePostfix, Reply
from rig.samples import Sample, sample
from rig.sink import Sink
from rig.waiting import wait_until

COMPANY = "corp.example"
JANE = f"jane@{COMPANY}"
STRANGER = "desk@printinghouse.example"
"""An external address that is not in the customer index."""


@dataclass(frozen=True, slots=True)
class World:
    """The servers shared by many tests: the outside world and Postfix."""

    sink: Sink
    postfix: PrivatePostfix


@dataclass(frozen=True, slots=True)
class Office:
    """One company with a running Holdback."""

    sink: Sink
    postfix: PrivatePostfix
    holdback: Holdback

    def send(self, mail: Sample, login: str = "") -> dict[str, Any]:
        """Send a message and return its log line, see `log_lines`."""
        return self.log_lines([self.postfix.send(mail.raw, mail.sender, mail.recipients, login)])[0]

    def send_all(self, mails: Iterable[Sample], sessions: int = 4) -> list[dict[str, Any]]:
        """Send messages over several connections at a time and return their log lines in order."""
        with Load(self.postfix, mails, sessions) as load:
            return self.log_lines([outcome.reply for outcome in load.outcomes()])

    def log_lines(self, replies: Iterable[Reply | None]) -> list[dict[str, Any]]:
        """Return the log line of each message; for a rejected one, which has no queue id, the SMTP reply."""
        logged = {line["queue_id"]: line for line in self.holdback.messages()}
        return [_line(logged, reply) for reply in replies]

    def actions(self, mails: Iterable[Sample], sessions: int = 4) -> list[str]:
        return [str(line["action"]) for line in self.send_all(mails, sessions)]

    def build_index(self, customers: Sequence[Person]) -> None:
        """Replace the customer index; the milter loads it within ten seconds."""
        _build(self.holdback, customers)

    def reload(self) -> None:
        """SIGHUP: among others, index and canaries are looked at now instead of within ten seconds."""
        event = "configuration reloaded"
        before = len(lines(self.holdback, event))
        self.holdback.reload()
        wait_until(lambda: len(lines(self.holdback, event)) > before, event)

    def metric(self, name: str) -> float:
        return self.holdback.metrics().get(name, 0.0)

    def wait_metric(self, name: str, holds: Callable[[float], bool]) -> None:
        wait_until(lambda: holds(self.metric(name)), name)

    def only_case(self) -> dict[str, Any]:
        (case,) = self.holdback.cli("cases", "--json").lines
        found: dict[str, Any] = case
        return found


@contextmanager
def opened(
    world: World,
    settings: Mapping[str, Any] | None = None,
    customers: Sequence[Person] = (),
    faults: Sequence[str] = (),
) -> Iterator[Office]:
    """Yield a new office with an empty queue, these customers, and these faults (`rig.faults`)."""
    world.sink.clear()
    world.postfix.clear()
    holdback = Holdback(world.postfix, {"internal_domains": [COMPANY], **(settings or {})}, faults)
    if customers:
        _build(holdback, customers)
    with holdback:
        yield Office(world.sink, world.postfix, holdback)


def _build(holdback: Holdback, customers: Sequence[Person]) -> None:
    path = holdback.root / "customers.csv"
    path.write_text(table_of(customers))
    done = holdback.cli("customers", "build", str(path))
    assert done.code == 0, done.err


def _line(logged: Mapping[str, dict[str, Any]], reply: Reply | None) -> dict[str, Any]:
    code, queue_id = (reply.code, reply.queue_id) if reply else (0, "")
    return logged.get(queue_id) or {"action": str(code), "case": "", "text": reply.text if reply else ""}


def table_of(people: Iterable[Person]) -> str:
    """Return a CSV file with one row for each person."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADINGS["en"], *(one.row for one in people)])
    return text.getvalue()


def mail(
    name: str,
    to: Iterable[str],
    text: str = "Hello.\n",
    sender: str = JANE,
    cc: Iterable[str] = (),
    attached: tuple[str, bytes] | None = None,
) -> Sample:
    """Return a message with `name` in its subject and its Message-ID."""
    return sample(name, "", sender, text, f"About {name}", to=to, cc=cc, attached=attached)


def hidden(name: str, recipients: Iterable[str], text: str = "Hello.\n", sender: str = JANE) -> Sample:
    """Return a message whose recipients do not see each other."""
    made = mail(name, ["undisclosed-recipients:;"], text, sender)
    return Sample(made.name, "", made.sender, tuple(recipients), made.raw)
