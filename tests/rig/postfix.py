"""A Postfix of one's own: configuration, queue and data in a temporary directory, loopback only.

It never reads or writes `/etc/postfix` and does not mind whether the system has a Postfix, or a running one.
Root is required, as for every Postfix; because root also runs `postqueue` and `postdrop`, their set-gid bit never
comes into play and no `alternate_config_directories` is needed in the system's main.cf.
"""

import json
import re
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
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
mailbox_size_limit = 0
in_flow_delay = 0
notify_classes =
"""

MILTER = "{{ unix:{socket}, default_action=quarantine, connect_timeout=10s, command_timeout=30s, content_timeout=60s }}"

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
    """What Postfix answered to one message: to the end of the data, or to the command that it refused."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return self.code == 250

    @property
    def queue_id(self) -> str:
        """The queue id that `250 2.0.0 Ok: queued as …` names; empty if the message was refused."""
        named = re.search(r"queued as (\w+)", self.text)
        return named[1] if named else ""


class PrivatePostfix:
    """One Postfix with its own directories; runs inside a `with` block and is gone afterwards."""

    def __init__(self, relay: int | None, guarded: bool = True, settings: Mapping[str, str] | None = None) -> None:
        """`relay`: loopback port that stands for the outside world, None to discard all mail.

        `guarded`: a milter is expected at `milter_socket`; while it does not answer, mail is held.
        `settings`: further lines of main.cf, which win over ours.
        """
        self.root = Path(tempfile.mkdtemp(prefix="holdback-"))
        self.config_dir = self.root / "config"
        self.milter_socket = self.root / "milter.sock"
        self.port = free_port()
        self._settings = dict(settings or {})
        if relay is None:
            self._settings.setdefault("default_transport", "discard:")
            self._settings.setdefault("relay_transport", "discard:")
        self._relayhost = f"[127.0.0.1]:{relay}" if relay else ""
        self._guarded = guarded
        self._write_configuration()

    def _write_configuration(self) -> None:
        self.root.chmod(0o755)
        for name in ("config", "queue", "data"):
            (self.root / name).mkdir()
        shutil.chown(self.root / "data", "postfix")
        settings = dict(line.split(" =") for line in MAIN_CF.splitlines())
        settings["relayhost"] = " {relayhost}"
        if self._guarded:
            milter = MILTER.format(socket=self.milter_socket)
            settings |= {"smtpd_milters": milter, "non_smtpd_milters": milter}
        settings = {name: value.strip() for name, value in settings.items()}
