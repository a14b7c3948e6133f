"""Start, reload, drain, stop and crash of the daemon."""

import contextlib
import os
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from daemon.conftest import with_defaults, without_postfix
from reader.processes import alive
from rig.daemonlog import lines
from rig.faults import BEGUN
from rig.holdback import HOLDBACK, Holdback, answers
from rig.letters import ORDINARY, SOCKS, STRANGERS
from rig.milterclient import Ending, Hangup, MilterClient
from rig.waiting import LONGEST, free_port, stop, wait_until

pytestmark = pytest.mark.server

Start = Callable[..., Holdback]

BOB = [b"<bob@customer.example>"]
EVERYBODY = [b"<%s>" % stranger for stranger in STRANGERS]


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A file whose creation lets the milter continue with a message; see `gather_waits`."""
    return tmp_path / "gate"


def begin_slow_end(mta: MilterClient, milter: Holdback, raw: bytes, recipients: list[bytes]) -> None:
    """Sends a message until the milter has begun its inspection."""
    mta.connect()
    mta.begin(b"<ann@corp.example>", recipients, "4A")
    mta.content(raw)
    mta.begin_end("4A")
    wait_until(lambda: BEGUN in milter.log(), "the inspection")


def test_term_lets_open_connections_finish(start: Start, gate: Path) -> None:
    """After SIGTERM nobody can connect; open connections are served, even without a supervisor."""
    milter = start({}, f"gather_waits={gate}")
    worker = milter.worker
    with MilterClient(milter.socket) as early, MilterClient(milter.socket) as late:
        late.connect()
        begin_slow_end(early, milter, SOCKS, EVERYBODY)
        assert milter.stop() == 0
        assert not milter.socket.exists()
        gate.touch()
        ending = early.await_end()
        assert late.message(ORDINARY, BOB) == Ending("accept")
    assert ending == Ending("continue", lines(milter)[0]["case"])
    wait_until(lambda: not alive(worker), "the end of the worker")


def test_second_signal_stops_at_once(start: Start, gate: Path) -> None:
    """After a second signal the MTA loses its connection, and its default action applies."""
    milter = start({}, f"gather_waits={gate}")
    with MilterClient(milter.socket) as mta:
        begin_slow_end(mta, milter, ORDINARY, BOB)
        os.kill(milter.pid, signal.SIGTERM)
        wait_until(lambda: lines(milter, "stopping"), "the drain")
        assert milter.stop() == 0
        with pytest.raises((Hangup, ConnectionResetError)):
            mta.await_end()
    assert lines(milter) == []


def test_kill_of_the_supervisor(start: Start, gate: Path) -> None:
    """After kill -9 of the supervisor open connections are served to their end; the next start works."""
    milter = start({}, f"gather_waits={gate}")
    worker, keeper = milter.worker, milter.keeper
    with MilterClient(milter.socket) as mta:
        begin_slow_end(mta, milter, SOCKS, EVERYBODY)
        milter.kill()
        wait_until(lambda: not answers(milter.socket), "the worker to notice")
        gate.touch()
        assert mta.await_end().quarantine
    wait_until(lambda: not alive(worker) and not alive(keeper), "the end of the others")
    milter.start()
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine


def test_kill_of_a_worker(start: Start, gate: Path) -> None:
    """After kill -9 of a worker the MTA's default action applies to its message; another one takes over."""
    milter = start({}, f"gather_waits={gate}")
    worker = milter.worker
    with MilterClient(milter.socket) as mta:
        begin_slow_end(mta, milter, ORDINARY, BOB)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises((Hangup, ConnectionResetError)):
            mta.await_end()
    gate.touch()
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
    assert milter.worker != worker
    line = lines(milter, "process ended")[0]
    assert (line["role"], line["pid"], line["error"]) == ("worker", worker, "SIGKILL")
    assert milter.metrics()['holdback_worker_restarts_total{reason="ended"}'] == 1


