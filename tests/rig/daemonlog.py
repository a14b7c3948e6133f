"""What the daemon said in its log."""

import json
from typing import Any

from rig.holdback import Holdback


def lines(holdback: Holdback, event: str = "message") -> list[dict[str, Any]]:
    """Its log lines of that event, oldest first."""
    said = [json.loads(line) for line in holdback.log().splitlines() if line.startswith("{")]
    return [line for line in said if line["event"] == event]
