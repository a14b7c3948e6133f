"""The declaration of a check: all that configuration, replies and reports need to know about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from holdback.checks.evidence import Evidence
from holdback.verdict import Action, Finding

T_co = TypeVar("T_co", bound=str | float, covariant=True)

PLAIN_ACTIONS = (Action.REJECT, Action.HOLD, Action.OBSERVE, Action.PASS)
"""Actions that make sense for every check."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A key of `[checks.NAME]` with the smallest count that matters."""

    key: str
    default: int


@dataclass(frozen=True, slots=True)
class Option(Generic[T_co]):
    """Another key of `[checks.NAME]`: one of `words`, or a duration in seconds."""

    key: str
    default: T_co
    words: Mapping[str, str] = field(default_factory=dict)
    """Values it may have, each as `check-config` describes its effect; empty for a duration."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. Sections of the configuration, replies and the output of `show` are made from it."""

    name: str
    find: Callable[[Evidence], Iterable[Finding]]
    """Returns the findings in one message. Every finding bears the name of this check."""
    advice: str
    """What the sender of a refused message reads after "Message rejected: "; ASCII (RFC 5321)."""
    plain_words: str
    """What `show` tells an operator who is no engineer, with the finding's `{count}`."""
    summary: str
    """What `check-config` prints, with the values of the section: `{action}` as "is held", `{limit}`, …"""
    action: Action = Action.HOLD
    """Default action."""
    actions: tuple[Action, ...] = PLAIN_ACTIONS
    """Actions that an operator may choose. With `blind`, a case can be released with `--bcc`."""
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """Limits by kind of finding; `""` serves every other kind. Without one, a count of 1 is enough."""
    kind_actions: Mapping[str, Action | None] = field(default_factory=dict)
    """Kinds of finding that are keys with an action of their own, and its default; None: as `action`."""
    kind_words: Mapping[str, str] = field(default_factory=dict)
    """Plain words for the kinds of finding that need others."""
    options: tuple[Option[str | float], ...] = ()
    """Further keys."""
    counts_people: bool = True
    """False if the count is of something else, so that no person was protected from disclosure."""
    groups_by_sender: bool = False
    """True if messages of one sender that are held for this check alone are one case, whatever they say."""

    @property
    def title(self) -> str:
        """`Visible recipients`"""
        return self.name.replace("_", " ").capitalize()

    @property
    def can_blind(self) -> bool:
        """True if hiding the recipients from each other is a remedy."""
        return Action.BLIND in self.actions

    def in_plain_words(self, count: int, kind: str) -> str:
        """The sentence for one finding."""
        return self.kind_words.get(kind, self.plain_words).format(count=f"{count:,}")
