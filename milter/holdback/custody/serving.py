"""The periods in which the milter answered all its connections, in two files of this host.

Housekeeping writes the periods in which it got an answer itself, the supervisor the gaps in which a worker
may have left its connections without one. A message that arrived and was complete within one of them was
shown to the milter. If it is on hold without a record, another program or an administrator holds it.
"""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from holdback.cases.private import create_private

_NAME, _GAPS, _DATABASE = "serving.json", "serving-gaps.json", "serving-database.json"
_KEPT = 90 * 86_400.0
"""Seconds for which a period is kept."""
_MOST = 10_000
_LONGEST_FILE = 1 << 20
"""Bytes, more than `_MOST` periods take."""
LONGEST_GAP = 20.0
"""Seconds between two signs of life in one period."""

Period = tuple[float, float]
"""Begin and end, unix time."""


class ServingLog:
    """Writes the periods of one run of the milter."""

    def __init__(self, state_dir: Path) -> None:
        self._path, self._database = state_dir / _NAME, state_dir / _DATABASE
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

    def database(self) -> str:
        """Return the id of the database that was used last; empty if it is not known."""
        with contextlib.suppress(OSError, ValueError):
            return str(json.loads(self._database.read_bytes()))
        return ""

    def record_database(self, id: str) -> None:
        """Record the id of the database in use. Raises OSError."""
        _write(self._database, id)

    def retract(self, since: float) -> None:
        """Let all periods end before `since` (unix time), and begin a new one. Raises OSError."""
        periods = [(first, min(last, since)) for first, last in _read(self._path) if first < since]
        _write(self._path, periods)
        self.interrupt()


def answered_throughout(periods: Iterable[Period], begin: float, end: float) -> bool:
    """Return whether one of the periods covers the time from `begin` to `end` (unix time)."""
    return any(first <= begin and end <= last for first, last in periods)


def record_gap(state_dir: Path, begin: float, end: float) -> None:
    """Record that connections may have got no answer between two unix times. Raises OSError."""
    path = state_dir / _GAPS
    kept = [gap for gap in _read(path) if gap[1] > end - _KEPT][-_MOST:]
    _write(path, [*kept, (begin, end)])


def periods_in(state_dir: Path) -> list[Period]:
    """Return the periods on record without the gaps; a file that is missing or damaged has none."""
    periods = _read(state_dir / _NAME)
    for begin, end in _read(state_dir / _GAPS):
        periods = [part for period in periods for part in _without(period, begin, end)]
    return periods


def latest_begin(state_dir: Path) -> float:
    """Return the begin of the latest period (unix time), 0 for none: a new one follows every absence."""
    first, last = [(0.0, 0.0), *_read(state_dir / _NAME)][-1]
    return max([first, *(end for _, end in _read(state_dir / _GAPS) if first < end < last)])


def _without(period: Period, begin: float, end: float) -> Iterator[Period]:
    """Yield what is left of a period without a gap."""
    if end <= period[0] or period[1] <= begin:
        yield period
        return
    if period[0] < begin:
        yield period[0], begin
    if end < period[1]:
        yield end, period[1]


def _read(path: Path) -> list[Period]:
    with (
        contextlib.suppress(OSError, ValueError, TypeError, RecursionError),
        open(path, "rb", opener=_open_at_once) as file,
    ):
        return [(float(first), float(last)) for first, last in json.loads(file.read(_LONGEST_FILE))]
    return []


def _open_at_once(path: str, flags: int) -> int:
    """Open a file that may be another user's: the agent must not wait for the writer of a named pipe."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


def _write(path: Path, content: list[Period] | str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = create_private(draft)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(content).encode())
    draft.replace(path)
