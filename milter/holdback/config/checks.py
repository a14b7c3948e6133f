"""`[checks]` and `[[rules]]`: the tables of the file that are made from the rows of the checks."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import Field, create_model, model_validator

from holdback.checks.check import Check, Option
from holdback.config.sections import Section
from holdback.config.types import Count, Duration, Network
from holdback.verdict import Action

T = TypeVar("T", bound=str | float)


class CheckSection(Section):
    """`[checks.NAME]`: an action, and the further keys of the check's row."""

    action: str

    def __getitem__(self, key: str) -> Any:
        """The value under `key`."""
        return getattr(self, key)

    def value_of(self, option: Option[T]) -> T:
        """The value of one of the check's options."""
        value: T = self[option.key]
        return value


class ChecksSection(Section):
    """`[checks]`: a section for each row."""

    rows: ClassVar[Mapping[str, Check]] = {}

    def of(self, check: Check) -> CheckSection:
        """The section of `check`."""
        section: CheckSection = getattr(self, check.name)
        return section

    def each(self) -> Iterator[tuple[Check, CheckSection]]:
        """Every check with its section, in the order of the rows."""
        return ((check, self.of(check)) for check in self.rows.values())


class RuleSection(Section):
    """One entry of `[[rules]]`."""

    senders: list[str] = Field([])
    logins: list[str] = Field([])
    clients: list[Network] = Field([])
    recipients: list[str] = Field([])
    check: str | None = None
    action: Action | None = None
    limit: Count | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.action is None and self.limit is None:
            raise ValueError("give the rule an action, a limit or both")
        if not (self.senders or self.logins or self.clients or self.recipients):
            raise ValueError("give the rule at least one of senders, logins, clients, recipients")
        return self


def checks_section(rows: Mapping[str, Check]) -> type[ChecksSection]:
    """The type of `[checks]` for these rows."""
    fields: dict[str, Any] = {}
    for row in rows.values():
        section: Any = create_model(row.name, __base__=CheckSection, **_keys(row))
        fields[row.name] = (section, section())
    made = create_model("ChecksSection", __base__=ChecksSection, **fields)
    made.rows = rows
    return made


def _keys(row: Check) -> dict[str, Any]:
    """The keys of `[checks.NAME]`, each with its type and default."""
    actions: Any = Literal[tuple(map(str, row.actions))]
    kinds = {
        kind: (actions | None, str(action) if action else None) for kind, action in row.kind_actions.items()
    }
    limits = {limit.key: (Count, limit.default) for limit in row.limits.values()}
    options = {option.key: (_type(option), option.default) for option in row.options}
    return {"action": (actions, str(row.action)), **limits, **kinds, **options}


def _type(option: Option[str | float]) -> Any:
    return Literal[tuple(option.words)] if option.words else Duration


def rule_section(rows: Mapping[str, Check]) -> type[RuleSection]:
    """The type of an entry of `[[rules]]` for these rows."""
    can_blind = [row.name for row in rows.values() if row.can_blind]

    def require_recipients_check(rule: RuleSection) -> RuleSection:
        if rule.action is Action.BLIND and rule.check not in can_blind:
            names = " or ".join(f'"{name}"' for name in can_blind)
            raise ValueError(f'"blind" hides recipients: it goes with check = {names} only')
        return rule

    validators: dict[str, Any] = {"blind": model_validator(mode="after")(require_recipients_check)}
    names: Any = Literal[tuple(rows)]
    return create_model(
        "RuleSection",
        __base__=RuleSection,
        __validators__=validators,
        check=(names | None, None),
    )
