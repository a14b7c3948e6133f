"""Holds that are on record in tests of the commands."""

from dataclasses import dataclass, replace
from pathlib import Path

from holdback.cases.record import Record
from holdback.cases.values import NewHold, Prints
from holdback.verdict import Action, Finding, Judgement

VISIBLE = Judgement(
    Finding("visible_recipients", 60, "To", "60 parties would see each other"), Action.HOLD, Action.HOLD
)
RECORDS = Judgement(
    Finding("customer_data", 20_000, "part 2, customers.csv", "20,000 people; e-mail, name", "records"),
    Action.HOLD,
    Action.HOLD,
)
NOON = 1_700_000_000.0
SOCKS = NewHold(
    host="mx1.corp.example",
    queue_id="4AAAA1",
    arrived=NOON,
    sender="offers@corp.example",
    login="jane",
    client="192.0.2.7",
    prints=Prints("m1", "c1", "e1"),
    size=2_000,
    recipients=60,
    visible=60,
    people=60,
    action="hold",
    findings=(VISIBLE,),
)
LIST = replace(
    SOCKS,
    queue_id="4BBBB2",
    prints=Prints("m2", "c2", "e2"),
    people=20_000,
    recipients=1,
    findings=(RECORDS,),
)


@dataclass(frozen=True, slots=True)
class Office:
    """Where an operator sits: `config` names the record."""

    config: Path
    record: Record

    def hold(self, new: NewHold) -> str:
        """Id of the case that the hold went to."""
        return self.record.hold(new).case_id
