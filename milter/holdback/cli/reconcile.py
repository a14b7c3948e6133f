"""`holdback reconcile`: synchronise the database with the mail queue of this host."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from holdback.cli.console import console, print_json, print_paragraph
from holdback.cli.opening import open_custody
from holdback.cli.settings import load_config
from holdback.custody.reconcile import reconcile
from holdback.custody.results import Reconciled
from holdback.exits import Exit, Failure
from holdback.phrases import count_of


def run(path: Path, json: bool) -> int:
    """Reconcile and print the result. Exit code 75 if a decision could not be carried out."""
    if os.geteuid() != 0:
        raise Failure(Exit.NO_PERMISSION, "reading the mail queue needs root; run with sudo")
    with open_custody(load_config(path)) as host:
        found = reconcile(host)
    if json:
        figures = asdict(found)
        print_json(figures | {"orphans": len(found.orphans), "orphan_ids": found.orphans})
    else:
        _print(found)
    return Exit.TEMPORARY if found.unfinished or found.failed else Exit.OK


def _print(found: Reconciled) -> None:
    out, lines = console(), list(_lines(found))
    for line in lines or ["Database and mail queue are in sync."]:
        print_paragraph(out, line)


def _lines(found: Reconciled) -> Iterator[str]:
    """One line for each result that is not zero."""
    for count, result in (
        (found.imported, "imported from the journal"),
        (found.confirmed, "confirmed in the hold queue"),
        (found.released_outside, "released with the mail server's tools"),
        (found.vanished, "missing from the queue, not removed by Holdback"),
        (found.carried_out, "released or deleted as decided"),
        (found.own_copies_deleted, "deleted: surplus copies made by Holdback"),
    ):
        if count:
            yield f"{count_of(count, 'message')} {result}"
    for one in found.unfinished:
        yield f"{one.queue_id}: decision not carried out yet: {one.text}"
    for one in found.failed:
        yield f"{one.queue_id}: not compared with the queue: {one.text}"
    if found.orphans:
        yield f"{count_of(len(found.orphans), 'message')} on hold without a case: {', '.join(found.orphans)}"
        yield "Inspect them: holdback rescan"
