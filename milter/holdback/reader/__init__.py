"""The confined reader: a child process that opens hostile documents, and may do nothing else.

pool.py     who reads next             child.py        the child: reads what it is sent
process.py  one child, as we see it    confinement.py  what the child gives up before its first document
wire.py     how they speak             probe.py        what it tries, to prove that it cannot
"""

from holdback.reader.pool import Readers
from holdback.reader.process import CannotStart, Lost, Process
from holdback.reader.values import Confinement, Settings, Watch
from holdback.reader.wire import Gone

__all__ = ["CannotStart", "Confinement", "Gone", "Lost", "Process", "Readers", "Settings", "Watch"]
