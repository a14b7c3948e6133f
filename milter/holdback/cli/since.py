"""How far back a command looks: `--since 2026-11-22`, `--since "2026-11-22 14:30"`, `--since 30d`."""

import re
from datetime import datetime

from holdback.exits import Exit, Failure
from holdback.phrases import printable

_SPAN = re.compile(r"(\d{1,6})([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def since(written: str, now: float) -> float:
    """Unix time from which on to look: a date (local time) or a span before `now`; 0 for an empty text.

    Raises Failure for anything else.
    """
    written = written.strip()
    if not written:
        return 0.0
    if span := _SPAN.fullmatch(written):
        return now - int(span[1]) * _SECONDS[span[2]]
    try:
        return datetime.fromisoformat(written).timestamp()
    except (ValueError, OverflowError, OSError):
        raise Failure(
            Exit.USAGE,
            f'--since {printable(written)}: write a date like 2026-11-22, or a span like "30d", "12h"',
        ) from None
