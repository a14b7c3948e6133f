"""What happens to one message at its end: judged, compared with past decisions, put on record, answered."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from holdback.cases.fingerprints import fingerprints_of, mailing_fingerprint
from holdback.cases.values import Decision, Fingerprints, NewHold
from holdback.checks import check_of_mailing
from holdback.custody import release_token
from holdback.daemon import replies as say
from holdback.daemon.outcome import Outcome, tell, tell_error, tell_unrecorded
from holdback.daemon.replies import Answer
from holdback.daemon.setup import Setup
from holdback.daemon.trail_notes import note
from holdback.documents import OutOfTime
from holdback.inspection import Means, gather, judge
from holdback.mail import Envelope, Message, Part, read
from holdback.mta.blind import Change
from holdback.people.canaries import arrived_at
from holdback.verdict import Action, Verdict

_TOKEN = release_token.HEADER.lower().encode()
_NOTED = Action.OBSERVE.severity


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message at its end, as the MTA gave it."""

    envelope: Envelope
    raw: bytes
    """The message; only its beginning if it is longer than may be read."""
    size: int
    """Bytes of the whole message."""
    at: float
    """Unix time, seconds."""


def answer(arrival: Arrival, setup: Setup, heartbeat: Callable[[], bool]) -> Answer:
    """The answer to one message. `heartbeat` as in `Means`; if it ends the work, `on_error` decides."""
    started = time.perf_counter()
    try:
        outcome = _judged(arrival, setup, heartbeat)
    except OutOfTime as error:
        tell_error("timeout", error)
        outcome = _unjudged(arrival, setup, "timeout")
    tell(outcome, arrival.envelope, arrival.size, time.perf_counter() - started, setup.key)
    return outcome.answer


def unforeseen(arrival: Arrival, setup: Setup) -> Answer:
    """The answer to a message that could not be judged for a fault of ours: `on_error` decides."""
    outcome = _unjudged(arrival, setup, "error")
    tell(outcome, arrival.envelope, arrival.size, time.time() - arrival.at, setup.key)
    return outcome.answer


def _judged(arrival: Arrival, setup: Setup, heartbeat: Callable[[], bool]) -> Outcome:
    tokens = _tokens(arrival.raw)
    own = _own_copy(tokens[0], arrival, setup) if len(tokens) == 1 else None
    if own:
        return own
    knowledge, means = setup.knowing.current, Means(heartbeat, setup.reader)
    evidence = gather(arrival.envelope, arrival.raw, setup.policy, knowledge, means)
    verdict = judge(evidence, setup.policy)
    canaries = knowledge.canaries
    heard = arrived_at(arrival.envelope, canaries, setup.circle)
    if tokens:
        outcome = _false_copy(len(tokens), arrival, evidence.message, verdict, setup)
    elif heard and setup.discard_to_canaries and all(map(canaries.get, arrival.envelope.recipients)):
        outcome = Outcome(say.DISCARD, "discard", verdict, evidence.message, because="came to canaries only")
    else:
        outcome = _follow(arrival, evidence.message, verdict, setup)
    note(evidence, arrival.at, outcome, heard, setup)
    return outcome


