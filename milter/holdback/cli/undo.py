"""`holdback undo`: take decisions back that are in their grace period."""

import time
from dataclasses import asdict
from pathlib import Path

from holdback.cases.casebook import Casebook
from holdback.cases.model import NothingToUndo, Undone
from holdback.cli.case_selection import named_cases
from holdback.cli.console import iso_time, print_json
from holdback.cli.decide_report import DECISIONS, Report, by_and_when
from holdback.cli.opening import find_case, open_casebook
from holdback.cli.operator import operator, refuse_unfit
from holdback.cli.settings import load_config
from holdback.exits import Exit, Failure
from holdback.phrases import printable


def run(path: Path, json: bool, reason: str, typed: tuple[str, ...]) -> int:
    """Take back the decisions of the cases, each by itself; print a line for each."""
    names, codes = named_cases(typed), []
    with open_casebook(load_config(path)) as book:
        for name in names:
            try:
                undone = _undo(book, name, reason)
            except Failure as failure:
                if len(names) == 1:
                    raise
                Report(json).print_failure(name, failure)
                codes.append(failure.code)
            else:
                _print(json, undone)
    return max(codes, default=Exit.OK)


def _undo(book: Casebook, name: str, reason: str) -> tuple[Undone, ...]:
    case_id = find_case(book, name)
    refuse_unfit(book.show(case_id))
    try:
        return book.undo(case_id, operator().name, reason, time.time())
    except NothingToUndo as nothing:
        final = nothing.final
    if not final:
        raise Failure(Exit.DATA, f"{case_id}: not decided; nothing to undo")
    decided = f"{DECISIONS[final.decision]}, decided by {by_and_when(final)}"
    raise Failure(Exit.DATA, f"{case_id}: {decided}, is final; nothing to undo")


def _print(json: bool, undone: tuple[Undone, ...]) -> None:
    for one in undone:
        if json:
            print_json({**asdict(one), "decided_at": iso_time(one.at)})
            continue
        what = DECISIONS[one.decision] + (f" (message {one.hold_id} only)" if one.hold_id else "")
        print(f"{one.case_id}: open again; undone: {what}, decided by {printable(one.operator, 40)}")
