"""The tables of the configuration file that are the same whatever checks there are."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from holdback.config.types import (
    Count,
    CountOrZero,
    DatabaseUrl,
    Domain,
    Duration,
    DurationOrZero,
    ExpandingAddress,
    ListenAddress,
    MilterSocket,
    Region,
    Size,
    SocketPath,
    UserOrGroup,
    Workers,
)
from holdback.mail import Limits
from holdback.reader import Settings

_LIMITS = Limits()
_READER = Settings()


class Section(BaseModel):
    """One table of the file. Unknown keys are mistakes; a float is not silently an integer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MilterSection(Section):
    listen: MilterSocket = "unix:/run/holdback/milter.sock"
    socket_mode: Annotated[str, Field(pattern=r"^0?[0-7]{3}$")] = "0660"
    workers: Workers = 0
    worker_memory: Annotated[Size, Field(ge=256 << 20)] = 1 << 30
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
    processes: Annotated[Count, Field(le=64)] = _READER.processes
    timeout: Duration = _READER.timeout
    memory: Annotated[Size, Field(ge=256 << 20)] = _READER.memory
    documents: Count = _READER.documents


class CampaignsSection(Section):
    copies: Count = 25
    window: Duration = 86_400


class DecisionsSection(Section):
    grace: DurationOrZero = 600


class HoldsSection(Section):
    rescan: bool = True
    never_hold: list[str] = []


class MtaSection(Section):
    kind: Literal["postfix", "sendmail"] = "postfix"
    config_dir: str = ""
    program: Path = Path("/usr/sbin/sendmail")
    log: str = ""

    @property
    def folder(self) -> Path:
        """Where the configuration of the MTA is: `config_dir`, or the folder of Debian's package."""
        return Path(self.config_dir or ("/etc/mail" if self.kind == "sendmail" else "/etc/postfix"))


class DatabaseSection(Section):
    url: DatabaseUrl = ""


class RolesSection(Section):
    expanding: list[ExpandingAddress] = []
    viewer: list[UserOrGroup] = []
    reviewer: list[UserOrGroup] = ["@holdback"]
    manager: list[UserOrGroup] = []
    people: CountOrZero = 100
    socket: SocketPath = "/run/holdback/operators.sock"


class MetricsSection(Section):
    listen: ListenAddress = "127.0.0.1:9847"


class LogSection(Section):
    format: Literal["json", "console"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"


class PeopleSection(Section):
    free_mail_domains: list[Domain] = []
    acquaintances: bool = True
    remember: Duration = 180 * 86_400


class CustomersSection(Section):
    index: str = ""
    region: Region = ""


class LedgerSection(Section):
    enabled: bool = True
    retention: Duration = 365 * 86_400
    recipient_domains: bool = True
