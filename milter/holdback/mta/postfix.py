"""Postfix's queue through Postfix's own programs: what waits, what it says, release, delete, give back,
submit.

`postsuper` ends well when it did nothing, and badly when it could not log what it did. So no exit code is
believed: every change is followed by a second look, and only what the queue shows counts.
"""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

HOLD = "hold"
"""Name of the queue where held mail waits."""

_PATIENCE = 60.0
"""Seconds for a program that looks at one message."""
_PATIENCE_FOR_ALL = 600.0
"""Seconds for the listing of the whole queue, and for handing over a large message."""
# What a timer, sudo or a login shell leaves in the environment must not choose another program or
# configuration.
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin", "LC_ALL": "C"}
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~.\-\udc80-\udcff]+")


class MtaError(Exception):
    """One of Postfix's programs did not do what it was asked.

    Says which, and its first words; names no address.
    """

    def __init__(self, command: str, code: int | None, said: str) -> None:
        self.command = command
        self.code = code
        """Exit code; None if it could not be run or took too long."""
        self.said = re.sub(r"\S*@\S*", "(address)", said)
        super().__init__(f"{command}: {self.said or 'no reason given'}" + (f" (exit {code})" if code else ""))


@dataclass(frozen=True, slots=True)
class Queued:
    """One queue file as the listing shows it."""

    queue_id: str
    queue: str
    """`hold`, `deferred`, `active`, `incoming` or `maildrop`."""
    arrived: float
    """Unix time, whole seconds: when the transaction began, so before the milter saw its end."""
    size: int
    sender: str
    """Quoted where RFC 5321 asks for it; empty for a bounce."""
    recipients: int
    """How many are still to be served."""


