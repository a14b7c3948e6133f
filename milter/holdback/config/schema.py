"""The whole configuration file, defaults filled in."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from holdback.checks import CHECKS
from holdback.config.checks import ChecksSection, RuleSection, checks_section, rule_section
from holdback.config.sections import (
    CampaignsSection,
    CustomersSection,
    DatabaseSection,
    DecisionsSection,
    HoldsSection,
    LedgerSection,
    LimitsSection,
    LogSection,
    MetricsSection,
    MilterSection,
    MtaSection,
    PeopleSection,
    ReaderSection,
    RolesSection,
    Section,
)
from holdback.config.types import Domain, OwnDomains

# The types of these two tables are made at run time; a type checker sees what all of them have in common.
if TYPE_CHECKING:
    Checks = ChecksSection
    Rule = RuleSection
else:
    Checks = checks_section(CHECKS)
    Rule = rule_section(CHECKS)


class Config(Section):
    """The whole file."""

    internal_domains: OwnDomains
    partner_domains: list[Domain] = Field([])
    mode: Literal["enforce", "observe"] = "enforce"
    state_dir: Path = Path("/var/lib/holdback")
    milter: MilterSection = MilterSection()
    limits: LimitsSection = LimitsSection()
    reader: ReaderSection = ReaderSection()
    checks: Checks = Checks()
    rules: list[Rule] = Field([])
    campaigns: CampaignsSection = CampaignsSection()
    decisions: DecisionsSection = DecisionsSection()
    holds: HoldsSection = HoldsSection()
    mta: MtaSection = MtaSection()
    database: DatabaseSection = DatabaseSection()
    metrics: MetricsSection = MetricsSection()
    log: LogSection = LogSection()
    people: PeopleSection = PeopleSection()
    roles: RolesSection = RolesSection()
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
