"""`holdback trace`: which messages showed somebody's data to others, and what became of those messages."""

import time
from itertools import islice
from pathlib import Path

from holdback.cases.database import Database
from holdback.cli.console import console, say
from holdback.cli.known import pseudonyms_of
from holdback.cli.opening import database_of
from holdback.cli.person import index_at, who
from holdback.cli.settings import config_at
from holdback.cli.since import since as moment
from holdback.cli.trace_report import print_canary, print_found, print_json, print_nothing
from holdback.exits import Exit
from holdback.people.canaries import Canaries, Canary
from holdback.trail.canaries import CanaryHit, CanaryStore
from holdback.trail.statistics import oldest_disclosure
from holdback.trail.trace import look_up, trace_messages

LISTED = 50
"""Messages that are listed, unless as JSON."""


def run(path: Path, json: bool, since: str, written: str) -> int:
    """Print the messages that showed whom `written` means. Exit code 1 if there is nothing to print."""
    config, start = config_at(path), moment(since, time.time())
    pseudonyms = pseudonyms_of(config)
    index, trouble = index_at(config.customer_index, pseudonyms)
    if trouble:
        say(console(stderr=True), f"{trouble}; the person's other identifiers are not looked for")
    wanted = who(written, pseudonyms, config.customers.region, index)
    with database_of(config) as database:
        canary, hits = _canary(database, written, start)
        with database.reading() as connection:
            found = trace_messages(connection, look_up(connection, [*wanted.asked, *wanted.others]), start)
            if json:
                return Exit.OK if print_json(found, wanted, canary, hits) else Exit.FOUND
            listed = list(islice(found, LISTED + 1))
            oldest = oldest_disclosure(connection)
    out = console()
    if canary:
        print_canary(out, canary, hits)
    if listed:
        print_found(out, wanted, listed[:LISTED], more=len(listed) > LISTED)
    else:
        print_nothing(out, wanted, config.ledger.enabled, start, oldest)
    return Exit.OK if canary or listed else Exit.FOUND


def _canary(database: Database, written: str, since: float) -> tuple[Canary | None, list[CanaryHit]]:
    """The canary that is meant, if it is one, and the messages since then that had to do with it."""
    store = CanaryStore(database)
    canary = Canaries(store.all()).get(written.strip().strip("<>")) if "@" in written else None
    if not canary:
        return None, []
    return canary, [hit for one, hit in store.hits(since) if one.id == canary.id]
