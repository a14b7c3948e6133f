"""The configuration file: defaults, every mistake at once, and what it means for the policy."""

from collections.abc import Collection
from pathlib import Path

import pytest
from holdback.config import Config, ConfigError, domains_of, expanding_tables, load, policy_of
from holdback.mail import Envelope
from holdback.mail.address import address
from holdback.verdict import Action

LEAST = 'internal_domains = ["corp.example"]\n'


def loaded(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "holdback.toml"
    path.write_text(text)
    return load(path)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    return list(caught.value.mistakes)


def test_internal_domains_are_all_it_needs(tmp_path: Path) -> None:
    """The shopkeeper's configuration: one line, everything else as documented."""
    config = loaded(tmp_path, LEAST)
    policy = policy_of(config)
    assert policy.checks["visible_recipients"].limit("") == 10
    assert policy.checks["customer_data"].limit("records") == 20
    assert policy.checks["customer_data"].limit("addresses") == 100
    assert policy.checks["unreadable"].action is Action.OBSERVE
    assert policy.checks["unreadable"].actions == {"fault": Action.HOLD}
    assert config.milter.on_error == "hold"
    assert config.database_url == "sqlite:////var/lib/holdback/holdback.db"


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    """Each with its key, its value and a reason; one run is enough to mend the file."""
    text = """
        internal_domains = ["corp example"]
        mode = "enforced"
        [milter]
        listen = "tcp:1"
        inspect_timeout = "5 minutes"
        [checks.customer_data]
        record_limits = 3
        [[rules]]
        check = "visible_recipients"
        [[rules]]
        senders = ["*@x.example"]
        action = "held"
        clients = ["10.0.0.0/33"]
    """
    assert mistakes(tmp_path, text) == [
        'internal_domains[1] = "corp example": write a domain like "corp.example", '
        'or ".corp.example" to cover its subdomains too',
        "mode = \"enforced\": must be 'enforce' or 'observe'",
        'milter.listen = "tcp:1": write "unix:/path/to.sock", "inet:8899@127.0.0.1" or "fd:3"',
        'milter.inspect_timeout = "5 minutes": write a duration as seconds or like "30s", "10m", "24h", "7d"',
        'checks.customer_data.record_limits: unknown key; did you mean "record_limit"?',
        "rules[1]: give the rule an action, a limit or both",
        "rules[2].clients[1] = \"10.0.0.0/33\": '10.0.0.0/33' does not appear to be an IPv4 or IPv6 network",
        "rules[2].action = \"held\": must be 'reject', 'hold', 'blind', 'observe' or 'pass'",
    ]


MISTAKES = [
    ("", "internal_domains: is required"),
    ("internal_domains = []", "internal_domains = []: name at least one domain of your own"),
    ('internal_domains = "corp.example"', 'internal_domains = "corp.example": must be a valid list'),
    (LEAST + "[checks.visible_recipients]\nlimit = 0",
     "checks.visible_recipients.limit = 0: must be greater than or equal to 1"),
    (LEAST + "[milter]\nworkers = -1",
     "milter.workers = -1: must be greater than or equal to 0"),
    (LEAST + '[milter]\nlisten = "inet:65536@127.0.0.1"',
     'milter.listen = "inet:65536@127.0.0.1": a port is a number up to 65535'),
    (LEAST + '[metrics]\nlisten = "[::1]:65536"',
     'metrics.listen = "[::1]:65536": a port is a number up to 65535'),
    (LEAST + '[roles]\nexpanding = ["agency"]',
     'roles.expanding[1] = "agency": write an address like "list@corp.example", a pattern like '
     '"all-*@corp.example", or a table of the MTA like "hash:/etc/aliases-external"'),
    (LEAST + '[roles]\nexpanding = ["hash:"]',
     'roles.expanding[1] = "hash:": write an address like "list@corp.example", a pattern like '
     '"all-*@corp.example", or a table of the MTA like "hash:/etc/aliases-external"'),
    (LEAST + '[mta]\nkind = "exim"', "mta.kind = \"exim\": must be 'postfix' or 'sendmail'"),
    (LEAST + '[checks.unreadable]\nfault = "ignore"',
     "checks.unreadable.fault = \"ignore\": must be 'reject', 'hold', 'observe' or 'pass'"),
    (LEAST + '[checks.customer_data]\naction = "blind"',
     "checks.customer_data.action = \"blind\": must be 'reject', 'hold', 'observe' or 'pass'"),
    (LEAST + '[[rules]]\nsenders = ["a@b"]\ncheck = "customer_data"\naction = "blind"',
     'rules[1]: "blind" hides recipients: it goes with check = "visible_recipients" only'),
    (LEAST + '[[rules]]\nsenders = ["a@b"]\ncheck = "canaries"\naction = "pass"',
     "rules[1].check = \"canaries\": must be 'visible_recipients', 'customer_data', 'canary', "
     "'unknown_recipients' or 'unreadable'"),
    (LEAST + '[[rules]]\nsender = ["a@b"]\naction = "pass"',
     'rules[1].sender: unknown key; did you mean "senders"?'),
    (LEAST + '[checks.canary]\ninbound = "drop"',
     "checks.canary.inbound = \"drop\": must be 'pass' or 'discard'"),
    (LEAST + '[checks.unreadable]\nencrypted = "blind"',
     "checks.unreadable.encrypted = \"blind\": must be 'reject', 'hold', 'observe' or 'pass'"),
    (LEAST + '[checks.canaries]', 'checks.canaries: unknown key; did you mean "canary"?'),
    (LEAST + '[[rules]]\naction = "pass"',
     "rules[1]: give the rule at least one of senders, logins, clients, recipients"),
    (LEAST + '[database]\nurl = "mysql://x"',
     'database.url: write "sqlite:////absolute/path.db" or "postgresql+psycopg://user@host/name"'),
    (LEAST + "[check]\n", 'check: unknown key; did you mean "checks"?'),
    (LEAST + "[reader]\ntimeout = inf",
     'reader.timeout = inf: write a duration as seconds or like "30s", "10m", "24h", "7d"'),
    (LEAST + "[milter]\ninspect_timeout = true",
     'milter.inspect_timeout = true: write a duration as seconds or like "30s", "10m", "24h", "7d"'),
    (LEAST + "[limits]\nbytes = true",
     'limits.bytes = true: write a size as bytes or like "64 KiB", "100 MB"'),
    (LEAST + "[limits]\nbytes = 1e3",
     'limits.bytes = 1000.0: write a size as bytes or like "64 KiB", "100 MB"'),
    (LEAST + "[reader]\nprocesses = true", "reader.processes = true: write a whole number like 100"),
    (LEAST + "[limits]\nparts = 1e3", "limits.parts = 1000.0: write a whole number like 100"),
    (LEAST + "[checks.customer_data]\nrecord_limit = true",
     "checks.customer_data.record_limit = true: write a whole number like 100"),
    (LEAST + "[reader]\nprocesses = 65", "reader.processes = 65: must be less than or equal to 64"),
    ("internal_domains = [", "is not TOML: Invalid value (at end of document)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_a_mistake_names_key_value_and_reason(tmp_path: Path, text: str, expected: str) -> None:
    """One mistake, one line."""
    assert mistakes(tmp_path, text) == [expected]


def test_an_unreadable_file_is_a_mistake_too(tmp_path: Path) -> None:
    """The error names the file, and what is wrong with it."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.toml")
    assert str(caught.value) == f"{tmp_path}/none.toml: cannot be read: No such file or directory"


def test_a_rule_reaches_the_policy(tmp_path: Path) -> None:
    """Globs compare without case, networks may have host bits, the number is the position."""
    rule = '[[rules]]\nsenders = ["News@*.Corp.Example"]\nclients = ["10.1.2.3/8"]\nlimit = 5'
    (rule_made,) = policy_of(loaded(tmp_path, LEAST + rule)).rules
    assert rule_made.number == 1
    assert rule_made.applies(Envelope("NEWS@shop.corp.example", client="10.9.9.9"))
    assert not rule_made.applies(Envelope("news@corp.example", client="10.9.9.9"))


def test_a_hostile_glob_and_sender_end(tmp_path: Path) -> None:
    """Many stars against a long sender must not backtrack for ever."""
    rule = f'[[rules]]\nsenders = ["{"a*" * 30}b"]\naction = "pass"'
    (rule_made,) = policy_of(loaded(tmp_path, LEAST + rule)).rules
    assert not rule_made.applies(Envelope("a" * 20_000 + "@x.example"))


def test_the_circle_knows_own_and_partner_domains(tmp_path: Path) -> None:
    """A leading dot covers subdomains; partners are no strangers; own free-mail domains count singly."""
    text = """
        internal_domains = [".corp.example"]
        partner_domains = ["agency.example"]
        [people]
        free_mail_domains = ["mail.example"]
    """
    domains = domains_of(loaded(tmp_path, text))
    assert domains.is_internal(address("x@corp.example"))
    assert domains.is_internal(address("x@de.corp.example"))
    assert not domains.is_internal(address("x@notcorp.example"))
    assert not domains.is_stranger(address("x@agency.example"))
    assert domains.is_stranger(address("x@sub.agency.example"))
    assert domains.party(address("ann@mail.example")) == "ann@mail.example"


@pytest.mark.parametrize(
    "text", ["", "[milter]\nworkers = 0", "[milter]\nworkers = 1", '[mta]\nkind = "postfix"']
)
def test_what_means_one_process_and_postfix_is_accepted(tmp_path: Path, text: str) -> None:
    """0 lets Holdback choose; today it always chooses one."""
    config = loaded(tmp_path, LEAST + text)
    assert (config.milter.workers in (0, 1), config.mta.kind) == (True, "postfix")


@pytest.mark.parametrize("action", ["observe", "pass", "reject"])
def test_a_fault_is_held_whatever_becomes_of_other_kinds(tmp_path: Path, action: str) -> None:
    """Its action changes only where it is named itself."""
    for fault, expected in (("", Action.HOLD), ('fault = "pass"', Action.PASS)):
        text = f'{LEAST}[checks.unreadable]\naction = "{action}"\n{fault}'
        unreadable = policy_of(loaded(tmp_path, text)).checks["unreadable"]
        assert (unreadable.action, unreadable.actions) == (Action(action), {"fault": expected})


DURATIONS = [("45", 45), ('"45s"', 45), ('"10m"', 600), ('"24h"', 86_400), ('"7d"', 604_800), ("2.5", 2.5)]


@pytest.mark.parametrize(("written", "seconds"), DURATIONS)
def test_durations(tmp_path: Path, written: str, seconds: float) -> None:
    """Seconds, or a number with a unit."""
    assert loaded(tmp_path, f"{LEAST}[campaigns]\nwindow = {written}").campaigns.window == seconds


SIZES = [("4096", 4096), ('"64 KiB"', 65_536), ('"10MB"', 10_000_000), ('"1 gib"', 1 << 30)]


@pytest.mark.parametrize(("written", "size"), SIZES)
def test_sizes(tmp_path: Path, written: str, size: int) -> None:
    """Bytes, or a number with a unit."""
    assert loaded(tmp_path, f"{LEAST}[limits]\nbytes = {written}").limits.bytes == size


def test_addresses_that_expand_to_outsiders(tmp_path: Path) -> None:
    """Addresses and patterns; tables are asked for the rest, and without answer every address expands."""
    text = LEAST + '[roles]\nexpanding = ["Agency@corp.example", "all-*@corp.example"{}]'
    everybody = [address(f"{name}@corp.example") for name in ("agency", "all-staff", "ann", "bob")]
    without = domains_of(loaded(tmp_path, text.format("")))
    assert without.expanding_among(everybody) == {"agency@corp.example", "all-staff@corp.example"}
    config = loaded(tmp_path, text.format(', "hash:/etc/aliases-external"'))
    assert expanding_tables(config) == ["hash:/etc/aliases-external"]
    asked: list[set[str]] = []

    def in_tables(keys: Collection[str]) -> Collection[str]:
        asked.append(set(keys))
        return {"ann@corp.example"}

    found = domains_of(config, in_tables).expanding_among(everybody)
    assert found == {"agency@corp.example", "all-staff@corp.example", "ann@corp.example"}
    assert asked == [{"ann@corp.example", "bob@corp.example"}]
    assert len(domains_of(config).expanding_among(everybody)) == 4
    assert domains_of(loaded(tmp_path, LEAST)).expanding is None
