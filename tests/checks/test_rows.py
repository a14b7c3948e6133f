"""A sixth check gets everything from its row, and no module names another module's check."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from holdback.cases.model import CaseFinding
from holdback.checks import CHECKS, check_of_mailing
from holdback.checks.check import Check, Limit, Option
from holdback.checks.evidence import Evidence
from holdback.cli.check_config import meaning
from holdback.cli.show import plain_words
from holdback.config import Config, config_of, policy_of
from holdback.config.checks import checks_section, rule_section
from holdback.daemon.replies import reject
from holdback.mail import Envelope, Message
from holdback.people.knowledge import Knowledge
from holdback.people.parties.domains import company_domains
from holdback.policy import Policy, decide
from holdback.verdict import Action, Finding, Verdict
from pydantic import ValidationError, create_model

SOURCE = Path(__file__).parents[2] / "milter/holdback"


def greetings(evidence: Evidence) -> Iterator[Finding]:
    """Yield a finding for every greeting in the subject."""
    count = evidence.message.subject.count("Dear")
    if count:
        yield Finding("greetings", count, "subject", f"{count} greetings", "letters")


DELAY = Option("delay", 60.0)
TONE = Option("tone", "warm", {"warm": "pleases", "cold": "does not please"})
SIXTH = Check(
    name="greetings",
    find=greetings,
    advice="it greets too many people. Greet fewer.",
    plain_words="{count} people would be greeted.",
    kind_words={"cards": "{count} people would get a card."},
    summary="a message with {letter_limit} or more letters in {delay} {action}; its greeting {tone}",
    action=Action.REJECT,
    actions=tuple(Action),
    limits={"letters": Limit("letter_limit", 3)},
    kind_actions={"cards": None, "flowers": Action.PASS},
    options=(DELAY, TONE),
    groups_by_sender=True,
)
ROWS = {**CHECKS, SIXTH.name: SIXTH}
SIX: type[Config] = create_model(
    "Six",
    __base__=Config,
    checks=(checks_section(ROWS), checks_section(ROWS)()),
    rules=(list[rule_section(ROWS)], []),  # type: ignore[misc]
)


def config(**tables: object) -> Config:
    return SIX(internal_domains=["corp.example"], **tables)


def verdict(subject: str, policy: Policy) -> Verdict:
    """Return the verdict of the sixth check on a message with this subject."""
    envelope = Envelope("jane@corp.example", ("bob@shop.example",))
    evidence = Evidence(envelope, Message(subject=subject), (), Knowledge(company_domains(["corp.example"])))
    return decide(SIXTH.find(evidence), envelope, policy)


JANE = ["jane@*"]
DECISIONS: list[tuple[dict[str, Any], str, Action]] = [
    ({}, "Dear A, Dear B", Action.PASS),
    ({}, "Dear A, Dear B, Dear C", Action.REJECT),
    ({"checks": {"greetings": {"letter_limit": 2}}}, "Dear A, Dear B", Action.REJECT),
    ({"checks": {"greetings": {"action": "blind"}}}, "Dear A, Dear B, Dear C", Action.BLIND),
    ({"mode": "observe"}, "Dear A, Dear B, Dear C", Action.OBSERVE),
    ({"rules": [{"senders": JANE, "check": "greetings", "limit": 4}]}, 3 * "Dear ", Action.PASS),
    ({"rules": [{"senders": JANE, "check": "greetings", "action": "blind"}]}, 3 * "Dear ", Action.BLIND),
    ({"rules": [{"senders": JANE, "check": "canary", "action": "pass"}]}, 3 * "Dear ", Action.REJECT),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "subject", "action"), DECISIONS)
def test_a_sixth_check_has_its_section_and_rules(
    tables: dict[str, Any], subject: str, action: Action
) -> None:
    """Defaults, limit, action and rules come from the row."""
    assert verdict(subject, policy_of(config(**tables))).action is action


def test_its_further_keys_have_types_and_defaults() -> None:
    """Durations are parsed as usual; actions of kinds default to the check's unless the row has a default."""
    section = config(checks={"greetings": {"delay": "2m", "cards": "hold"}}).checks.of(SIXTH)
    assert (section.value_of(DELAY), section.value_of(TONE)) == (120, "warm")
    policy = policy_of(config(checks={"greetings": {"cards": "hold"}})).checks["greetings"]
    assert policy.actions == {"cards": Action.HOLD, "flowers": Action.PASS}
    assert policy_of(config()).checks["greetings"].actions == {"flowers": Action.PASS}


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"action": "held"}, "Input should be 'reject', 'hold', 'blind', 'observe' or 'pass'"),
    ({"cards": "held"}, "Input should be 'reject', 'hold', 'blind', 'observe' or 'pass'"),
    ({"letter_limit": 0}, "Input should be greater than or equal to 1"),
    ({"limit": 3}, "Extra inputs are not permitted"),
    ({"delay": "soon"}, 'write a duration as seconds or like "30s", "10m", "24h", "7d"'),
    ({"tone": "loud"}, "Input should be 'warm' or 'cold'"),
]


