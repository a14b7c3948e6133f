"""Deliveries that Postfix's log proves: for whom a message was sent or failed since it was taken off hold."""

import os
import re
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from holdback.mta.interface import Delivery

_SYSLOG = (Path("/var/log/mail.log"), Path("/var/log/maillog"))
"""Where syslog writes Postfix's log if maillog_file is not set."""
_JOURNAL = ("journalctl", "--quiet", "--no-pager", "--since=-30days", "SYSLOG_FACILITY=2")
"""The log on a host without syslog, as Debian 12 is installed. 2: mail (RFC 5424)."""
_MOST_BYTES = 256 << 20
"""The end of each file that is read."""
_LINE = re.compile(rb"/([\w-]+)\[\d+\]: ([0-9A-Za-z]{5,40}): (.*)")
_STATUS = re.compile(rb"to=<([^>]*)>, .*?, dsn=[\d.]+, status=(\w+) \(")


def lines_of_log(maillog_file: str) -> Iterator[bytes]:
    """Yield the lines of the log, oldest first. Raises OSError.

    `maillog_file`: the setting; if it is empty, syslog's file counts, and without one the systemd journal.
    """
    paths = (Path(maillog_file),) if maillog_file else _SYSLOG
    files = [file for path in paths for file in (Path(f"{path}.1"), path) if file.is_file()]
    for path in files:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _MOST_BYTES))
            yield from file
    if not files and not maillog_file:
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


def deliveries_in(lines: Iterable[bytes], queue_ids: Collection[str]) -> Mapping[str, Delivery]:
    """Return the deliveries of the messages whose release the log shows. Raises what `lines` raises.

    Lines before the release belong to another message if a queue id is used again.
    """
    wanted = {queue_id.encode(): queue_id for queue_id in queue_ids}
    outcomes: dict[str, dict[bytes, bytes]] = {}
    for program, written, text in _about_messages(lines):
        queue_id = wanted.get(written)
        if not queue_id:
            continue
        if program == b"postsuper" and text.startswith(b"released from hold"):
            outcomes[queue_id] = {}
        elif queue_id in outcomes and (found := _STATUS.match(text)):
            outcomes[queue_id][found[1]] = found[2]
    return {
        queue_id: Delivery(
            sent=sum(status == b"sent" for status in by_recipient.values()),
            failed=sum(status in (b"bounced", b"expired") for status in by_recipient.values()),
        )
        for queue_id, by_recipient in outcomes.items()
    }


def _about_messages(lines: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield program, queue id and text of each line about a message."""
    for match in filter(None, map(_LINE.search, lines)):
        yield match[1], match[2], match[3]
