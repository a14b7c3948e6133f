"""The real `holdback milter` as a process of its own, its record in a temporary directory."""

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from prometheus_client.parser import text_string_to_metric_families
from rig.postfix import PrivatePostfix
from rig.waiting import LONGEST, free_port, wait_until

HOLDBACK = str(Path(sys.executable).with_name("holdback"))
TESTS = Path(__file__).parents[1]
STARTED = '"event": "started"'
DOMAIN = "sockenladen.example"
"""The company whose outbound mail is guarded, unless a test says otherwise."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one `holdback` command did."""

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
    """One Holdback that guards `postfix`. Runs in a `with` block, and may be restarted there."""

    def __init__(
        self,
        postfix: PrivatePostfix,
        settings: Mapping[str, Any] | None = None,
        faults: Sequence[str] = (),
    ) -> None:
        """`settings`: the configuration as nested dicts, laid over one that fits `postfix`.

        `faults`: built into the daemon, and into every command, as `rig.launch` takes them.
        """
        self.root = Path(tempfile.mkdtemp(prefix="holdback-state-"))
        self.state_dir = self.root / "state"
        self.state_dir.mkdir(mode=0o700)
        self.config_file = self.root / "holdback.toml"
        self.socket = postfix.milter_socket
        self.log_file = self.root / "holdback.log"
        self._metrics_port = free_port()
        self._faults = faults
        self._process: subprocess.Popen[bytes] | None = None
        self.configure(settings or {}, postfix.config_dir)

    def configure(self, settings: Mapping[str, Any], config_dir: Path) -> None:
        """Writes the configuration; a running Holdback reads it at its next SIGHUP."""
        ours = {
            "internal_domains": [DOMAIN],
            "state_dir": str(self.state_dir),
            "milter": {"listen": f"unix:{self.socket}", "socket_mode": "0666"},
            "mta": {"kind": "postfix", "config_dir": str(config_dir)},
            "metrics": {"listen": f"127.0.0.1:{self._metrics_port}"},
            "log": {"format": "json"},
        }
        self.config_file.write_text(toml(_overlaid(ours, settings)))

    def __enter__(self) -> Self:
        try:
            self.start()
        except (RuntimeError, TimeoutError):
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def pid(self) -> int:
        assert self._process, "not started"
        return self._process.pid

    def start(self) -> None:
        """Returns when the milter answers on its socket, and is ready for signals as systemd sends them."""
        before = self.log().count(STARTED)
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("milter", "--config", str(self.config_file)),
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        wait_until(self._answers_or_died, "the milter's answer")
        if "log_disk_full" not in self._faults:
            wait_until(lambda: self._ended() or self.log().count(STARTED) > before, "the line `started`")

    def _answers_or_died(self) -> bool:
        return self._ended() or answers(self.socket)

    def _ended(self) -> bool:
        """False. Raises RuntimeError if the milter has ended by itself."""
        if self._process and self._process.poll() is not None:
            raise RuntimeError(f"holdback milter ended with {self._process.returncode}:\n{self.log()}")
        return False

    def stop(self) -> int:
        """Ends it as systemd would, with SIGTERM; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as the kernel would: no last words."""
        self._end(signal.SIGKILL)

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
        """Asks it to read its configuration again (SIGHUP)."""
        os.kill(self.pid, signal.SIGHUP)

    def cli(self, *words: str) -> Result:
        """Runs `holdback WORD …` with this configuration."""
        command = self._command(*words)
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=LONGEST)
        return Result(done.returncode, done.stdout, done.stderr)

    def _command(self, *words: str) -> list[str]:
        if self._faults:
            return [sys.executable, "-m", "rig.launch", *self._faults, "--", *words]
        return [HOLDBACK, *words]

    @property
    def environment(self) -> dict[str, str]:
        """What a `holdback` command needs to find this configuration."""
        launcher = {"PYTHONPATH": str(TESTS)} if self._faults else {}
        return os.environ | {"HOLDBACK_CONFIG": str(self.config_file)} | launcher

    def metrics_text(self) -> str:
        """The metrics as Prometheus scrapes them."""
        url = f"http://127.0.0.1:{self._metrics_port}/metrics"
        with urllib.request.urlopen(url, timeout=LONGEST) as page:
            text: str = page.read().decode()
        return text

    def metrics(self) -> dict[str, float]:
        """Every sample: `{'holdback_messages_total{action="hold"}': 3.0, …}`."""
        families = text_string_to_metric_families(self.metrics_text())
        return {_sample_name(s.name, s.labels): s.value for family in families for s in family.samples}

    def log(self) -> str:
        """All that Holdback has printed since its first start."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def messages(self) -> list[dict[str, Any]]:
        """The log line of every message so far: `queue_id`, `action`, `case`, `people`, …"""
        lines = (
            json.loads(line)
            for line in self.log().splitlines()
            if line.startswith("{") and line.endswith("}")
        )
        return [line for line in lines if line.get("event") == "message"]


def answers(path: Path) -> bool:
    """True if a milter behind the unix socket `path` takes part in the negotiation (SMFIC_OPTNEG)."""
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
    """The TOML document for nested dicts; JSON's spelling of plain values and lists is TOML's, too."""
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
