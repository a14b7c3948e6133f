"""`holdback stats`: what was held back in the last days, how fast it was decided, what the trail knows."""

import time
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from holdback.cases.statistics import Stats, stats_of
from holdback.cli.console import console, local_time, print_json, print_paragraph, table
from holdback.cli.opening import open_database
from holdback.cli.settings import load_config
from holdback.exits import Exit
from holdback.phrases import count_of, duration
from holdback.trail.statistics import Known, known_of

_DAY = 86_400


def run(path: Path, json: bool, days: int) -> int:
    """Print the numbers of the last `days` days."""
    now = time.time()
    since = now - days * _DAY
    with open_database(load_config(path)) as database, database.reading() as connection:
        numbers, known = stats_of(connection, since, now), known_of(connection, since, now)
    if json:
        print_json({**asdict(numbers), "trail": asdict(known)})
    else:
        out = console()
        _print(out, numbers, days)
        _print_known(out, known)
    return Exit.OK


def _print(out: Console, numbers: Stats, days: int) -> None:
    out.print(
        f"last {count_of(days, 'day')}: {count_of(numbers.messages, 'message')} held in "
        f"{count_of(numbers.cases, 'case')}; {count_of(numbers.people, 'person', 'people')} protected"
    )
    if numbers.checks:
        by_check = [(check, found.messages, found.people) for check, found in numbers.checks.items()]
        out.print(table(["check", ">messages", ">people"], by_check))
    if any(numbers.decisions.values()):
        taken = [(str(decision), count) for decision, count in numbers.decisions.items() if count]
        out.print(table(["decision", ">times"], taken))
    if numbers.median_decision_seconds is not None:
        out.print(f"half of the cases were decided within {duration(numbers.median_decision_seconds)}")


def _print_known(out: Console, known: Known) -> None:
    """What the trail knows; nothing of what it has none of."""
    if known.disclosures_since is not None:
        kept = f"{count_of(known.disclosures, 'disclosure')} in the ledger since {local_time(known.disclosures_since)}"
        print_paragraph(out, kept)
    if known.correspondents or known.acquaintances:
        pairs = count_of(known.acquaintances, "pair")
        print_paragraph(
            out, f"{count_of(known.correspondents, 'correspondent')}; {pairs} of people who know each other"
        )
    if known.canaries:
        left, came = count_of(known.canaries_left, "time"), count_of(known.canaries_written_to, "time")
        planted = count_of(known.canaries, "canary", "canaries")
        print_paragraph(out, f"{planted} planted; found {left} in mail that left, written to {came}")
