"""`holdback rescan`: inspect the held mail that was not inspected, and release what is innocent."""

import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from holdback.cli.console import console, print_json, print_paragraph, table
from holdback.cli.decide_report import LISTED
from holdback.cli.opening import open_custody
from holdback.cli.settings import load_config
from holdback.custody.rescan import Rescanned, Result, Scope, rescan
from holdback.exits import Exit, Failure
from holdback.phrases import printable


def run(path: Path, json: bool, dry_run: bool, queue_ids: tuple[str, ...]) -> int:
    """Rescan and print the results. Exit code 75 if messages could not be inspected or released now."""
    if os.geteuid() != 0:
        raise Failure(Exit.NO_PERMISSION, "reading the mail queue needs root; run with sudo")
    config = load_config(path)
    scope = Scope(config.milter.listen, config.holds.never_hold, queue_ids, dry_run)
    with open_custody(config) as host:
        found = rescan(host, scope)
    _report_missing(queue_ids, found)
    if json:
        for one in found:
            print_json(asdict(one))
    else:
        _print(found, dry_run)
    return Exit.TEMPORARY if any(one.result is Result.POSTPONED for one in found) else Exit.OK


def _report_missing(queue_ids: tuple[str, ...], found: tuple[Rescanned, ...]) -> None:
    missing = set(queue_ids) - {one.queue_id for one in found}
    if missing:
        names = ", ".join(printable(name) for name in sorted(missing))
        raise Failure(Exit.NO_INPUT, f"{names}: not on hold, or inspected before; see holdback show ID")


def _print(found: tuple[Rescanned, ...], dry_run: bool) -> None:
    out = console()
    if not found:
        print_paragraph(out, "All held mail was inspected.")
    elif len(found) > LISTED:
        results = Counter((one.result, "" if one.result is Result.HELD else one.text) for one in found)
        rows = [(count, _words(result, dry_run), text) for (result, text), count in results.items()]
        out.print(table([">messages", "result", "reason"], rows))
    else:
        lines = [(one.queue_id, _words(one.result, dry_run), one.case, printable(one.text)) for one in found]
        out.print(table([">queue id", "result", "case", "reason"], lines))


def _words(result: Result, dry_run: bool) -> str:
    changes = (Result.RELEASED, Result.HELD, Result.DELETED)
    return f"would be {result}" if dry_run and result in changes else str(result)
