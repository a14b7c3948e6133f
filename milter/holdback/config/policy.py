"""What a configuration means for the core: who is a stranger, how readers run, what follows from findings."""

import fnmatch
import ipaddress
import re
from collections.abc import Collection

from holdback.checks.check import Check
from holdback.config.checks import CheckSection, RuleSection
from holdback.config.schema import Config
from holdback.config.types import is_table
from holdback.mail import Limits
from holdback.people.parties.domains import Domains, Expanding, company_domains
from holdback.policy import CheckPolicy, Policy, Rule
from holdback.reader import Settings
from holdback.verdict import Action


def domains_of(config: Config, in_tables: Expanding | None = None) -> Domains:
    """Who is internal, partner or stranger.

    `in_tables` looks addresses up in the `expanding_tables`; without it every address counts as expanding if
    there are tables.
    """
    return company_domains(
        config.internal_domains,
        config.partner_domains,
        config.people.free_mail_domains,
        _expanding(config, in_tables or set) if config.roles.expanding else None,
    )


def expanding_tables(config: Config) -> list[str]:
    """The tables of the MTA in `roles.expanding`."""
    return list(filter(is_table, config.roles.expanding))


def _expanding(config: Config, in_tables: Expanding) -> Expanding:
    tables = expanding_tables(config)
    patterns = _globs([entry for entry in config.roles.expanding if entry not in tables])

    def expanding(addresses: Collection[str]) -> Collection[str]:
        matching = set(filter(patterns.fullmatch, addresses)) if patterns else set()
        rest = set(addresses) - matching
        return matching.union(in_tables(rest)) if tables and rest else matching

    return expanding


def reader_of(config: Config) -> Settings:
    """How the confined readers are run."""
    return Settings(**config.reader.model_dump())


def policy_of(config: Config) -> Policy:
    """What follows from findings."""
    return Policy(
        checks={check.name: _check_policy(check, section) for check, section in config.checks.each()},
        rules=tuple(_rule(number, rule) for number, rule in enumerate(config.rules, 1)),
        observe_only=config.mode == "observe",
        limits=Limits(**config.limits.model_dump()),
    )


def _check_policy(check: Check, section: CheckSection) -> CheckPolicy:
    return CheckPolicy(
        action=Action(section.action),
        limits={kind: section[limit.key] for kind, limit in check.limits.items()},
        actions={kind: Action(section[kind]) for kind in check.kind_actions if section[kind]},
        counts_people=check.counts_people,
    )


def _rule(number: int, rule: RuleSection) -> Rule:
    return Rule(
        number=number,
        senders=_globs(rule.senders),
        logins=_globs(rule.logins),
        clients=tuple(ipaddress.ip_network(client, strict=False) for client in rule.clients),
        recipients=_globs(rule.recipients),
        check=rule.check or "",
        action=rule.action,
        limit=rule.limit,
    )


def _globs(patterns: list[str]) -> re.Pattern[str] | None:
    """One pattern for all globs (`*@agency.example`), lower case; None if there are none."""
    translated = (fnmatch.translate(pattern.lower()) for pattern in patterns)
    return re.compile("|".join(translated)) if patterns else None
