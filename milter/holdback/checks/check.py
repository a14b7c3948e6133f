"""The declaration of a check, from which configuration, replies and reports are derived."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from holdback.verdict import Action, Finding

if TYPE_CHECKING:
    from holdback.checks.evidence import Evidence

T_co = TypeVar("T_co", bound=str | float, covariant=True)

PLAIN_ACTIONS = (Action.REJECT, Action.HOLD, Action.OBSERVE, Action.PASS)
"""Actions that every check allows."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A key of `[checks.NAME]`: the smallest count that has an effect."""

    key: str
    default: int


@dataclass(frozen=True, slots=True)
class Option(Generic[T_co]):
    """A further key of `[checks.NAME]`: one of `words`, or a duration in seconds."""

    key: str
    default: T_co
    words: Mapping[str, str] = field(default_factory=dict)
    """Allowed value → its effect as described by `check-config`; empty for a duration."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. Its section of the configuration, its replies and the output of `show` derive from it."""

    name: str
    find: "Callable[[Evidence], Iterable[Finding]]"
    """Returns the findings in one message, all with the name of this check."""
    advice: str
    """Text of a rejection, after "Message rejected: "; ASCII (RFC 5321)."""
    plain_words: str
    """Sentence that `show` prints for operators who are no engineers, with the finding's `{count}`."""
    summary: str
    """Text of `check-config`, with the values of the section: `{action}` as "is held", `{limit}`, …"""
    most: "Callable[[Evidence], Mapping[str, int]] | None" = None
    """Returns for each kind of finding a number that its count does not exceed; None if it takes too long."""
    action: Action = Action.HOLD
    """Default action."""
    actions: tuple[Action, ...] = PLAIN_ACTIONS
    """Allowed actions. With `blind` among them, a case can be released with `--bcc`."""
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """Kind of finding → limit; `""` is for all other kinds. The default is 1."""
    kind_actions: Mapping[str, Action | None] = field(default_factory=dict)
    """Kind of finding with its own key for an action → default of that key; None means as `action`."""
    kind_words: Mapping[str, str] = field(default_factory=dict)
    """Kind of finding → sentence that replaces `plain_words`."""
    options: tuple[Option[str | float], ...] = ()
    """Further keys."""
    counts_people: bool = True
    """False if the findings count something other than people."""
    groups_by_sender: bool = False
    """True if all messages of one sender that are held for this check alone form one case."""

    @property
    def title(self) -> str:
        """The name as a title: `Visible recipients`."""
        return self.name.replace("_", " ").capitalize()

    @property
    def can_blind(self) -> bool:
        """True if hiding the recipients from each other solves the problem."""
        return Action.BLIND in self.actions

    def in_plain_words(self, count: int, kind: str) -> str:
        """Return the sentence for one finding."""
        return self.kind_words.get(kind, self.plain_words).format(count=f"{count:,}")
