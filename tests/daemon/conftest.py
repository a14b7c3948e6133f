"""A real `holdback milter` without a Postfix: the tests implement the MTA's side of the protocol."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rig.holdback import Holdback

Start = Callable[..., Holdback]

SETTINGS: Mapping[str, Any] = {
    "internal_domains": ["corp.example"],
    "milter": {"inspect_timeout": 60, "workers": 1},
}


def without_postfix(folder: Path) -> Any:
    """The settings of `Holdback` for a Postfix that does not exist."""
    return SimpleNamespace(
        milter_socket=folder / "milter.sock",
        settings={"kind": "postfix", "config_dir": str(folder / "no-postfix")},
    )


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of these tests, with `settings` in their place."""
    milter = {**SETTINGS["milter"], **settings.get("milter", {})}
    return {**SETTINGS, **settings, "milter": milter}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start(settings, *faults)`: a running milter with these faults of `rig.faults`."""
    with contextlib.ExitStack() as running:

        def start(settings: Mapping[str, Any] | None = None, *faults: str) -> Holdback:
            return running.enter_context(
                Holdback(without_postfix(tmp_path), with_defaults(settings or {}), faults)
            )

        yield start


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Holdback]:
    settings = {**SETTINGS, "campaigns": {"copies": 100_000}}
    with Holdback(without_postfix(tmp_path_factory.mktemp("milter")), settings) as holdback:
        yield holdback


@pytest.fixture
def milter(running: Holdback) -> Holdback:
    """A running milter with only its domain configured, and an empty log."""
    running.log_file.write_bytes(b"")
    return running
