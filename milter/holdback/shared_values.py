"""Values of metrics in memory that all processes of the milter share, each in a row of its own.

prometheus_client stores every number in an object of `values.ValueClass`. These objects add to the row of
their own process, and read the sum of all rows, so that one process serves the metrics of all. A row outlives
its process, and the next process with the same number goes on with it: nothing has to be cleaned up. (The
files of prometheus_client's own multi-process mode are one for each process that ever ran.)
"""

import hashlib
import mmap
import os
from threading import Lock

from prometheus_client import values

ROWS = 256
_COLUMNS = 1024
_SIZE = ROWS * _COLUMNS * 8


class _Table:
    """All numbers of all processes."""

    def __init__(self) -> None:
        self.cells = memoryview(bytearray(_SIZE)).cast("d")
        self.start = 0
        """Index of the first cell of this process's row."""
        self.columns: list[str] = []
        """The series in each column."""


_table = _Table()


class SharedValue:
    """One number of a counter or histogram; or of a gauge, which any process sets for all."""

    _multiprocess = False

    def __init__(
        self,
        typ: str,
        metric_name: str,
        name: str,
        labelnames: tuple[str, ...],
        labelvalues: tuple[str, ...],
        help_text: str,
        **_: object,
    ) -> None:
        self._column = len(_table.columns)
        if self._column == _COLUMNS:
            raise MemoryError("too many series")
        _table.columns.append(f"{typ} {name} {labelnames} {labelvalues}")
        self._is_gauge = typ == "gauge"
        self._lock = Lock()

    def inc(self, amount: float) -> None:
        with self._lock:
            _table.cells[_table.start + self._column] += amount

    def set(self, value: float, timestamp: float | None = None) -> None:
        _table.cells[self._column if self._is_gauge else _table.start + self._column] = value

    def get(self) -> float:
        if self._is_gauge:
            return _table.cells[self._column]
        return sum(_table.cells[self._column :: _COLUMNS])

    def set_exemplar(self, exemplar: object) -> None:
        """Exemplars are not used."""

    def get_exemplar(self) -> None:
        return None


def layout() -> str:
    """Return a name for the series and their order: only processes with the same one can share memory."""
    return hashlib.sha256("\n".join(_table.columns).encode()).hexdigest()


def share(descriptor: int | None = None) -> int:
    """Share the values with all processes forked from now on; return the descriptor of the memory.

    `descriptor`: memory of an earlier program with the same `layout`; without it all values start at 0.
    """
    if descriptor is None:
        descriptor = os.memfd_create("holdback-metrics")
        os.ftruncate(descriptor, _SIZE)
    _table.cells = memoryview(mmap.mmap(descriptor, _SIZE)).cast("d")
    return descriptor


def use_row(number: int) -> None:
    """Count in row `number` from now on: no two processes at the same time have the same one."""
    _table.start = min(number, ROWS - 1) * _COLUMNS


def use_shared_values() -> None:
    """Let all metrics that are defined from now on have shared values."""
    values.ValueClass = SharedValue
