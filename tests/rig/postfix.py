"""A private Postfix: configuration, queue and data in a temporary directory, loopback only.

It never reads or writes `/etc/postfix` and does not mind whether the system has a Postfix, or a running one.
Root is required, as for every Postfix; because root also runs `postqueue` and `postdrop`, their set-gid bit
never comes into play and no `alternate_config_directories` is needed in the system's main.cf.
"""

import json
import os
import re
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rig.waiting import free_port, wait_until

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
syslog_name = postfix
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.sockenladen.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_peername_lookup = no
smtpd_recipient_limit = 20000
smtpd_client_connection_count_limit = 0
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtp_host_lookup = native
relayhost = {relayhost}
enable_long_queue_ids = yes
message_size_limit = 104857600
header_address_token_limit = 1000000
mailbox_size_limit = 0
in_flow_delay = 0
notify_classes =
"""

GUARD = """\
smtpd_milters = {milter}
non_smtpd_milters = {milter}
"""

MILTER = "{{ unix:{root}/milter.sock, default_action=quarantine, connect_timeout=10s, content_timeout=60s }}"

MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60  1 pickup
cleanup   unix  n - n -   0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n -   - trivial-rewrite
bounce    unix  - - n -   0 bounce
defer     unix  - - n -   0 bounce
trace     unix  - - n -   0 bounce
verify    unix  - - n -   1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -   - proxymap
proxywrite unix - - n -   1 proxymap
smtp      unix  - - n -   - smtp
relay     unix  - - n -   - smtp
showq     unix  n - n -   - showq
error     unix  - - n -   - error
retry     unix  - - n -   - error
discard   unix  - - n -   - discard
anvil     unix  - - n -   1 anvil
scache    unix  - - n -   1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """The MTA's reply to one message: to the end of the data, or to the rejected command."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return self.code == 250

    @property
    def queue_id(self) -> str:
        """The queue id in `Ok: queued as …` or `… Message accepted`; "" if the message was rejected."""
        named = re.search(r"queued as (\w+)|(\w+) Message accepted", self.text)
        return (named[1] or named[2]) if named else ""