@dataclass(frozen=True, slots=True)
class Postfix:
    """The Postfix instance whose main.cf is in `config_dir`. Changing or reading mail takes root."""

    config_dir: Path

    def queued(self) -> Iterator[Queued]:
        """Every queue file, one at a time: a queue of any length fits. Raises MtaError, also half way."""
        command = self._command("postqueue", "-j")
        with TemporaryFile() as complaints, _started(command, complaints.fileno()) as process:
            assert process.stdout
            impatience = threading.Timer(_PATIENCE_FOR_ALL, process.kill)
            impatience.start()
            try:
                yield from (_queued(line) for line in process.stdout)
                code = process.wait()
            finally:
                impatience.cancel()
                # Whoever stops listening half way must not wait for the rest.
                process.kill()
            complaints.seek(0)
            if code:
                raise MtaError("postqueue -j", code, _first_line(complaints.read(4096)))

    def where(self, queue_id: str) -> str:
        """The queue in which the message is now; empty if it is in none."""
        done = self._run("postcat", "-qe", _checked(queue_id))
        named = re.match(rb"\*\*\* ENVELOPE RECORDS (\w+)/", done.stdout)
        if named:
            return named[1].decode()
        # A missing main.cf is no such file, either.
        if re.search(rb"open queue file \w+: No such file", done.stderr):
            return ""
        raise _failure(done)

    def read(self, queue_id: str) -> bytes:
        """Header and body, lines ending in LF. Raises MtaError if there is no such message."""
        return self._successful("postcat", "-qbh", _checked(queue_id)).stdout

    def header(self, *queue_ids: str) -> bytes:
        """The header section of one message, or of several in a row. Raises MtaError if one is missing."""
        return self._successful("postcat", "-qh", *map(_checked, queue_ids)).stdout

    def sender_and_recipients(self, queue_id: str) -> tuple[str, tuple[str, ...]]:
        """Envelope sender and the recipients that are still to be served, quoted as RFC 5321 asks."""
        told = os.fsdecode(self._successful("postcat", "-qe", _checked(queue_id)).stdout)
        lines = [line.split(": ", 1) for line in told.split("\n") if ": " in line]
        senders = [address for kind, address in lines if kind == "sender"]
        recipients = tuple(_quoted(address) for kind, address in lines if kind == "recipient")
        return _quoted(senders[0]) if senders else "", recipients

    def release(self, queue_id: str) -> None:
        """Takes the message off hold and has it delivered at once. Queue file and id stay; no milter runs."""
        self._take_off_hold("-H", queue_id)
        self.hasten(queue_id)

    def hasten(self, queue_id: str) -> None:
        """Has a message that is off hold delivered now instead of within minutes; else does nothing."""
        self._run("postqueue", "-i", queue_id)

    def requeue(self, queue_id: str) -> None:
        """Takes the message off hold as if it were new, under a new id; no milter runs.

        For mail whose time in the queue is nearly over: plainly released, its first failed delivery would
        bounce it.
        """
        self._take_off_hold("-r", queue_id)
        # Else pickup(8) looks only once a minute.
        self._run("postkick", "public", "pickup", "W")

    def give_back(self, queue_id: str) -> None:
        """Bounces the held message to its sender (Postfix 3.5 and later); a bounce is not bounced again."""
        self._take_off_hold("-f", queue_id)
        self.hasten(queue_id)

    def delete(self, queue_id: str) -> None:
        """Deletes the message from the hold queue, and only from there: what is on its way stays."""
        self._take_off_hold("-d", queue_id)

    def inject(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Submits a message as a local program does.

        What the original's sender asked of DSN (RFC 3461) is not kept.
        """
        words = ("-C", str(self.config_dir), "-i", "-f", sender, "--", *recipients)
        # From a file: sendmail(1) takes the end of a pipe, also a broken one, for the end of the message.
        with os.fdopen(os.memfd_create("message"), "w+b") as message:
            message.write(raw)
            message.seek(0)
            done = _finished(["sendmail", *words], message.fileno(), _PATIENCE_FOR_ALL)
        if done.returncode:
            raise _failure(done)

    def lifetime(self) -> float:
        """Seconds after which Postfix gives up what it cannot deliver, or a bounce, whichever comes first."""
        names = ("maximal_queue_lifetime", "bounce_queue_lifetime")
        told = self._successful("postconf", "-h", *names).stdout.decode("ascii", "replace").split()
        return min((seconds(word) for word in told), default=0.0)

    def settings(self, *names: str) -> dict[str, str]:
        """Settings of main.cf by name, defaults and `$name` filled in; without those that are not known."""
        told = os.fsdecode(self._successful("postconf", "-x", *names).stdout)
        pairs = (line.partition("=") for line in told.splitlines())
        return {name.strip(): value.strip() for name, _, value in pairs}

    def _take_off_hold(self, option: str, queue_id: str) -> None:
        done = self._run("postsuper", option, _checked(queue_id), HOLD)
        if self._is_on_hold(queue_id):
            raise _failure(done)

    def _is_on_hold(self, queue_id: str) -> bool:
        """As `where`, which takes a second for a message that is gone: postcat sleeps before it gives up.

        The hold queue is one folder, or two levels of them (hash_queue_names, hash_queue_depth).
        """
        told = self._successful("postconf", "-h", "queue_directory").stdout
        hold = Path(os.fsdecode(told).strip()) / HOLD
        return any(any(hold.glob(level + queue_id)) for level in ("", "?/", "?/?/"))

    def _command(self, program: str, *words: str) -> list[str]:
        return [program, "-c", str(self.config_dir), *words]

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        return _finished(self._command(program, *words))

    def _successful(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        done = self._run(program, *words)
        if done.returncode:
            raise _failure(done)
        return done


def _finished(
    command: list[str], given: int = subprocess.DEVNULL, seconds: float = _PATIENCE
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, stdin=given, capture_output=True, env=_ENVIRONMENT, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise MtaError(_name(command), None, f"no answer within {seconds:g} s") from None
    except OSError as error:
        raise MtaError(_name(command), None, error.strerror or type(error).__name__) from None


def _started(command: list[str], complaints: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, env=_ENVIRONMENT)
    except OSError as error:
        raise MtaError(_name(command), None, error.strerror or type(error).__name__) from None


def _name(command: Sequence[str]) -> str:
    """`postsuper -H`: the program and what it was to do, no path, no recipient."""
    if command[0] == "sendmail":
        return "sendmail"
    return f"{command[0]} {command[3]}"


def _failure(done: subprocess.CompletedProcess[bytes]) -> MtaError:
    return MtaError(_name(done.args), done.returncode, _first_line(done.stderr))


def _first_line(complaint: bytes) -> str:
    return complaint.decode("utf-8", "replace").strip().partition("\n")[0][:200]


def _checked(queue_id: str) -> str:
    """Ids come from a database. To postsuper `ALL` is every message, and `-` whatever stands on its input."""
    if not re.fullmatch(r"[0-9A-Za-z]{5,40}", queue_id):
        raise MtaError("queue id", None, f"{queue_id[:40]!r} is not one")
    return queue_id


def _queued(line: bytes) -> Queued:
    try:
        entry = json.loads(line.decode("utf-8", "replace"))
        sender = entry["sender"]
    except (ValueError, KeyError):
        raise MtaError("postqueue -j", None, "the listing broke off") from None
    return Queued(
        queue_id=entry["queue_id"],
        queue=entry["queue_name"],
        arrived=float(entry["arrival_time"]),
        size=entry["message_size"],
        sender="" if sender == "MAILER-DAEMON" else sender,
        recipients=len(entry["recipients"]),
    )


def _quoted(address: str) -> str:
    """A queue file keeps addresses without quotes; sendmail(1) reads them as RFC 5321 writes them."""
    local, at, domain = address.rpartition("@")
    if not at or (_ATOM.fullmatch(local) and not local.startswith(".") and ".." not in local):
        return address
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'


def seconds(written: str) -> float:
    """Seconds in `5d` and the like, as main.cf has them; 0 for anything else."""
    match = re.fullmatch(r"(\d{1,9})([smhdw]?)", written)
    return float(match[1]) * _UNITS[match[2]] if match else 0.0
