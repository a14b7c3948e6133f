"""The real `holdback milter` as a separate process, with its record in a temporary directory."""

import contextlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from prometheus_client.parser import text_string_to_metric_families
from rig.mta import PrivateMta
from rig.waiting import LONGEST, free_port, wait_until

HOLDBACK = str(Path(sys.executable).with_name("holdback"))
TESTS = Path(__file__).parents[1]
STARTED = '"event": "started"'
DOMAIN = "sockenladen.example"
"""Default domain of the company whose outbound mail is checked."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one `holdback` command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The objects of a command that prints one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Holdback:
    """One Holdback as milter of `mta`. It runs in a `with` block and may be restarted there."""

    def __init__(
        self,
        mta: PrivateMta,
        settings: Mapping[str, Any] | None = None,
        faults: Sequence[str] = (),
        user: str = "",
    ) -> None:
        """`settings`: the configuration as nested dicts, merged into a default for `mta`.

        `faults`: built into the daemon, and into every command, as `rig.launch` takes them.
        `user`: the user of the milter, which owns its state directory; else it is root.
        """
        self.root = Path(tempfile.mkdtemp(prefix="holdback-state-"))
        self.state_dir = self.root / "state"
        self.state_dir.mkdir(mode=0o700)
        self.config_file = self.root / "holdback.toml"
        self.socket = mta.milter_socket
        self.log_file = self.root / "holdback.log"
        self._metrics_port = free_port()
        self._faults = faults
        self._user = user
        self.operators_socket = self.root / "run/operators.sock"
        self.operators_socket.parent.mkdir(mode=0o755)
        if user:
            self.root.chmod(0o755)
            shutil.chown(self.state_dir, user, user)
            shutil.chown(self.operators_socket.parent, user, user)
            shutil.chown(self.socket.parent, user)
        self._process: subprocess.Popen[bytes] | None = None
        self._mta = mta.settings
        self.configure(settings or {})

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Write the configuration; a running Holdback reads it at the next SIGHUP."""
        ours = {
            "internal_domains": [DOMAIN],
            "state_dir": str(self.state_dir),
            # Most tests need the order of their messages; those of several workers say so.
            "milter": {"listen": f"unix:{self.socket}", "socket_mode": "0666", "workers": 1},
            "mta": self._mta,
            "metrics": {"listen": f"127.0.0.1:{self._metrics_port}"},
            "log": {"format": "json"},
            "roles": {"socket": str(self.operators_socket)},
            # An agent would act by itself in the middle of tests about held mail; those about it turn it on.
            "holds": {"rescan": False},
            # Tests of what is deleted do not wait; those of the grace period set one.
            "decisions": {"grace": 0},
        }
        self.config_file.write_text(toml(_overlaid(ours, settings)))

    def __enter__(self) -> Self:
        try:
            self._start_on_a_free_port()
        except (RuntimeError, TimeoutError):
            self.__exit__(None, None, None)
            raise
        return self

    def _start_on_a_free_port(self) -> None:
        """Start it; once more with another port if another program took the one of the metrics meanwhile."""
        try:
            self.start()
        except RuntimeError as error:
            if "metrics.listen" not in str(error):
                raise
            taken, self._metrics_port = self._metrics_port, free_port()
            text = self.config_file.read_text().replace(f":{taken}", f":{self._metrics_port}")
            self.config_file.write_text(text)
            self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def pid(self) -> int:
        assert self._process, "not started"
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        """Process ids of the workers."""
        return [pid for pid in children_of(self.pid) if _name(pid) == "holdback-worker"]

    @property
    def worker(self) -> int:
        """Process id of the only worker."""
        (worker,) = self.workers
        return worker

    @property
    def readers(self) -> list[int]:
        """Process ids of the workers' readers."""
        return [reader for worker in self.workers for reader in children_of(worker)]

    @property
    def keeper(self) -> int:
        """Process id of the housekeeper."""
        (keeper,) = (pid for pid in children_of(self.pid) if _name(pid) == "holdback-keeper")
        return keeper

    def start(self) -> None:
        """Start the milter and wait until it answers on its socket and handles signals."""
        before = self.log().count(STARTED)
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("milter", "--config", str(self.config_file)),
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                **identity(self._user),
            )
        wait_until(self._answers_or_died, "the milter's answer")
        if "log_disk_full" not in self._faults:
            wait_until(lambda: self._ended() or self.log().count(STARTED) > before, "the line `started`")

    def _answers_or_died(self) -> bool:
        return self._ended() or answers(self.socket)

    def _ended(self) -> bool:
        """Return False; raise RuntimeError if the milter has exited."""
        if self._process and self._process.poll() is not None:
            raise RuntimeError(f"holdback milter ended with {self._process.returncode}:\n{self.log()}")
        return False

    def stop(self) -> int:
        """Stop it with SIGTERM, as systemd does, and return its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it with SIGKILL, and wait until its workers have noticed: they accept until then."""
        self._end(signal.SIGKILL)
        wait_until(lambda: not _listens(self.socket), "all workers to stop accepting")

    def _end(self, how: signal.Signals) -> int:
        if not self._process:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            return self._process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def reload(self) -> None:
        """Send SIGHUP, so that it reads its configuration again."""
        os.kill(self.pid, signal.SIGHUP)

    def cli(self, *words: str, user: str = "", typed: str = "") -> Result:
        """Run `holdback WORD …` with this configuration, as `user` if given, with `typed` as its input."""
        done = subprocess.run(
            self._command(*words),
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            **identity(user),
        )
        return Result(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def agent(self, *before: str) -> Iterator[Path]:
        """Run `holdback agent` inside the block, started by the command `before`; yield its log."""
        log = self.root / "agent.log"
        with log.open("ab") as file:
            command = [*before, *self._command("agent")]
            process = subprocess.Popen(command, env=self.environment, stdout=file, stderr=file)
        try:
            wait_until(
                lambda: '"agent started"' in log.read_text() or process.poll() is not None, "the agent"
            )
            assert process.poll() is None, log.read_text()
            yield log
            process.terminate()
            assert process.wait(LONGEST) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()

    def _command(self, *words: str) -> list[str]:
        if self._faults:
            return [sys.executable, "-m", "rig.launch", *self._faults, "--", *words]
        return [HOLDBACK, *words]

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which `holdback` finds this configuration."""
        launcher = {"PYTHONPATH": str(TESTS)} if self._faults else {}
        return os.environ | {"HOLDBACK_CONFIG": str(self.config_file)} | launcher

    def metrics_text(self) -> str:
        """Return the metrics as Prometheus scrapes them."""
        url = f"http://127.0.0.1:{self._metrics_port}/metrics"
        with urllib.request.urlopen(url, timeout=LONGEST) as page:
            text: str = page.read().decode()
        return text

    def metrics(self) -> dict[str, float]:
        """Return all metrics: `{'holdback_messages_total{action="hold"}': 3.0, …}`."""
        families = text_string_to_metric_families(self.metrics_text())
        return {_sample_name(s.name, s.labels): s.value for family in families for s in family.samples}

    def log(self) -> str:
        """Return the output of Holdback since its first start."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def messages(self) -> list[dict[str, Any]]:
        """Return the log lines of all messages: `queue_id`, `action`, `case`, `people`, …"""
        lines = (
            json.loads(line)
            for line in self.log().splitlines()
            if line.startswith("{") and line.endswith("}")
        )
        return [line for line in lines if line.get("event") == "message"]


def identity(user: str) -> dict[str, Any]:
    """The options with which subprocess starts a program as this user; none for the user of the tests."""
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def children_of(pid: int) -> list[int]:
    """Children of all threads of a process; none if it has ended."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, thread.read_text().split())
    return found


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _listens(path: Path) -> bool:
    """True if a process listens on the unix socket `path`."""
    with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
        client.connect(str(path))
        return True
    return False


def answers(path: Path) -> bool:
    """True if a milter on the unix socket `path` answers the negotiation (SMFIC_OPTNEG)."""
    offer = b"O" + struct.pack("!III", 6, 0x1FF, 0x1FFFFF)
    with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(struct.pack("!I", len(offer)) + offer)
        answer = client.recv(5)
        client.sendall(struct.pack("!I", 1) + b"Q")
        return answer.endswith(b"O")
    return False


def toml(settings: Mapping[str, Any]) -> str:
    """Return nested dicts as TOML; plain values and lists are written as in JSON."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items() if not _is_nested(value)]
    for key, value in settings.items():
        for table in value if isinstance(value, list) and _is_nested(value) else ():
            lines += [f"[[{key}]]", toml(table)]
        if isinstance(value, Mapping):
            lines += [_tables(key, value)]
    return "\n".join(lines) + "\n"


def _tables(path: str, table: Mapping[str, Any]) -> str:
    lines = [f"[{path}]"]
    lines += [
        f"{key} = {json.dumps(value)}" for key, value in table.items() if not isinstance(value, Mapping)
    ]
    lines += [_tables(f"{path}.{key}", value) for key, value in table.items() if isinstance(value, Mapping)]
    return "\n".join(lines)


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
    )


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        both[key] = (
            _overlaid(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
        )
    return both


def _sample_name(name: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    return f"{name}{{{inside}}}" if inside else name
