"""The log lines of the daemon."""

import json
from typing import Any

from rig.holdback import Holdback


def lines(holdback: Holdback, event: str = "message") -> list[dict[str, Any]]:
    """Return the log lines of an event, oldest first."""
    # The last line may be read while it is being written.
    whole = holdback.log().rpartition("\n")[0]
    entries = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
    return [line for line in entries if line["event"] == event]
