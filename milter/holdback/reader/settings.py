"""Settings of readers, their confinement, and callbacks for what happens to them."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from holdback.reader.wire import Frame

MIB = 1024 * 1024
COMMAND = (sys.executable, "-I", "-m", "holdback.reader")


@dataclass(frozen=True, slots=True)
class Settings:
    """How confined readers run."""

    processes: int = 2
    """Most readers at the same time: one slow document does not delay other messages."""
    timeout: float = 10.0
    """Seconds of processor time for one document."""
    memory: int = 1024 * MIB
    """Bytes of address space of one reader."""
    documents: int = 1000
    """Documents that one reader opens before a new one replaces it."""
    command: tuple[str, ...] = COMMAND
    """The program; its memory limit is appended."""

    @property
    def message_timeout(self) -> float:
        """The same for all documents of one message."""
        return 2 * self.timeout


@dataclass(frozen=True, slots=True)
class Confinement:
    """The layers that are in force in a reader, as it reports them itself."""

    kernel: str
    """Release of the kernel: `6.1.0-28-amd64`."""
    limits: bool
    """Resource limits: memory, no new files, no new processes, no core."""
    no_new_privileges: bool
    seccomp: bool
    """Only the system calls that computing needs are allowed."""
    landlock: int
    """Version of Landlock that refuses files, network and signals; 0 without."""
    trouble: tuple[str, ...] = ()
    """Why layers are missing: `Landlock: Function not implemented`."""

    @property
    def layers(self) -> str:
        """`limits, no new privileges, seccomp, Landlock 7`"""
        landlock = f"Landlock {self.landlock}" if self.landlock else ""
        present = {
            "limits": self.limits,
            "no new privileges": self.no_new_privileges,
            "seccomp": self.seccomp,
            landlock: bool(landlock),
        }
        return ", ".join(layer for layer, there in present.items() if there) or "none"

    @property
    def missing(self) -> str:
        """`seccomp, Landlock`; empty if nothing is missing."""
        layers = {
            "limits": self.limits,
            "no new privileges": self.no_new_privileges,
            "seccomp": self.seccomp,
            "Landlock": bool(self.landlock),
        }
        return ", ".join(layer for layer, there in layers.items() if not there)


def confinement_in(frame: Frame) -> Confinement:
    """The confinement in a reader's first frame. Raises Malformed."""
    return Confinement(
        kernel=frame.text("kernel"),
        limits=frame.boolean("limits"),
        no_new_privileges=frame.boolean("no_new_privileges"),
        seccomp=frame.boolean("seccomp"),
        landlock=frame.number("landlock"),
        trouble=frame.texts("trouble"),
    )


def _ignore(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Watch:
    """Callbacks for what happens to readers. Called in any thread."""

    started: Callable[[Confinement], None] = _ignore
    """A reader is ready."""
    lost: Callable[[str], None] = _ignore
    """A reader ended, or was ended, while it opened a document; how: `SIGSEGV`, `timeout`, `hangs`."""
    failed: Callable[[Exception], None] = _ignore
    """A reader could not be started."""
