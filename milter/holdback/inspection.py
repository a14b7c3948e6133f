"""The decision about one message, on one page: read it, open it, see whom it shows, check it, decide.

Pure: the same envelope, bytes, policy and knowledge always give the same verdict.
"""

from holdback.checks import CHECKS
from holdback.checks.evidence import Evidence, Knowledge, evidence_of
from holdback.documents import Budget, open_parts
from holdback.mail import Envelope, read
from holdback.policy import Policy, decide
from holdback.verdict import Verdict


def inspect(envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge) -> Verdict:
    """The verdict on the message `raw` (RFC 5322, CRLF or LF) under `envelope`.

    Raises OutOfTime if `knowledge.heartbeat` says that the time is over, NoReader if there is no
    `knowledge.reader` to be had; nothing else, whatever the input.
    """
    return judge(gather(envelope, raw, policy, knowledge), policy)


def gather(envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge) -> Evidence:
    """All that can be known about the message. Mail that stays inside is not opened."""
    budget = Budget(policy.limits, knowledge.heartbeat, len(raw))
    message = read(raw, policy.limits, budget.beat)
    if not knowledge.circle.has_audience(envelope):
        return Evidence(envelope, message, (), knowledge, has_audience=False)
    documents = open_parts(message.parts, budget, knowledge.reader)
    return evidence_of(envelope, message, documents, knowledge)


def judge(evidence: Evidence, policy: Policy) -> Verdict:
    """Every check looks, whatever another one found; then the policy decides."""
    if not evidence.has_audience:
        return decide((), evidence.envelope, policy)
    findings = [finding for check in CHECKS.values() for finding in check.find(evidence)]
    return decide(findings, evidence.envelope, policy)
