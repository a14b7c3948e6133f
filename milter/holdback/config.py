"""The operator's configuration: one TOML file, every mistake in it reported at once.

`packaging/holdback.toml` explains every key; a test keeps it and this module equal.
"""

import difflib
import fnmatch
import ipaddress
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from holdback.mail import Limits
from holdback.people.fields.canonical import REGIONS
from holdback.people.parties.domains import Circle, circle
from holdback.policy import CheckPolicy, Policy, Rule
from holdback.reader import Settings
from holdback.verdict import Action

_LIMITS = Limits()
_READER = Settings()

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_SIZES = {"": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


def _duration(value: object) -> object:
    """Seconds from `30`, `"30s"`, `"10m"`, `"24h"` or `"7d"`."""
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,9})([smhd]?)", value.strip())
        if not match:
            raise ValueError('write a duration as seconds or like "30s", "10m", "24h", "7d"')
        return int(match[1]) * _UNITS[match[2]]
    return value


def _size(value: object) -> object:
    """Bytes from `1048576`, `"1 MiB"` or `"100 MB"`."""
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,12}) ?([KMG]I?B|)", value.strip().upper())
        if not match:
            raise ValueError('write a size as bytes or like "64 KiB", "100 MB"')
        return int(match[1]) * _SIZES[match[2]]
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"\.?[^\s@.:,;/]+(\.[^\s@.:,;/]+)*", value):
        raise ValueError('write a domain like "corp.example", or ".corp.example" to cover its subdomains too')
    return value.lower()


def _some(value: list[str]) -> list[str]:
    if not value:
        raise ValueError("name at least one domain of your own")
    return value


def _network(value: str) -> str:
    ipaddress.ip_network(value, strict=False)
    return value


def _milter_socket(value: str) -> str:
    if not re.fullmatch(r"unix:/.+|inet6?:\d{1,5}@.+|fd:\d+", value):
        raise ValueError('write "unix:/path/to.sock", "inet:8899@127.0.0.1" or "fd:3"')
    return value


def _workers(value: int) -> int:
    if value not in (0, 1):
        raise ValueError("this version runs one worker process: write 1, or leave it out")
    return value


def _mta_kind(value: str) -> str:
    if value != "postfix":
        raise ValueError('this version works with Postfix only: write "postfix", or leave it out')
    return value


def _listen_address(value: str) -> str:
    if value and not re.fullmatch(r".+:\d{1,5}", value):
        raise ValueError('write "127.0.0.1:9847", or "" for no metrics')
    return value


def _region(value: str) -> str:
    if value and value.upper() not in REGIONS:
        raise ValueError(
            'write a country as ISO 3166-1 has it: "GB", "DE"; "" if numbers always carry their code'
        )
    return value.upper()


def _database_url(value: str) -> str:
    if value and not re.match(r"sqlite:///.|postgresql\+psycopg://", value):
        raise ValueError('write "sqlite:////absolute/path.db" or "postgresql+psycopg://user@host/name"')
    if value.startswith("postgresql") and find_spec("psycopg") is None:
        raise ValueError('PostgreSQL needs psycopg: pip install "holdback[postgresql]"')
    return value


Duration = Annotated[float, BeforeValidator(_duration), Field(gt=0)]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Domain = Annotated[str, AfterValidator(_domain)]
Network = Annotated[str, AfterValidator(_network)]
CheckName = Literal["visible_recipients", "customer_data", "canary", "unknown_recipients", "unreadable"]
PlainAction = Literal["reject", "hold", "observe", "pass"]
AnyAction = Literal["reject", "hold", "blind", "observe", "pass"]


