"""Deliveries that Postfix's log proves: for whom a message was sent or failed since it was taken off hold."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from holdback.mta.interface import Delivery

_SYSLOG = (Path("/var/log/mail.log"), Path("/var/log/maillog"))
"""Where syslog writes Postfix's log if maillog_file is not set."""
_MOST_BYTES = 256 << 20
"""The end of each file that is read."""
_LINE = re.compile(rb"/([\w-]+)\[\d+\]: ([0-9A-Za-z]{5,40}): (.*)")
_STATUS = re.compile(rb"to=<([^>]*)>, .*?, dsn=[\d.]+, status=(\w+) \(")


def log_files(maillog_file: str) -> list[Path]:
    """Return the files of the log, the rotated one first. `maillog_file`: the setting, perhaps empty."""
    paths = (Path(maillog_file),) if maillog_file.startswith("/") else _SYSLOG
    return [file for path in paths for file in (Path(f"{path}.1"), path) if file.is_file()]


def deliveries_in(files: list[Path], queue_ids: Collection[str]) -> Mapping[str, Delivery]:
    """Return the deliveries of the messages whose release the log shows. Raises OSError.

    Lines before the release belong to another message if a queue id is used again.
    """
    wanted = {queue_id.encode(): queue_id for queue_id in queue_ids}
    outcomes: dict[str, dict[bytes, bytes]] = {}
    for program, written, text in _lines(files):
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


def _lines(files: list[Path]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield program, queue id and text of each line about a message."""
    for path in files:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _MOST_BYTES))
            for line in file:
                match = _LINE.search(line)
                if match:
                    yield match[1], match[2], match[3]
