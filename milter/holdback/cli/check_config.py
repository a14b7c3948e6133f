"""`holdback check-config`: print what a configuration does, or all its mistakes."""

import sys
from collections.abc import Iterator
from pathlib import Path

from holdback.checks.check import Check
from holdback.cli.console import console, print_json, print_paragraph
from holdback.config import CheckSection, Config, ConfigError, RuleSection, load
from holdback.exits import Exit
from holdback.phrases import duration

_OUTCOME = {
    "reject": "is refused",
    "hold": "is held",
    "blind": "goes out with its recipients hidden from each other",
    "observe": "goes out and is recorded",
    "pass": "goes out",
}


def run(path: Path, json: bool) -> int:
    """Print what the configuration does. Exit code 78 if it has mistakes."""
    try:
        config = load(path)
    except ConfigError as error:
        if json:
            print_json({"file": str(path), "ok": False, "mistakes": error.mistakes})
        else:
            print(error, file=sys.stderr)
        return Exit.CONFIG
    if json:
        print_json({"file": str(path), "ok": True, "mistakes": [], "guards": list(meaning(config))})
        return Exit.OK
    out = console()
    out.print(f"{path} is valid.", soft_wrap=True)
    for sentence in meaning(config):
        print_paragraph(out, sentence, 2)
    return Exit.OK


def meaning(config: Config) -> Iterator[str]:
    """What the configuration does, one sentence each."""
    yield f"Mail from {_listed(config.internal_domains)} to external recipients is checked."
    if config.partner_domains:
        yield f"Partners, never counted as strangers: {_listed(config.partner_domains)}."
    if config.roles.expanding:
        addresses = ", ".join(config.roles.expanding)
        yield f"Internal addresses that reach outsiders, treated as external recipients: {addresses}."
    if config.mode == "observe":
        yield 'Mode "observe": nothing is held, everything below is only recorded.'
    for check, section in config.checks.each():
        yield from _check(check, section)
    if config.ledger.enabled:
        yield f"The ledger keeps disclosures for {duration(config.ledger.retention)}."
    for number, rule in enumerate(config.rules, 1):
        yield f"Rule {number}: {_rule(rule)}."
    failing = {"hold": "is held", "tempfail": "is temporarily rejected", "pass": "goes out unchecked"}
    yield (
        f"A message that cannot be checked within {duration(config.milter.inspect_timeout)}, or that causes "
        f"an internal error, {failing[config.milter.on_error]}."
    )
    yield (
        f"After {config.campaigns.copies} held copies of a campaign within "
        f"{duration(config.campaigns.window)}, further copies are temporarily rejected."
    )
    mail_server = f"{config.mta.kind.capitalize()}, configured in {config.mta.folder}"
    yield f"The milter listens on {config.milter.listen}. Mail server: {mail_server}."
    yield f"Database: {_without_password(config.database_url)}. Metrics: {config.metrics.listen or 'off'}."


def _check(check: Check, section: CheckSection) -> Iterator[str]:
    """What follows from the findings of one check, and from those kinds that have an action of their own."""
    values = {"action": _OUTCOME[section.action]}
    values |= {limit.key: f"{section[limit.key]:,}" for limit in check.limits.values()}
    for option in check.options:
        value = section.value_of(option)
        values[option.key] = option.words[value] if isinstance(value, str) else duration(value)
    yield f"{check.title}: {check.summary.format(**values)}."
    for kind in check.kind_actions:
        if action := section[kind]:
            yield f"{check.title} because {kind.replace('_', ' ')}: it {_OUTCOME[action]}."


def _rule(rule: RuleSection) -> str:
    who = [f"{name} {', '.join(values)}" for name, values in _conditions(rule) if values]
    what = []
    if rule.action:
        what.append(f"a message with findings {_OUTCOME[rule.action]}")
    if rule.limit:
        what.append(f"the limit is {rule.limit}")
    check = f" for {rule.check}" if rule.check else ""
    return f"{' and '.join(who)}:{check} {', '.join(what)}"


def _conditions(rule: RuleSection) -> list[tuple[str, list[str]]]:
    return [
        ("sender", rule.senders),
        ("login", rule.logins),
        ("client", rule.clients),
        ("all recipients", rule.recipients),
    ]


def _listed(domains: list[str]) -> str:
    """`corp.example and all under shop.example`"""
    words = [f"all under {domain[1:]}" if domain.startswith(".") else domain for domain in domains]
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    access, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{access.partition(':')[0]}{at}{place}"
