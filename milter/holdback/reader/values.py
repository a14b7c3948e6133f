"""What the confined reader is told at its start, and what it says about its confinement."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from holdback.reader.wire import Frame

MIB = 1024 * 1024
COMMAND = (sys.executable, "-I", "-m", "holdback.reader")


@dataclass(frozen=True, slots=True)
class Settings:
    """How readers are run."""

    processes: int = 2
    """Readers at the same time, at most: one slow document does not delay other messages."""
    timeout: float = 10.0
    """Seconds for one document."""
    memory: int = 1024 * MIB
    """Bytes of address space of one reader."""
    documents: int = 1000
    """Documents that one reader opens before a fresh one takes its place."""
    command: tuple[str, ...] = COMMAND
    """The program, without the words that say how it is limited."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What keeps a reader from doing anything but reading, as it found it on this kernel."""

    kernel: str
    """Release of the kernel: `6.1.0-28-amd64`."""
    limits: bool
    """Resource limits: memory, no new files, no new processes, no core."""
    no_new_privileges: bool
    seccomp: bool
    """System calls other than those of plain computing are refused."""
    landlock: int
    """Version of Landlock that refuses files, network and signals; 0 without."""
    trouble: tuple[str, ...] = ()
    """Why something is missing."""

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
    """The confinement that a reader's first frame tells. Raises Malformed."""
    return Confinement(
        kernel=frame.text("kernel"),
        limits=frame.truth("limits"),
        no_new_privileges=frame.truth("no_new_privileges"),
        seccomp=frame.truth("seccomp"),
        landlock=frame.number("landlock"),
        trouble=frame.texts("trouble"),
    )


def _nothing(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told about what happens to readers. Called in any thread."""

    started: Callable[[Confinement], None] = _nothing
    """A reader is ready."""
    lost: Callable[[str], None] = _nothing
    """A reader ended, or was ended, within a document; how: `SIGSEGV`, `timeout`."""
    failed: Callable[[Exception], None] = _nothing
    """A reader could not be started."""
