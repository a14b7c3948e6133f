"""What came of one message, and how it is told: one log line, a few metrics, no address in either."""

import functools
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from holdback import metrics
from holdback.cases.key import keyed_hash
from holdback.daemon import logline
from holdback.daemon.replies import Answer
from holdback.mail import Envelope, Message
from holdback.verdict import Action, Judgement, Verdict

Because = Literal[
    "",
    "released before",
    "dropped before",
    "enough copies wait",
    "came to canaries only",
    "release token",
    "invalid release token",
    "timeout",
    "error",
]
"""What may change a verdict's action. `docs/reference/log.md` explains them."""

_messages = functools.cache(metrics.messages.labels)
"""The counter of an action; to look it up takes longer than to count."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer and what led to it."""

    answer: Answer
    action: Action | Literal["tempfail", "discard"]
    verdict: Verdict
    message: Message
    case: str = ""
    first: bool = True
    """False for a further copy of a case: its people were counted with the first."""
    because: Because = ""
    """What changed the verdict's action; empty if nothing did."""


def tell(outcome: Outcome, envelope: Envelope, size: int, seconds: float, key: bytes) -> None:
    """Log and count one message of `size` bytes that took `seconds`."""
    verdict, message = outcome.verdict, outcome.message
    _count(outcome, size, seconds)
    exempting = (judgement.because for judgement in verdict.judgements if judgement.because)
    logline.info(
        "message",
        queue_id=envelope.queue_id,
        action=outcome.action,
        case=outcome.case,
        why=" ".join(map(_in_short, verdict.judgements)),
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


def tell_error(stage: metrics.Stage, error: BaseException) -> None:
    """Log and count what went wrong in `stage`: type and place, never its text, which may quote a message."""
    metrics.errors.labels(stage).inc()
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    place = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    logline.error("error", stage=stage, error=f"{type(error).__name__}{place}")


def tell_unrecorded(kept: str) -> None:
    """Log and count a hold that the database did not take; `kept` as in `Receipt`."""
    metrics.errors.labels("record").inc()
    logline.error("hold kept out of the database", stage="record", error=kept)


def _in_short(judgement: Judgement) -> str:
    said = f"{judgement.finding.check}:{judgement.finding.count}"
    return f"[{said}]" if judgement.exempt else said


def _count(outcome: Outcome, size: int, seconds: float) -> None:
    _messages(outcome.action).inc()
    metrics.message_bytes.observe(size)
    metrics.inspection_seconds.observe(seconds)
    for judgement in outcome.verdict.judgements:
        metrics.findings.labels(judgement.finding.check, judgement.action).inc()
    if outcome.first and outcome.action in (Action.HOLD, Action.REJECT):
        metrics.people_protected.inc(outcome.verdict.people)
