"""The fuzzing targets hold for the seeds they start from, so that a finding of `make fuzz` is news."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
TARGETS = sorted(HERE.joinpath("targets").glob("*.py"))


def load(path: Path) -> ModuleType:
    """The module of a target."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", TARGETS, ids=lambda path: path.stem)
def test_seeds(path: Path) -> None:
    """Every seed, whole and cut, passes its target."""
    target = load(path)
    seeds = sorted(HERE.joinpath("seeds", target.SEEDS).iterdir())
    assert seeds
    for seed in seeds:
        data = seed.read_bytes()
        for size in range(0, len(data) + 1, max(1, len(data) // 8)):
            target.check(data[:size])


CRASHES = sorted(HERE.joinpath("crashes").glob("*/*"))


@pytest.mark.parametrize("crash", CRASHES, ids=lambda crash: f"{crash.parent.name}/{crash.name}")
def test_what_once_broke_it(crash: Path) -> None:
    """Inputs that `make fuzz` found; the folder is named after the target."""
    load(HERE / "targets" / f"{crash.parent.name}.py").check(crash.read_bytes())


@pytest.mark.slow
def test_runner() -> None:
    """The runner tries inputs, says how many, and ends well."""
    command = [sys.executable, str(HERE / "fuzz.py"), "--seconds", "1", "mail_read"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout.split()[:2]) == (0, ["mail_read", "held:"]), run.stdout + run.stderr


def test_runner_reports(tmp_path: Path) -> None:
    """A target that fails ends the run with 1 and shows the input, in base64."""
    for folder in ("targets", "seeds/x"):
        tmp_path.joinpath(folder).mkdir(parents=True)
    tmp_path.joinpath("fuzz.py").write_bytes(HERE.joinpath("fuzz.py").read_bytes())
    tmp_path.joinpath("seeds/x/seed").write_bytes(b"boom")
    target = 'SEEDS = "x"\ndef check(data):\n    assert data != b"boom"\n'
    tmp_path.joinpath("targets/fails.py").write_text(target)
    command = [sys.executable, str(tmp_path / "fuzz.py"), "--seconds", "5"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout.split()[:2]) == (1, ["fails", "FAILED:"]), run.stdout + run.stderr
    assert "Ym9vbQ==" in run.stdout