class PrivatePostfix:
    """One Postfix with its own directories; it runs in a `with` block and is then deleted."""

    name = "Postfix"
    recipients_of_submission = 1_000_000

    def __init__(
        self, relay: int | None, guarded: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        """`relay`: loopback port to which external mail is sent, None to discard all mail.

        `guarded`: a milter is expected at `milter_socket`; while it does not answer, mail is held.
        `settings`: further lines of main.cf, which win over ours.
        """
        self.root = Path(tempfile.mkdtemp(prefix="holdback-"))
        self.config_dir = self.root / "config"
        self.milter_socket = self.root / "milter.sock"
        self.port = free_port()
        template = MAIN_CF + (GUARD if guarded else "")
        relayhost = f"[127.0.0.1]:{relay}" if relay else ""
        ours = template.format(root=self.root, relayhost=relayhost, milter=MILTER.format(root=self.root))
        theirs = ({} if relay else {"default_transport": "discard:"}) | dict(settings or {})
        lines = [line for line in ours.splitlines() if line.split(" =")[0] not in theirs]
        lines += [f"{name} = {value}" for name, value in theirs.items()]
        self._write("\n".join(lines) + "\n")

    def _write(self, main_cf: str) -> None:
        self.root.chmod(0o755)
        for name in ("config", "data", "queue"):
            (self.root / name).mkdir()
        shutil.chown(self.root / "data", "postfix")
        (self.config_dir / "main.cf").write_text(main_cf)
        # Every Postfix program waits until main.cf is two seconds old, in case it is still being written.
        os.utime(self.config_dir / "main.cf", (1, 1))
        (self.config_dir / "master.cf").write_text(MASTER_CF.format(port=self.port))

    @property
    def log_file(self) -> Path:
        return self.root / "postfix.log"

    @property
    def submission(self) -> str:
        return f"/usr/sbin/sendmail -C {self.config_dir}"

    @property
    def settings(self) -> dict[str, str]:
        """The table `[mta]` of Holdback's configuration."""
        return {"kind": "postfix", "config_dir": str(self.config_dir)}

    def __enter__(self) -> Self:
        try:
            self.start()
        except RuntimeError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def _postfix(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["/usr/sbin/postfix", "-c", self.config_dir, *words], capture_output=True)

    def set(self, name: str, value: str) -> None:
        """Change one line of main.cf, and reload."""
        self.run("postconf", "-e", f"{name} = {value}")
        os.utime(self.config_dir / "main.cf", (1, 1))
        self._postfix("reload")

    def run(self, program: str, *words: str, given: bytes = b"") -> bytes:
        """Run one of Postfix's programs with `-c` and our configuration, and return its standard output."""
        command = [f"/usr/sbin/{program}", "-c", str(self.config_dir), *words]
        return subprocess.run(command, input=given, capture_output=True, check=True).stdout

    def send(self, raw: bytes, sender: str, recipients: Iterable[str], login: str = "") -> Reply:
        """Submit `raw` over SMTP in one transaction; with `login` as if the client had authenticated."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=120) as smtp:
            smtp.ehlo()
            if login:
                smtp.docmd("XCLIENT", f"LOGIN={login}")
                smtp.ehlo()
            return transact(smtp, raw, sender, recipients)

    def hold(self, raw: bytes, sender: str, recipients: Iterable[str]) -> str:
        """Put `raw` on hold, as Postfix does while no milter answers; return its queue id."""
        return self.send(raw, sender, recipients).queue_id

    def submit(self, raw: bytes, sender: str, recipients: Iterable[str]) -> None:
        """Submit `raw` with sendmail(1), as local programs do."""
        command = ["/usr/sbin/sendmail", "-C", str(self.config_dir), "-i", "-f", sender, "--", *recipients]
        subprocess.run(command, input=raw, capture_output=True, check=True)

    def queue(self, name: str = "") -> list[dict[str, Any]]:
        """Return the entries of `postqueue -j` in the queue `name` (`hold`, `deferred`, …) or in all."""
        entries = (json.loads(line) for line in self.run("postqueue", "-j").splitlines())
        return [entry for entry in entries if name in ("", entry["queue_name"])]

    def held(self) -> list[str]:
        """Return the queue ids of the mail on hold."""
        return [entry["queue_id"] for entry in self.queue("hold")]

    def wait_held(self, count: int) -> list[str]:
        """Wait for at least `count` messages on hold and return their queue ids."""
        wait_until(lambda: len(self.held()) >= count, f"{count} messages on hold")
        return self.held()

    def wait_empty(self) -> None:
        """Wait until only mail on hold is left in the queue."""
        wait_until(lambda: len(self.queue()) == len(self.queue("hold")), "an empty queue")

    def start(self) -> None:
        started = self._postfix("start")
        if started.returncode:
            raise RuntimeError(f"Postfix did not start:\n{started.stderr.decode()}{self.log()}")

    def stop(self) -> None:
        self._postfix("stop")

    def delete(self, queue_id: str) -> None:
        """Delete a message as an administrator does."""
        self.run("postsuper", "-d", queue_id)

    def release(self, queue_id: str) -> None:
        """Take a message off hold as an administrator does."""
        self.run("postsuper", "-H", queue_id)

    def run_queue(self) -> None:
        """Attempt to deliver everything that is not on hold."""
        self.run("postqueue", "-f")

    def clear(self) -> None:
        """Delete all mail in the queue."""
        self.run("postsuper", "-d", "ALL")

    def log(self) -> str:
        """Return Postfix's log."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""


def transact(
    smtp: smtplib.SMTP, raw: bytes, sender: str, recipients: Iterable[str], options: Sequence[str] = ()
) -> Reply:
    """Run one mail transaction (RFC 5321, 3.3) on a connection, which stays open."""
    code, text = smtp.mail(sender, [f"size={len(raw)}", *options])
    for recipient in recipients:
        if code != 250:
            break
        code, text = smtp.rcpt(recipient)
    if code == 250:
        code, text = smtp.data(re.sub(rb"\r?\n", b"\r\n", raw))
    else:
        smtp.rset()
    return Reply(code, text.decode(errors="replace"))
