"""Postfix's queue through Postfix's own programs.

`postsuper` exits 0 when it did nothing, and not 0 when it could not log what it did. So its exit code counts
for nothing: the queue is checked after every change.
"""

import json
import os
import re
import subprocess
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, product
from pathlib import Path
from tempfile import TemporaryFile

from holdback.mta.interface import (
    Delivery,
    Fitness,
    HeldMail,
    Holder,
    MtaError,
    Place,
    Queued,
    Setting,
    Submission,
)
from holdback.mta.mail_log import lines_of_log
from holdback.mta.postfix_holders import (
    INHERITING,
    MAP_SETTINGS,
    holds_mail,
    indexed_table,
    other_milters,
    tables_of,
)
from holdback.mta.postfix_log import deliveries_in
from holdback.mta.postfix_queue_file import held_mail
from holdback.mta.postfix_settings import NAMES, examine, seconds
from holdback.mta.postfix_submission import records, submission_in
from holdback.mta.programs import TIMEOUT, failure, finished, first_line, started

_HOLD = "hold"
_PLACES: Mapping[str, Place] = {
    _HOLD: Place.HELD,
    "maildrop": Place.ARRIVING,
    "incoming": Place.ARRIVING,
    "active": Place.LEAVING,
    "deferred": Place.LEAVING,
}
"""Postfix's queues (QSHAPE_README). In `corrupt` and `saved` lies what Postfix gave up."""

_TIMEOUT_FOR_A_TABLE = 5.0
"""Seconds for a look-up, for which a message waits."""
_TIMEOUT_FOR_ALL = 600.0
"""Seconds for the listing of the whole queue, and for handing over a large message."""
_DIGITS = "0123456789ABCDEF"
_COMPLETION = 2.0
"""Seconds within which cleanup(8) writes a file and renames it into the hold queue."""
_FEW = 5
"""Messages that are delivered at once one by one; for more a queue run is faster."""
_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~.\-\udc80-\udcff]+")


