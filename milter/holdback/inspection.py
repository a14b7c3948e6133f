"""Decide about one message: read it, open its parts, recognise records, count third parties, run the checks.

Pure: the same envelope, bytes, policy and knowledge always give the same verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from holdback.checks import CHECKS, customer_data
from holdback.checks.check import Check
from holdback.checks.evidence import Evidence
from holdback.documents import Budget, Document, Reader, no_reader, open_parts
from holdback.mail import Envelope, Message, read
from holdback.mail.beat import Beat, no_beat
from holdback.people.canaries.sightings import sightings
from holdback.people.knowledge import Knowledge
from holdback.people.recognition.bound import most_people
from holdback.people.recognition.places import may_have_records, records_in
from holdback.people.recognition.records import Scope
from holdback.people.subjects.by_place import Disclosed, disclosed
from holdback.people.subjects.lookup import lookup_for
from holdback.people.subjects.third_parties import Audience
from holdback.policy import Policy, decide
from holdback.verdict import Verdict

_READING = 8
"""To read so many bytes of a message is as much work as to search one byte of text."""


def _continue() -> bool:
    return True


def _ignore(size: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Means:
    """Callbacks of an inspection."""

    heartbeat: Callable[[], bool] = _continue
    """Called every few milliseconds; if it returns False, the inspection ends with OutOfTime."""
    reader: Reader = no_reader
    """Opens parts that must not be opened in this process."""
    wait: Callable[[], bool] | None = None
    """Called instead of `heartbeat` while the inspection waits for a reader; None if that is the same."""
    announce: Callable[[int], None] = _ignore
    """Called before work on so many bytes; it may wait for the turn of the message, and raise OutOfTime."""


def inspect(
    envelope: Envelope, raw: bytes, policy: Policy, knowledge: Knowledge, means: Means = Means()
) -> Verdict:
    """Return the verdict on the message `raw` (RFC 5322, CRLF or LF) with this envelope.

    Raises OutOfTime if `means.heartbeat` returns False, and NoReader if `means.reader` is not available; no
    other exception, whatever the input.
    """
    return judge(gather(envelope, raw, policy, knowledge, means), policy)


def gather(
    envelope: Envelope,
    raw: bytes,
    policy: Policy,
    knowledge: Knowledge,
    means: Means = Means(),
    every_person: bool = False,
) -> Evidence:
    """Return the evidence about a message. Parts of internal mail are not opened.

    Without `every_person`, people may be missing whom no check can reach a limit with and no ledger stores.
    """
    budget = Budget(policy.limits, means.heartbeat, len(raw), means.wait, means.announce)
    has_audience = knowledge.domains.has_audience(envelope)
    if has_audience:
        budget.announce(len(raw) // _READING)
    message = read(raw, policy.limits, budget.beat)
    if not has_audience:
        return Evidence(envelope, message, (), knowledge, has_audience=False)
    documents = open_parts(message.parts, budget, means.reader)
    are_few = cache(partial(_are_few, documents, policy, knowledge)) if not every_person else _unlimited
    return evidence_of(envelope, message, documents, knowledge, budget.beat, are_few)


def _are_few(documents: tuple[Document, ...], policy: Policy, knowledge: Knowledge) -> bool:
    """True if the documents cannot disclose so many people that a limit is reached."""
    name = customer_data.CHECK.name
    if knowledge.customers is not None or name not in policy.checks:
        return False
    kinds = (customer_data.RECORDS, customer_data.ADDRESSES)
    limit = min(policy.smallest_limit(name, kind) for kind in kinds)
    return most_people(documents, limit) < limit


def _unlimited() -> bool:
    return False


def evidence_of(
    envelope: Envelope,
    message: Message,
    documents: tuple[Document, ...],
    knowledge: Knowledge,
    beat: Beat = no_beat,
    are_few: Callable[[], bool] = _unlimited,
) -> Evidence:
    """Return the evidence about a message with opened parts: third parties and canaries in it.

    are_few: True if the third parties reach no limit: those are left out whom the ledger does not store.
    """
    subjects: tuple[Disclosed, ...] = ()
    if may_have_records(documents, knowledge.customers is not None):
        subjects = _disclosed(envelope, message, documents, knowledge, beat, are_few)
    canaries = sightings(envelope, message, documents, knowledge.canaries, beat) if knowledge.canaries else ()
    return Evidence(envelope, message, documents, knowledge, disclosed=subjects, sightings=canaries)


def _disclosed(
    envelope: Envelope,
    message: Message,
    documents: tuple[Document, ...],
    knowledge: Knowledge,
    beat: Beat,
    are_few: Callable[[], bool],
) -> tuple[Disclosed, ...]:
    """Return the places that disclose third parties."""
    audience = Audience(envelope, message, knowledge.domains)
    lookup = lookup_for(audience, knowledge)
    if lookup is None and are_few():
        return ()
    scope = Scope(
        audience.is_third_party,
        lookup is not None,
        knowledge.customers is not None,
        are_few,
        is_of_company=audience.is_of_company,
    )
    places = records_in(documents, scope, beat)
    return tuple(disclosed(places, audience.is_counted, lookup, beat, audience.is_of_company))


def judge(evidence: Evidence, policy: Policy) -> Verdict:
    """Return the verdict of the policy on the findings of all checks."""
    if not evidence.has_audience:
        return decide((), evidence.envelope, policy)
    checks = [check for check in CHECKS.values() if _may_reach_limit(check, evidence, policy)]
    findings = [finding for check in checks for finding in check.find(evidence)]
    return decide(findings, evidence.envelope, policy)


def _may_reach_limit(check: Check, evidence: Evidence, policy: Policy) -> bool:
    if check.most is None or check.name not in policy.checks:
        return True
    most = check.most(evidence)
    return any(count and count >= policy.smallest_limit(check.name, kind) for kind, count in most.items())
