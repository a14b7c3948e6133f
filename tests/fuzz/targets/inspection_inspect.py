"""Any bytes that somebody sends outside get a verdict."""

from holdback.inspection import inspect
from holdback.mail import Envelope, Limits
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.policy import CheckPolicy, Policy
from holdback.verdict import Action

SEEDS = "mail"
LIMITS = Limits(bytes=16_384, header_bytes=4_096, parts=30, depth=6, entries=60)
HOLD = CheckPolicy(Action.HOLD)
POLICY = Policy(
    checks=dict.fromkeys(("visible_recipients", "customer_data", "unreadable"), HOLD), limits=LIMITS
)
KNOWLEDGE = Knowledge(company_domains(["corp.example"], ["partner.example"]))
ENVELOPE = Envelope("ann@corp.example", ("bob@x.example", "carl@y.example"))


def check(data: bytes) -> None:
    """The verdict is one of the two that this policy can give, and repeats itself."""
    verdict = inspect(ENVELOPE, data, POLICY, KNOWLEDGE)
    assert verdict.action in (Action.HOLD, Action.PASS)
    assert verdict == inspect(ENVELOPE, data, POLICY, KNOWLEDGE)
    assert all(finding.count > 0 for finding in verdict.findings)
