"""Hold the copy of a message that `release --bcc` submitted, and messages that pretend to be one."""

from dataclasses import replace

from holdback.custody import release_token
from holdback.daemon import replies
from holdback.daemon.arrival import Arrival, Outcome
from holdback.daemon.holding import hold, new_hold
from holdback.daemon.report import log_unrecorded_hold
from holdback.daemon.setup import Setup
from holdback.mail import Message, read
from holdback.mta.blind import Change
from holdback.verdict import Action, Verdict


def hold_own_copy(arrival: Arrival, setup: Setup) -> Outcome | None:
    """Hold our own blinded copy until `release --bcc` has verified it (custody); None if it is not ours.

    A copy with a used token is superfluous, but is held too.
    """
    tokens = arrival.release_tokens
    verified = release_token.verify(setup.key, tokens[0]) if len(tokens) == 1 else None
    if not verified:
        return None
    message, verdict = read(arrival.raw, setup.policy.limits), Verdict(Action.HOLD)
    new = replace(new_hold(arrival, message, verdict, setup), replaces=verified.hold_id)
    receipt = setup.record.hold_copy(new, verified.nonce)
    case = receipt.case_id if receipt else ""
    answer = replies.hold(case)
    if receipt and receipt.kept == "database":
        answer = replace(answer, changes=_without_tokens(1))
    elif receipt:
        log_unrecorded_hold(receipt)
    # Without a row, custody recognises this copy (and deletes it) only by its token, so the field stays.
    return Outcome(answer, Action.HOLD, verdict, message, case, False, "release token")


def hold_false_copy(arrival: Arrival, message: Message, verdict: Verdict, setup: Setup) -> Outcome:
    """Hold a message with a forged or replayed token, regardless of verdict and earlier decisions."""
    new = new_hold(arrival, message, verdict, setup)
    outcome = hold(new, message, verdict, setup, because="invalid release token")
    changes = _without_tokens(len(arrival.release_tokens))
    return replace(outcome, answer=replace(outcome.answer, changes=changes))


def _without_tokens(tokens: int) -> tuple[Change, ...]:
    """Return changes that remove the token fields, last first: MTAs count removed fields differently."""
    return tuple(Change(release_token.HEADER, index, None) for index in range(tokens, 0, -1))
