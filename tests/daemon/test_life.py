"""How the daemon starts, reloads, drains, stops and dies."""

import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rig.daemonlog import lines
from rig.holdback import HOLDBACK, Holdback, answers
from rig.letters import ORDINARY, SOCKS, STRANGERS
from rig.milterclient import Ending, Hangup, MilterClient
from rig.waiting import free_port, wait_until

Start = Callable[..., Holdback]

BOB = [b"<bob@customer.example>"]
EVERYBODY = [b"<%s>" % stranger for stranger in STRANGERS]

SLOW = """\
import time
from holdback.daemon.report import log_error
gather = end_of_message.gather
def slow(envelope, raw, policy, knowledge):
    log_error("begun", Warning())
    for _ in range(15):
        knowledge.heartbeat()
        time.sleep(0.1)
    return gather(envelope, raw, policy, knowledge)
end_of_message.gather = slow
"""


def begin_slow_end(mta: MilterClient, milter: Holdback, raw: bytes, recipients: list[bytes]) -> None:
    """A message at its end that the milter has begun to judge, and goes on judging for more than a second."""
    mta.connect()
    mta.begin(b"<ann@corp.example>", recipients, "4A")
    mta.content(raw)
    mta.begin_end("4A")
    wait_until(lambda: "begun" in milter.log(), "the inspection")


def test_term_lets_the_message_at_its_end_finish(start: Start) -> None:
    """The message in flight gets its real answer, the next one must come again, the exit code is 0."""
    milter = start(fault=SLOW)
    with MilterClient(milter.socket) as early, MilterClient(milter.socket) as late:
        late.connect()
        begin_slow_end(early, milter, SOCKS, EVERYBODY)
        os.kill(milter.pid, signal.SIGTERM)
        wait_until(lambda: lines(milter, "stopping"), "the drain")
        assert late.message(ORDINARY, BOB).reply.startswith("451 4.3.0")
        ending = early.await_end()
    assert (ending.reply, ending.quarantine) == ("continue", lines(milter)[0]["case"])
    assert milter.stop() == 0
    assert not milter.socket.exists()


def test_second_signal_stops_at_once(start: Start) -> None:
    """Whoever asks twice does not wait: the MTA loses its milter, and its default action decides."""
    milter = start(fault=SLOW.replace("range(15)", "range(1500)"))
    with MilterClient(milter.socket) as mta:
        begin_slow_end(mta, milter, ORDINARY, BOB)
        os.kill(milter.pid, signal.SIGTERM)
        wait_until(lambda: lines(milter, "stopping"), "the drain")
        assert milter.stop() == 0
        with pytest.raises((Hangup, ConnectionResetError)):
            mta.await_end()
    assert lines(milter) == []


def test_kill_in_mid_message(start: Start) -> None:
    """kill -9: the MTA gets no answer, hence its default action; the next start replaces the stale socket."""
    milter = start(fault=SLOW)
    with MilterClient(milter.socket) as mta:
        begin_slow_end(mta, milter, ORDINARY, BOB)
        milter.kill()
        with pytest.raises((Hangup, ConnectionResetError)):
            mta.await_end()
    assert not answers(milter.socket)
    milter.start()
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine


def test_hup_takes_the_new_configuration(start: Start, tmp_path: Path) -> None:
    """SIGHUP changes limits for messages that begin later, on old connections too, not for one under way."""
    milter = start()
    with MilterClient(milter.socket) as mta, MilterClient(milter.socket) as under_way:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
        under_way.connect()
        under_way.begin(b"<ann@corp.example>", EVERYBODY, "4B")
        settings = {"internal_domains": ["corp.example"], "checks": {"visible_recipients": {"limit": 100}}}
        milter.configure(settings, tmp_path)
        milter.reload()
        wait_until(lambda: lines(milter, "configuration reloaded"), "the reload")
        assert mta.message(SOCKS, EVERYBODY) == Ending("accept")
        under_way.content(SOCKS)
        assert under_way.end("4B").quarantine


def test_hup_with_a_broken_configuration(start: Start) -> None:
    """A mistake is reported by number, the old configuration stays, the milter serves on."""
    milter = start()
    milter.config_file.write_text(
        'internal_domains = ["corp.example"]\nmod = "observe"\n[milter]\nlisten = "x"\n'
    )
    milter.reload()
    wait_until(lambda: lines(milter, "configuration not reloaded"), "the complaint")
    assert lines(milter, "configuration not reloaded")[0]["mistakes"] == 2
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine


def test_socket_mode(start: Start) -> None:
    """The socket has the mode of the configuration from its first moment."""
    milter = start({"milter": {"socket_mode": "0640"}})
    assert oct(stat.S_IMODE(milter.socket.stat().st_mode)) == "0o640"


def test_socket_in_use(milter: Holdback) -> None:
    """A second daemon on the same socket refuses to start; the first one keeps it."""
    second = subprocess.run(
        [HOLDBACK, "milter", "--config", milter.config_file], capture_output=True, timeout=60
    )
    assert second.returncode == 69
    assert answers(milter.socket)


