"""The cases that an operator decides: named, read from standard input, or chosen by conditions."""

import sys
import time
from collections.abc import Mapping, Sequence

from holdback.cases.case_filter import Scope
from holdback.cases.casebook import Casebook
from holdback.cases.model import Case
from holdback.cli.cases import print_cases
from holdback.cli.console import ask, can_ask, warn
from holdback.cli.options import parse_filter
from holdback.exits import Exit, Failure
from holdback.phrases import count_of

_SHOWN = 50
"""Cases that are listed before the question; more are only counted."""


def check_usage(typed: Sequence[str], chosen: Mapping[str, str], only: Sequence[str]) -> None:
    """Raise Failure unless cases are either named or chosen by conditions, and --only goes with one case."""
    if bool(typed) == any(chosen.values()):
        conditions = "--sender, --login, --check, --older-than, --since, --host"
        text = "not both" if typed else "see --help"
        raise Failure(Exit.USAGE, f"name cases, or choose them with {conditions}; {text}")
    if only and (len(typed) != 1 or typed[0] == "-"):
        raise Failure(Exit.USAGE, "--only needs exactly one case")


def named_cases(typed: Sequence[str]) -> list[str]:
    """What was typed, each once; for `-` the first word of each line of standard input."""
    names: list[str] = []
    for name in typed:
        lines = sys.stdin if name == "-" else (name,)
        names += [word for line in lines for word in line.split()[:1]]
    return list(dict.fromkeys(names))


def _count(cases: Sequence[Case]) -> str:
    """`12 cases, 300 messages held, 3 senders`"""
    waiting = count_of(sum(case.waiting for case in cases), "message")
    senders = count_of(len({case.sender for case in cases}), "sender")
    return f"{count_of(len(cases), 'case')}, {waiting} held, {senders}"


def chosen_cases(book: Casebook, chosen: Mapping[str, str], what: str, yes: bool) -> list[str]:
    """Ids of the open cases that meet the conditions; without `yes`, they are shown, and a question is asked.

    `what`: the decision in words. Empty if the answer is no. Raises Failure if there are none, or without a
    terminal.
    """
    found = book.select(parse_filter(chosen, Scope.OPEN, time.time()))
    if not found:
        raise Failure(Exit.NO_INPUT, "no open case meets the conditions; nothing changed")
    count = _count(found)
    if not yes:
        if not can_ask():
            raise Failure(Exit.USAGE, f"{count}: nothing changed; without a terminal, use --yes")
        print_cases(found[:_SHOWN], stderr=True)
        if len(found) > _SHOWN:
            print(f"and {len(found) - _SHOWN:,} more", file=sys.stderr)
        if not ask(f"{count}: {what}?"):
            warn("nothing changed")
            return []
    return [case.id for case in found]