def _follow(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Outcome:
    """What the verdict's action means for the message."""
    match verdict.action:
        case Action.HOLD:
            return _hold_or_decided(arrival, message, verdict, setup)
        case Action.REJECT:
            return Outcome(say.refuse(verdict), Action.REJECT, verdict, message)
        case Action.BLIND:
            return Outcome(say.blind(arrival.raw), Action.BLIND, verdict, message)
        case _:
            return Outcome(say.ACCEPT, verdict.action, verdict, message)


def _hold_or_decided(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Outcome:
    """Held, unless an operator has decided on the same message, or enough copies of it wait already."""
    new = _new_hold(arrival, message, verdict, setup)
    match setup.record.decided(new.fingerprints, arrival.at - setup.window):
        case Decision.RELEASE:
            return Outcome(say.ACCEPT, Action.PASS, verdict, message, because="released before")
        case Decision.RELEASE_BCC:
            answer = say.blind(arrival.raw)
            return Outcome(answer, Action.BLIND, verdict, message, because="released before")
        case Decision.DROP | Decision.RETURN:
            return Outcome(say.refuse_decided(), Action.REJECT, verdict, message, because="dropped before")
    campaign = setup.record.campaign(new.fingerprints, arrival.at - setup.window)
    if campaign.copies >= setup.copies:
        answer, case = say.later(campaign.case_id), campaign.case_id
        return Outcome(answer, "tempfail", verdict, message, case, because="enough copies wait")
    return _put_on_hold(new, message, verdict, setup)


def _put_on_hold(
    new: NewHold, message: Message, verdict: Verdict, setup: Setup, because: str = ""
) -> Outcome:
    receipt = setup.record.hold(new)
    if receipt.kept != "database":
        tell_unrecorded(receipt.kept)
    answer, first = say.hold(receipt.case_id), receipt.copy == 1
    return Outcome(answer, Action.HOLD, verdict, message, receipt.case_id, first, because)


def _new_hold(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> NewHold:
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
    )


def _fingerprints(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Fingerprints:
    """A message held for its unknown recipients alone joins its sender's mailing, whatever its content."""
    fingerprints = fingerprints_of(setup.key, arrival.envelope, message)
    stopping = {one.finding.check for one in verdict.judgements if one.action.severity > _NOTED}
    check = check_of_mailing(stopping)
    if not check or _tokens(arrival.raw):
        return fingerprints
    return replace(fingerprints, mailing=mailing_fingerprint(setup.key, arrival.envelope, check.name))


def _unjudged(arrival: Arrival, setup: Setup, because: str) -> Outcome:
    """By `on_error`. A held one shares its case with copies of the very same bytes only."""
    unread, unknown = Message(parts=(Part("1", arrival.raw),)), Verdict(Action.HOLD)
    # The original of our own copy still waits: if both went out, everybody would get it twice.
    if setup.on_error == "pass" and not _tokens(arrival.raw):
        return Outcome(say.ACCEPT, Action.PASS, unknown, unread, because=because)
    if setup.on_error == "tempfail":
        return Outcome(say.unchecked(), "tempfail", unknown, unread, because=because)
    new = _new_hold(arrival, unread, unknown, setup)
    # No decision of the past covers what nobody could read.
    new = replace(new, fingerprints=replace(new.fingerprints, exact=""))
    return _put_on_hold(new, unread, unknown, setup, because)


def _tokens(raw: bytes) -> tuple[bytes, ...]:
    """Contents of all header fields that claim: this is our own copy of a hold."""
    header = raw[: raw.find(b"\r\n\r\n") + 2]
    return release_token.contents(header) if _TOKEN in header.lower() else ()


def _own_copy(content: bytes, arrival: Arrival, setup: Setup) -> Outcome | None:
    """Our own blinded copy waits in the hold queue until `release --bcc` is sure of it (custody).

    None if the token is not ours. With a spent token the copy is superfluous.
    """
    verified = release_token.verify(setup.key, content)
    if not verified:
        return None
    message, verdict = read(arrival.raw, setup.policy.limits), Verdict(Action.HOLD)
    new = replace(_new_hold(arrival, message, verdict, setup), replaces=verified.hold_id)
    receipt = setup.record.hold_copy(new, verified.nonce)
    case = receipt.case_id if receipt else ""
    answer = say.hold(case)
    if receipt and receipt.kept == "database":
        answer = replace(answer, changes=_without_tokens(1))
    elif receipt:
        tell_unrecorded(receipt.kept)
    # Without a row only its token tells custody that this copy is ours, to be deleted: it keeps the field.
    return Outcome(answer, Action.HOLD, verdict, message, case, False, "release token")


def _false_copy(tokens: int, arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Outcome:
    """A forgery or a replay: held at least, whatever the verdict and earlier decisions say."""
    new = _new_hold(arrival, message, verdict, setup)
    outcome = _put_on_hold(new, message, verdict, setup, because="invalid release token")
    return replace(outcome, answer=replace(outcome.answer, changes=_without_tokens(tokens)))


def _without_tokens(tokens: int) -> tuple[Change, ...]:
    """From the last to the first: MTAs differ in whether a field that was taken out still counts."""
    return tuple(Change(release_token.HEADER, index, None) for index in range(tokens, 0, -1))
