"""Attempts of a compromised reader fail at each layer of the confinement."""

import ctypes
from pathlib import Path

import pytest
from holdback.reader import Confinement, Process, Settings
from holdback.reader.probe import ATTEMPTS
from reader.reading import ODD

FILES = {"open a file", "create a file", "list a folder"}
EVERYTHING = set(ATTEMPTS)


def tried(*without: str) -> tuple[Confinement, dict[str, str]]:
    """Missing layers of a reader without these layers, and the result of each attempt."""
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
    """True if the kernel supports all layers (landlock(7), proc(5)), independently of our reader."""
    version = ctypes.CDLL(None).syscall(444, None, 0, 1)
    return version > 0 and "Seccomp:" in Path("/proc/self/status").read_text()


needs_all = pytest.mark.skipif(not kernel_has_all(), reason="this kernel lacks a layer")


@needs_all
def test_every_layer_is_in_force(real: tuple[Confinement, dict[str, str]]) -> None:
    """On a kernel with all layers a reader reports none as missing."""
    assert (real[0].missing, real[0].trouble) == ("", ())


@needs_all
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_can_be_done_from_inside(real: tuple[Confinement, dict[str, str]], attempt: str) -> None:
    """seccomp refuses each attempt."""
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
    """A missing layer is reported, and the others refuse what they can."""
    confinement, errors = tried(*without)
    assert confinement.missing == missing
    assert len(confinement.trouble) == len(without)
    assert {name for name in stopped if not errors.get(name)} == set()


def test_missing_layers_are_reported() -> None:
    """A reader without any layer works, and reports that all are missing."""
    confinement, errors = tried("seccomp", "landlock", "limits")
    assert (confinement.layers, confinement.missing) == ("no new privileges", "limits, seccomp, Landlock")
    assert errors["open a file"] == ""
