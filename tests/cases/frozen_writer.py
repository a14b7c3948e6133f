"""A program that stops itself (SIGSTOP) in the middle of a write, and goes on when it is continued.

Arguments: `Writers` by name, URL of the database, a state directory. Prints what became of the write, and
where the next hold was recorded.
"""

import os
import signal
import sys
import time
from pathlib import Path

from cases.samples import KEY, new_hold
from holdback.cases.assignment import file_hold
from holdback.cases.database import MILTER_TIMEOUT, Database, Writers
from holdback.cases.journal import Journal
from holdback.cases.model import RecordUnavailable
from holdback.cases.recorder import Recorder
from sqlalchemy import text


def write(database: Database) -> str:
    """Returns `written`, or `unavailable`."""
    try:
        with database.writing() as connection:
            connection.execute(text("SELECT 1"))
            os.kill(os.getpid(), signal.SIGSTOP)
            file_hold(connection, new_hold("4BAD"), KEY, 0)
    except RecordUnavailable:
        return "unavailable"
    return "written"


name, url, state_dir = sys.argv[1:]
database = Database(url, MILTER_TIMEOUT, Writers[name])
with database.reading():
    pass
outcome = write(database)
record = Recorder(database, Journal(Path(state_dir)), KEY, 3600)
deadline = time.monotonic() + 60
while (kept := record.hold(new_hold("4AFT")).kept) != "database" and time.monotonic() < deadline:
    time.sleep(0.1)
print(outcome, kept)
