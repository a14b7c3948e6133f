"""`holdback release` and `holdback drop`: record a decision, and carry it out on this host."""

import os
import socket
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from holdback.cases.casebook import Casebook
from holdback.cases.model import WAITING, AlreadyDecided, CaseFile, Decided, Decision, Hold, HoldState
from holdback.cli.console import console, local_time, print_json, print_paragraph, table
from holdback.cli.opening import find_case, open_casebook, open_custody
from holdback.cli.settings import load_config, operator
from holdback.custody.carry_out import carry_out
from holdback.custody.results import Done
from holdback.exits import Exit, Failure
from holdback.phrases import printable

LISTED = 10
"""Messages printed one by one; more are summed up by result."""

DECISIONS = {
    Decision.RELEASE: "release",
    Decision.RELEASE_BCC: "release with hidden recipients",
    Decision.DROP: "drop",
    Decision.RETURN: "drop and return to the sender",
}


def run(path: Path, json: bool, decision: Decision, only: tuple[str, ...], reason: str, typed: str) -> int:
    """Decide a case, or only some of its messages; carry it out on this host; print the results."""
    config = load_config(path)
    with open_casebook(config) as book:
        case_id = find_case(book, typed)
        file = book.show(case_id)
        wanted = _select(file, only)
        _require_root(wanted)
        numbers: list[int | None] = [hold.id for hold in wanted] if only else [None]
        earlier = _record(book, case_id, decision, numbers, reason)
    if not json:
        _print_decision(case_id, decision, earlier)
    done: list[Done] = []
    if _on_this_host(wanted):
        with open_custody(config) as host:
            done = [one for number in numbers for one in carry_out(host, case_id, number)]
    if json:
        for one in done:
            print_json(asdict(one))
    else:
        _print_results(done)
    return _exit_code(done)


def _exit_code(done: list[Done]) -> Exit:
    if any(one.state in WAITING and one.host == socket.gethostname() for one in done):
        return Exit.TEMPORARY
    gone = bool(done) and all(one.state is HoldState.VANISHED for one in done)
    return Exit.NO_INPUT if gone else Exit.OK


def _select(file: CaseFile, only: tuple[str, ...]) -> tuple[Hold, ...]:
    """The messages to decide: all of the case, or those whose id or queue id is in `only`."""
    own = tuple(hold for hold in file.holds if hold.replaces is None)
    for name in only:
        if not any(name in (str(hold.id), hold.queue_id) for hold in own):
            raise Failure(Exit.NO_INPUT, f"{file.case.id} has no held message {printable(name)}")
    return tuple(hold for hold in own if not only or str(hold.id) in only or hold.queue_id in only)


def _require_root(wanted: tuple[Hold, ...]) -> None:
    if _on_this_host(wanted) and os.geteuid() != 0:
        raise Failure(Exit.NO_PERMISSION, "releasing or deleting mail on this host needs root; run with sudo")


def _on_this_host(holds: tuple[Hold, ...]) -> bool:
    return any(hold.host == socket.gethostname() for hold in holds)


def _record(
    book: Casebook, case_id: str, decision: Decision, numbers: list[int | None], reason: str
) -> Decided | None:
    """Record the decision for these holds, or for the case (None).

    Returns an earlier decision if it is the same. Raises Failure if it is another one.
    """
    earlier = None
    for number in numbers:
        try:
            book.decide(case_id, decision, operator(), reason, time.time(), number)
        except AlreadyDecided as already:
            earlier = already.decided
            if earlier.decision is not decision:
                raise Failure(Exit.DATA, _conflict(case_id, earlier)) from None
    return earlier


def _conflict(case_id: str, earlier: Decided) -> str:
    who, at = printable(earlier.operator, 40), local_time(earlier.at)
    decided = DECISIONS[earlier.decision]
    return f"{case_id}: already decided by {who} on {at}: {decided}; a decision cannot be changed"


def _print_decision(case_id: str, decision: Decision, earlier: Decided | None) -> None:
    text = f"{DECISIONS[decision]}, decided by {printable(operator(), 40)}"
    if earlier:
        who, at = printable(earlier.operator, 40), local_time(earlier.at)
        text = f"already decided by {who} on {at}: {DECISIONS[decision]}"
    print_paragraph(console(), f"{case_id}: {text}")


def _print_results(done: list[Done]) -> None:
    out = console()
    if len(done) > LISTED:
        results = Counter(one.text for one in done)
        out.print(table([">messages", "result"], [(count, text) for text, count in results.items()]))
    elif done:
        rows = [(one.hold, one.queue_id, printable(one.host, 30), one.text) for one in done]
        out.print(table([">id", "queue id", "host", "result"], rows))
    else:
        print_paragraph(out, "The host that holds the mail carries it out within a minute.")
