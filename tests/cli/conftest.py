"""A record with something in it, and the configuration that leads to it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.firm import Firm
from cli.samples import Office
from holdback.cases.key import load_key
from holdback.cases.recorder import Recorder
from holdback.cli import main
from rig.holdback import HOLDBACK
from rig.terminal import run_on_terminal


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An empty record; HOLDBACK_CONFIG leads to it."""
    config = tmp_path / "holdback.toml"
    config.write_text(f'internal_domains = ["corp.example"]\nstate_dir = "{tmp_path}"\ndecisions.grace = 0\n')
    monkeypatch.setenv("HOLDBACK_CONFIG", str(config))
    monkeypatch.setenv("COLUMNS", "80")
    return Office(config, Recorder.open(f"sqlite:///{tmp_path}/holdback.db", tmp_path, load_key(tmp_path)))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command: exit code, standard output, standard error."""

    def command(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def screen(office: Office) -> Callable[..., str]:
    """Runs a command on a terminal of 80 or so many columns: what it prints."""

    def command(*words: str, columns: int = 80) -> str:
        code, printed = run_on_terminal(
            [str(HOLDBACK), *words], environment={**os.environ, "COLUMNS": str(columns)}
        )
        assert code == 0, printed
        return printed

    return command


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """HOLDBACK_CONFIG leads to it."""
    state = tmp_path / "state"
    state.mkdir(0o700)
    config = tmp_path / "holdback.toml"
    config.write_text(
        f'internal_domains = ["corp.example"]\nstate_dir = "{state}"\n[customers]\nregion = "DE"\n'
    )
    monkeypatch.setenv("HOLDBACK_CONFIG", str(config))
    monkeypatch.setenv("COLUMNS", "80")
    return Firm(state)
