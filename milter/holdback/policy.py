"""Apply the operator's limits, actions and rules to findings."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from holdback.mail import Envelope, Limits
from holdback.verdict import NOTHING_FOUND, Action, Finding, Judgement, Verdict, strictest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """The action and limits of one check."""

    action: Action
    limits: Mapping[str, int] = field(default_factory=dict)
    """Kind of finding → smallest count that has an effect; `""` is for all other kinds. The default is 1."""
    actions: Mapping[str, Action] = field(default_factory=dict)
    """Kind of finding → action, where it differs from `action`."""
    counts_people: bool = True
    """False if the findings count something other than people."""

    def limit(self, kind: str) -> int:
        return self.limits.get(kind, self.limits.get("", 1))


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[rules]]` entry. It applies if all conditions that are given hold."""

    number: int
    """Position in the configuration, from 1."""
    senders: re.Pattern[str] | None = None
    logins: re.Pattern[str] | None = None
    clients: tuple[Network, ...] = ()
    recipients: re.Pattern[str] | None = None
    """Must match every recipient: one stranger among partners must not exempt the message."""
    check: str = ""
    """Name of the check that the rule concerns; "" for all."""
    action: Action | None = None
    """Action that replaces the check's; None keeps it."""
    limit: int | None = None
    """Limit that replaces the check's; None keeps it."""

    def applies(self, envelope: Envelope) -> bool:
        """True if every condition holds for this envelope (RFC 5321 addresses, compared without case)."""
        if self.senders and not self.senders.fullmatch(envelope.sender.lower()):
            return False
        if self.logins and not self.logins.fullmatch(envelope.login.lower()):
            return False
        if self.clients and not _within(envelope.client, self.clients):
            return False
        if self.recipients:
            matches = self.recipients.fullmatch
            return bool(envelope.recipients) and all(matches(r.lower()) for r in envelope.recipients)
        return True


def _within(client: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    return any(address in network for network in networks)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that determines the verdict on given findings."""

    checks: Mapping[str, CheckPolicy]
    rules: tuple[Rule, ...] = ()
    observe_only: bool = False
    """`mode = "observe"`: messages are inspected and recorded, but not held."""
    limits: Limits = field(default_factory=Limits)

    def every_limit(self, check: str) -> tuple[int, ...]:
        """Return all limits that may apply to a check: its own, and those of rules."""
        of_rules = (rule.limit for rule in self.rules if rule.limit and rule.check in ("", check))
        return (*self.checks[check].limits.values(), *of_rules)

    def smallest_limit(self, check: str, kind: str) -> int:
        """Return the smallest limit that may apply to findings of this kind."""
        least = self.checks[check].limit(kind)
        for rule in self.rules:
            if rule.limit is not None and rule.limit < least and rule.check in ("", check):
                least = rule.limit
        return least

    def people(self, judgement: Judgement) -> int:
        """Return the number of people that a finding concerns; 0 if its check counts something else."""
        finding = judgement.finding
        return finding.count if self.checks[finding.check].counts_people else 0


def decide(findings: Iterable[Finding], envelope: Envelope, policy: Policy) -> Verdict:
    """Return the verdict: each finding that reaches its limit is judged, and the strictest action wins."""
    found = list(findings)
    if not found:
        return NOTHING_FOUND
    rules = [rule for rule in policy.rules if rule.applies(envelope)]
    judged = (_judge(finding, rules, policy) for finding in found)
    judgements = tuple(judgement for judgement in judged if judgement)
    action = strictest([judgement.action for judgement in judgements])
    return Verdict(action, judgements, max(map(policy.people, judgements), default=0))


def _judge(finding: Finding, rules: list[Rule], policy: Policy) -> Judgement | None:
    """Return the judgement on one finding; None if it is below its limit with and without the rule."""
    check = policy.checks[finding.check]
    limit = check.limit(finding.kind)
    usual = check.actions.get(finding.kind, check.action) if finding.count >= limit else Action.PASS
    action, because = usual, ""
    rule = next((rule for rule in rules if rule.check in ("", finding.check)), None)
    if rule:
        reached = finding.count >= (limit if rule.limit is None else rule.limit)
        action = (rule.action or check.actions.get(finding.kind, check.action)) if reached else Action.PASS
        because = f"rule {rule.number}" if action != usual else ""
    if usual is Action.PASS and action is Action.PASS:
        return None
    if policy.observe_only and action.severity > Action.OBSERVE.severity:
        usual, action, because = strictest([usual, action]), Action.OBSERVE, "mode observe"
    return Judgement(finding, action, would=usual, because=because)
