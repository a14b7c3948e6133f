"""`holdback doctor`: looks at the whole installation, and tries the reader's confinement from inside.

installation.py  state_dir, record, milter, metrics      reading.py  the confined reader
mailserver.py    what Postfix is told about the milter    customers.py  the customer index
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from holdback.cli.console import as_json, console, say
from holdback.cli.doctor.customers import look_at_customers
from holdback.cli.doctor.diagnosis import Diagnosis, State, ok
from holdback.cli.doctor.installation import (
    look_at_metrics,
    look_at_milter,
    look_at_record,
    look_at_state_dir,
)
from holdback.cli.doctor.mailserver import look_at_mailserver
from holdback.cli.doctor.reading import look_at_reader
from holdback.cli.settings import config_at
from holdback.config import Config
from holdback.exits import Exit
from holdback.phrases import counted


def run(path: Path, json: bool) -> int:
    """Print a line for each thing. Exit code: 0 all is well, 1 something is not; 78 as everywhere."""
    config = config_at(path)
    out, states = console(), []
    for found in (ok("configuration", f"{path}: no mistakes"), *examined(config)):
        states.append(found.state)
        if json:
            print(as_json(asdict(found)))
        else:
            _print(out, found)
    if not json:
        _print_summary(out, states)
    return Exit.OK if set(states) == {State.OK} else Exit.FOUND


def examined(config: Config) -> Iterator[Diagnosis]:
    """Everything that there is to look at, in the order in which mail would meet it."""
    yield from look_at_state_dir(config)
    yield from look_at_record(config)
    yield from look_at_customers(config)
    yield from look_at_mailserver(config)
    yield from look_at_milter(config)
    yield from look_at_metrics(config)
    yield from look_at_reader(config)


def _print(out: Console, found: Diagnosis) -> None:
    say(out, f"{found.name}: {found.text}", 7, str(found.state))
    if found.advice:
        say(out, found.advice, 9)


def _print_summary(out: Console, states: list[State]) -> None:
    wrong, weak = states.count(State.WRONG), states.count(State.WEAK)
    if not wrong and not weak:
        say(out, f"\nall well: {counted(len(states), 'thing')} looked at")
        return
    say(out, f"\nof {counted(len(states), 'thing')} looked at, {wrong} wrong, {weak} weak")
