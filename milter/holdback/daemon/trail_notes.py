"""Enqueue the trail's rows for one message: disclosure, correspondents, acquaintances, canary hits."""

from holdback import metrics
from holdback.cases.key import keyed_hash
from holdback.checks import canary
from holdback.checks.evidence import Evidence
from holdback.daemon.arrival import Outcome
from holdback.daemon.setup import Setup
from holdback.people.canaries import Canary
from holdback.trail.acquaintances import acquainted_pairs_of, pending_pairs_of
from holdback.trail.canaries import hits_of
from holdback.trail.contacts import correspondence_of
from holdback.trail.disclosure import disclosure_of
from holdback.verdict import Action

_SENT = (Action.PASS, Action.OBSERVE, Action.BLIND)


def write_notes(
    evidence: Evidence, at: float, outcome: Outcome, arrived: tuple[Canary, ...], setup: Setup
) -> None:
    """Enqueue all rows. at: unix time. arrived: canaries that the message was sent to from outside."""
    if arrived:
        _enqueue_hits(arrived, "inbound", evidence, at, outcome, setup)
    elif evidence.sightings and any(one.check == canary.CHECK.name for one in outcome.verdict.findings):
        found = tuple(sighting.canary for sighting in evidence.sightings)
        _enqueue_hits(found, "outbound", evidence, at, outcome, setup)
    if setup.ledger and evidence.has_audience:
        disclosure = disclosure_of(evidence, at, outcome.action, outcome.case, setup.recipient_domains)
        if disclosure:
            setup.trail.enqueue(disclosure)
    _enqueue_contacts(evidence, at, outcome, setup)


def _enqueue_hits(
    found: tuple[Canary, ...], direction: str, evidence: Evidence, at: float, outcome: Outcome, setup: Setup
) -> None:
    """Count the message once, and enqueue one hit for each canary."""
    metrics.canary_hits.labels(direction).inc()
    subject = keyed_hash(setup.key, evidence.message.subject)
    for hit in hits_of(found, direction, evidence.envelope, at, subject, outcome.action):
        setup.trail.enqueue(hit)


def _enqueue_contacts(evidence: Evidence, at: float, outcome: Outcome, setup: Setup) -> None:
    """Enqueue correspondence and acquainted pairs; for a held message pairs that wait for its release."""
    envelope, message, domains = evidence.envelope, evidence.message, evidence.knowledge.domains
    pseudonyms = evidence.knowledge.pseudonyms
    if not pseudonyms:
        return
    if outcome.action in _SENT:
        correspondence = correspondence_of(envelope, message, domains, pseudonyms, at)
        if correspondence:
            setup.trail.enqueue(correspondence)
        acquainted = (
            acquainted_pairs_of(envelope, message, domains, pseudonyms, at) if setup.acquaintances else None
        )
        if acquainted:
            setup.trail.enqueue(acquainted)
    elif outcome.action == Action.HOLD:
        setup.trail.enqueue(pending_pairs_of(envelope, message, domains, pseudonyms, at, setup.acquaintances))
