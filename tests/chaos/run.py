"""`make chaos`: what becomes of the mail while Holdback is killed, stopped, starved and robbed of its files.

Each scenario has a private Postfix that holds mail while no milter answers (default_action=quarantine), a
Holdback, and a server that takes all deliveries. A steady stream of numbered messages, a fifth of them leaks,
runs before, during and after the disturbance. At the end every message is accounted for. Exit code 1 if a
leak was delivered, a message was refused, lost or doubled, an ordinary one is still on hold, or a held one
has no case.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chaos.account import Account, account, ordinary_held
from chaos.mails import SENDER
from chaos.scenarios import SCENARIOS, Scenario, World, disk
from chaos.service import Service
from chaos.stream import Sent, Stream
from rich.console import Console
from rich.table import Table
from rig.holdback import Result
from rig.postfix import PrivatePostfix
from rig.postgresql import Cluster
from rig.sink import Sink
from rig.waiting import wait_until

_PROMPT = 3.0
"""Seconds within which an ordinary message is answered when all is well."""
_POLL = 0.5
_WIDTH = 140
_SECOND_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard a scenario runs."""

    rate: float
    """Messages a second."""
    seconds: float
    """Length of a disturbance."""
    before: float
    """Seconds of stream before it."""
    after: float
    """Seconds of stream after it."""
    drain: float
    """Seconds until ordinary mail must be free and orphans judged, after the stream."""


COLUMNS = (
    *("sent", "refused", "leaked", "lost", "doubled", "ordinary held", "orphans"),
    *("slowest s", "normal after s"),
)
FULL = Plan(rate=40, seconds=12, before=3, after=6, drain=100)
QUICK = Plan(rate=40, seconds=4, before=1, after=2, drain=40)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table."""

    name: str
    account: Account
    slowest: float
    """Seconds until the reply to the slowest message."""
    normal: float | None
    """Seconds from the end of the disturbance until all was as before; None if that was not seen."""


def run(scenario: Scenario, plan: Plan) -> Outcome:
    """Run one scenario with servers of its own."""
    with ExitStack() as running:
        sink = running.enter_context(Sink())
        postfix = running.enter_context(PrivatePostfix(relay=sink.port))
        cluster = running.enter_context(Cluster()) if scenario.postgresql else None
        holdback = Service(postfix, settings_of(cluster))
        if scenario.small_disk:
            running.enter_context(disk(holdback.state_dir))
        running.enter_context(holdback)
        running.enter_context(holdback.agent())
        with Stream(postfix, plan.rate) as stream:
            time.sleep(plan.before)
            seconds = max(plan.seconds * scenario.share, scenario.least)
            scenario.disturb(World(holdback, stream, seconds, cluster))
            over = time.monotonic()
            held = Watch(stream, postfix)
            held.poll_until(over + plan.after)
        sent = stream.sent()
        held.poll_until(time.monotonic() + plan.drain, enough=lambda: not orphans(holdback))
        found = settled(sent, postfix, sink, orphans(holdback))
        late = [one.at + one.seconds for one in sent if one.seconds > _PROMPT]
        normal = max([over, held.last, *late]) - over
        slowest = max(one.seconds for one in sent)
        return Outcome(scenario.name, found, slowest, None if found.ordinary_held else normal)


def settings_of(cluster: Cluster | None) -> dict[str, Any]:
    """Return the configuration: every leak is a case of its own, and none is refused as one too many."""
    settings: dict[str, Any] = {
        "internal_domains": [SENDER.partition("@")[2]],
        "campaigns": {"copies": 1_000_000},
        "holds": {"rescan": True},
        "milter": {"workers": 2},
    }
    return settings | ({"database": {"url": cluster.new_database()}} if cluster else {})


class Watch:
    """Looks at the hold queue again and again, for ordinary messages of a stream."""

    def __init__(self, stream: Stream, postfix: PrivatePostfix) -> None:
        self._stream, self._postfix = stream, postfix
        self.last = 0.0
        """When one was last seen there, as of time.monotonic; 0 if never."""

    def poll_until(self, end: float, enough: Callable[[], bool] = lambda: False) -> None:
        """Look until `end`, or until none is left and there is `enough`."""
        while time.monotonic() < end:
            if ordinary_held(self._stream.sent(), self._postfix):
                self.last = time.monotonic()
            elif enough():
                return
            time.sleep(_POLL)


def orphans(holdback: Service) -> int:
    """Return how many messages are on hold without a case, as `holdback reconcile` counts them.

    A timer runs it in production, too. It gives way to other commands, and is then tried again.
    """

    def reconciled() -> Result | None:
        result = holdback.cli("reconcile", "--json")
        return result if result.out else None

    result = wait_until(reconciled, "`holdback reconcile`")
    assert result
    return int(result.json["orphans"])


def settled(sent: Sequence[Sent], postfix: PrivatePostfix, sink: Sink, orphans: int) -> Account:
    """Return the account when nothing moves any more, or else messages would seem lost or doubled."""
    postfix.wait_empty()
    found = account(sent, postfix, sink, orphans)
    for _ in range(_SECOND_LOOKS):
        if not (found.lost or found.doubled):
            break
        time.sleep(1.0)
        postfix.wait_empty()
        found = account(sent, postfix, sink, orphans)
    return found


def table(outcomes: Iterable[Outcome], plan: Plan) -> Table:
    """One row a scenario; all figures but those of `sent` and of time must be 0."""
    title = f"{plan.rate:g} messages/s, a fifth of them leaks; disturbed for {plan.seconds:g} s and more"
    shown = Table("scenario", title=title)
    for column in COLUMNS:
        shown.add_column(column, justify="right")
    for outcome in outcomes:
        shown.add_row(*row(outcome))
    return shown


def row(outcome: Outcome) -> tuple[str, ...]:
    """Return the cells of a row of the table."""
    found = outcome.account
    counts = (found.sent, found.refused, found.leaked, found.lost, found.doubled)
    normal = "never" if outcome.normal is None else f"{outcome.normal:.1f}"
    times = (f"{outcome.slowest:.1f}", normal)
    return (outcome.name, *map(str, (*counts, found.ordinary_held, found.orphans)), *times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes")
    parser.add_argument("--only", action="append", help="only scenarios whose names contain this")
    parser.add_argument("--rate", type=float, help="messages a second")
    wanted, console = parser.parse_args(), Console(width=_WIDTH)
    plan = QUICK if wanted.quick else FULL
    plan = replace(plan, rate=wanted.rate or plan.rate)
    # End as after Ctrl-C, with all servers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outcomes = []
    with console.status("starting") as status:
        for scenario in SCENARIOS:
            if not wanted.only or any(word in scenario.name for word in wanted.only):
                status.update(scenario.name)
                outcomes.append(run(scenario, plan))
                console.print(*row(outcomes[-1]))
    console.print(table(outcomes, plan))
    return int(not all(outcome.account.is_clean for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
