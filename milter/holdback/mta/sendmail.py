"""Sendmail's queue: its files are read, and changed by Sendmail's own program where that has a command.

Sendmail exits 0 when it did nothing. So its exit code counts for nothing: the queue is checked after every
change. It has no command to delete a message.
"""

import os
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from holdback.mta import sendmail_log, sendmail_queue
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
from holdback.mta.programs import ENVIRONMENT, finished, first_line
from holdback.mta.received import without_own_received
from holdback.mta.sendmail_queue import Queue, QueueFile
from holdback.mta.sendmail_queue_file import reason_of
from holdback.mta.sendmail_settings import Settings, examine, settings_in
from holdback.mta.sendmail_submission import submit

_TIMEOUT_FOR_ALL = 600.0
"""Seconds for a program that works on many messages, and for handing over a large message."""
_TIMEOUT_FOR_A_TABLE = 5.0
"""Seconds for a look-up, for which a message waits."""
_AT_ONCE = 200
"""Queue ids on one command line."""
_ATTEMPTS = 3
"""A message that Sendmail works on at the moment is skipped."""
_PAUSE = 0.5
_RETURN_NOW = ("-O", "Timeout.queuereturn=now", "-O", "Timeout.queuereturn.dsn=5d")
"""Without the second one, a bounce that cannot be delivered at once would be given up, too."""
_SKIPPED = re.compile(rb"locked|Skipping", re.IGNORECASE)
_LOCAL = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Sendmail:
    """The Sendmail whose sendmail.cf is in `config_dir`, as an `Mta`; see there for what the methods do.

    A message whose recipients Sendmail divided among several files counts as one.
    """

    config_dir: Path
    program: Path
    """sendmail(8) itself."""
    log: str = ""
    """File with Sendmail's log; empty for that of syslog or the systemd journal."""

    def may_list(self) -> bool:
        return os.geteuid() == 0

    def list_queue(self) -> Iterator[Queued]:
        messages: dict[str, list[QueueFile]] = {}
        for file in self._queue().files():
            messages.setdefault(file.message_id, []).append(file)
        for queue_id, files in messages.items():
            first = files[0].control
            yield Queued(
                queue_id=queue_id,
                place=_place(files),
                arrived=min(file.control.created for file in files),
                size=_size(files[0]),
                sender=first.sender,
                recipients=sum(len(file.control.recipients) for file in files),
                # The id has the time and the number of the process.
                is_unique=True,
            )

    def place_of(self, queue_id: str) -> Place:
        queue = self._queue()
        files = queue.of(_checked(queue_id))[queue_id]
        if files:
            return _place(files)
        return Place.ARRIVING if queue.has_body_only(queue_id) else Place.GONE

    def read(self, queue_id: str) -> bytes:
        return self._files(queue_id)[0].read()

    def read_header(self, *queue_ids: str) -> bytes:
        found = self._queue().of(*map(_checked, queue_ids))
        if not all(found.values()):
            raise MtaError("queue file", None, "No such file or directory")
        return b"".join(files[0].control.header for files in found.values())

    def open(self, queue_id: str) -> HeldMail:
        """The login is not in the queue, so it is unknown."""
        files = self._files(queue_id)
        first = files[0]
        named = chain.from_iterable(file.control.recipients for file in files)
        return HeldMail(
            sender=first.control.sender,
            recipients=tuple(dict.fromkeys(recipient.address for recipient in named)),
            login="",
            client=first.control.client or _LOCAL,
            raw=without_own_received(first.read(), queue_id),
        )

    def quarantine_reason(self, case: str, queue_id: str) -> str:
        return reason_of(case, queue_id)

    def holder(self, queue_id: str) -> Holder:
        files = self._queue().of(_checked(queue_id))[queue_id]
        if not files:
            return Holder.UNKNOWN
        return Holder.MILTER if files[0].control.milter_id else Holder.OTHER

    def held_on_arrival(self, queue_id: str) -> float | None:
        return None

    def held_file(self, queue_id: str) -> tuple[int, int] | None:
        held = [file for file in self._queue().of(_checked(queue_id))[queue_id] if file.is_held]
        try:
            status = held[0].path.stat() if held else None
        except FileNotFoundError:
            return None
        return (status.st_ino, status.st_mtime_ns) if status else None

    def other_holders(self, listen: str) -> tuple[str, ...]:
        return ()

    def release(self, *queue_ids: str) -> None:
        """Milters do not run again, and the id stays."""
        parts = self._held_parts(queue_ids)
        for file in parts:
            file.read_body()
        self._work_on(parts, ("-v", "-Q"))
        self._deliver(file.own_id for file in parts)

    def requeue(self, *queue_ids: str) -> None:
        for file in self._held_parts(queue_ids):
            sendmail_queue.renew(file, time.time())
        self.release(*queue_ids)

    def flush(self, *queue_ids: str) -> None:
        self._queue().finish_releases(queue_ids)
        self._deliver(map(_checked, queue_ids))

    def return_to_sender(self, *queue_ids: str) -> None:
        """Sendmail quarantines a bounce that it cannot deliver at once, for the same reason: release it."""
        parts = self._held_parts(queue_ids)
        self._work_on([file for file in parts if file.control.sender], ("-v", *_RETURN_NOW))
        known = {file.own_id for file in parts}
        held = (file for file in self._queue().files() if file.is_held)
        bounces = [file for file in held if file.message_id in queue_ids and file.own_id not in known]
        self._work_on(bounces, ("-v", "-Q"))
        self._deliver(file.own_id for file in bounces)
        self.delete(*queue_ids)

    def delete(self, *queue_ids: str) -> None:
        for file in self._held_parts(queue_ids):
            sendmail_queue.delete(file)
        _raise_if_held(self._held_parts(queue_ids), "queue file", "it is still there")

    def submission(self, queue_id: str) -> Submission:
        """`delivered_to` has the recipients before aliases, as the queue has them."""
        files = self._files(queue_id)
        recipients = list(chain.from_iterable(file.control.recipients for file in files))
        return Submission(
            sender=files[0].control.sender,
            recipients=tuple(dict.fromkeys((one.address, *one.options) for one in recipients)),
            attributes=files[0].control.options,
            delivered_to=frozenset(one.address for one in recipients),
        )

    def inject(self, raw: bytes, envelope: Submission) -> None:
        submit(self._command(), raw, envelope, ENVIRONMENT, _TIMEOUT_FOR_ALL)

    def lifetime(self) -> float:
        return self._settings().lifetime()

    def deliveries(self, queue_ids: Collection[str]) -> Mapping[str, Delivery]:
        try:
            return sendmail_log.deliveries_in(lines_of_log(self.log), queue_ids)
        except OSError as error:
            raise MtaError("mail log", None, error.strerror or type(error).__name__) from None

    def look_up(self, table: str, keys: Sequence[str]) -> Collection[str]:
        """`table` is `type:file` of makemap(8), as `hash:/etc/mail/virtusertable`, or `text:` and a file."""
        kind, _, path = table.partition(":")
        if kind == "text":
            return _text_keys(Path(path)) & set(keys)
        name = "makemap -u"
        program, config = self.program.with_name("makemap"), self.config_dir / "sendmail.cf"
        command = [str(program), "-C", str(config), "-u", kind, path]
        done = finished(command, name, timeout=_TIMEOUT_FOR_A_TABLE)
        if done.returncode:
            raise MtaError(name, done.returncode, first_line(done.stderr))
        lines = os.fsdecode(done.stdout).split("\n")
        return {line.partition("\t")[0].partition(" ")[0].rstrip(":") for line in lines} & set(keys)

    def version(self) -> str:
        done = finished([*self._command(), "-d0.1", "-bt"], "sendmail -bt")
        found = re.search(rb"^Version (\S+)", done.stdout, re.MULTILINE)
        if not found:
            raise MtaError("sendmail -bt", done.returncode, first_line(done.stderr or done.stdout))
        return found[1].decode("ascii", "replace")

    def diagnose(self, listen: str, inspect_timeout: float) -> Iterator[Setting]:
        try:
            version, settings = self.version(), self._settings()
        except MtaError as error:
            advice = "see mta.config_dir and mta.program; try it with sudo"
            yield Setting("sendmail", Fitness.WEAK, str(error), advice)
            return
        yield Setting("sendmail", Fitness.GOOD, f"version {version}, configured in {self.config_dir}")
        yield from examine(settings, listen, inspect_timeout)

    def _settings(self) -> Settings:
        path = self.config_dir / "sendmail.cf"
        try:
            status = path.stat()
            return _settings_of(path, (status.st_ino, status.st_size, status.st_mtime_ns))
        except OSError as error:
            raise MtaError("sendmail", None, f"{path.name}: {error.strerror}") from None

    def _queue(self) -> Queue:
        return Queue(self._settings().folders())

    def _files(self, queue_id: str) -> list[QueueFile]:
        files = self._queue().of(_checked(queue_id))[queue_id]
        if not files:
            raise MtaError("queue file", None, f"{queue_id}: No such file or directory")
        return files

    def _held_parts(self, queue_ids: Iterable[str]) -> list[QueueFile]:
        found = self._queue().of(*map(_checked, queue_ids))
        return [file for files in found.values() for file in files if file.is_held]

    def _work_on(self, parts: Sequence[QueueFile], options: Sequence[str]) -> None:
        """Run sendmail(8) on held messages; MtaError if one of them is still on hold afterwards."""
        wanted, text = {file.own_id for file in parts}, b""
        self._queue().check_unique(wanted)
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE)
            for batch in _batches(sorted(wanted)):
                output = self._run("-qQ", *options, *batch)
                text = next((line for line in output.splitlines() if _SKIPPED.search(line)), text)
            held = [file for file in self._queue().files() if file.is_held and file.own_id in wanted]
            wanted = {file.own_id for file in held}
            if not wanted:
                return
        _raise_if_held(held, "sendmail -qQ", first_line(text))

    def _deliver(self, own_ids: Iterable[str]) -> None:
        """Begin to deliver messages that are off hold; it goes on in the background."""
        for batch in _batches(list(own_ids)):
            self._run(*batch)

    def _run(self, *words: str) -> bytes:
        return finished([*self._command(), *words], "sendmail -q", timeout=_TIMEOUT_FOR_ALL).stdout

    def _command(self) -> list[str]:
        return [str(self.program), "-C", str(self.config_dir / "sendmail.cf")]


