"""`holdback cases`: list cases."""

import time
from dataclasses import asdict
from pathlib import Path

from holdback.cases.model import Case, CaseState
from holdback.cli.console import console, print_json, table
from holdback.cli.opening import open_casebook
from holdback.cli.settings import load_config
from holdback.exits import Exit
from holdback.phrases import count_of, duration, number, printable


def run(path: Path, json: bool, everything: bool) -> int:
    """Print open cases, or with `everything` all cases, oldest first."""
    with open_casebook(load_config(path)) as book:
        found = book.cases(None)
    listed = [case for case in found if everything or case.state is CaseState.OPEN or case.waiting]
    if json:
        for case in listed:
            print_json(asdict(case))
        return Exit.OK
    out = console()
    if not listed:
        out.print("No cases." if everything else "No cases need a decision.")
        return Exit.OK
    now = time.time()
    decided = any(case.state is not CaseState.OPEN for case in listed)
    columns = ["case", *(["state"] if decided else []), ">age", ">held", ">people", "sender", "why"]
    out.print(table(columns, [_row(case, now, decided) for case in listed]))
    waiting = sum(case.waiting for case in listed)
    out.print(
        f"\n{count_of(len(listed), 'case')}, {count_of(waiting, 'message')} held. Details: holdback show CASE"
    )
    return Exit.OK


def _row(case: Case, now: float, decided: bool) -> tuple[object, ...]:
    held = number(case.waiting) if case.waiting == case.copies else f"{case.waiting} of {case.copies}"
    checks = dict.fromkeys(finding.check.replace("_", " ") for finding in case.findings)
    why = ", ".join(checks) or "not checked"
    state = [case.state] if decided else []
    return (case.id, *state, duration(now - case.opened), held, case.people, printable(case.sender, 60), why)
