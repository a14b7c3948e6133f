"""Report the outcome of one message: a log line and metrics, both without addresses."""

import functools
import traceback
from pathlib import Path

from holdback import metrics
from holdback.cases.key import keyed_hash
from holdback.cases.model import Receipt, RecordUnavailable
from holdback.daemon import logline
from holdback.daemon.arrival import Outcome
from holdback.mail import Envelope
from holdback.verdict import Action, Judgement, Verdict

_messages = functools.cache(metrics.messages.labels)
"""Return the counter of an action; cached, because the lookup is slower than counting."""


def report(
    outcome: Outcome, envelope: Envelope, size: int, seconds: float, key: bytes, counted: bool = False
) -> None:
    """Log and count one message of `size` bytes that took `seconds`.

    counted: the message itself was counted before, when it was held without an inspection.
    """
    verdict, message = outcome.verdict, outcome.message
    _count(outcome, size, seconds, counted)
    exempting = (judgement.because for judgement in verdict.judgements if judgement.because)
    logline.info(
        "message",
        queue_id=envelope.queue_id,
        action=outcome.action,
        case=outcome.case,
        why=summary_of(verdict),
        because=outcome.because or ", ".join(dict.fromkeys(exempting)),
        people=verdict.people,
        recipients=len(envelope.recipients),
        visible=len(message.visible),
        sender=keyed_hash(key, envelope.sender.lower()),
        client=envelope.client,
        bytes=size,
        parts=len(message.parts),
        defects=len(message.defects),
        seconds=round(seconds, 6),
    )


def log_error(stage: metrics.Stage, error: BaseException) -> None:
    """Log and count an error in `stage` with type and place, without its text, which may quote a message.

    Of the database, the reason is logged, which quotes none.
    """
    metrics.errors.labels(stage).inc()
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    place = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    reason = f" ({error.reason})" if isinstance(error, RecordUnavailable) else ""
    logline.error("error", stage=stage, error=f"{type(error).__name__}{reason}{place}")


def log_unrecorded_hold(receipt: Receipt) -> None:
    """Log and count a hold that is not in the database."""
    metrics.errors.labels("record").inc()
    logline.error("hold not stored in database", stage="record", error=receipt.kept, trouble=receipt.why)


def log_refused_entry(error: Exception) -> None:
    """Log and count an entry of the journal that the database refuses."""
    metrics.errors.labels("record").inc()
    trouble = error.reason if isinstance(error, RecordUnavailable) else type(error).__name__
    logline.error("journal entry refused", stage="record", trouble=trouble)


def summary_of(verdict: Verdict) -> str:
    """Return the findings of a verdict in a line: `customer_data:40`, in brackets if they are exempt."""
    return " ".join(map(_summary, verdict.judgements))


def _summary(judgement: Judgement) -> str:
    summary = f"{judgement.finding.check}:{judgement.finding.count}"
    return f"[{summary}]" if judgement.exempt else summary


def _count(outcome: Outcome, size: int, seconds: float, counted: bool) -> None:
    if not counted:
        _messages(outcome.action).inc()
        metrics.message_bytes.observe(size)
        metrics.inspection_seconds.observe(seconds)
    for judgement in outcome.verdict.judgements:
        metrics.findings.labels(judgement.finding.check, judgement.action).inc()
    if outcome.first and outcome.action in (Action.HOLD, Action.REJECT):
        metrics.people_protected.inc(outcome.verdict.people)
