"""`holdback reconcile`: record and queue of this host are made to agree."""

import os
from dataclasses import asdict
from pathlib import Path

from holdback.cli.console import console, print_json, print_paragraph
from holdback.cli.opening import open_custody
from holdback.cli.settings import load_config
from holdback.custody.reconcile import reconcile
from holdback.custody.values import Reconciled
from holdback.exits import Exit, Failure
from holdback.phrases import count_of


def run(path: Path, json: bool) -> int:
    """Compare, finish, say what was found."""
    if os.geteuid() != 0:
        raise Failure(
            Exit.NO_PERMISSION, "only root may look into held mail and release it; try it with sudo"
        )
    with open_custody(load_config(path)) as site:
        found = reconcile(site)
    if json:
        figures = asdict(found)
        print_json(figures | {"orphans": len(found.orphans), "orphan_ids": found.orphans})
    else:
        _print(found)
    return Exit.TEMPORARY if found.unfinished else Exit.OK


def _print(found: Reconciled) -> None:
    out = console()
    for count, what in (
        (found.imported, "brought from the journal into the record"),
        (found.confirmed, "seen in the hold queue"),
        (found.released_outside, "released with the mail server's own tools"),
        (found.vanished, "gone from the queue without Holdback"),
        (found.carried_out, "treated as decided"),
        (found.own_copies_deleted, "deleted, superfluous copies of our own"),
    ):
        if count:
            print_paragraph(out, f"{count_of(count, 'message')} {what}")
    for one in found.unfinished:
        print_paragraph(out, f"{one.queue_id} not yet treated as decided: {one.text}")
    if found.orphans:
        print_paragraph(
            out,
            f"{count_of(len(found.orphans), 'message')} on hold without a record: {', '.join(found.orphans)}",
        )
        print_paragraph(out, "Look at one with: postcat -qbh ID | holdback scan -")
    if found == Reconciled(0, 0, 0, 0, 0, (), 0, ()):
        print_paragraph(out, "record and queue agree")