def test_workers_share_the_connections(start: Start) -> None:
    """Two workers serve one socket, and the metrics are those of both, also of workers that have ended."""
    milter = start({"milter": {"workers": 2}})

    def send(times: int) -> None:
        for _ in range(times):
            with MilterClient(milter.socket) as mta:
                mta.connect()
                assert mta.message(ORDINARY, BOB) == Ending("accept")

    send(20)
    counter = 'holdback_messages_total{action="pass"}'
    assert milter.metrics()[counter] == 20
    before = set(milter.workers)
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: len(set(milter.workers) - before) == 1, "the new worker")
    send(20)
    milter.reload()
    wait_until(lambda: lines(milter, "configuration reloaded"), "the reload")
    send(20)
    assert milter.metrics()[counter] == 60
    assert milter.metrics()["holdback_workers"] == 2


def test_kill_of_the_housekeeper(start: Start) -> None:
    """Another housekeeper serves the metrics and goes on with the work."""
    milter = start({}, "hasty_housekeeping")
    keeper = milter.keeper
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: lines(milter, "process ended"), "the end to be noticed")
    wait_until(lambda: milter.metrics()["holdback_workers"] == 1, "the metrics")
    assert milter.keeper != keeper


def test_removed_socket(start: Start) -> None:
    """The socket's file is there again soon, with its mode, and the milter answers on it."""
    milter = start({"milter": {"socket_mode": "0640"}})
    with MilterClient(milter.socket) as mta:
        mta.connect()
        milter.socket.unlink()
        wait_until(lambda: answers(milter.socket), "the new socket")
        assert mta.message(SOCKS, EVERYBODY).quarantine
    assert oct(stat.S_IMODE(milter.socket.stat().st_mode)) == "0o640"
    assert len(lines(milter, "socket was removed; listening anew")) == 1


def test_pool_of_libmilter_has_ended(start: Start) -> None:
    """libmilter's pool ends if poll() fails: the worker answers nobody any more, and is replaced."""
    milter = start({}, "hasty_probes")
    worker = milter.worker
    soft, hard = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    with MilterClient(milter.socket) as mta:
        mta.connect()
        # Fewer descriptors than the pool polls: its pipe, and this connection.
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (1, hard))
        mta.mail()
        wait_until(lambda: lines(milter, "process replaced"), "the replacement")
        # It may have ended already.
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(worker, resource.RLIMIT_NOFILE, (soft, hard))
    wait_until(lambda: answers(milter.socket), "the answer of the new worker")
    first = lines(milter, "process replaced")[0]
    assert (first["pid"], first["error"]) == (worker, "probe")


def test_stopped_worker(start: Start) -> None:
    """A worker that hangs altogether, as after SIGSTOP, is killed and replaced."""
    milter = start({}, "hasty_probes")
    worker = milter.worker
    os.kill(worker, signal.SIGSTOP)
    wait_until(lambda: lines(milter, "process ended"), "the end of the worker")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
    assert (lines(milter, "process ended")[0]["pid"], lines(milter, "process ended")[0]["error"]) == (
        worker,
        "SIGKILL",
    )


def test_grown_worker(start: Start) -> None:
    """A worker with more memory than allowed is replaced; its open connections are served to their end."""
    milter = start({"milter": {"worker_memory": "256 MiB"}}, "first_worker_grows")
    worker = milter.worker
    with MilterClient(milter.socket) as mta:
        mta.connect()
        wait_until(lambda: lines(milter, "process replaced"), "the replacement")
        wait_until(lambda: len(milter.workers) == 2, "the new worker")
        assert mta.message(ORDINARY, BOB) == Ending("accept")
    wait_until(lambda: not alive(worker), "the end of the grown worker")
    assert [line["error"] for line in lines(milter, "process replaced")] == ["memory"]


def test_idle_processes_rest(start: Start) -> None:
    """Supervisor and worker exchange signs of life once a second, and otherwise wait."""

    def wakings() -> int:
        pids = (milter.pid, milter.worker)
        status = "\n".join(Path(f"/proc/{pid}/status").read_text() for pid in pids)
        return sum(map(int, re.findall(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M)))

    milter = start()
    before = wakings()
    time.sleep(3)
    assert wakings() - before < 300