@dataclass(frozen=True, slots=True)
class Postfix:
    """The Postfix whose main.cf is in `config_dir`, as an `Mta`; see there for what the methods do."""

    config_dir: Path
    log: str = ""
    """File with Postfix's log; empty for that of maillog_file, syslog or the systemd journal."""

    def may_list(self) -> bool:
        return True

    def list_queue(self) -> Iterator[Queued]:
        command = self._command("postqueue", "-j")
        with TemporaryFile() as complaints, started(command, _name(command), complaints.fileno()) as process:
            assert process.stdout
            timer = threading.Timer(_TIMEOUT_FOR_ALL, process.kill)
            timer.start()
            try:
                yield from (_queued(line) for line in process.stdout)
                code = process.wait()
            finally:
                timer.cancel()
                # A caller that stops reading half way must not wait for the rest.
                process.kill()
            complaints.seek(0)
            if code:
                raise MtaError("postqueue -j", code, first_line(complaints.read(4096)))

    def place_of(self, queue_id: str) -> Place:
        done = self._run("postcat", "-qe", _checked(queue_id))
        named = re.match(rb"\*\*\* ENVELOPE RECORDS (\w+)/", done.stdout)
        if named:
            return _PLACES.get(named[1].decode(), Place.GONE)
        # A missing main.cf is no such file, either.
        if re.search(rb"open queue file \w+: No such file", done.stderr):
            return Place.GONE
        raise _failure(done)

    def read(self, queue_id: str) -> bytes:
        return self._run_or_raise("postcat", "-qbh", _checked(queue_id)).stdout

    def read_header(self, *queue_ids: str) -> bytes:
        return self._run_or_raise("postcat", "-qh", *map(_checked, queue_ids)).stdout

    def open(self, queue_id: str) -> HeldMail:
        printed = self._run_or_raise("postcat", "-qbeh", _checked(queue_id)).stdout
        mail = held_mail(printed, queue_id)
        return replace(
            mail, sender=_quoted(mail.sender), recipients=tuple(dict.fromkeys(map(_quoted, mail.recipients)))
        )

    def quarantine_reason(self, case: str, queue_id: str) -> str:
        return case

    def holder(self, queue_id: str) -> Holder:
        return Holder.UNKNOWN

    def held_on_arrival(self, queue_id: str) -> float | None:
        """Renaming a file, as `postsuper -h` does, changes its ctime, not its mtime."""
        status = self._status_on_hold(queue_id)
        if not status or abs(status.st_ctime - status.st_mtime) > _COMPLETION:
            return None
        return status.st_mtime

    def held_file(self, queue_id: str) -> tuple[int, int] | None:
        status = self._status_on_hold(queue_id)
        return (status.st_ino, status.st_mtime_ns) if status else None

    def other_holders(self, listen: str) -> tuple[str, ...]:
        settings = self._settings(*NAMES, *MAP_SETTINGS)
        classes = settings.pop("smtpd_restriction_classes", "").replace(",", " ").split()
        settings |= self._settings(*classes) if classes else {}
        # As `smtps/inet/header_checks`: what services in master.cf change.
        settings |= _values(self._run_or_raise("postconf", "-Px").stdout)
        found: list[str] = []
        for name, value in settings.items():
            if name in INHERITING and value == settings.get("header_checks"):
                continue
            setting = name.rpartition("/")[2]
            if setting in ("smtpd_milters", "non_smtpd_milters"):
                found += other_milters(value, settings, listen)
            elif setting in (*MAP_SETTINGS, *classes) and self._has_holding_table(setting, value):
                found.append(name)
        return tuple(dict.fromkeys(found))

    def _has_holding_table(self, setting: str, value: str) -> bool:
        tables = tables_of(setting, value)
        return tables is None or any(map(self._may_hold, tables))

    def _may_hold(self, table: str) -> bool:
        """Return False if the text of a table has no action that could hold mail."""
        kind, _, path = table.partition(":")
        try:
            if indexed_table(kind):
                text = self._run_or_raise("postmap", "-s", table).stdout
            else:
                text = Path(path).read_bytes()
        except (OSError, MtaError):
            return True
        return holds_mail(os.fsdecode(text))

    def release(self, *queue_ids: str) -> None:
        self._take_off_hold("-H", *queue_ids)
        self.flush(*queue_ids)

    def requeue(self, *queue_ids: str) -> None:
        """Each message gets a new id."""
        self._take_off_hold("-r", *queue_ids)
        # Without this pickup(8) looks only once a minute.
        self._run("postkick", "public", "pickup", "W")

    def flush(self, *queue_ids: str) -> None:
        if len(queue_ids) <= _FEW:
            for queue_id in queue_ids:
                self._run("postqueue", "-i", _checked(queue_id))
        else:
            # A run of the deferred queue, as every queue_run_delay (qmgr(8), TRIGGERS): mail off hold is due,
            # other mail only after its back-off.
            self._run("postkick", "public", "qmgr", "D")

    def return_to_sender(self, *queue_ids: str) -> None:
        """Takes Postfix 3.5 or later."""
        self._take_off_hold("-f", *queue_ids)
        self.flush(*queue_ids)

    def delete(self, *queue_ids: str) -> None:
        self._take_off_hold("-d", *queue_ids)

    def submission(self, queue_id: str) -> Submission:
        done = self._run_or_raise("postcat", "-qe", _checked(queue_id))
        return submission_in(os.fsdecode(done.stdout))

    def inject(self, raw: bytes, envelope: Submission) -> None:
        command = [*self._command("postdrop"), "-r"]
        with os.fdopen(os.memfd_create("message"), "w+b") as message:
            message.writelines(records(raw, envelope))
            message.seek(0)
            done = _finished(command, message.fileno(), _TIMEOUT_FOR_ALL)
        if done.returncode:
            raise _failure(done)

    def deliveries(self, queue_ids: Collection[str]) -> Mapping[str, Delivery]:
        try:
            lines = lines_of_log(self.log or self._settings("maillog_file").get("maillog_file", ""))
            return deliveries_in(lines, queue_ids)
        except OSError as error:
            raise MtaError("mail log", None, error.strerror or type(error).__name__) from None

    def lifetime(self) -> float:
        settings = self._settings("maximal_queue_lifetime", "bounce_queue_lifetime")
        return min(map(seconds, settings.values()), default=0.0)

    def look_up(self, table: str, keys: Sequence[str]) -> Collection[str]:
        """`table` is `type:name`, as `hash:/etc/aliases-external`."""
        with os.fdopen(os.memfd_create("keys"), "w+b") as asked:
            asked.write(os.fsencode("".join(f"{key}\n" for key in keys)))
            asked.seek(0)
            done = _finished(self._command("postmap", "-q", "-", table), asked.fileno(), _TIMEOUT_FOR_A_TABLE)
        # It exits with 1 if it finds nothing, too.
        if done.returncode not in (0, 1) or b"fatal:" in done.stderr:
            raise _failure(done)
        return {line.partition("\t")[0] for line in os.fsdecode(done.stdout).split("\n") if line}

    def version(self) -> str:
        return self._settings("mail_version").get("mail_version", "")

    def diagnose(self, listen: str, inspect_timeout: float) -> Iterator[Setting]:
        try:
            version, settings = self.version(), self._settings(*NAMES)
        except MtaError as error:
            advice = "see mta.config_dir; Postfix must be installed on this host; try it with sudo"
            yield Setting("postfix", Fitness.WEAK, str(error), advice)
            return
        yield Setting("postfix", Fitness.GOOD, f"version {version}, configured in {self.config_dir}")
        yield from examine(settings, listen, inspect_timeout)

    def _settings(self, *names: str) -> dict[str, str]:
        """Return settings of main.cf by name, defaults and `$name` filled in, without unknown names."""
        try:
            status = (self.config_dir / "main.cf").stat()
        except OSError as error:
            raise MtaError("postconf -x", None, f"main.cf: {error.strerror}") from None
        return dict(_settings_of(self, names, (status.st_ino, status.st_size, status.st_mtime_ns)))

    def _take_off_hold(self, option: str, *queue_ids: str) -> None:
        if not queue_ids:
            return
        with os.fdopen(os.memfd_create("queue ids"), "w+b") as ids:
            ids.writelines(f"{_checked(queue_id)}\n".encode() for queue_id in queue_ids)
            ids.seek(0)
            command = self._command("postsuper", option, "-", _HOLD)
            done = _finished(command, ids.fileno(), _TIMEOUT_FOR_ALL)
        if self._are_on_hold(queue_ids):
            raise _failure(done)

    def _are_on_hold(self, queue_ids: Iterable[str]) -> bool:
        """Return whether one of them is. `place_of` takes a second for one that is gone: postcat sleeps."""
        return any(self._path_on_hold(queue_id) for queue_id in queue_ids)

    def _status_on_hold(self, queue_id: str) -> os.stat_result | None:
        path = self._path_on_hold(queue_id)
        try:
            return path.stat() if path else None
        except FileNotFoundError:
            return None

    def _path_on_hold(self, queue_id: str) -> Path | None:
        """Return the queue file on hold.

        The queue is one folder, or levels of them with a hexadecimal digit each (hash_queue_depth). To list
        them would be slow: an outage leaves thousands of files in one folder.
        """
        hold = f"{self._settings('queue_directory')['queue_directory']}/{_HOLD}"
        levels = (product(_DIGITS, repeat=depth) for depth in range(3))
        folders = ("/".join((hold, *digits)) for digits in chain.from_iterable(levels))
        paths = (f"{folder}/{_checked(queue_id)}" for folder in folders)
        return next((Path(path) for path in paths if os.path.lexists(path)), None)

    def _command(self, program: str, *words: str) -> list[str]:
        return [program, "-c", str(self.config_dir), *words]

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        return _finished(self._command(program, *words))

    def _run_or_raise(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        done = self._run(program, *words)
        if done.returncode:
            raise _failure(done)
        return done


def _finished(
    command: Sequence[str], given: int = subprocess.DEVNULL, timeout: float = TIMEOUT
) -> subprocess.CompletedProcess[bytes]:
    return finished(command, _name(command), given, timeout)


def _name(command: Sequence[str]) -> str:
    """Return the program and its option, as `postsuper -H`: no path."""
    return f"{command[0]} {command[3]}"


def _failure(done: subprocess.CompletedProcess[bytes]) -> MtaError:
    return failure(done, _name(done.args))


@lru_cache(maxsize=64)
def _settings_of(postfix: Postfix, names: tuple[str, ...], _main_cf: tuple[int, ...]) -> Mapping[str, str]:
    """Ask postconf(1) once for each state of main.cf: an outage leaves thousands of messages to look at."""
    return _values(postfix._run_or_raise("postconf", "-x", *names).stdout)


def _values(printed: bytes) -> dict[str, str]:
    """Return the settings that postconf(1) prints by name."""
    pairs = (line.partition("=") for line in os.fsdecode(printed).splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _checked(queue_id: str) -> str:
    """Return `queue_id`, or raise MtaError if it is none.

    Ids come from a database. To postsuper `ALL` is every message, and `-` means the ids on standard input.
    """
    if not re.fullmatch(r"[0-9A-Za-z]{5,40}", queue_id):
        raise MtaError("queue id", None, f"{queue_id[:40]!r} is not one")
    return queue_id


def _queued(line: bytes) -> Queued:
    try:
        entry = json.loads(line.decode("utf-8", "replace"))
        sender = entry["sender"]
    except (ValueError, KeyError):
        raise MtaError("postqueue -j", None, "the listing is incomplete") from None
    return Queued(
        queue_id=entry["queue_id"],
        place=_PLACES.get(entry["queue_name"], Place.GONE),
        arrived=float(entry["arrival_time"]),
        size=entry["message_size"],
        sender="" if sender == "MAILER-DAEMON" else sender,
        recipients=len(entry["recipients"]),
        # Only long ids (enable_long_queue_ids) have a z: between the time and the inode.
        is_unique="z" in entry["queue_id"],
    )


def _quoted(address: str) -> str:
    """Return the address quoted as in RFC 5321 and as sendmail(1) reads it; a queue file has it unquoted."""
    local, at, domain = address.rpartition("@")
    if not at or (_ATOM.fullmatch(local) and not local.startswith(".") and ".." not in local):
        return address
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'
