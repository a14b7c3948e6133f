"""What happened to a message, in words: its action, and the state of its hold."""

from collections.abc import Mapping

from holdback.cases.model import HoldState
from holdback.verdict import Action

ACTIONS_IN_WORDS: Mapping[str, str] = {
    Action.PASS: "sent",
    Action.OBSERVE: "sent, observed",
    Action.BLIND: "sent, recipients hidden",
    Action.REJECT: "rejected, not sent",
    "tempfail": "temporarily rejected, not sent",
    "discard": "discarded",
}
HOLDS_IN_WORDS: Mapping[str, str] = {
    HoldState.PENDING: "waiting",
    HoldState.HELD: "waiting",
    HoldState.RELEASING: "being released",
    HoldState.RELEASED: "released{by}",
    HoldState.DROPPED: "deleted{by}",
    HoldState.RETURNED: "returned to its sender{by}",
    HoldState.VANISHED: "removed from the queue, not by Holdback",
}


def hold_in_words(state: str, by: str = "") -> str:
    """`waiting`; `released by jane`, with `by` " by jane". An empty state: the hold is not recorded."""
    return HOLDS_IN_WORDS.get(state, "no longer in the database").format(by=by)
