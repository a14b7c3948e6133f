"""`holdback release` and `holdback drop`: a decision is recorded, then carried out where the mail waits."""

import os
import socket
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from holdback.cases.casebook import Casebook
from holdback.cases.values import WAITING, AlreadyDecided, CaseFile, Decided, Decision, Hold, HoldState
from holdback.cli.console import as_json, console, say, table, when
from holdback.cli.opening import casebook, custody, found
from holdback.cli.settings import config_at, operator
from holdback.custody.carry_out import carry_out
from holdback.custody.values import Done
from holdback.exits import Exit, Failure
from holdback.phrases import printable

LISTED = 10
"""Messages that are told of one by one; of more only sums are shown."""

SAID = {
    Decision.RELEASE: "release",
    Decision.RELEASE_BCC: "release with hidden recipients",
    Decision.DROP: "drop",
    Decision.RETURN: "drop and return to the sender",
}


def run(path: Path, json: bool, decision: Decision, only: tuple[str, ...], reason: str, typed: str) -> int:
    """Decide about a case, or about some of its messages; carry it out on this host; say what happened."""
    config = config_at(path)
    with casebook(config) as book:
        case_id = found(book, typed)
        file = book.show(case_id)
        chosen = _chosen(file, only)
        _refuse_powerless(chosen)
        numbers: list[int | None] = [hold.id for hold in chosen] if only else [None]
        earlier = _written(book, case_id, decision, numbers, reason)
    if not json:
        _print_decision(case_id, decision, earlier)
    done: list[Done] = []
    if any(hold.host == socket.gethostname() for hold in chosen):
        with custody(config) as host:
            done = [one for number in numbers for one in carry_out(host, case_id, number)]
    if json:
        for one in done:
            print(as_json(asdict(one)))
    else:
        _print_deeds(done)
    return _code(done)


def _code(done: list[Done]) -> Exit:
    if any(one.state in WAITING and one.host == socket.gethostname() for one in done):
        return Exit.TEMPORARY
    gone = bool(done) and all(one.state is HoldState.VANISHED for one in done)
    return Exit.NO_INPUT if gone else Exit.OK


def _chosen(file: CaseFile, only: tuple[str, ...]) -> tuple[Hold, ...]:
    """The held messages that are meant: all of the case, or those with these numbers or queue ids."""
    own = tuple(hold for hold in file.holds if hold.replaces is None)
    for name in only:
        if not any(name in (str(hold.id), hold.queue_id) for hold in own):
            raise Failure(Exit.NO_INPUT, f"{file.case.id} has no held message {printable(name)}")
    return tuple(hold for hold in own if not only or str(hold.id) in only or hold.queue_id in only)


def _refuse_powerless(chosen: tuple[Hold, ...]) -> None:
    here = any(hold.host == socket.gethostname() for hold in chosen)
    if here and os.geteuid() != 0:
        raise Failure(
            Exit.NO_PERMISSION, "only root may release or delete mail of this host; try it with sudo"
        )


def _written(
    book: Casebook, case_id: str, decision: Decision, numbers: list[int | None], reason: str
) -> Decided | None:
    """Write the decision on these holds, or on the case (None). The earlier one, if it says the same."""
    earlier = None
    for number in numbers:
        try:
            book.decide(case_id, decision, operator(), reason, time.time(), number)
        except AlreadyDecided as already:
            earlier = already.decided
            if earlier.decision is not decision:
                raise Failure(Exit.DATA, _otherwise(case_id, earlier)) from None
    return earlier


def _otherwise(case_id: str, earlier: Decided) -> str:
    who, at = printable(earlier.operator, 40), when(earlier.at)
    return f"{case_id}: {who} decided on {at}: {SAID[earlier.decision]}; that stands"


def _print_decision(case_id: str, decision: Decision, earlier: Decided | None) -> None:
    said = f"{SAID[decision]}, decided by {printable(operator(), 40)}"
    if earlier:
        who, at = printable(earlier.operator, 40), when(earlier.at)
        said = f"already decided by {who} on {at}: {SAID[decision]}"
    say(console(), f"{case_id}: {said}")


def _print_deeds(done: list[Done]) -> None:
    out = console()
    if len(done) > LISTED:
        fates = Counter(one.text for one in done)
        out.print(table([">messages", "what happened"], [(count, text) for text, count in fates.items()]))
    elif done:
        rows = [(one.hold, one.queue_id, printable(one.host, 30), one.text) for one in done]
        out.print(table([">id", "queue id", "host", "what happened"], rows))
    else:
        say(out, "The host that holds the mail carries it out within a minute.")
