"""`holdback stats`: what was held back in the last days, how fast it was decided, what the trail knows."""

import time
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from holdback.cases.statistics import Stats, stats_of
from holdback.cli.console import as_json, console, say, table, when
from holdback.cli.opening import database_of
from holdback.cli.settings import config_at
from holdback.exits import Exit
from holdback.phrases import counted, lasting
from holdback.trail.statistics import TrailCounts, count_trail

_DAY = 86_400


def run(path: Path, json: bool, days: int) -> int:
    """Print the numbers of the last `days` days."""
    now = time.time()
    since = now - days * _DAY
    with database_of(config_at(path)) as database, database.reading() as connection:
        numbers, known = stats_of(connection, since, now), count_trail(connection, since, now)
    if json:
        print(as_json({**asdict(numbers), "trail": asdict(known)}))
    else:
        out = console()
        _print(out, numbers, days)
        _print_known(out, known)
    return Exit.OK


def _print(out: Console, numbers: Stats, days: int) -> None:
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


def _print_known(out: Console, known: TrailCounts) -> None:
    """What the trail knows; nothing of what it has none of."""
    if known.disclosures_since is not None:
        kept = (
            f"{counted(known.disclosures, 'disclosure')} in the ledger since {when(known.disclosures_since)}"
        )
        say(out, kept)
    if known.correspondents or known.acquaintances:
        pairs = counted(known.acquaintances, "pair")
        say(out, f"{counted(known.correspondents, 'correspondent')}; {pairs} of people who know each other")
    if known.canaries:
        left, came = counted(known.canaries_left, "time"), counted(known.canaries_written_to, "time")
        planted = counted(known.canaries, "canary", "canaries")
        say(out, f"{planted} planted; found {left} in mail that left, written to {came}")