def test_not_a_socket(start: Start, tmp_path: Path) -> None:
    """A file with the socket's name is not removed."""
    (tmp_path / "milter.sock").write_text("precious")
    with pytest.raises(RuntimeError, match="69"):
        start()
    assert (tmp_path / "milter.sock").read_text() == "precious"


def test_mistakes_in_the_configuration(tmp_path: Path) -> None:
    """All at once, exit 78."""
    config = tmp_path / "holdback.toml"
    config.write_text('mode = "enforced"\n[milter]\nlisten = "nowhere"\n')
    done = subprocess.run(
        [HOLDBACK, "milter", "--config", config], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 78
    assert [key for key in ("internal_domains", "mode", "milter.listen") if key not in done.stderr] == []


def test_inet_socket(start: Start, tmp_path: Path) -> None:
    """`inet:port@host` serves and stops just as well."""
    port = free_port()
    config = tmp_path / "inet.toml"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n'
        f'[milter]\nlisten = "inet:{port}@127.0.0.1"\n[metrics]\nlisten = ""\n'
    )
    daemon = subprocess.Popen([HOLDBACK, "milter", "--config", config], stderr=subprocess.DEVNULL)
    wait_until(lambda: _connects(port), "the port")
    daemon.terminate()
    assert daemon.wait(30) == 0


def test_socket_given_by_systemd(tmp_path: Path) -> None:
    """`fd:N`: somebody else has bound the socket, and keeps it (Debian's libmilter)."""
    config = tmp_path / "fd.toml"
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "given.sock"))
        bound.listen()
        config.write_text(
            f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n'
            f'[milter]\nlisten = "fd:{bound.fileno()}"\n[metrics]\nlisten = ""\n'
        )
        command = [HOLDBACK, "milter", "--config", config]
        daemon = subprocess.Popen(command, pass_fds=[bound.fileno()], stderr=subprocess.DEVNULL)
        with MilterClient(tmp_path / "given.sock") as mta:
            mta.connect()
            assert mta.message(SOCKS, EVERYBODY).quarantine
        daemon.terminate()
        assert daemon.wait(30) == 0
    assert (tmp_path / "given.sock").exists()


def _connects(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Start) -> None:
    """READY, RELOADING with its time and READY again, STOPPING (sd_notify(3))."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        milter = start()
        states = [systemd.recv(200)]
        milter.reload()
        states += [systemd.recv(200), systemd.recv(200)]
        milter.stop()
        states += [systemd.recv(200)]
    assert [state.split(b"\n")[0] for state in states] == [
        b"READY=1",
        b"RELOADING=1",
        b"READY=1",
        b"STOPPING=1",
    ]
    assert states[1].split(b"=")[-1].isdigit()


HASTY = """\
import functools
supervisor.run_housekeeping = functools.partial(supervisor.run_housekeeping, every=0.1)
"""


def test_database_gone_and_back(start: Start, tmp_path: Path) -> None:
    """Without a database the mail is held all the same, under one case; back again, the record catches up."""
    folder = tmp_path / "database"
    folder.mkdir()
    milter = start({"database": {"url": f"sqlite:///{folder}/holdback.db"}}, fault=HASTY)
    wait_until(lambda: (folder / "holdback.db").exists(), "the database")
    folder.rename(tmp_path / "away")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        first, second = (mta.message(SOCKS, EVERYBODY, queue_id=queue_id) for queue_id in ("4A", "4B"))
    assert first.quarantine
    assert first == second
    assert milter.metrics()['holdback_errors_total{stage="record"}'] == 2
    (tmp_path / "away").rename(folder)
    wait_until(lambda: milter.metrics().get('holdback_holds{state="pending"}') == 2, "the import")
    assert [line["count"] for line in lines(milter, "journal imported")] == [2]


def test_database_down_from_the_start(start: Start) -> None:
    """A start without a database is a start: nothing passes unseen meanwhile."""
    milter = start({"database": {"url": f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"}})
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
        assert mta.message(ORDINARY, BOB) == Ending("accept")


def test_log_on_a_full_disk(start: Start) -> None:
    """A log that cannot be written costs no message its answer."""
    milter = start(fault="import os\nos.dup2(os.open('/dev/full', os.O_WRONLY), 2)\n")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
        assert mta.message(ORDINARY, BOB) == Ending("accept")
        mta.header(b"X-B\xfcro", b"1")
        assert mta.message(ORDINARY, BOB) == Ending("accept")


COUNTED = """\
import os, Milter
leave = os._exit
os._exit = lambda code: (print("contexts", *Milter.getdiag(), flush=True), leave(code))
"""


def test_no_connection_is_left_behind(start: Start) -> None:
    """libmilter has deleted every context it made, politely closed or not."""
    milter = start(fault=COUNTED)
    for turn in range(40):
        with MilterClient(milter.socket) as mta:
            mta.connect()
            mta.message(ORDINARY, BOB)
            if turn % 2:
                mta.quit()
    time.sleep(0.2)
    milter.stop()
    (counts,) = [line.split() for line in milter.log().splitlines() if line.startswith("contexts")]
    made, deleted = int(counts[1]), int(counts[2])
    assert made >= 40
    assert made == deleted
