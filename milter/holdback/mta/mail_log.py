"""The lines of the MTA's log: in a file, or in the systemd journal."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_SYSLOG = (Path("/var/log/mail.log"), Path("/var/log/maillog"))
"""Where syslog writes the log of the MTA."""
_JOURNAL = ("journalctl", "--quiet", "--no-pager", "--since=-30days", "SYSLOG_FACILITY=2")
"""The log on a host without syslog, as Debian 12 is installed. 2: mail (RFC 5424)."""
_MOST_BYTES = 256 << 20
"""The end of each file that is read."""


def lines_of_log(file: str) -> Iterator[bytes]:
    """Yield the lines of the log, oldest first. Raises OSError.

    `file`: its path; if it is empty, syslog's file counts, and without one the systemd journal.
    """
    paths = (Path(file),) if file else _SYSLOG
    files = [name for path in paths for name in (Path(f"{path}.1"), path) if name.is_file()]
    for path in files:
        with path.open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - _MOST_BYTES))
            yield from log
    if not files and not file:
        yield from _journal()


def _journal() -> Iterator[bytes]:
    """Yield the lines of the systemd journal; none if there is no journal, or it may not be read."""
    with (
        suppress(FileNotFoundError),
        subprocess.Popen(_JOURNAL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as journalctl,
    ):
        assert journalctl.stdout
        try:
            yield from journalctl.stdout
        finally:
            journalctl.kill()
