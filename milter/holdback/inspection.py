"""The decision about one message, on one page: read, open, recognise, count the third parties, check, decide.

Pure: the same envelope, bytes, policy and knowledge always give the same verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass

from holdback.checks import CHECKS
from holdback.checks.evidence import Evidence
from holdback.documents import Budget, Document, Reader, no_reader, open_parts
from holdback.mail import Envelope, Message, read
from holdback.mail.beat import Beat, no_beat
from holdback.people.canaries.sightings import sightings
from holdback.people.knowledge import Knowledge
from holdback.people.recognition.places import records_in
from holdback.people.recognition.records import Scope
from holdback.people.subjects.by_place import disclosed
from holdback.people.subjects.lookup import lookup_for
from holdback.people.subjects.third_parties import Audience
from holdback.policy import Policy, decide
from holdback.verdict import Verdict


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Means:
    """What an inspection works with, besides what it knows."""

    heartbeat: Callable[[], bool] = _always
    """Called every few milliseconds of work; False ends the inspection with OutOfTime."""
    reader: Reader = no_reader
    """Opens what must not be opened in this process."""


def inspect(
    envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge, means: Means = Means()
) -> Verdict:
    """The verdict on the message `raw` (RFC 5322, CRLF or LF) under `envelope`.

    Raises OutOfTime if `means.heartbeat` says that the time is over, NoReader if there is no `means.reader`
    to be had; nothing else, whatever the input.
    """
    return judge(gather(envelope, raw, policy, knowledge, means), policy)


def gather(
    envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge, means: Means = Means()
) -> Evidence:
    """All that can be known about the message. Mail that stays inside is not opened."""
    budget = Budget(policy.limits, means.heartbeat, len(raw))
    message = read(raw, policy.limits, budget.beat)
    if not knowledge.domains.has_audience(envelope):
        return Evidence(envelope, message, (), knowledge, has_audience=False)
    documents = open_parts(message.parts, budget, means.reader)
    return evidence_of(envelope, message, documents, knowledge, budget.beat)


def evidence_of(
    envelope: Envelope,
    message: Message,
    documents: tuple[Document, ...],
    knowledge: Knowledge,
    beat: Beat = no_beat,
) -> Evidence:
    """The evidence of a message that was opened: who is disclosed, which canaries are in it."""
    audience = Audience(envelope, message, knowledge.domains)
    lookup = lookup_for(audience, knowledge)
    scope = Scope(audience.is_third_party, lookup is not None, knowledge.customers is not None)
    records = records_in(documents, scope, beat)
    subjects = tuple(disclosed(records, audience.is_third_party, lookup, beat))
    canaries = sightings(envelope, message, documents, knowledge.canaries, beat) if knowledge.canaries else ()
    return Evidence(envelope, message, documents, knowledge, disclosed=subjects, sightings=canaries)


def judge(evidence: Evidence, policy: Policy) -> Verdict:
    """Every check looks, whatever another one found; then the policy decides."""
    if not evidence.has_audience:
        return decide((), evidence.envelope, policy)
    findings = [finding for check in CHECKS.values() for finding in check.find(evidence)]
    return decide(findings, evidence.envelope, policy)