class Section(BaseModel):
    """One table of the file. Unknown keys are mistakes; a float is not silently an integer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MilterSection(Section):
    listen: Annotated[str, AfterValidator(_milter_socket)] = "unix:/run/holdback/milter.sock"
    socket_mode: Annotated[str, Field(pattern=r"^0?[0-7]{3}$")] = "0660"
    workers: Annotated[int, AfterValidator(_workers)] = 0
    on_error: Literal["hold", "tempfail", "pass"] = "hold"
    inspect_timeout: Duration = 30


class LimitsSection(Section):
    bytes: Size = _LIMITS.bytes
    header_bytes: Size = _LIMITS.header_bytes
    parts: Count = _LIMITS.parts
    depth: Count = _LIMITS.depth
    entries: Count = _LIMITS.entries
    cells: Count = _LIMITS.cells
    pages: Count = _LIMITS.pages


class ReaderSection(Section):
    processes: Annotated[int, Field(ge=1, le=64)] = _READER.processes
    timeout: Duration = _READER.timeout
    memory: Annotated[Size, Field(ge=256 << 20)] = _READER.memory
    documents: Count = _READER.documents


class VisibleRecipientsSection(Section):
    action: AnyAction = "hold"
    limit: Count = 10

    def policy(self) -> CheckPolicy:
        return CheckPolicy(Action(self.action), {"": self.limit})


class CustomerDataSection(Section):
    action: PlainAction = "hold"
    record_limit: Count = 20
    address_limit: Count = 100
    known_limit: Count = 5

    def policy(self) -> CheckPolicy:
        limits = {"records": self.record_limit, "addresses": self.address_limit, "known": self.known_limit}
        return CheckPolicy(Action(self.action), limits)


class CanarySection(Section):
    action: PlainAction = "hold"
    inbound: Literal["pass", "discard"] = "pass"

    def policy(self) -> CheckPolicy:
        return CheckPolicy(Action(self.action))


class UnknownRecipientsSection(Section):
    action: PlainAction = "observe"
    limit: Count = 50
    window: Duration = 3600

    def policy(self) -> CheckPolicy:
        return CheckPolicy(Action(self.action), {"": self.limit})


class UnreadableSection(Section):
    action: PlainAction = "observe"
    encrypted: PlainAction | None = None
    broken: PlainAction | None = None
    over_limit: PlainAction | None = None
    timeout: PlainAction | None = None
    unsupported: PlainAction | None = None
    fault: PlainAction = "hold"

    def policy(self) -> CheckPolicy:
        kinds = self.model_dump(exclude={"action"}, exclude_none=True)
        return CheckPolicy(
            Action(self.action), actions={kind: Action(action) for kind, action in kinds.items()}
        )


class ChecksSection(Section):
    visible_recipients: VisibleRecipientsSection = VisibleRecipientsSection()
    customer_data: CustomerDataSection = CustomerDataSection()
    canary: CanarySection = CanarySection()
    unknown_recipients: UnknownRecipientsSection = UnknownRecipientsSection()
    unreadable: UnreadableSection = UnreadableSection()


class RuleSection(Section):
    senders: list[str] = []
    logins: list[str] = []
    clients: list[Network] = []
    recipients: list[str] = []
    check: CheckName | None = None
    action: AnyAction | None = None
    limit: Count | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.action is None and self.limit is None:
            raise ValueError("give the rule an action, a limit or both")
        if not (self.senders or self.logins or self.clients or self.recipients):
            raise ValueError("give the rule at least one of senders, logins, clients, recipients")
        if self.action == "blind" and self.check != "visible_recipients":
            raise ValueError('"blind" hides recipients: it goes with check = "visible_recipients" only')
        return self


class CampaignsSection(Section):
    copies: Count = 25
    window: Duration = 86_400


class MtaSection(Section):
    kind: Annotated[str, AfterValidator(_mta_kind)] = "postfix"
    config_dir: Path = Path("/etc/postfix")


class DatabaseSection(Section):
    url: Annotated[str, AfterValidator(_database_url)] = ""


class MetricsSection(Section):
    listen: Annotated[str, AfterValidator(_listen_address)] = "127.0.0.1:9847"


class LogSection(Section):
    format: Literal["json", "console"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"


class PeopleSection(Section):
    free_mail_domains: list[Domain] = []
    acquaintances: bool = True
    remember: Duration = 180 * 86_400


class CustomersSection(Section):
    index: str = ""
    region: Annotated[str, AfterValidator(_region)] = ""


class LedgerSection(Section):
    enabled: bool = True
    retention: Duration = 365 * 86_400
    recipient_domains: bool = True


class Config(Section):
    """The whole file, defaults filled in."""

    internal_domains: Annotated[list[Domain], AfterValidator(_some)]
    partner_domains: list[Domain] = []
    mode: Literal["enforce", "observe"] = "enforce"
    state_dir: Path = Path("/var/lib/holdback")
    milter: MilterSection = MilterSection()
    limits: LimitsSection = LimitsSection()
    reader: ReaderSection = ReaderSection()
    checks: ChecksSection = ChecksSection()
    rules: list[RuleSection] = []
    campaigns: CampaignsSection = CampaignsSection()
    mta: MtaSection = MtaSection()
    database: DatabaseSection = DatabaseSection()
    metrics: MetricsSection = MetricsSection()
    log: LogSection = LogSection()
    people: PeopleSection = PeopleSection()
    customers: CustomersSection = CustomersSection()
    ledger: LedgerSection = LedgerSection()

    @property
    def database_url(self) -> str:
        """Where the record is kept: `database.url`, or `holdback.db` in `state_dir`."""
        return self.database.url or f"sqlite:///{self.state_dir / 'holdback.db'}"

    @property
    def customer_index(self) -> Path:
        """Where the customer index is: `customers.index`, or `customers.idx` in `state_dir`."""
        return Path(self.customers.index or self.state_dir / "customers.idx")


class ConfigError(Exception):
    """Every mistake of one file, a line each: `file: key = value: reason`."""

    def __init__(self, path: Path, mistakes: Iterable[str]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in self.mistakes))


def load(path: Path) -> Config:
    """The configuration in `path`. Raises ConfigError with all mistakes; an unreadable file is one, too."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(path, [f"cannot be read: {error.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, [f"is not TOML: {error}"]) from None
    return config_of(data, path)