def test_workers_that_cannot_start(tmp_path: Path) -> None:
    """If no worker can start, the service gives up: with systemd it tries again, and says so."""
    milter = Holdback(without_postfix(tmp_path), {"internal_domains": ["corp.example"]}, ["libmilter_fails"])
    with pytest.raises(RuntimeError, match="ended with 69"), milter:
        pass


def test_hup_takes_the_new_configuration(start: Start, tmp_path: Path) -> None:
    """SIGHUP changes limits for later connections; the process stays the same, and open connections too."""
    milter = start()
    before, worker = milter.pid, milter.worker
    with MilterClient(milter.socket) as under_way:
        under_way.connect()
        under_way.begin(b"<ann@corp.example>", EVERYBODY, "4B")
        milter.configure(with_defaults({"checks": {"visible_recipients": {"limit": 100}}}))
        milter.reload()
        wait_until(lambda: lines(milter, "configuration reloaded"), "the reload")
        with MilterClient(milter.socket) as mta:
            mta.connect()
            assert mta.message(SOCKS, EVERYBODY) == Ending("accept")
        under_way.content(SOCKS)
        assert under_way.end("4B").quarantine
    assert milter.pid == before
    wait_until(lambda: not alive(worker), "the end of the old worker")


def test_hup_under_load(start: Start) -> None:
    """Reloads one after the other refuse, hold and lose nothing."""
    milter, stopping = start({"milter": {"workers": 2}}), threading.Event()

    def send() -> list[Ending]:
        endings = []
        while not stopping.is_set():
            with MilterClient(milter.socket) as mta:
                mta.connect()
                endings.append(mta.message(ORDINARY, BOB))
        return endings

    with ThreadPoolExecutor(4) as pool:
        senders = [pool.submit(send) for _ in range(4)]
        try:
            for number in range(1, 4):
                milter.reload()
                wait_until(
                    lambda number=number: len(lines(milter, "configuration reloaded")) == number, "the reload"
                )
        finally:
            stopping.set()
        endings = [ending for sender in senders for ending in sender.result()]
    assert len(endings) > 20
    assert [ending for ending in endings if ending != Ending("accept")] == []


def test_signals_while_the_next_program_starts(start: Start) -> None:
    """They wait for it: SIGHUP does not end the process, and SIGTERM is not lost."""
    milter = start()
    for _ in range(40):
        milter.reload()
        time.sleep(0.05)
    wait_until(lambda: lines(milter, "configuration reloaded"), "the reload")
    assert answers(milter.socket)
    milter.reload()
    assert milter.stop() == 0


def test_hup_with_an_address_in_use(start: Start, tmp_path: Path) -> None:
    """Mail and metrics stay on the old addresses; when the new ones are free, the next reload uses them."""
    milter, moved = start(), tmp_path / "moved.sock"
    with socket.socket(socket.AF_UNIX) as other, socket.create_server(("127.0.0.1", 0)) as metrics:
        other.bind(str(moved))
        other.listen()
        new = {"listen": f"unix:{moved}"}
        taken = {"listen": f"127.0.0.1:{metrics.getsockname()[1]}"}
        milter.configure(with_defaults({"milter": new, "metrics": taken}))
        milter.reload()
        wait_until(lambda: lines(milter, "configuration reloaded"), "the reload")
        assert len(lines(milter, "address not changed")) == 2
        assert answers(milter.socket)
        assert milter.metrics()["holdback_workers"] == 1
    milter.configure(with_defaults({"milter": new}))
    milter.reload()
    wait_until(lambda: len(lines(milter, "configuration reloaded")) == 2, "the second reload")
    assert answers(moved)
    assert not milter.socket.exists()
    assert milter.metrics()["holdback_workers"] == 1


