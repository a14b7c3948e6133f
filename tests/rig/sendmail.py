"""A private Sendmail: Debian's program, with configuration, queue and log in a temporary directory.

Installing Sendmail would remove Postfix, so it is unpacked (packaging/private-sendmail). It runs with a host
name, a /dev/log and a /dev of its own: without a dot in the name of the host it waits for DNS for a minute,
and its log goes through syslog(3).
"""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rig.postfix import Reply, transact
from rig.waiting import free_port, wait_until

UNPACKED = Path(sys.prefix) / "sendmail"
PACKAGING = Path(__file__).parents[2] / "packaging" / "sendmail"
HOST = "mail.sockenladen.example"

SENDMAIL_MC = """\
divert(0)dnl
OSTYPE(`linux')dnl
dnl as Debian's own sendmail.mc
define(`confPRIVACY_FLAGS', dnl
`needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings')dnl
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit,NonRootSafeAddr')dnl
define(`confQUEUE_FILE_MODE', `0600')dnl
define(`confREJECT_NUL', `true')dnl
define(`confMAX_HOP', `100')dnl
dnl private, loopback only
define(`confAUTH_MECHANISMS', `PLAIN')dnl
define(`confAUTH_OPTIONS', `A')dnl
TRUST_AUTH_MECH(`PLAIN')dnl
define(`confDOMAIN_NAME', `{host}')dnl
define(`confSERVICE_SWITCH_FILE', `{root}/service.switch')dnl
define(`confCW_FILE', `-o {root}/mail/local-host-names')dnl
define(`confCT_FILE', `-o {root}/mail/trusted-users')dnl
define(`ALIAS_FILE', `{root}/mail/aliases')dnl
define(`HELP_FILE', `')dnl
define(`STATUS_FILE', `')dnl
define(`QUEUE_DIR', `{queue}')dnl
define(`confPID_FILE', `{root}/sendmail.pid')dnl
define(`confHOST_STATUS_DIRECTORY', `')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_RESOLVER_RETRANS', `1s')dnl
define(`confTO_RESOLVER_RETRY', `1')dnl
define(`confREFUSE_LA', `0')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confDELAY_LA', `0')dnl
define(`confCONNECTION_RATE_THROTTLE', `0')dnl
define(`confMAX_DAEMON_CHILDREN', `0')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confDEF_USER_ID', `mail:mail')dnl
define(`LOCAL_MAILER_PATH', `/bin/false')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {relay}')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {relay}')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`confMAX_MESSAGE_SIZE', `104857600')dnl
FEATURE(`nocanonify')dnl
FEATURE(`use_cw_file')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`promiscuous_relay')dnl
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port={port}')dnl
{milter}{more}
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
ESASL_CONF_PATH={root}/sasl
"""

SUBMIT_MC = """\
divert(0)dnl
OSTYPE(`linux')dnl
define(`confSERVICE_SWITCH_FILE', `{root}/service.switch')dnl
define(`confCT_FILE', `-o {root}/mail/trusted-users')dnl
define(`confDOMAIN_NAME', `{host}')dnl
define(`confRUN_AS_USER', `mail')dnl
define(`confTRUSTED_USER', `mail')dnl
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit')dnl
define(`confTO_IDENT', `0')dnl
define(`MSP_QUEUE_DIR', `{root}/client')dnl
define(`STATUS_FILE', `')dnl
define(`confMAX_HEADERS_LENGTH', `60000')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {port}')dnl
FEATURE(`msp', `[127.0.0.1]')dnl
"""

WRAPPER = """\
#!/bin/sh
# sendmail(8) with a host name, and a /dev with a /dev/log, of its own.
exec unshare --uts --mount sh -c '
    hostname {host}
    mount -t tmpfs tmpfs {root}/dev
    cp -a /dev/null /dev/zero /dev/random /dev/urandom /dev/tty {root}/dev
    ln -s {root}/log {root}/dev/log
    mount --move {root}/dev /dev
    export SASL_CONF_PATH={root}/sasl
    exec {program} "$@"' sendmail "$@"
"""


_QUIET: Mapping[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
    "start_new_session": True,
}
_SASL_DATABASE = """use DB_File; tie my %d, "DB_File", $ARGV[0], O_CREAT|O_RDWR, 0600 or die "$!";
$d{"$ARGV[1]\\0$ARGV[2]\\0userPassword"} = $ARGV[3];"""
PASSWORD = "secret"
QUEUE_ONLY = "define(`confDELIVERY_MODE', `queueonly')dnl\n"
"""Lines of sendmail.mc with which mail waits for a queue run."""


