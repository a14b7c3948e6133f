"""The periods in which the milter answered, as housekeeping saw it, in a file of this host.

A message that arrived and was complete within one of them was shown to the milter. If it is on hold without a
record, somebody else holds it.
"""

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from holdback.cases.private import create_private

_NAME = "serving.json"
_KEPT = 90 * 86_400.0
"""Seconds for which a period is kept."""
_MOST = 10_000
LONGEST_GAP = 20.0
"""Seconds between two signs of life in one period."""

Period = tuple[float, float]
"""Begin and end, unix time."""


class ServingLog:
    """Writes the periods of one run of the milter."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / _NAME
        self._began = 0.0
        self._last = 0.0

    def record(self, now: float) -> None:
        """Record that the milter answers at `now` (unix time). Raises OSError."""
        if not self._began or not self._last <= now <= self._last + LONGEST_GAP:
            self._began = now
        self._last = now
        earlier = (period for period in _read(self._path) if period[0] != self._began)
        kept = [period for period in earlier if period[1] > now - _KEPT]
        _write(self._path, [*kept, (self._began, now)][-_MOST:])

    def interrupt(self) -> None:
        """Begin a new period with the next sign of life: the milter did not answer."""
        self._began = 0.0


def answered_throughout(periods: Iterable[Period], begin: float, end: float) -> bool:
    """Return whether one of the periods covers the time from `begin` to `end` (unix time)."""
    return any(first <= begin and end <= last for first, last in periods)


def periods_in(state_dir: Path) -> list[Period]:
    """Return the periods on record; a file that is missing or damaged has none."""
    return _read(state_dir / _NAME)


def _read(path: Path) -> list[Period]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return [(float(first), float(last)) for first, last in json.loads(path.read_bytes())]
    return []


def _write(path: Path, periods: list[Period]) -> None:
    draft = path.with_name(f"{_NAME}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = create_private(draft)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(periods).encode())
    draft.replace(path)
