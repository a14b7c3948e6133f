"""rspamd and MIMEDefang with two rules each, from Debian's packages, unpacked into a folder of their own.

Nothing is installed: Debian's mimedefang would remove Postfix.
"""

import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import chown

HERE = Path(__file__).resolve().parent / "peers"
ROOT = HERE.parents[2] / "build" / "peers"
PACKAGES = ("rspamd", "mimedefang")
LIBRARIES = (
    *("libglib2.0-0", "libhyperscan5", "libicu72", "libluajit-5.1-2", "libluajit-5.1-common"),
    *("libpcre2-8-0", "libsodium23", "libsqlite3-0", "libunwind8"),
    *("libperl5.36", "libunix-syslog-perl", "libmime-tools-perl", "libio-stringy-perl", "libmailtools-perl"),
    *("libtimedate-perl", "libnet-dns-perl", "libnet-ip-perl"),
    *("libio-socket-ssl-perl", "libnet-ssleay-perl", "liburi-perl"),
)
"""What both need; those that the system has are not unpacked."""
USER, GROUP = "nobody", "nogroup"
Commands = list[Sequence[str | Path]]


def unpacked() -> Path:
    """Download and unpack what is missing, and return the folder."""
    if not (ROOT / "ready").exists():
        (ROOT / "packages").mkdir(parents=True, exist_ok=True)
        missing = [name for name in LIBRARIES if not _is_installed(name)]
        download = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *PACKAGES, *missing]
        subprocess.run(download, cwd=ROOT / "packages", check=True)
        for package in (ROOT / "packages").glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, ROOT], check=True)
        program = ROOT / "usr/bin/mimedefang.pl"
        text = program.read_text().replace('"/etc/mail/', f'"{ROOT}/etc/mail/')
        program.write_text(text.replace("= '/var/spool/MIMEDefang'", "= $ENV{'MIMEDEFANG'}"))
        (ROOT / "ready").touch()
    return ROOT


def environment(root: Path, run: Path) -> dict[str, str]:
    """Return the variables with which both find their libraries, and MIMEDefang its folder `run`."""
    triplet = f"{platform.machine()}-linux-gnu"
    libraries = (root / "usr/lib" / triplet, root / "usr/lib/rspamd")
    perl = (root / "usr/share/perl5", root / "usr/lib" / triplet / "perl5/5.36")
    paths = {"LD_LIBRARY_PATH": libraries, "PERL5LIB": perl, "MIMEDEFANG": (run,)}
    return {name: ":".join(map(str, folders)) for name, folders in paths.items()}


def rspamd(root: Path, run: Path) -> Commands:
    """Write a configuration into `run`, and return the command that serves `@SOCKET@`."""
    share = root / "usr/share/rspamd"
    _make(run)
    values = {"SHARE": share, "RUN": run, "HERE": HERE, "CORES": os.cpu_count()}
    text = (HERE / "rspamd.conf").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    (run / "rspamd.conf").write_text(text)
    paths = {"SHAREDIR": share, "LUALIBDIR": share / "lualib", "PLUGINSDIR": share / "plugins"}
    paths |= {"RULESDIR": share / "rules", "CONFDIR": root / "etc/rspamd", "DBDIR": run, "RUNDIR": run}
    options = [f"--var={name}={path}" for name, path in paths.items()]
    command = [root / "usr/bin/rspamd", "-f", "-u", USER, "-g", GROUP, "-c", run / "rspamd.conf", *options]
    return [[*command, "--var=SOCKET=@SOCKET@"]]


def mimedefang(root: Path, run: Path) -> Commands:
    """Return the commands of multiplexor and milter: two Perl processes a core; 128 messages may wait."""
    _make(run)
    common = ["-U", USER, "-D", "-z", run]
    count = str(2 * (os.cpu_count() or 1))
    program = root / "usr/bin/mimedefang.pl"
    workers = ["-m", count, "-x", count, "-E", "-q", "128", "-Q", "100"]
    multiplexor = [root / "usr/bin/mimedefang-multiplexor", *common, *workers, "-s", run / "multiplexor.sock"]
    milter = [root / "usr/bin/mimedefang", *common, "-m", run / "multiplexor.sock", "-p", "@SOCKET@", "-q"]
    return [[*multiplexor, "-f", program, "-F", HERE / "filter.pl"], milter]


def _is_installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True).stdout == b"installed"


def _make(run: Path) -> None:
    """Make a folder into which the peers may write."""
    run.mkdir(mode=0o700)
    chown(run, USER, GROUP)
