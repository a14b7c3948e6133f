"""What is done to a running Holdback: functions that return when the disturbance is over."""

import itertools
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chaos.mails import bomb, large
from chaos.processes import limit_descriptors, signal_to
from chaos.service import Service
from chaos.stream import Stream
from rig.postgresql import Cluster

_EXTRA = itertools.count(1_000_000)
"""Numbers of messages besides those of the stream."""
_SMALL_DISK = "32m"
_CLIENTS = 100


@dataclass(frozen=True, slots=True)
class World:
    """What a scenario may disturb."""

    holdback: Service
    stream: Stream
    seconds: float
    """Length of the disturbance."""
    cluster: Cluster | None = None
    """The PostgreSQL of a scenario that uses one."""

    def again(self, every: float) -> Iterator[None]:
        """Yield every so many seconds during the disturbance."""
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            yield
            time.sleep(every)

    def wait(self) -> None:
        time.sleep(self.seconds)


def kill_worker(world: World) -> None:
    for _ in world.again(2.0):
        signal_to(world.holdback.workers[:1], signal.SIGKILL)


def kill_supervisor(world: World) -> None:
    for _ in world.again(4.0):
        world.holdback.kill()


def kill_readers(world: World) -> None:
    for _ in world.again(2.0):
        signal_to(world.holdback.readers, signal.SIGKILL)


def reload(world: World) -> None:
    for _ in world.again(1.0):
        world.holdback.reload()


def restart(world: World) -> None:
    for _ in world.again(2.0):
        world.holdback.restart()


def stop_worker(world: World) -> None:
    """One worker stays stopped until it is replaced, or until the disturbance ends."""
    stopped = world.holdback.workers[:1]
    signal_to(stopped, signal.SIGSTOP)
    world.wait()
    signal_to(stopped, signal.SIGCONT)


def stop_readers(world: World) -> None:
    for _ in world.again(3.0):
        signal_to(world.holdback.readers[:1], signal.SIGSTOP)


def fill_disk(world: World) -> None:
    """The state directory is full."""
    ballast = world.holdback.state_dir / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(65_536))
    world.wait()
    ballast.unlink()


def lock_database(world: World) -> None:
    with closing(sqlite3.connect(world.holdback.state_dir / "holdback.db", timeout=30)) as database:
        database.isolation_level = None
        database.execute("BEGIN EXCLUSIVE")
        world.wait()
        database.execute("ROLLBACK")


def delete_database(world: World) -> None:
    """Afterwards the operator begins an empty one, as in docs/how-to/stuck.md."""
    for _ in world.again(5.0):
        for file in world.holdback.state_dir.glob("holdback.db*"):
            file.unlink(missing_ok=True)
    (world.holdback.state_dir / ".holdback.db.created").unlink()


def stop_postgresql(world: World) -> None:
    assert world.cluster
    world.cluster.stop()
    world.wait()
    world.cluster.start()


def unlink_socket(world: World) -> None:
    for _ in world.again(6.0):
        world.holdback.socket.unlink(missing_ok=True)


def exhaust_descriptors(world: World) -> None:
    """The workers have more connections than they may have files open: poll(2) fails then."""
    pids = world.holdback.workers
    with ExitStack() as clients:
        for _ in range(_CLIENTS * len(pids)):
            client = clients.enter_context(socket.socket(socket.AF_UNIX))
            client.settimeout(1.0)
            with suppress(OSError):
                client.connect(str(world.holdback.socket))
        before = [(pid, limit_descriptors(pid, _CLIENTS // 2)) for pid in pids]
        world.wait()
    for pid, limit in before:
        limit_descriptors(pid, limit)


def send_bombs(world: World) -> None:
    """Large prose and zips of zips arrive at once, again and again."""
    for _ in world.again(10.0):
        for _ in range(8):
            world.stream.add(large(next(_EXTRA), 8_000_000))
            world.stream.add(bomb(next(_EXTRA)))


def leave_alone(world: World) -> None:
    """The measure of the others."""
    world.wait()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of the table."""

    name: str
    disturb: Callable[[World], None]
    postgresql: bool = False
    small_disk: bool = False
    share: float = 1.0
    """Length of the disturbance, relative to the others'."""
    least: float = 0.0
    """Seconds that the disturbance lasts in any case."""


SCENARIOS = (
    Scenario("nothing", leave_alone, share=0.5),
    Scenario("kill -9 of a worker", kill_worker),
    Scenario("kill -9 of the supervisor", kill_supervisor),
    Scenario("kill -9 of all readers", kill_readers),
    Scenario("reload every second", reload),
    Scenario("restart every two seconds", restart),
    Scenario("SIGSTOP of a worker", stop_worker, share=3.0),
    Scenario("SIGSTOP of readers", stop_readers),
    Scenario("disk full", fill_disk, small_disk=True),
    Scenario("database locked", lock_database),
    Scenario("database deleted", delete_database),
    Scenario("PostgreSQL stopped", stop_postgresql, postgresql=True),
    Scenario("socket file removed", unlink_socket),
    Scenario("descriptors exhausted", exhaust_descriptors, share=2.0, least=20.0),
    Scenario("zip bombs and 8 MB of prose", send_bombs),
)


@contextmanager
def disk(folder: Path, size: str = _SMALL_DISK) -> Iterator[None]:
    """Mount a small file system in memory on `folder`; needs root."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "holdback", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
