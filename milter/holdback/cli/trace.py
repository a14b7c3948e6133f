"""`holdback trace`: list the messages that disclosed a person, and what happened to them."""

import time
from itertools import islice
from pathlib import Path

from holdback.cases.database import Database
from holdback.cli.console import console, warn
from holdback.cli.knowledge import load_index, load_pseudonyms
from holdback.cli.opening import open_database
from holdback.cli.options import parse_since
from holdback.cli.person import identify
from holdback.cli.settings import load_config
from holdback.cli.trace_report import print_all_json, print_canary, print_found, print_nothing
from holdback.exits import Exit
from holdback.people.canaries import Canaries, Canary
from holdback.trail.canaries import CanaryHit, CanaryStore
from holdback.trail.hit_outcomes import HitOutcome, outcomes_of
from holdback.trail.statistics import oldest_disclosure
from holdback.trail.trace import look_up, trace_messages

LISTED = 50
"""Messages that are printed; `--json` prints all."""


def run(path: Path, json: bool, since: str, written: str) -> int:
    """Print the messages that disclosed the person `written`. Exit code 1 if there are none."""
    config, start = load_config(path), parse_since(since, time.time())
    pseudonyms = load_pseudonyms(config)
    index, trouble = load_index(config.customer_index, pseudonyms)
    if trouble:
        warn(f"customer index not used: {trouble}")
    wanted = identify(written, pseudonyms, config.customers.region, index)
    with open_database(config) as database:
        canary, hits = _canary(database, written, start)
        with database.reading() as connection:
            found = trace_messages(connection, look_up(connection, [*wanted.typed, *wanted.others]), start)
            if json:
                return Exit.OK if print_all_json(found, wanted, canary, hits) else Exit.FOUND
            listed = list(islice(found, LISTED + 1))
            oldest = oldest_disclosure(connection)
    out = console()
    if canary:
        print_canary(out, canary, hits)
    if listed:
        print_found(out, wanted, listed[:LISTED], more=len(listed) > LISTED)
    else:
        what = "no disclosures in the ledger" if canary else "no messages found"
        print_nothing(out, wanted, what, config.ledger.enabled, start, oldest)
    return Exit.OK if canary or listed else Exit.FOUND


def _canary(
    database: Database, written: str, since: float
) -> tuple[Canary | None, list[tuple[CanaryHit, HitOutcome]]]:
    """The canary with the address `written`, if there is one, and its hits since `since`."""
    store = CanaryStore(database)
    canary = Canaries(store.all()).get(written.strip().strip("<>")) if "@" in written else None
    if not canary:
        return None, []
    hits = [hit for one, hit in store.hits(since) if one.id == canary.id]
    return canary, list(zip(hits, outcomes_of(database, hits), strict=True))