@pytest.mark.parametrize(("table", "reason"), MISTAKES)
def test_mistakes_in_its_section_are_found(table: dict[str, Any], reason: str) -> None:
    """Each key is validated by its type."""
    with pytest.raises(ValidationError) as caught:
        config(checks={"greetings": table})
    assert [error["msg"].removeprefix("Value error, ") for error in caught.value.errors()] == [reason]


def test_a_rule_may_blind_for_every_check_that_can() -> None:
    """The error names these checks."""
    with pytest.raises(ValidationError, match='check = "visible_recipients" or "greetings" only'):
        config(rules=[{"senders": ["*"], "check": "canary", "action": "blind"}])


def test_a_rejection_has_its_advice() -> None:
    """The advice is in the SMTP reply."""
    answer = reject(verdict(3 * "Dear ", policy_of(config())), ROWS)
    assert answer.sentence == "Message rejected: it greets too many people. Greet fewer."


@pytest.mark.parametrize(
    ("check", "kind", "sentence"),
    [
        ("greetings", "letters", "1,200 people would be greeted."),
        ("greetings", "cards", "1,200 people would get a card."),
        ("gone", "", "Found by the check gone, which this version does not have."),
    ],
)
def test_show_has_its_plain_words(check: str, kind: str, sentence: str) -> None:
    """By kind; findings of a check that a later version removes can still be shown."""
    finding = CaseFinding(check, kind, 1200, "subject", "words", Action.HOLD, Action.HOLD, "")
    assert plain_words(finding, ROWS) == sentence


def test_check_config_prints_the_addresses_that_reach_outsiders() -> None:
    """Nothing if there are none."""
    data = {"internal_domains": ["corp.example"]}
    expanding = {"roles": {"expanding": ["list@corp.example", "hash:/etc/external"]}}
    sentences = list(meaning(config_of({**data, **expanding}, Path("test"))))
    assert set(sentences) - set(meaning(config_of(data, Path("test")))) == {
        "Internal addresses that reach outsiders, treated as external recipients: list@corp.example, "
        "hash:/etc/external."
    }


def test_check_config_prints_its_summary() -> None:
    """With the values of the section in words."""
    sentences = list(meaning(config(checks={"greetings": {"cards": "hold", "tone": "cold"}})))
    assert [sentence for sentence in sentences if "Greetings" in sentence] == [
        "Greetings: a message with 3 or more letters in 1 min is refused; its greeting does not please.",
        "Greetings because cards: it is held.",
        "Greetings because flowers: it goes out.",
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"greetings"}, "greetings"),
        ({"unknown_recipients"}, "unknown_recipients"),
        ({"unknown_recipients", "greetings"}, None),
        ({"visible_recipients"}, None),
        ({"gone"}, None),
        (set(), None),
    ],
)
def test_one_check_alone_makes_a_mailing(names: set[str], expected: str | None) -> None:
    """Only a check that groups by sender, and only if no other check holds the message."""
    check = check_of_mailing(names, ROWS)
    assert (check.name if check else None) == expected


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_row_is_complete(check: Check) -> None:
    """Default is among the actions, advice fits in SMTP (RFC 5321, 4.5.3.1.5), words format."""
    assert check.action in check.actions
    assert check.advice.isascii()
    assert len(f"550 5.7.1 Message rejected: {check.advice}\r\n") <= 512
    for kind in ("", *check.kind_words):
        assert "{" not in check.in_plain_words(1200, kind)


OTHER_SENSES = {
    "cli/canary_report.py": {"canary"},  # a kind of line in JSON
    "cli/customers_report.py": {"unreadable"},  # lines that were no rows
    "cli/stats.py": {"canary"},  # the planted address
    "cli/trace_report.py": {"canary"},  # a kind of line in JSON
}
"""Strings that equal a check's name but mean something else, by module."""


def names_in(source: str, rows: Mapping[str, Check]) -> set[str]:
    """Return the checks that a module names: as a string, or as an attribute of `checks`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(name)) if name in rows:
                found.add(name)
            case ast.Attribute(value=ast.Name("checks") | ast.Attribute(attr="checks"), attr=name):
                found |= {name} & rows.keys()
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('if finding.check == "canary": pass', {"canary"}),
        ('words = {"unreadable": 1}', {"unreadable"}),
        ("config.checks.canary.inbound", {"canary"}),
        ('"""The check canary."""', set()),
        ("canary.CHECK.name", set()),
    ],
)
def test_names_of_checks_are_detected(source: str, expected: set[str]) -> None:
    """In comparisons, tables and configuration; not in docstrings, and not through the row."""
    assert names_in(source, CHECKS) == expected


def test_a_check_is_named_in_its_own_module_only() -> None:
    """All other modules use the rows."""
    modules = {str(path.relative_to(SOURCE)): path.read_text("utf-8") for path in SOURCE.rglob("*.py")}
    found = {place: names for place, source in modules.items() if (names := names_in(source, CHECKS))}
    assert found == {f"checks/{name}.py": {name} for name in CHECKS} | OTHER_SENSES
