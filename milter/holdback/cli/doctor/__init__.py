"""`holdback doctor`: looks at the whole installation, and tries the reader's confinement from inside.

installation.py  state_dir, record, milter, metrics      reading.py  the confined reader
mailserver.py    what Postfix is told about the milter    customers.py  the customer index
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from holdback.cli.console import console, print_json, print_paragraph
from holdback.cli.doctor.customers import check_customers
from holdback.cli.doctor.diagnosis import Diagnosis, State, ok
from holdback.cli.doctor.installation import (
    check_metrics,
    check_milter,
    check_record,
    check_state_dir,
)
from holdback.cli.doctor.mailserver import check_mailserver
from holdback.cli.doctor.reader import check_reader
from holdback.cli.settings import load_config
from holdback.config import Config
from holdback.exits import Exit
from holdback.phrases import count_of


def run(path: Path, json: bool) -> int:
    """Print a line for each thing. Exit code: 0 all is well, 1 something is not; 78 as everywhere."""
    config = load_config(path)
    out, states = console(), []
    for found in (ok("configuration", f"{path}: no mistakes"), *run_checks(config)):
        states.append(found.state)
        if json:
            print_json(asdict(found))
        else:
            _print(out, found)
    if not json:
        _print_summary(out, states)
    return Exit.OK if set(states) == {State.OK} else Exit.FOUND


def run_checks(config: Config) -> Iterator[Diagnosis]:
    """Everything that there is to look at, in the order in which mail would meet it."""
    yield from check_state_dir(config)
    yield from check_record(config)
    yield from check_customers(config)
    yield from check_mailserver(config)
    yield from check_milter(config)
    yield from check_metrics(config)
    yield from check_reader(config)


def _print(out: Console, found: Diagnosis) -> None:
    print_paragraph(out, f"{found.name}: {found.text}", 7, str(found.state))
    if found.advice:
        print_paragraph(out, found.advice, 9)


def _print_summary(out: Console, states: list[State]) -> None:
    wrong, weak = states.count(State.FAILED), states.count(State.WARNING)
    if not wrong and not weak:
        print_paragraph(out, f"\nall well: {count_of(len(states), 'thing')} looked at")
        return
    print_paragraph(out, f"\nof {count_of(len(states), 'thing')} looked at, {wrong} wrong, {weak} weak")
