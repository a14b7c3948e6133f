"""The confined reader: a child process that opens hostile documents and can do nothing else.

pool.py     shares readers among threads    child.py        the child: opens the documents it is sent
process.py  one child, seen by the daemon   confinement.py  what the child gives up before its first document
wire.py     the protocol between the two    probe.py        attempts to break out, which must all fail
"""

from holdback.reader.pool import Readers
from holdback.reader.process import CannotStart, Process, ReaderLost
from holdback.reader.settings import Confinement, Settings, Watch
from holdback.reader.wire import ConnectionClosed

__all__ = [
    "CannotStart",
    "Confinement",
    "ConnectionClosed",
    "Process",
    "ReaderLost",
    "Readers",
    "Settings",
    "Watch",
]
