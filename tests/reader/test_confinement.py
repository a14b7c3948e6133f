"""From inside the reader: what a hostile document might try fails, layer by layer."""

import ctypes
from pathlib import Path

import pytest
from holdback.reader import Confinement, Process, Settings
from holdback.reader.probe import ATTEMPTS
from reader.reading import ODD

FILES = {"open a file", "create a file", "list a folder"}
EVERYTHING = set(ATTEMPTS)


def tried(*without: str) -> tuple[Confinement, dict[str, str]]:
    """How a reader without these layers is confined, and what stopped each of its attempts."""
    process = Process(Settings(command=(*ODD, *(f"without-{layer}" for layer in without))))
    try:
        return process.ready(lambda: None), dict(process.probe(lambda: None))
    finally:
        process.end()


@pytest.fixture(scope="module")
def real() -> tuple[Confinement, dict[str, str]]:
    process = Process(Settings())
    try:
        return process.ready(lambda: None), dict(process.probe(lambda: None))
    finally:
        process.end()


def kernel_has_all() -> bool:
    """Asked of the kernel itself (landlock(7), proc(5)): what our reader makes of it is what is tested."""
    version = ctypes.CDLL(None).syscall(444, None, 0, 1)
    return version > 0 and "Seccomp:" in Path("/proc/self/status").read_text()


needs_all = pytest.mark.skipif(not kernel_has_all(), reason="this kernel lacks a layer")


@needs_all
def test_every_layer_is_in_force(real: tuple[Confinement, dict[str, str]]) -> None:
    """On a kernel that has them all, a reader says that nothing is missing."""
    assert (real[0].missing, real[0].trouble) == ("", ())


@needs_all
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_can_be_done_from_inside(real: tuple[Confinement, dict[str, str]], attempt: str) -> None:
    """Each attempt is refused by seccomp before anything else is asked."""
    assert real[1].get(attempt) == "EPERM"


@needs_all
@pytest.mark.parametrize(
    ("without", "missing", "stopped"),
    [
        (("seccomp",), "seccomp", FILES | {"make a socket", "execute a program", "trace the daemon"}),
        (("landlock",), "Landlock", EVERYTHING),
        (("limits",), "limits", EVERYTHING),
        (("seccomp", "limits"), "limits, seccomp", FILES | {"execute a program", "trace the daemon"}),
        (("seccomp", "landlock"), "seccomp, Landlock", FILES | {"make a socket"}),
        (("limits", "landlock"), "limits, Landlock", EVERYTHING),
    ],
)
def test_the_other_layers_hold(without: tuple[str, ...], missing: str, stopped: set[str]) -> None:
    """What a kernel does not give is said, and the rest stops what it can."""
    confinement, errors = tried(*without)
    assert confinement.missing == missing
    assert len(confinement.trouble) == len(without)
    assert {name for name in stopped if not errors.get(name)} == set()


def test_no_layer_at_all_is_said() -> None:
    """A reader without any layer works, and hides nothing."""
    confinement, errors = tried("seccomp", "landlock", "limits")
    assert (confinement.layers, confinement.missing) == ("no new privileges", "limits, seccomp, Landlock")
    assert errors["open a file"] == ""