def _raise_if_held(held: Sequence[QueueFile], command: str, text: str) -> None:
    if held:
        raise MtaError(command, None, text or f"{held[0].own_id} is still on hold")


def _batches(own_ids: Sequence[str]) -> Iterator[list[str]]:
    """Yield options that choose these messages. An empty one would choose all."""
    for start in range(0, len(own_ids), _AT_ONCE):
        yield [f"-qI{_checked(own_id)}" for own_id in own_ids[start : start + _AT_ONCE]]


def _place(files: Sequence[QueueFile]) -> Place:
    return Place.HELD if any(file.is_held for file in files) else Place.LEAVING


def _size(file: QueueFile) -> int:
    try:
        return (file.body.stat().st_size if file.body else 0) + len(file.control.header)
    except FileNotFoundError:
        return len(file.control.header)


def _text_keys(path: Path) -> set[str]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise MtaError("table", None, f"{path.name}: {error.strerror}") from None
    return {
        os.fsdecode(re.split(rb"[\s:]", line, maxsplit=1)[0]) for line in lines if not line.startswith(b"#")
    }


@lru_cache(maxsize=8)
def _settings_of(path: Path, _status: tuple[int, ...]) -> Settings:
    """Read sendmail.cf once for each state of the file."""
    return settings_in(path.read_text(errors="surrogateescape"))


def _checked(queue_id: str) -> str:
    """Return `queue_id`, or raise MtaError if it is none.

    Ids come from a database. `-qI` selects by a part of the id: an empty or short one would choose others.
    """
    if not re.fullmatch(r"[0-9A-Za-z]{14,20}", queue_id):
        raise MtaError("queue id", None, f"{queue_id[:40]!r} is not one")
    return queue_id
