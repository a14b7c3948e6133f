"""Verdicts on findings: limits, actions, rules, exemptions and the observe mode."""

import ipaddress
import re

import pytest
from holdback.mail import Envelope
from holdback.policy import CheckPolicy, Policy, Rule, decide
from holdback.verdict import Action, Finding, Verdict, strictest

HOLD, PASS, OBSERVE, REJECT, BLIND = Action.HOLD, Action.PASS, Action.OBSERVE, Action.REJECT, Action.BLIND
ENVELOPE = Envelope(
    "jane@corp.example", ("ann@shop.example", "bob@web.example"), login="jane", client="10.1.2.3"
)


def policy(*rules: Rule, observe_only: bool = False) -> Policy:
    checks = {
        "visible_recipients": CheckPolicy(HOLD, {"": 10}),
        "customer_data": CheckPolicy(HOLD, {"records": 20, "addresses": 100}),
        "unreadable": CheckPolicy(OBSERVE, actions={"encrypted": HOLD}, counts_people=False),
    }
    return Policy(checks, rules, observe_only)


def found(check: str, count: int, kind: str = "") -> Finding:
    return Finding(check, count, "somewhere", "something", kind)


def outcome(verdict: Verdict) -> tuple[str, list[str]]:
    return verdict.action.value, [
        str(judgement).partition(" [")[2].rstrip("]") for judgement in verdict.judgements
    ]


LIMITS = [
    (found("visible_recipients", 9), ("pass", [])),
    (found("visible_recipients", 10), ("hold", ["hold"])),
    (found("customer_data", 19, "records"), ("pass", [])),
    (found("customer_data", 20, "records"), ("hold", ["hold"])),
    (found("customer_data", 99, "addresses"), ("pass", [])),
    (found("customer_data", 100, "addresses"), ("hold", ["hold"])),
    (found("unreadable", 1, "broken"), ("observe", ["observe"])),
    (found("unreadable", 1, "encrypted"), ("hold", ["hold"])),
]


@pytest.mark.parametrize(("finding", "expected"), LIMITS)
def test_a_finding_counts_from_its_limit_on(finding: Finding, expected: tuple[str, list[str]]) -> None:
    """A count below the limit has no effect, the limit itself has."""
    assert outcome(decide([finding], ENVELOPE, policy())) == expected


def pattern(glob: str) -> re.Pattern[str]:
    return re.compile(glob.replace(".", r"\.").replace("*", ".*"))


EXEMPT = Rule(1, senders=pattern("jane@*"), check="visible_recipients", action=PASS)
RULES = [
    ("an exemption is named", [EXEMPT], 50, ("pass", ["would hold; rule 1"])),
    ("a rule for another check", [Rule(1, senders=pattern("jane@*"), check="customer_data", action=PASS)], 50,
     ("hold", ["hold"])),
    ("a rule for another sender", [Rule(1, senders=pattern("joe@*"), action=PASS)], 50, ("hold", ["hold"])),
    ("a rule for all checks", [Rule(1, logins=pattern("jane"), action=OBSERVE)], 50,
     ("observe", ["would hold; rule 1"])),
    ("first match wins", [EXEMPT, Rule(2, senders=pattern("*"), action=REJECT)], 50,
     ("pass", ["would hold; rule 1"])),
    ("a higher limit exempts", [Rule(1, logins=pattern("jane"), limit=60)], 50,
     ("pass", ["would hold; rule 1"])),
    ("a higher limit that is reached", [Rule(1, logins=pattern("jane"), limit=50)], 50, ("hold", ["hold"])),
    ("a lower limit sharpens", [Rule(1, logins=pattern("jane"), limit=3)], 4, ("hold", ["hold; rule 1"])),
    ("a stricter action", [Rule(1, logins=pattern("jane"), action=REJECT)], 50,
     ("reject", ["reject; rule 1"])),
    ("a stricter action under the limit", [Rule(1, logins=pattern("jane"), action=REJECT)], 5, ("pass", [])),
    ("blind", [Rule(1, check="visible_recipients", logins=pattern("jane"), action=BLIND)], 50,
     ("blind", ["would hold; rule 1"])),
    ("client network", [Rule(1, clients=(ipaddress.ip_network("10.1.0.0/16"),), action=PASS)], 50,
     ("pass", ["would hold; rule 1"])),
    ("client outside the network", [Rule(1, clients=(ipaddress.ip_network("10.2.0.0/16"),), action=PASS)], 50,
     ("hold", ["hold"])),
    ("all recipients match", [Rule(1, recipients=pattern("*@*.example"), action=PASS)], 50,
     ("pass", ["would hold; rule 1"])),
    ("one recipient does not match", [Rule(1, recipients=pattern("*@shop.example"), action=PASS)], 50,
     ("hold", ["hold"])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "count", "expected"), [row[1:] for row in RULES], ids=[row[0] for row in RULES]
)
def test_rules_change_actions_but_not_findings(
    rules: list[Rule], count: int, expected: tuple[str, list[str]]
) -> None:
    """Every finding that reaches a limit stays in the verdict, and the rule that changed it is named."""
    assert outcome(decide([found("visible_recipients", count)], ENVELOPE, policy(*rules))) == expected


def test_observe_mode_holds_nothing_and_records_the_usual_action() -> None:
    """All findings are in the verdict; the action is never stricter than observe, even with a rule."""
    strict = Rule(1, logins=pattern("jane"), check="customer_data", action=REJECT)
    findings = [found("visible_recipients", 12), found("customer_data", 30, "records")]
    verdict = decide(findings, ENVELOPE, policy(strict, observe_only=True))
    assert outcome(verdict) == ("observe", ["would hold; mode observe", "would reject; mode observe"])


def test_the_strictest_action_wins_and_all_findings_stay() -> None:
    """Two findings, two actions: the message is held and both are in the verdict."""
    verdict = decide([found("unreadable", 1, "broken"), found("visible_recipients", 12)], ENVELOPE, policy())
    assert outcome(verdict) == ("hold", ["observe", "hold"])


PEOPLE = [
    ([], 0),
    ([found("visible_recipients", 12)], 12),
    ([found("visible_recipients", 12), found("customer_data", 30, "records")], 30),
    ([found("visible_recipients", 12), found("unreadable", 40, "broken")], 12),
    ([found("unreadable", 40, "broken")], 0),
    ([found("visible_recipients", 9)], 0),
]


@pytest.mark.parametrize(("findings", "people"), PEOPLE)
def test_people_are_the_largest_count_of_people(findings: list[Finding], people: int) -> None:
    """Two checks may count the same people; unreadable parts are no people."""
    assert decide(findings, ENVELOPE, policy()).people == people


def test_an_invalid_ip_address_matches_no_network() -> None:
    """Such as a client that the MTA calls `unknown`."""
    rule = Rule(1, clients=(ipaddress.ip_network("0.0.0.0/0"),), action=PASS)
    assert not rule.applies(Envelope(client="unknown"))
    assert not rule.applies(Envelope(client=""))


def test_strictness() -> None:
    """The order is reject, hold, blind, observe, pass."""
    assert sorted(Action, key=lambda action: -action.severity) == [REJECT, HOLD, BLIND, OBSERVE, PASS]
    assert strictest([]) is PASS
