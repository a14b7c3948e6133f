"""`holdback stats`: what was held back in the last days, and how fast it was decided."""

import time
from dataclasses import asdict
from pathlib import Path

from holdback.cases.tally import Stats
from holdback.cli.console import as_json, console, counted, lasting, table
from holdback.cli.exits import Exit
from holdback.cli.record import casebook
from holdback.cli.settings import config_at

_DAY = 86_400


def run(path: Path, json: bool, days: int) -> int:
    """Print the numbers of the last `days` days."""
    now = time.time()
    with casebook(config_at(path)) as book:
        numbers = book.stats(now - days * _DAY, now)
    if json:
        print(as_json(asdict(numbers)))
    else:
        _print(numbers, days)
    return Exit.OK


def _print(numbers: Stats, days: int) -> None:
    out = console()
    out.print(
        f"last {counted(days, 'day')}: {counted(numbers.messages, 'message')} held in "
        f"{counted(numbers.cases, 'case')}; {counted(numbers.people, 'person', 'people')} protected"
    )
    if numbers.checks:
        by_check = [(check, found.messages, found.people) for check, found in numbers.checks.items()]
        out.print(table(["check", ">messages", ">people"], by_check))
    if any(numbers.decisions.values()):
        taken = [(str(decision), count) for decision, count in numbers.decisions.items() if count]
        out.print(table(["decision", ">times"], taken))
    if numbers.median_decision_seconds is not None:
        out.print(f"half of the cases were decided within {lasting(numbers.median_decision_seconds)}")