def test_hup_changes_the_mode_of_the_socket(start: Start, tmp_path: Path) -> None:
    """The socket stays, with its new permissions."""
    milter = start()
    before = milter.socket.stat().st_ino
    milter.configure(with_defaults({"milter": {"socket_mode": "0640"}}))
    milter.reload()
    wait_until(lambda: lines(milter, "configuration reloaded"), "the reload")
    assert oct(stat.S_IMODE(milter.socket.stat().st_mode)) == "0o640"
    assert milter.socket.stat().st_ino == before


def test_hup_while_the_program_is_missing(start: Start) -> None:
    """If the program cannot be started anew, as in the middle of an upgrade, the running one goes on."""
    milter = start({}, "program_missing")

    def errors() -> int:
        return sum(line["stage"] == "process" for line in lines(milter, "error"))

    for number in (1, 2):
        milter.reload()
        wait_until(lambda number=number: errors() == number, "the error")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
    assert milter.stop() == 0


def test_hup_with_a_broken_configuration(start: Start) -> None:
    """The mistakes are logged by number, and the old configuration stays in use."""
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
    """The socket has the configured mode from the start."""
    milter = start({"milter": {"socket_mode": "0640"}})
    assert oct(stat.S_IMODE(milter.socket.stat().st_mode)) == "0o640"


def test_socket_in_use(milter: Holdback) -> None:
    """A second daemon on the same socket refuses to start; the first one keeps it."""
    second = subprocess.run(
        [HOLDBACK, "milter", "--config", milter.config_file], capture_output=True, timeout=LONGEST
    )
    assert second.returncode == 69
    assert answers(milter.socket)


def test_not_a_socket(start: Start, tmp_path: Path) -> None:
    """A file at the socket's path is not removed."""
    (tmp_path / "milter.sock").write_text("precious")
    with pytest.raises(RuntimeError, match="69"):
        start()
    assert (tmp_path / "milter.sock").read_text() == "precious"


def test_mistakes_in_the_configuration(tmp_path: Path) -> None:
    """All mistakes are reported at once, with exit code 78."""
    config = tmp_path / "holdback.toml"
    config.write_text('mode = "enforced"\n[milter]\nlisten = "nowhere"\n')
    done = subprocess.run(
        [HOLDBACK, "milter", "--config", config], capture_output=True, text=True, timeout=LONGEST
    )
    assert done.returncode == 78
    assert [key for key in ("internal_domains", "mode", "milter.listen") if key not in done.stderr] == []


@contextmanager
def daemon(config: Path, *inherited: int) -> Iterator[None]:
    """A started daemon with these file descriptors, which ends with exit code 0."""
    log = config.with_suffix(".log")
    with log.open("wb") as file:
        command = [HOLDBACK, "milter", "--config", config]
        process = subprocess.Popen(command, stdout=file, stderr=file, pass_fds=inherited)
    try:
        wait_until(lambda: "started" in log.read_text() or process.poll() is not None, "the daemon")
        yield
    finally:
        process.terminate()
        code = process.wait(LONGEST)
    assert code == 0, log.read_text()


def test_inet_socket(tmp_path: Path) -> None:
    """`inet:port@host` works, also when the daemon stops."""
    port = free_port()
    config = tmp_path / "inet.toml"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n'
        f'[milter]\nlisten = "inet:{port}@127.0.0.1"\n[metrics]\nlisten = ""\n'
    )
    with daemon(config):
        assert _connects(port)


def test_socket_given_by_systemd(tmp_path: Path) -> None:
    """`fd:N`: the socket is bound by another process and stays (Debian's libmilter)."""
    config = tmp_path / "fd.toml"
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "given.sock"))
        bound.listen()
        config.write_text(
            f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n'
            f'[milter]\nlisten = "fd:{bound.fileno()}"\n[metrics]\nlisten = ""\n'
        )
        with daemon(config, bound.fileno()), MilterClient(tmp_path / "given.sock") as mta:
            mta.connect()
            assert mta.message(SOCKS, EVERYBODY).quarantine
    assert (tmp_path / "given.sock").exists()


