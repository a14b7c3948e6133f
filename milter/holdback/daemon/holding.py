"""Hold a message and record it, unless an earlier decision applies to it."""

from dataclasses import replace

from holdback.cases.fingerprints import fingerprints_of, mailing_fingerprint
from holdback.cases.model import Decision, Fingerprints, NewHold
from holdback.checks import check_of_mailing
from holdback.daemon import replies
from holdback.daemon.arrival import Arrival, Because, Outcome
from holdback.daemon.report import log_unrecorded_hold
from holdback.daemon.setup import Setup
from holdback.mail import Message, Part
from holdback.verdict import Action, Verdict

_OBSERVED = Action.OBSERVE.severity


def hold_or_follow_decision(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Outcome:
    """Hold the message, unless a decision applies to it or enough copies of it are already held."""
    new = new_hold(arrival, message, verdict, setup)
    match setup.record.decided(new.fingerprints, arrival.at - setup.window):
        case Decision.RELEASE:
            return Outcome(replies.ACCEPT, Action.PASS, verdict, message, because="released before")
        case Decision.RELEASE_BCC:
            answer = replies.blind(arrival.raw)
            return Outcome(answer, Action.BLIND, verdict, message, because="released before")
        case Decision.DROP | Decision.RETURN:
            answer = replies.reject_decided()
            return Outcome(answer, Action.REJECT, verdict, message, because="dropped before")
    campaign = setup.record.campaign(new.fingerprints, arrival.at - setup.window)
    if campaign.copies >= setup.copies:
        return _refuse_copy(campaign.case_id, message, verdict)
    return hold(new, message, verdict, setup, most=setup.copies)


def _refuse_copy(case: str, message: Message, verdict: Verdict) -> Outcome:
    return Outcome(replies.later(case), "tempfail", verdict, message, case, because="enough copies held")


def hold_uninspected(arrival: Arrival, setup: Setup, because: Because) -> Outcome:
    """Apply `on_error`. A held message shares its case only with copies of exactly the same bytes."""
    unread, unknown = Message(parts=(Part("1", arrival.raw),)), Verdict(Action.HOLD)
    # The original of our own copy is still held: if both were sent, all recipients would get it twice.
    if setup.on_error == "pass" and not arrival.release_tokens:
        return Outcome(replies.ACCEPT, Action.PASS, unknown, unread, because=because)
    if setup.on_error == "tempfail":
        return Outcome(replies.unchecked(), "tempfail", unknown, unread, because=because)
    return hold(uninspected_hold(arrival, setup, because), unread, unknown, setup, because)


def uninspected_hold(arrival: Arrival, setup: Setup, because: Because) -> NewHold:
    """Return the hold of a message that was not read: no earlier decision applies to it."""
    new = new_hold(arrival, Message(parts=(Part("1", arrival.raw),)), Verdict(Action.HOLD), setup)
    return replace(new, fingerprints=replace(new.fingerprints, exact="", bcc=""), uninspected=because)


def hold(
    new: NewHold,
    message: Message,
    verdict: Verdict,
    setup: Setup,
    because: Because = "",
    most: int | None = None,
) -> Outcome:
    """Record the hold and quarantine the message, unless `most` copies are held: others came first."""
    receipt = setup.record.hold(new, most)
    if receipt.kept == "enough":
        return _refuse_copy(receipt.case_id, message, verdict)
    if receipt.kept != "database":
        log_unrecorded_hold(receipt)
    answer, first = replies.hold(receipt.case_id), receipt.copy == 1
    return Outcome(answer, Action.HOLD, verdict, message, receipt.case_id, first, because)


def new_hold(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> NewHold:
    """Return the hold to be recorded."""
    envelope = arrival.envelope
    return NewHold(
        host=envelope.host,
        queue_id=envelope.queue_id,
        arrived=arrival.at,
        sender=envelope.sender,
        login=envelope.login,
        client=envelope.client,
        fingerprints=_fingerprints(arrival, message, verdict, setup),
        size=arrival.size,
        recipients=len(envelope.recipients),
        visible=len(message.visible),
        people=verdict.people,
        action=verdict.action,
        findings=verdict.judgements,
        host_id=setup.identity.id,
    )


def _fingerprints(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Fingerprints:
    """Return the fingerprints, with the sender's mailing if only a check that groups by sender holds it."""
    fingerprints = fingerprints_of(setup.key, arrival.envelope, message)
    stopping = {one.finding.check for one in verdict.judgements if one.action.severity > _OBSERVED}
    check = check_of_mailing(stopping)
    if not check or arrival.release_tokens:
        return fingerprints
    return replace(fingerprints, mailing=mailing_fingerprint(setup.key, arrival.envelope, check.name))
