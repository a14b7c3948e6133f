"""Holds that are on record in tests of the commands."""

from dataclasses import dataclass
from pathlib import Path

from cases.samples import RECORDS, new_hold
from holdback.cases.model import NewHold
from holdback.cases.recorder import Recorder

NOON = 1_700_000_000.0
SOCKS = new_hold("4AAAA1", arrived=NOON, login="jane")
LIST = new_hold(
    "4BBBB2", "m2 c2 e2", arrived=NOON, login="jane", people=20_000, recipients=1, findings=(RECORDS,)
)


@dataclass(frozen=True, slots=True)
class Office:
    """Where an operator sits: `config` names the record."""

    config: Path
    record: Recorder

    def hold(self, new: NewHold) -> str:
        """Id of the case that the hold went to."""
        return self.record.hold(new).case_id
