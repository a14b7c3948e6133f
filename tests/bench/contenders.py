"""The milters that the bench compares, each with a private Postfix of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import peers
from letters import SENDER
from rig.holdback import Holdback, answers
from rig.postfix import PrivatePostfix
from rig.waiting import wait_until

HERE = Path(__file__).resolve().parent
NONE, C, PYTHON, OURS = "no milter", "C, does nothing", "pymilter, does nothing", "Holdback"
PEERS = {"rspamd, two rules": peers.rspamd, "MIMEDefang, two rules": peers.mimedefang}


@dataclass(frozen=True, slots=True)
class Contender:
    """One Postfix and the milter that it asks."""

    name: str
    postfix: PrivatePostfix
    pids: tuple[int, ...] = ()
    """Processes of the milter that were started here; their children belong to it, too."""

    def cpu_seconds(self) -> float:
        """Return the processor time that the milter has used so far, user and system, in all processes."""
        return sum(map(_cpu_seconds, self.pids))


@contextmanager
def contenders(with_peers: bool = False) -> Iterator[list[Contender]]:
    """Run all milters, `with_peers` rspamd and MIMEDefang, too."""
    with ExitStack() as running:
        folder = Path(running.enter_context(TemporaryDirectory(prefix="holdback-bench-")))
        folder.chmod(0o755)

        def server(guarded: bool = True) -> PrivatePostfix:
            return running.enter_context(PrivatePostfix(relay=None, guarded=guarded))

        def contender(name: str, *commands: Sequence[str | Path], **environment: str) -> Contender:
            postfix = server()
            postfix.root.chmod(0o1777)
            started = processes(postfix.milter_socket, commands, environment)
            return Contender(name, postfix, running.enter_context(started))

        nothing = compiled("nothing", folder, "-lmilter", "-lpthread")
        everybody = [Contender(NONE, server(guarded=False))]
        everybody += [contender(C, [nothing, "unix:@SOCKET@"])]
        everybody += [contender(PYTHON, [sys.executable, HERE / "nothing.py", "unix:@SOCKET@"])]
        for name, peer in PEERS.items() if with_peers else ():
            root, run = peers.unpacked(), folder / name.partition(",")[0]
            everybody += [contender(name, *peer(root, run), **peers.environment(root, run))]
        guarded = server()
        domains, as_delivered = [SENDER.partition("@")[2]], {"workers": 0}
        settings = {"internal_domains": domains, "campaigns": {"copies": 1_000_000}, "milter": as_delivered}
        holdback = running.enter_context(Holdback(guarded, settings))
        yield [*everybody, Contender(OURS, guarded, (holdback.pid,))]


def compiled(name: str, folder: Path, *libraries: str) -> Path:
    """Compile the C program `name` into `folder` and return its path."""
    subprocess.run(["cc", "-O2", "-o", folder / name, HERE / f"{name}.c", *libraries], check=True)
    return folder / name


@contextmanager
def processes(
    socket: Path, commands: Sequence[Sequence[str | Path]], environment: dict[str, str]
) -> Iterator[tuple[int, ...]]:
    """Run the processes of one milter until it is no longer needed; `@SOCKET@` in a command is its socket."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            words = [str(word).replace("@SOCKET@", str(socket)) for word in command]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            started.append(subprocess.Popen(words, env=os.environ | environment, **quiet))
        wait_until(lambda: socket.exists() or _ended(started), f"the socket of {commands[-1][0]}")
        socket.chmod(0o666)
        wait_until(lambda: answers(socket) or _ended(started), f"the answer of {commands[-1][0]}")
        yield tuple(process.pid for process in started)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def _ended(started: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Return False; raise RuntimeError if one of the processes has ended."""
    for process in started:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
    return False


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, of its children, and of their children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    children = " ".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children"))
    return own + sum(map(_cpu_seconds, map(int, children.split())))
