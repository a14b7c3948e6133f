"""An address that cannot be listened on is named, with its key and the reason; a process may accept later."""

import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from holdback.daemon.listen import Acceptance, CannotListen, listen_for_metrics, listen_on
from holdback.daemon.process import WAKE
from rig.holdback import Holdback
from rig.postgresql import Cluster
from rig.waiting import wait_until


@pytest.fixture
def port() -> Iterator[int]:
    """A port of 127.0.0.1 on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def listen(address: str) -> None:
    """Listen for the MTA, and stop at once."""
    listen_on(address, 0o600).close()


def refusal(call: Callable[[str], object], address: str) -> str:
    with pytest.raises(CannotListen) as raised:
        call(address)
    return str(raised.value)


def test_a_port_in_use_is_named(port: int) -> None:
    """For the MTA's socket and for the metrics."""
    milter, metrics = f"inet:{port}@127.0.0.1", f"127.0.0.1:{port}"
    assert refusal(listen, milter) == f'milter.listen = "{milter}": address already in use'
    assert refusal(listen_for_metrics, metrics) == f'metrics.listen = "{metrics}": address already in use'


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("inet:8899@192.0.2.1", "cannot assign requested address"),
        ("inet6:8899@[2001:db8::1]", ""),
        ("inet:8899@no..host", ""),
    ],
)
def test_other_reasons(address: str, reason: str) -> None:
    """Addresses of another host, and a name that is none."""
    assert refusal(listen, address).startswith(f'milter.listen = "{address}": {reason}')


@pytest.mark.parametrize("address", ["192.0.2.1:9847", "no..host:9847"])
def test_other_reasons_for_metrics(address: str) -> None:
    """Each is a sentence, not a traceback."""
    assert refusal(listen_for_metrics, address).startswith(f'metrics.listen = "{address}": ')


def test_a_unix_socket_in_use_is_named(tmp_path: Path) -> None:
    """Also what is no socket; a socket that a killed process left is removed."""
    path = tmp_path / "milter.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        assert refusal(listen, f"unix:{path}") == f'milter.listen = "unix:{path}": in use by another process'
    listen(f"unix:{path}")
    path.unlink()
    path.write_text("")
    assert refusal(listen, f"unix:{path}") == f'milter.listen = "unix:{path}": not a socket'


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_free_addresses(host: str) -> None:
    """A host is a number or a name; port 0 is any."""
    listen(f"inet:0@{host}")
    metrics = listen_for_metrics(f"{host}:0")
    assert metrics is not None
    metrics.close()


def test_no_metrics() -> None:
    """An empty address is none."""
    assert listen_for_metrics("") is None


def test_the_metrics_are_served(milter: Holdback) -> None:
    """In the text format of Prometheus, with the version."""
    assert "holdback_build_info{" in milter.metrics_text()


def refused_start(config: Path) -> str:
    """Standard error of a milter that does not start, with the exit code of an unavailable service."""
    done = subprocess.run(
        [Path(sys.executable).with_name("holdback"), "--config", config, "milter"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 69
    return done.stderr


def test_the_milter_names_the_address(port: int, tmp_path: Path) -> None:
    """On standard error."""
    config = tmp_path / "holdback.toml"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n[metrics]\nlisten = ""\n'
        f'[milter]\nlisten = "inet:{port}@127.0.0.1"\n'
    )
    address = f"inet:{port}@127.0.0.1"
    said = refused_start(config)
    assert f'holdback: cannot start: milter.listen = "{address}": address already in use\n' in said


def test_the_milter_refuses_an_unfit_database(cluster: Cluster, tmp_path: Path) -> None:
    """In one line, before it listens."""
    config = tmp_path / "holdback.toml"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n[metrics]\nlisten = ""\n'
        f'[milter]\nlisten = "unix:{tmp_path}/milter.sock"\n'
        f'[database]\nurl = "{cluster.new_database("LATIN1")}"\n'
    )
    (said,) = refused_start(config).splitlines()
    assert said.startswith("holdback: cannot start: the encoding of the database is LATIN1; ")
    assert not (tmp_path / "milter.sock").exists()


@pytest.fixture
def wake() -> Iterator[signal.Signals]:
    """A signal that interrupts a system call and does nothing else."""
    before = signal.signal(WAKE, lambda number, frame: None)
    yield WAKE
    signal.signal(WAKE, before)


def test_a_pause_in_accepting_ends_at_once(tmp_path: Path, wake: signal.Signals) -> None:
    """A thread that waits for connections as libmilter does gets none in the pause, and all after it."""
    accepted: list[socket.socket] = []

    def serve() -> None:
        while len(accepted) < 2:
            poll = select.poll()
            poll.register(listener.fileno(), select.POLLIN)
            poll.poll()
            with suppress(BlockingIOError):
                accepted.append(listener.accept()[0])

    def client() -> socket.socket:
        one = clients.enter_context(socket.socket(socket.AF_UNIX))
        one.connect(address)
        return one

    address = str(tmp_path / "socket")
    with ExitStack() as clients, listen_on(f"unix:{address}", 0o600) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        acceptance = Acceptance(listener, lambda: signal.pthread_kill(thread.ident or 0, wake))
        acceptance.allow(False)
        thread.start()
        client()
        client()
        time.sleep(0.2)
        assert accepted == []
        acceptance.allow(True)
        wait_until(lambda: len(accepted) == 2, "both connections")
        thread.join()
        acceptance.stop()
        acceptance.allow(True)
        with pytest.raises(ConnectionRefusedError):
            client()
        for one in accepted:
            one.close()
