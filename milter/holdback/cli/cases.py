"""`holdback cases`: list cases."""

import math
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.text import Text

from holdback.cases.case_filter import Scope
from holdback.cases.casebook import Casebook
from holdback.cases.model import Case
from holdback.cli.case_table import as_dict, line_of, sorted_cases, table_of
from holdback.cli.console import console, is_terminal, local_time, print_json
from holdback.cli.opening import open_casebook
from holdback.cli.options import parse_filter
from holdback.cli.settings import load_config
from holdback.exits import Exit, Failure
from holdback.phrases import count_of

_CLEAR = "\x1b[H\x1b[2J"
"""Moves the cursor to the first line and clears the screen."""


def run(
    path: Path, json: bool, everything: bool, order: str, watch: float | None, chosen: Mapping[str, str]
) -> int:
    """Print the chosen cases that need a decision, or with `everything` all of them; again while watching."""
    if watch is not None and math.isnan(watch):
        raise Failure(Exit.USAGE, "--watch nan: write a number of seconds")
    if watch is not None and (json or not is_terminal()):
        raise Failure(Exit.USAGE, "--watch needs a terminal, and prints no JSON")
    scope = Scope.ALL if everything else Scope.CURRENT
    with open_casebook(load_config(path)) as book:
        if watch is not None:
            return _watch(book, scope, order, watch, chosen)
        listed = _select(book, scope, order, chosen)
    if json:
        for case in listed:
            print_json(as_dict(case))
    elif is_terminal():
        _print_table(listed, scope, chosen)
    else:
        for case in listed:
            print(line_of(case))
    return Exit.OK


def _select(book: Casebook, scope: Scope, order: str, chosen: Mapping[str, str]) -> list[Case]:
    return sorted_cases(book.select(parse_filter(chosen, scope, time.time())), order)


def _watch(book: Casebook, scope: Scope, order: str, seconds: float, chosen: Mapping[str, str]) -> int:
    """Print the table every so many seconds until the operator interrupts it."""
    try:
        while True:
            listed = _select(book, scope, order, chosen)
            sys.stdout.write(_CLEAR)
            print(f"{local_time(time.time())}, every {seconds:g} s\n")
            _print_table(listed, scope, chosen)
            sys.stdout.flush()
            time.sleep(seconds)
    except KeyboardInterrupt:
        return Exit.OK


def _print_table(listed: Sequence[Case], scope: Scope, chosen: Mapping[str, str]) -> None:
    if not listed:
        if any(chosen.values()):
            print("No such cases.")
        else:
            print("No cases." if scope is Scope.ALL else "No cases need a decision.")
        return
    print_cases(listed)
    waiting = sum(case.waiting for case in listed)
    undo = " Undo: holdback undo CASE" if any(case.due is not None for case in listed) else ""
    counts = f"{count_of(len(listed), 'case')}, {count_of(waiting, 'message')} held."
    print(f"\n{counts} Details: holdback show CASE{undo}")


def print_cases(listed: Sequence[Case], *, stderr: bool = False) -> None:
    """Print a table of the cases, in the width of the terminal."""
    width = shutil.get_terminal_size().columns
    heading, *lines = table_of(listed, width, time.time())
    console(stderr=stderr).print(Text(heading, style="bold"), soft_wrap=True)
    print("\n".join(lines), file=sys.stderr if stderr else sys.stdout)
