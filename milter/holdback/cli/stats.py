"""`holdback stats`: counts of held messages and decisions, and of ledger, contacts and canaries."""

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
from holdback.trail.statistics import TrailCounts, count_trail

_DAY = 86_400


def run(path: Path, json: bool, days: int) -> int:
    """Print the statistics of the last `days` days."""
    now = time.time()
    since = now - days * _DAY
    with open_database(load_config(path)) as database, database.reading() as connection:
        numbers, trail = stats_of(connection, since, now), count_trail(connection, since, now)
    if json:
        print_json({**asdict(numbers), "trail": asdict(trail)})
    else:
        out = console()
        _print(out, numbers, days)
        _print_trail(out, trail)
    return Exit.OK


def _print(out: Console, numbers: Stats, days: int) -> None:
    held, cases = count_of(numbers.messages, "message"), count_of(numbers.cases, "case")
    people = count_of(numbers.people, "person", "people")
    out.print(f"Last {count_of(days, 'day')}: {held} held in {cases}, {people} protected")
    if numbers.checks:
        by_check = [(check, found.messages, found.people) for check, found in numbers.checks.items()]
        out.print(table(["check", ">messages", ">people"], by_check))
    if any(numbers.decisions.values()):
        decisions = [(str(decision), count) for decision, count in numbers.decisions.items() if count]
        out.print(table(["decision", ">count"], decisions))
    if numbers.median_decision_seconds is not None:
        out.print(f"Median time to decision: {duration(numbers.median_decision_seconds)}")


def _print_trail(out: Console, trail: TrailCounts) -> None:
    """A line each for ledger, contacts and canaries that are not empty."""
    if trail.disclosures_since is not None:
        entries, since = count_of(trail.disclosures, "disclosure"), local_time(trail.disclosures_since)
        print_paragraph(out, f"Ledger: {entries} since {since}")
    if trail.correspondents or trail.acquaintances:
        people, pairs = count_of(trail.correspondents, "correspondent"), count_of(trail.acquaintances, "pair")
        print_paragraph(out, f"Contacts: {people}, {pairs} of outside people who know each other")
    if trail.canaries:
        outbound = count_of(trail.canaries_left, "outbound hit")
        inbound = count_of(trail.canaries_written_to, "inbound hit")
        canaries = count_of(trail.canaries, "canary", "canaries")
        print_paragraph(out, f"Canaries: {canaries}, {outbound}, {inbound}")
