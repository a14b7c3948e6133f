"""`holdback doctor`: check the installation and suggest fixes.

installation.py  state_dir, database, milter, metrics    reader.py     the confined reader
mailserver.py    the mail server's settings              customers.py  the customer index
operators.py     agent, roles, the operators' socket
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from holdback.cli.console import console, print_json, print_paragraph
from holdback.cli.doctor.customers import check_customers, check_other_hosts
from holdback.cli.doctor.diagnosis import Diagnosis, State, ok
from holdback.cli.doctor.installation import (
    check_database,
    check_hosts,
    check_metrics,
    check_milter,
    check_state_dir,
)
from holdback.cli.doctor.mailserver import check_mailserver
from holdback.cli.doctor.operators import check_operators
from holdback.cli.doctor.reader import check_reader
from holdback.cli.settings import load_config
from holdback.config import Config
from holdback.exits import Exit
from holdback.phrases import count_of

_LABELS = {State.OK: "ok", State.WARNING: "warning", State.FAILED: "failed"}


def run(path: Path, json: bool) -> int:
    """Run and print all checks. Exit code: 0 if all pass, 1 if not; 78 if the configuration is invalid."""
    config = load_config(path)
    out, states = console(), []
    for found in (ok("configuration", f"{path} is valid"), *run_checks(config)):
        states.append(found.state)
        if json:
            print_json(asdict(found))
        else:
            _print(out, found)
    if not json:
        _print_summary(out, states)
    return Exit.OK if set(states) == {State.OK} else Exit.FOUND


def run_checks(config: Config) -> Iterator[Diagnosis]:
    """All checks, in the order in which a message meets what they check."""
    yield from check_state_dir(config)
    yield from check_database(config)
    yield from check_hosts(config)
    yield from check_customers(config)
    yield from check_other_hosts(config)
    yield from check_mailserver(config)
    yield from check_milter(config)
    yield from check_metrics(config)
    yield from check_operators(config)
    yield from check_reader(config)


def _print(out: Console, found: Diagnosis) -> None:
    print_paragraph(out, f"{found.name}: {found.text}", 9, _LABELS[found.state])
    if found.advice:
        print_paragraph(out, found.advice, 11)


def _print_summary(out: Console, states: list[State]) -> None:
    failures, warnings = states.count(State.FAILED), states.count(State.WARNING)
    results = [f"{failures} failed"] if failures else []
    results += [count_of(warnings, "warning")] if warnings else []
    if results:
        print_paragraph(out, f"\n{count_of(len(states), 'check')}: {', '.join(results)}")
    else:
        print_paragraph(out, f"\nAll {count_of(len(states), 'check')} passed")
