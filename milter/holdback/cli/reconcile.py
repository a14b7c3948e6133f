"""`holdback reconcile`: record and queue of this host are made to agree."""

import os
from dataclasses import asdict
from pathlib import Path

from holdback.cli.console import as_json, console, say
from holdback.cli.opening import custody
from holdback.cli.settings import config_at
from holdback.custody.reconcile import reconcile
from holdback.custody.values import Reconciled
from holdback.exits import Exit, Failure
from holdback.phrases import counted


def run(path: Path, json: bool) -> int:
    """Compare, finish, say what was found."""
    if os.geteuid() != 0:
        raise Failure(
            Exit.NO_PERMISSION, "only root may look into held mail and release it; try it with sudo"
        )
    with custody(config_at(path)) as host:
        found = reconcile(host)
    if json:
        figures = asdict(found)
        print(as_json(figures | {"orphans": len(found.orphans), "orphan_ids": found.orphans}))
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
            say(out, f"{counted(count, 'message')} {what}")
    for one in found.unfinished:
        say(out, f"{one.queue_id} not yet treated as decided: {one.text}")
    if found.orphans:
        say(
            out,
            f"{counted(len(found.orphans), 'message')} on hold without a record: {', '.join(found.orphans)}",
        )
        say(out, "Look at one with: postcat -qbh ID | holdback scan -")
    if found == Reconciled(0, 0, 0, 0, 0, (), 0, ()):
        say(out, "record and queue agree")
