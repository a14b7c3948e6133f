"""Answer one complete message: recognise our own copies, inspect the message, then hold it or reply."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from holdback.checks.evidence import Evidence
from holdback.daemon import replies
from holdback.daemon.arrival import Arrival, Outcome
from holdback.daemon.holding import hold_or_follow_decision, hold_uninspected
from holdback.daemon.own_copy import hold_false_copy, hold_own_copy
from holdback.daemon.reader_events import log_faults
from holdback.daemon.replies import Answer
from holdback.daemon.report import log_error, report
from holdback.daemon.setup import Setup
from holdback.daemon.trail_notes import write_notes
from holdback.daemon.turn import Turn
from holdback.documents import OutOfTime
from holdback.inspection import Means, gather, judge
from holdback.mail import Message
from holdback.people.canaries import Canary, unexpected_canaries
from holdback.verdict import Action, Verdict


def answer(
    arrival: Arrival, setup: Setup, heartbeat: Callable[[], bool], wait: Callable[[], bool] | None = None
) -> Answer:
    """Return the answer to one message. On a timeout `on_error` decides.

    `heartbeat` and `wait` as in `Means`; without `wait`, waiting counts as work.
    """
    started = time.perf_counter()
    try:
        outcome = _inspect(arrival, setup, heartbeat, wait or heartbeat)
    except OutOfTime as error:
        log_error("timeout", error)
        outcome = hold_uninspected(arrival, setup, "timeout")
    report(outcome, arrival.envelope, arrival.size, time.perf_counter() - started, setup.key)
    return outcome.answer


def on_error_reply(arrival: Arrival, setup: Setup) -> Answer:
    """Return the answer to a message that could not be inspected because of an error: `on_error` decides."""
    outcome = hold_uninspected(arrival, setup, "error")
    report(outcome, arrival.envelope, arrival.size, time.time() - arrival.at, setup.key)
    return outcome.answer


def _inspect(
    arrival: Arrival, setup: Setup, heartbeat: Callable[[], bool], wait: Callable[[], bool]
) -> Outcome:
    own = hold_own_copy(arrival, setup)
    if own:
        return own
    found = examine(arrival, setup, heartbeat, wait)
    message, verdict = found.evidence.message, found.verdict
    if arrival.release_tokens:
        outcome = hold_false_copy(arrival, message, verdict, setup)
    elif found.discard:
        outcome = Outcome(replies.DISCARD, "discard", verdict, message, because="all recipients are canaries")
    else:
        outcome = _apply_verdict(arrival, message, verdict, setup)
    write_notes(found.evidence, arrival.at, outcome, found.canaries, setup)
    return outcome


@dataclass(frozen=True, slots=True)
class Examination:
    """What an inspection found in a message, before anything follows from it."""

    evidence: Evidence
    verdict: Verdict
    canaries: tuple[Canary, ...]
    """Canaries that the message was sent to from outside."""
    discard: bool
    """True if it was sent to canaries only, and the configuration discards such mail."""


def examine(
    arrival: Arrival, setup: Setup, heartbeat: Callable[[], bool], wait: Callable[[], bool]
) -> Examination:
    """Inspect the message with the current knowledge; a large one when it is its turn.

    `heartbeat` and `wait` as in `Means`. Raises OutOfTime, NoReader.
    """
    knowledge = setup.knowledge.current
    with Turn(setup.turns, wait) as turn:
        means = Means(heartbeat, setup.reader, wait, turn.announce)
        evidence = gather(arrival.envelope, arrival.raw, setup.policy, knowledge, means)
    log_faults(evidence.documents, arrival.envelope.queue_id)
    canaries = unexpected_canaries(arrival.envelope, knowledge.canaries, knowledge.domains)
    only_canaries = bool(canaries) and all(map(knowledge.canaries.get, arrival.envelope.recipients))
    return Examination(
        evidence, judge(evidence, setup.policy), canaries, only_canaries and setup.discard_to_canaries
    )


def _apply_verdict(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Outcome:
    """Return the outcome for the verdict's action."""
    match verdict.action:
        case Action.HOLD:
            return hold_or_follow_decision(arrival, message, verdict, setup)
        case Action.REJECT:
            return Outcome(replies.reject(verdict), Action.REJECT, verdict, message)
        case Action.BLIND:
            return Outcome(replies.blind(arrival.raw), Action.BLIND, verdict, message)
        case _:
            return Outcome(replies.ACCEPT, verdict.action, verdict, message)
