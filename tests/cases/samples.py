"""Holds to record, alike in all tests except for the given fields."""

from dataclasses import replace
from typing import Any

from holdback.cases.model import Fingerprints, NewHold
from holdback.verdict import Action, Finding, Judgement

KEY = bytes(range(32))
NOON = 1_700_000_000.25
"""When the first message arrives: a fraction that is no whole number of milliseconds either way."""

VISIBLE = Judgement(
    Finding("visible_recipients", 60, "To", "60 parties would see each other"), Action.HOLD, Action.HOLD
)
RECORDS = Judgement(
    Finding("customer_data", 20_000, "part 2, customers.csv", "20,000 people; e-mail, name", "records"),
    Action.HOLD,
    Action.HOLD,
)
_TYPICAL = NewHold(
    host="mx1.corp.example",
    queue_id="",
    arrived=NOON,
    sender="offers@corp.example",
    login="offers",
    client="192.0.2.7",
    fingerprints=Fingerprints("m1", "c1", "e1"),
    size=2_000,
    recipients=60,
    visible=60,
    people=60,
    action="hold",
    findings=(VISIBLE,),
)


def new_hold(queue_id: str, fingerprints: str = "m1 c1 e1", **changes: Any) -> NewHold:
    """A hold of this queue id; `fingerprints`: message, content, exact content, maybe mailing; `-`: none."""
    names = ("" if name == "-" else name for name in fingerprints.split())
    return replace(_TYPICAL, queue_id=queue_id, fingerprints=Fingerprints(*names), **changes)
