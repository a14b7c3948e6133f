"""Submit a message by SMTP on the standard input of `sendmail -bs`: no address on a command line."""

import re
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import IO

from holdback.mta.interface import MtaError, Submission

_COMMAND = "sendmail -bs"


def submit(
    command: Sequence[str],
    raw: bytes,
    envelope: Submission,
    environment: Mapping[str, str],
    timeout: float,
) -> None:
    """Submit a message whose lines end in LF. Raises MtaError, then it was not accepted."""
    try:
        process = subprocess.Popen(
            [*command, "-bs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as error:
        raise MtaError(_COMMAND, None, error.strerror or type(error).__name__) from None
    timer = threading.Timer(timeout, process.kill)
    timer.start()
    with process:
        assert process.stdin and process.stdout
        try:
            _transaction(_Line(process.stdin, process.stdout), raw, envelope)
        except OSError as error:
            raise MtaError(_COMMAND, None, error.strerror or type(error).__name__) from None
        finally:
            timer.cancel()
            process.kill()


class _Line:
    """Commands and replies in lockstep: Sendmail refuses commands that are sent ahead (RFC 5321, 4.3.2)."""

    def __init__(self, to: IO[bytes], back: IO[bytes]) -> None:
        self._to = to
        self._back = back

    def send(self, command: bytes) -> None:
        self._to.write(command + b"\r\n")
        self._to.flush()
        self.expect()

    def expect(self) -> None:
        """Read one reply, which may have several lines. Raises MtaError unless it is positive."""
        while (line := self._back.readline())[3:4] == b"-":
            pass
        if line[:1] not in (b"2", b"3"):
            raise MtaError(_COMMAND, None, line.decode("utf-8", "replace").strip()[:200] or "it ended")


def _transaction(line: _Line, raw: bytes, envelope: Submission) -> None:
    line.expect()
    line.send(b"EHLO localhost")
    line.send(_path(b"MAIL FROM", envelope.sender, envelope.attributes))
    for address, *options in envelope.recipients:
        line.send(_path(b"RCPT TO", address, options))
    line.send(b"DATA")
    text = re.sub(rb"^\.", b"..", raw.removesuffix(b"\n"), flags=re.MULTILINE).replace(b"\n", b"\r\n")
    line.send(text + b"\r\n.")
    line.send(b"QUIT")


def _path(command: bytes, address: str, options: Sequence[str]) -> bytes:
    written = " ".join((f"<{address}>", *options))
    if re.search(r"[\0\r\n]", written):
        raise MtaError(_COMMAND, None, "an address with a line break")
    return b"%s:%s" % (command, written.encode("utf-8", "surrogateescape"))