class PrivateSendmail:
    """One Sendmail with its own directories; it runs in a `with` block and is then deleted."""

    name = "Sendmail"
    recipients_of_submission = 100

    def __init__(
        self,
        relay: int,
        guarded: bool = True,
        more: str = "",
        queue: str = "queue",
        folders: Sequence[str] = (),
    ) -> None:
        """`relay`: loopback port to which all mail is sent.

        `guarded`: a milter is expected at `milter_socket`; while it does not answer, mail is refused.
        `more`: further lines of sendmail.mc; ROOT becomes `root`. `queue`: QUEUE_DIR below `root`; it may end
        in `*`. `folders`: further ones to be made there.
        """
        self.root = Path(tempfile.mkdtemp(prefix="holdback-"))
        self.config_dir = self.root / "mail"
        self.program = self.root / "sbin" / "sendmail"
        self.milter_socket = self.root / "milter.sock"
        self.port = free_port()
        self.log_file = self.root / "mail.log"
        self._syslog = Syslog(self.root / "log", self.log_file)
        self._process: subprocess.Popen[bytes] | None = None
        milter = (PACKAGING / "holdback.mc").read_text() if guarded else ""
        milter = milter.replace("/run/holdback/milter.sock", str(self.milter_socket))
        self._write(
            SENDMAIL_MC.format(
                root=self.root,
                host=HOST,
                queue=self.root / queue,
                relay=relay,
                port=self.port,
                milter=milter,
                more=more.replace("ROOT", str(self.root)),
            ),
            folders,
        )

    def _write(self, sendmail_mc: str, folders: Sequence[str]) -> None:
        self.root.chmod(0o755)
        for name in ("mail", "dev", "sasl", "sbin"):
            (self.root / name).mkdir()
        for name in ("queue", *folders):
            (self.root / name).mkdir(mode=0o700)
        for name in ("local-host-names", "trusted-users", "aliases"):
            (self.config_dir / name).touch()
        (self.root / "sasl" / "Sendmail.conf").write_text(
            f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {self.root}/sasldb2\n"
            "mech_list: PLAIN\n"
        )
        (self.root / "service.switch").write_text("hosts files\naliases files\n")
        self.program.write_text(
            WRAPPER.format(root=self.root, host=HOST, program=UNPACKED / "usr/libexec/sendmail/sendmail")
        )
        self.program.chmod(0o755)
        (self.root / "sbin" / "makemap").symlink_to(UNPACKED / "usr/sbin/makemap")
        (self.root / "client").mkdir(mode=0o770)
        shutil.chown(self.root / "client", "mail", "mail")
        self._configure("sendmail", sendmail_mc)
        self._configure("submit", SUBMIT_MC.format(root=self.root, host=HOST, port=self.port))

    def _configure(self, name: str, macros: str) -> None:
        """Write `name`.mc, and what m4(1) makes of it."""
        source, folder = self.config_dir / f"{name}.mc", UNPACKED / "usr/share/sendmail/cf"
        source.write_text(macros)
        command = ["m4", f"-D_CF_DIR_={folder}/", folder / "m4/cf.m4", source]
        with source.with_suffix(".cf").open("wb") as file:
            subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)

    @property
    def submission(self) -> str:
        return f"{self.program} -Ac -C {self.config_dir}/submit.cf"

    @property
    def settings(self) -> dict[str, str]:
        """The table `[mta]` of Holdback's configuration."""
        return {
            "kind": "sendmail",
            "config_dir": str(self.config_dir),
            "program": str(self.program),
            "log": str(self.log_file),
        }

    def __enter__(self) -> Self:
        self._syslog.start()
        try:
            self.run("-bi")
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def start(self) -> None:
        """Start the daemon, with a queue run that no test waits for."""
        self._process = subprocess.Popen([*self._command(), "-bD", "-q1h"], **_QUIET)
        wait_until(self._answers, "Sendmail's greeting")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._syslog.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def stop(self) -> None:
        """Stop the daemon, and what it has started."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise RuntimeError(f"Sendmail did not start:\n{self.log()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as line:
            return line.recv(4) != b""
        return False

    def _command(self) -> list[str]:
        return [str(self.program), "-C", str(self.config_dir / "sendmail.cf")]

    def run(self, *words: str, given: bytes = b"") -> bytes:
        """Run sendmail(8) with our configuration, and return its standard output."""
        return subprocess.run([*self._command(), *words], input=given, capture_output=True, check=True).stdout

    def send(
        self, raw: bytes, sender: str, recipients: Iterable[str], login: str = "", options: Sequence[str] = ()
    ) -> Reply:
        """Submit `raw` over SMTP in one transaction; with `login` after authentication (SASL PLAIN).

        `options`: further ones of MAIL FROM.
        """
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=120) as smtp:
            smtp.ehlo()
            if login:
                self._add_user(login)
                smtp.login(login, PASSWORD)
            return transact(smtp, raw, sender, recipients, options)

    def _add_user(self, login: str) -> None:
        user, _, realm = login.partition("@")
        words = ("perl", "-e", _SASL_DATABASE, self.root / "sasldb2", user, realm or HOST, PASSWORD)
        subprocess.run(words, check=True)

    def hold(self, raw: bytes, sender: str, recipients: Iterable[str], reason: str = "") -> str:
        """Queue `raw` and put it on hold, without a milter; return its queue id. Takes `QUEUE_ONLY`.

        `reason`: that of the quarantine; as Holdback's if it is empty.
        """
        queue_id = self.send(raw, sender, recipients).queue_id
        self.run(f"-Q{reason or f'TEST-00 {queue_id}'}", f"-qI{queue_id}")
        assert queue_id in self.held()
        return queue_id

    def submit(self, raw: bytes, sender: str, recipients: Iterable[str]) -> None:
        """Submit `raw` with sendmail(1), as local programs do: it hands it to the daemon by SMTP."""
        command = [self.program, "-Ac", "-C", self.config_dir / "submit.cf", "-i", "-f", sender, "--"]
        subprocess.run([*command, *recipients], input=raw, capture_output=True, check=True)

    def makemap(self, kind: str, source: Path) -> None:
        """Make a table with makemap(8)."""
        with source.open("rb") as lines:
            program = self.program.with_name("makemap")
            subprocess.run(
                [program, "-C", self.config_dir / "sendmail.cf", kind, source], stdin=lines, check=True
            )

    def unlocked(self, queue_id: str) -> bool:
        """Return whether Sendmail does not work on the message at this moment."""
        for path in self.root.glob(f"queue*/**/[hq]f{queue_id}"):
            with path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
        return True

    def run_client_queue(self) -> None:
        """Deliver what local programs submitted while the daemon did not accept mail."""
        subprocess.run([self.program, "-Ac", "-C", self.config_dir / "submit.cf", "-q"], check=True)

    def queue(self, name: str = "") -> list[dict[str, Any]]:
        """Return the messages in the queue; those on hold if `name` is `hold`."""
        found = []
        for kind, place in (("hf", "hold"), ("qf", "active")):
            for path in self.root.glob(f"queue*/**/{kind}?*"):
                found.append({"queue_id": path.name[2:], "queue_name": place})
        return [entry for entry in found if name in ("", entry["queue_name"])]

    def held(self) -> list[str]:
        """Return the queue ids of the mail on hold."""
        return [entry["queue_id"] for entry in self.queue("hold")]

    def wait_held(self, count: int) -> list[str]:
        """Wait for at least `count` messages on hold and return their queue ids."""
        wait_until(lambda: len(self.held()) >= count, f"{count} messages on hold")
        return self.held()

    def wait_empty(self) -> None:
        """Wait until only mail on hold is left in the queue."""
        wait_until(lambda: not self.queue("active"), "an empty queue")

    def delete(self, queue_id: str) -> None:
        """Delete a message as an administrator does: Sendmail has no command for it."""
        for kind in ("hf", "qf", "df"):
            for path in self.root.glob(f"queue*/**/{kind}{queue_id}"):
                path.unlink()

    def release(self, queue_id: str) -> None:
        """Take a message off hold as an administrator does."""
        self.run("-qQ", "-Q", f"-qI{queue_id}")

    def run_queue(self) -> None:
        """Attempt to deliver everything that is not on hold."""
        self.run("-q")

    def clear(self) -> None:
        """Delete all mail in the queue."""
        for path in self.root.glob("queue*/**/[hqdx]f?*"):
            path.unlink(missing_ok=True)

    def log(self) -> str:
        """Return Sendmail's log."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""


class Syslog:
    """A syslog daemon for one socket: it appends each message to a file, as `Dec  1 …: message`."""

    def __init__(self, path: Path, file: Path) -> None:
        self._file = file
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._thread = threading.Thread(target=self._receive, daemon=True)

    def start(self) -> None:
        self._socket.bind(str(self._path))
        self._path.chmod(0o666)
        self._thread.start()

    def _receive(self) -> None:
        while message := self._socket.recv(65_536):
            with self._file.open("ab") as file:
                file.write(re.sub(rb"^<\d+>", b"", message).rstrip(b"\0\n") + b"\n")

    def stop(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ending:
            ending.sendto(b"", str(self._path))
        self._thread.join()
        self._socket.close()
