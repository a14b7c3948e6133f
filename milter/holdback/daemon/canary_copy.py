"""A copy of the canaries on this host, for a worker that starts while the database is unavailable."""

import contextlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from holdback.cases.private import create_private
from holdback.people.canaries import NO_CANARIES, Canaries, Canary

_NAME = "canaries.json"


def write_copy(folder: Path, canaries: Canaries) -> None:
    """Replace the copy in `folder`. Raises OSError."""
    draft = folder / f"{_NAME}.{os.getpid()}"
    draft.unlink(missing_ok=True)
    with open(create_private(draft), "w", encoding="utf-8") as file:
        json.dump([asdict(canary) for canary in canaries], file)
    draft.replace(folder / _NAME)


def read_copy(folder: Path) -> Canaries:
    """Return the canaries in the copy; none if it is missing or damaged."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        rows = json.loads((folder / _NAME).read_text("utf-8"))
        return Canaries(Canary(**{**row, "senders": tuple(row["senders"])}) for row in rows)
    return NO_CANARIES