def config_of(data: Mapping[str, Any], path: Path) -> Config:
    """The configuration that `data`, as tomllib gives it, describes; `path` is named in errors."""
    try:
        return Config.model_validate(data)
    except ValidationError as invalid:
        raise ConfigError(path, [_mistake(dict(error)) for error in invalid.errors()]) from None


def _mistake(error: dict[str, Any]) -> str:
    """`rules[2].action = "held": reason`, from one of pydantic's errors."""
    location: tuple[int | str, ...] = error["loc"]
    key = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")
    if error["type"] == "missing":
        return f"{key}: is required"
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key{_suggestion(location)}"
    reason = error["msg"].removeprefix("Value error, ").replace("Input should be ", "must be ")
    # An address of a database may hold a password.
    if isinstance(error["input"], dict) or key == "database.url":
        return f"{key}: {reason}"
    return f"{key} = {_toml(error['input'])}: {reason}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _suggestion(location: tuple[int | str, ...]) -> str:
    """`; did you mean "record_limit"?`, if a key of that table is close."""
    model: Any = Config
    for step in location[:-1]:
        if isinstance(step, str):
            annotation = model.model_fields[step].annotation
            model = RuleSection if step == "rules" else annotation
    close = difflib.get_close_matches(str(location[-1]), list(model.model_fields), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def circle_of(config: Config) -> Circle:
    """Who is internal, partner or stranger."""
    return circle(config.internal_domains, config.partner_domains, config.people.free_mail_domains)


def reader_of(config: Config) -> Settings:
    """How the confined readers are run."""
    return Settings(**config.reader.model_dump())


def policy_of(config: Config) -> Policy:
    """What follows from findings."""
    checks = {name: getattr(config.checks, name).policy() for name in ChecksSection.model_fields}
    return Policy(
        checks=checks,
        rules=tuple(_rule(number, rule) for number, rule in enumerate(config.rules, 1)),
        observe_only=config.mode == "observe",
        limits=Limits(**config.limits.model_dump()),
    )


def _rule(number: int, rule: RuleSection) -> Rule:
    return Rule(
        number=number,
        senders=_globs(rule.senders),
        logins=_globs(rule.logins),
        clients=tuple(ipaddress.ip_network(client, strict=False) for client in rule.clients),
        recipients=_globs(rule.recipients),
        check=rule.check or "",
        action=Action(rule.action) if rule.action else None,
        limit=rule.limit,
    )


def _globs(patterns: list[str]) -> re.Pattern[str] | None:
    """One pattern for all globs (`*@agency.example`), lower case; None if there are none."""
    translated = (fnmatch.translate(pattern.lower()) for pattern in patterns)
    return re.compile("|".join(translated)) if patterns else None
