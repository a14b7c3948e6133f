"""The result of an inspection: findings, judgements on them, and the verdict."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """Actions on a message, strictest first."""

    REJECT = "reject"
    HOLD = "hold"
    BLIND = "blind"
    OBSERVE = "observe"
    PASS = "pass"

    @property
    def severity(self) -> int:
        """Rank from 0 for pass to 4 for reject."""
        return _SEVERITY[self]


_SEVERITY = {action: rank for rank, action in enumerate(reversed(Action))}


def strictest(actions: "list[Action]") -> Action:
    """Return the strictest of several actions; pass if there is none."""
    return max(actions, key=lambda action: action.severity, default=Action.PASS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact found by a check. It contains counts and places, never the data itself."""

    check: str
    """Name of the check, a key of `checks.CHECKS`."""
    count: int
    """A lower bound of the people concerned, or of what else the check counts."""
    where: str
    """Place: `To, Cc`, `part 2, customers.csv`. Addresses in file names are masked."""
    text: str
    """Description for an operator: `20,000 people; e-mail, name, customer id`."""
    kind: str = ""
    """Selects the limit or action of the check: `records`, `addresses`, `encrypted`, …"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding that reached its limit, and the resulting action."""

    finding: Finding
    action: Action
    """The action that applies."""
    would: Action
    """The action without rules and mode; equal to `action` if they change nothing."""
    because: str = ""
    """The rule or mode that changed the action: `rule 2`, `mode observe`; "" if none did."""

    @property
    def exempt(self) -> bool:
        """True if a rule or the mode made the action less strict."""
        return self.action.severity < self.would.severity

    def __str__(self) -> str:
        outcome = f"would {self.would}; {self.because}" if self.exempt else str(self.action)
        if self.because and not self.exempt:
            outcome = f"{outcome}; {self.because}"
        return f"{self.finding.check} ({self.finding.where}): {self.finding.text} [{outcome}]"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one message: the strictest action of all its judgements."""

    action: Action
    judgements: tuple[Judgement, ...] = ()
    people: int = 0
    """People whom the message would disclose: the largest count, as checks may count the same people."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that reached their limit, including exempt ones."""
        return tuple(judgement.finding for judgement in self.judgements)


NOTHING_FOUND = Verdict(Action.PASS)
"""The verdict on most messages."""
