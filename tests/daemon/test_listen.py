"""An address that cannot be listened on is named, with its key and the reason."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from holdback.daemon.listen import CannotListen, clear
from holdback.daemon.metrics_server import serve_metrics


@pytest.fixture
def port() -> Iterator[int]:
    """A port of 127.0.0.1 on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def refusal(call: Callable[[str], None], address: str) -> str:
    with pytest.raises(CannotListen) as raised:
        call(address)
    return str(raised.value)


def test_a_port_in_use_is_named(port: int) -> None:
    """For the MTA's socket and for the metrics."""
    milter, metrics = f"inet:{port}@127.0.0.1", f"127.0.0.1:{port}"
    assert refusal(clear, milter) == f'milter.listen = "{milter}": address already in use'
    assert refusal(serve_metrics, metrics) == f'metrics.listen = "{metrics}": address already in use'


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
    assert refusal(clear, address).startswith(f'milter.listen = "{address}": {reason}')


@pytest.mark.parametrize("listen", ["192.0.2.1:9847", "no..host:9847"])
def test_other_reasons_for_metrics(listen: str) -> None:
    """Each is a sentence, not a traceback."""
    assert refusal(serve_metrics, listen).startswith(f'metrics.listen = "{listen}": ')


def test_a_unix_socket_in_use_is_named(tmp_path: Path) -> None:
    """Also what is no socket; a socket that a killed process left is removed."""
    path = tmp_path / "milter.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        assert refusal(clear, f"unix:{path}") == f"{path} is in use by another process"
    clear(f"unix:{path}")
    assert not path.exists()
    path.write_text("")
    assert refusal(clear, f"unix:{path}") == f"{path} is not a socket"


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:0"])
def test_free_addresses(listen: str) -> None:
    """A host is a number or a name; port 0 is any."""
    host, _, port = listen.rpartition(":")
    clear(f"inet:{port}@{host}")
    serve_metrics(listen)


def test_the_metrics_are_served() -> None:
    """In the text format of Prometheus, with the version."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve_metrics(f"127.0.0.1:{port}")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert b"holdback_build_info{" in answer.read()


def test_the_milter_names_the_address(port: int, tmp_path: Path) -> None:
    """On standard error, with the exit code of an unavailable service."""
    config = tmp_path / "holdback.toml"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n[metrics]\nlisten = ""\n'
        f'[milter]\nlisten = "inet:{port}@127.0.0.1"\n'
    )
    done = subprocess.run(
        [Path(sys.executable).with_name("holdback"), "--config", config, "milter"],
        capture_output=True,
        text=True,
    )
    address = f"inet:{port}@127.0.0.1"
    assert f'holdback: cannot start: milter.listen = "{address}": address already in use\n' in done.stderr
    assert done.returncode == 69
