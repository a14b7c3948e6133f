"""Answer a request to inspect a message that is on hold in the queue: an orphan, or a hold not inspected yet.

The message is judged as if it had just arrived. As the MTA has accepted it, it is held where a new message
would be refused or changed: for `reject`, for `blind`, for further copies of a campaign. A hold joins the
case of its campaign, so that what was decided about that applies.
"""

import time
from collections.abc import Callable

from holdback.cases.model import AlreadyDecided, Decision
from holdback.cases.orphans import ASKED
from holdback.custody import release_token
from holdback.custody.inspection_request import Inspected, Purpose, Request, reply_line
from holdback.daemon import replies
from holdback.daemon.arrival import Arrival, Because, Outcome
from holdback.daemon.deadline import Deadline
from holdback.daemon.end_of_message import Examination, examine
from holdback.daemon.holding import hold, new_hold, uninspected_hold
from holdback.daemon.report import log_error, report, summary_of
from holdback.daemon.setup import Setup
from holdback.daemon.trail_notes import write_notes
from holdback.documents import OutOfTime
from holdback.mail import Message
from holdback.trail.ledger import is_stored
from holdback.verdict import Action, Verdict

AGAIN = 10.0
"""Times `inspect_timeout` for a message that was held without an inspection."""
_OPERATOR = "holdback"
_UNKNOWN = Verdict(Action.HOLD), Message()
_INTERRUPTED: tuple[Examination | None, Because] = None, "error"


def answer(arrival: Arrival, request: Request, setup: Setup, progress: Callable[[], object]) -> str:
    """Return the line for custody. Raises RecordUnavailable: then nothing is on record."""
    tokens = arrival.release_tokens
    if any(release_token.verify(setup.key, token) for token in tokens):
        return reply_line(Inspected("own"))
    match request.purpose:
        case Purpose.PREVIEW:
            return reply_line(_preview(arrival, setup, progress))
        case Purpose.ORPHAN:
            return reply_line(_orphan(arrival, request, setup, progress))
        case Purpose.AGAIN:
            return reply_line(_again(arrival, request, setup, progress))


def _preview(arrival: Arrival, setup: Setup, progress: Callable[[], object]) -> Inspected:
    found, because = _examined(arrival, setup, Deadline(setup.inspect_timeout, progress))
    if not found:
        return Inspected(Action.PASS if setup.on_error == "pass" else Action.HOLD, why=because)
    return Inspected(_action(arrival, found), why=summary_of(found.verdict))


def _orphan(arrival: Arrival, request: Request, setup: Setup, progress: Callable[[], object]) -> Inspected:
    """Inspect an orphan, and record the outcome before it is logged and counted: so it counts once.

    An inspection that was interrupted is not repeated: the message may have ended this process.
    """
    started, orphan = time.perf_counter(), (request.queue_id, request.arrived)
    book = setup.record.book
    earlier = book.begin_inspection(setup.identity.id, orphan, time.time())
    if earlier not in ("", ASKED, Action.HOLD):
        return Inspected(earlier)
    found, because = _INTERRUPTED
    if earlier != ASKED:
        found, because = _examined(arrival, setup, Deadline(setup.inspect_timeout, progress))
    outcome = _outcome(arrival, found, because, setup)
    # The milter may have died after it had judged the message, and before its reply.
    noted = is_stored(setup.trail.database, setup.host, *orphan)
    first = book.record_outcome(setup.identity.id, orphan, outcome.action, time.time())
    if first and found and not noted:
        write_notes(found.evidence, arrival.at, outcome, found.canaries, setup)
    if first:
        report(outcome, arrival.envelope, arrival.size, time.perf_counter() - started, setup.key)
    return Inspected(outcome.action, outcome.case, summary_of(outcome.verdict))


def _examined(arrival: Arrival, setup: Setup, deadline: Deadline) -> tuple[Examination | None, Because]:
    """Return what was found; None and the reason if the message could not be inspected."""
    try:
        return examine(arrival, setup, deadline, deadline.wait), ""
    except OutOfTime as error:
        log_error("timeout", error)
        return None, "timeout"
    except Exception as error:
        log_error("session", error)
        return None, "error"


def _action(arrival: Arrival, found: Examination) -> str:
    if arrival.release_tokens:
        return Action.HOLD
    if found.discard:
        return "discard"
    innocent = found.verdict.action in (Action.PASS, Action.OBSERVE)
    return found.verdict.action if innocent else Action.HOLD


def _outcome(arrival: Arrival, found: Examination | None, because: Because, setup: Setup) -> Outcome:
    """Return the outcome for an orphan; hold it on record unless it may leave."""
    if not found:
        unknown, unread = _UNKNOWN
        if setup.on_error == "pass":
            return Outcome(replies.ACCEPT, Action.PASS, unknown, unread, because=because)
        return hold(uninspected_hold(arrival, setup, because), unread, unknown, setup, because)
    verdict, message = found.verdict, found.evidence.message
    match _action(arrival, found):
        case Action.HOLD:
            new = new_hold(arrival, message, verdict, setup)
            forged: Because = "invalid release token" if arrival.release_tokens else ""
            outcome = hold(new, message, verdict, setup, forged)
            if verdict.action is Action.BLIND and not forged:
                _decide_blind(arrival, outcome.case, setup)
            return outcome
        case "discard":
            return Outcome(
                replies.DISCARD, "discard", verdict, message, because="all recipients are canaries"
            )
        case _:
            return Outcome(replies.ACCEPT, verdict.action, verdict, message)


def _decide_blind(arrival: Arrival, case_id: str, setup: Setup) -> None:
    """Decide to release this hold with hidden recipients, as the check's action asks."""
    book = setup.record.book
    for held in book.holds_by_queue_id(setup.identity.id, arrival.envelope.queue_id):
        if held.arrived == arrival.at and not held.decision:
            try:
                book.decide(case_id, Decision.RELEASE_BCC, _OPERATOR, "action blind", time.time(), held.id)
            except AlreadyDecided:
                return


def _again(arrival: Arrival, request: Request, setup: Setup, progress: Callable[[], object]) -> Inspected:
    """Inspect a hold that was not inspected, once; record what is found."""
    started, book = time.perf_counter(), setup.record.book
    held = book.hold(request.hold)
    if not held or held.decision or not book.mark_tried(held.id):
        return Inspected(Action.HOLD, held.case_id if held else "")
    found, _ = _examined(arrival, setup, Deadline(AGAIN * setup.inspect_timeout, progress))
    if not found:
        return Inspected(Action.HOLD, held.case_id)
    verdict, message = found.verdict, found.evidence.message
    action = _action(arrival, found)
    if action == Action.HOLD:
        book.write_findings(held.id, new_hold(arrival, message, verdict, setup), time.time())
    held_action = Action.HOLD if action == Action.HOLD else verdict.action
    outcome = Outcome(replies.ACCEPT, held_action, verdict, message, held.case_id, because="inspected again")
    write_notes(found.evidence, arrival.at, outcome, found.canaries, setup)
    seconds = time.perf_counter() - started
    report(outcome, arrival.envelope, arrival.size, seconds, setup.key, counted=True)
    if action == Action.HOLD and verdict.action is Action.BLIND:
        _decide_blind(arrival, held.case_id, setup)
    return Inspected(action, held.case_id, summary_of(verdict))