def test_restart_with_a_socket_of_systemd(tmp_path: Path) -> None:
    """LISTEN_FDS: a message that comes while the service restarts is answered by the new one."""
    config = tmp_path / "socket.toml"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\n[metrics]\nlisten = ""\n'
    )
    as_systemd = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3);"
        "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); os.execv(sys.argv[2], sys.argv[2:])"
    )
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "given.sock"))
        bound.listen(100)

        def start(log: Path) -> subprocess.Popen[bytes]:
            command = [
                sys.executable,
                "-c",
                as_systemd,
                str(bound.fileno()),
                HOLDBACK,
                "milter",
                "--config",
                config,
            ]
            with log.open("wb") as file:
                process = subprocess.Popen(command, stderr=file, pass_fds=[bound.fileno()])
            wait_until(lambda: '"started"' in log.read_text(), "the start")
            return process

        first = start(tmp_path / "first.log")
        with MilterClient(tmp_path / "given.sock") as mta:
            mta.connect()
            assert mta.message(SOCKS, EVERYBODY).quarantine
        first.terminate()
        assert first.wait(LONGEST) == 0
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(MilterClient, tmp_path / "given.sock")
            second = start(tmp_path / "second.log")
            with waiting.result() as mta:
                mta.connect()
                assert mta.message(SOCKS, EVERYBODY).quarantine
        second.terminate()
        assert second.wait(LONGEST) == 0
        assert (tmp_path / "given.sock").exists()
        (tmp_path / "given.sock").unlink()
        third = start(tmp_path / "third.log")
        wait_until(lambda: answers(tmp_path / "given.sock"), "a new socket instead of one without a file")
        third.terminate()
        assert third.wait(LONGEST) == 0


def _connects(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_systemd_is_notified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Start) -> None:
    """READY, RELOADING with its time and READY again, STOPPING (sd_notify(3))."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(LONGEST)
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


def test_watchdog_is_fed_while_workers_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Start
) -> None:
    """WATCHDOG comes after each round of probes, and no longer when no worker answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(LONGEST)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "60000000")
        milter = start({}, "hasty_probes", "patient_supervisor")
        states = [systemd.recv(200) for _ in range(3)]
        stop(milter.worker)
        wait_until(lambda: lines(milter, "no worker answers"), "a round without an answer")
        systemd.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while systemd.recv(200):
                pass
        count = len(lines(milter, "no worker answers"))
        wait_until(lambda: len(lines(milter, "no worker answers")) > count, "another round")
        with pytest.raises(BlockingIOError):
            systemd.recv(200)
        os.kill(milter.worker, signal.SIGCONT)
    assert states == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]


def test_database_gone_and_back(start: Start, tmp_path: Path) -> None:
    """Without a database mail is held under one case, and recorded when it is back."""
    folder = tmp_path / "database"
    folder.mkdir()
    milter = start({"database": {"url": f"sqlite:///{folder}/holdback.db"}}, "hasty_housekeeping")
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
    """The daemon starts without a database, and mail is inspected."""
    milter = start({"database": {"url": f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"}})
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
        assert mta.message(ORDINARY, BOB) == Ending("accept")


def test_log_on_a_full_disk(start: Start) -> None:
    """Messages are answered although the log cannot be written."""
    milter = start({}, "log_disk_full")
    with MilterClient(milter.socket) as mta:
        mta.connect()
        assert mta.message(SOCKS, EVERYBODY).quarantine
        assert mta.message(ORDINARY, BOB) == Ending("accept")
        mta.header(b"X-B\xfcro", b"1")
        assert mta.message(ORDINARY, BOB) == Ending("accept")


def test_no_connection_is_left_behind(start: Start) -> None:
    """libmilter has freed every context, whether or not the connection was closed properly."""
    milter = start({}, "contexts_counted")
    for turn in range(40):
        with MilterClient(milter.socket) as mta:
            mta.connect()
            mta.message(ORDINARY, BOB)
            if turn % 2:
                mta.quit()

    def all_deleted() -> bool:
        counts = [line.split() for line in milter.log().splitlines() if line.startswith("contexts")]
        made, deleted = map(int, counts[-1][1:3])
        return made == deleted >= 40

    wait_until(all_deleted, "libmilter to delete all contexts")
